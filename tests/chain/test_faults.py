"""Processes that are killed, stopped or slow: nothing is lost, nothing comes twice."""
import json
import os
import signal
import subprocess
import threading

import zmq

import chain
import peer
from chain import DONE, FAULT, Corpus

WORKERS = ("winnow-extract", "winnow-summarize")


class FaultTest(chain.ChainTest):
    @classmethod
    def setUpClass(cls):
        cls.corpus = Corpus(51, 2500)
        cls.input = cls.corpus.json_lines()
        cls.calm_output = None

    def begin(self, *args, output="x.jsonl", workers=2, **streams):
        """Start a run that reads the test's own pipe, and has written its first records."""
        process = self.start("winnow", "run", "--workers", str(workers), "--source-name", "feed",
                             "-o", output, *args, "-", stdin=subprocess.PIPE, **streams)
        process.feed(self.input[:len(self.input) // 3])
        chain.until(lambda: self.size(output) > 0, "the first records")
        return process

    def go_on(self, process):
        process.feed(self.input[len(self.input) // 3:])
        process.stdin.close()

    def size(self, name):
        return os.path.getsize(self.path(name)) if os.path.exists(self.path(name)) else 0

    def calm(self):
        """What comes out when nothing happens."""
        cls = type(self)
        if cls.calm_output is None:
            cls.calm_output = self.winnow("--source-name", "feed", "-", input=self.input).out
        return cls.calm_output

    def whole_lines(self, data):
        """All of data is whole records: the first documents of the corpus, each once."""
        self.assertTrue(not data or data.endswith(b"\n"))
        records = [json.loads(line) for line in data.splitlines()]
        self.assertEqual([r["id"] for r in records],
                         [d["id"] for d in self.corpus.documents[:len(records)]])
        return records


class Workers(FaultTest):
    def kill_one(self, name, workers, how):
        process = self.begin("--restart", workers=workers)
        how(process, process.children(name)[0])
        self.go_on(process)
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(self.get("x.jsonl"), self.calm())
        return process

    def stop_then_kill(self, process, pid):
        """Stopped first, so that what is sent to it meanwhile is certainly lost with it."""
        os.kill(pid, signal.SIGSTOP)
        process.feed(self.input[len(self.input) // 3:])
        chain.until(lambda: self.nothing_moves(process), "the others to wait for the stopped one")
        os.kill(pid, signal.SIGKILL)
        process.stdin.close()

    def nothing_moves(self, process):
        """The output has not grown between two looks: the missing batch holds it up."""
        before = self.size("x.jsonl")
        return process.still_runs(0.3) and self.size("x.jsonl") == before

    def check_lost_work(self, name, workers):
        process = self.begin(workers=workers)
        self.stop_then_kill(process, process.children(name)[0])
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(self.get("x.jsonl"), self.calm())
        self.assertRegex(process.err(), "%s was killed by signal 9" % name.split("-")[1])
        self.assertRegex(process.err(), "batches were sent again")

    def test_killed_extract_of_two_with_work_in_hand(self):
        self.check_lost_work("winnow-extract", 2)

    def test_killed_extract_of_four_with_work_in_hand(self):
        self.check_lost_work("winnow-extract", 4)

    def test_killed_summarize_of_two_with_work_in_hand(self):
        self.check_lost_work("winnow-summarize", 2)

    def test_killed_summarize_of_four_with_work_in_hand(self):
        self.check_lost_work("winnow-summarize", 4)

    def test_killed_in_the_middle(self):
        for name in WORKERS:
            for workers in (2, 4):
                with self.subTest(name, workers=workers):
                    self.kill_one(name, workers, lambda p, pid: os.kill(pid, signal.SIGKILL))

    def test_the_only_worker_is_killed(self):
        for name in WORKERS:
            with self.subTest(name):
                process = self.kill_one(name, 1, lambda p, pid: os.kill(pid, signal.SIGKILL))
                self.assertRegex(process.err(), "was killed by signal 9")

    def test_compressed_output_is_the_same_after_kills(self):
        self.put("in.jsonl", self.input)
        for output in ("x.jsonl.gz", "x.msgpack.zst"):
            with self.subTest(output):
                self.winnow("-o", output, "in.jsonl")
                calm = self.get(output)
                process = self.start("winnow", "run", "--workers", "2", "--restart", "-o",
                                     output, "in.jsonl")
                killed = []
                for name in WORKERS:
                    found = chain.until(
                        lambda: process.children(name) or process.popen.poll() is not None,
                        "a worker")
                    if found is not True:
                        os.kill(found[0], signal.SIGKILL)
                        killed.append(found[0])
                self.assertEqual(process.wait(), DONE, process.err())
                self.assertTrue(killed)
                self.assertEqual(self.get(output), calm)

    def test_every_worker_is_killed_again_and_again(self):
        """With progress in between, a worker may die as often as it likes."""
        process = self.begin(workers=2)
        third = len(self.input) // 3
        step = (len(self.input) - third) // 6
        for i in range(6):
            for name in WORKERS:
                for pid in process.children(name):
                    os.kill(pid, signal.SIGKILL)
            before = self.size("x.jsonl")
            process.feed(self.input[third + i * step:third + (i + 1) * step])
            chain.until(lambda: self.size("x.jsonl") > before, "progress")
        process.feed(self.input[third + 6 * step:])
        process.stdin.close()
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(self.get("x.jsonl"), self.calm())

    def test_a_worker_that_hangs_for_good_costs_time_and_no_document(self):
        for name in WORKERS:
            with self.subTest(name):
                self.kill_one(name, 2, lambda p, pid: os.kill(pid, signal.SIGSTOP))

    def test_a_stranger_takes_batches_and_vanishes(self):
        """A worker from elsewhere that dies: what it took comes again at once."""
        process = self.begin(workers=2)
        (folder,) = os.listdir(self.path("run"))
        context = zmq.Context()
        self.addCleanup(context.destroy, 0)
        fed = len(self.input) // 3
        for name in ("raw", "kept"):
            thief = peer.make_socket(context, zmq.PULL, "ipc://%s" % self.path(
                "run/%s/%s" % (folder, name)))
            while not thief.poll(0):
                self.assertLess(fed, len(self.input), "nothing to steal")
                process.feed(self.input[fed:fed + 300000])
                fed += 300000
                thief.poll(500)
            thief.recv_multipart()
            thief.close(0)
        process.feed(self.input[fed:])
        process.stdin.close()
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(self.get("x.jsonl"), self.calm())


class Others(FaultTest):
    """Death of a process that is alone in the chain: what can be done again is done again."""

    ALONE = ("winnow-dedup", "winnow-write", "winnow-read")

    def kill(self, process, name):
        os.kill(chain.until(lambda: process.children(name), name)[0], signal.SIGKILL)

    def test_between_files_the_run_goes_on(self):
        """A file in, a file out: whoever dies is started again, and nobody sees it."""
        self.put("in.jsonl", self.input)
        for output in ("x.jsonl", "x.msgpack.zst"):
            self.winnow("-o", "calm-" + output, "in.jsonl")
            for name in self.ALONE:
                with self.subTest(output, killed=name):
                    process = self.start("winnow", "run", "--workers", "2", "--restart", "-o",
                                         output, "in.jsonl")
                    chain.until(lambda: self.size(output) > 0, "the first records")
                    self.kill(process, name)
                    self.assertEqual(process.wait(), DONE, process.err())
                    self.assertRegex(process.err(), "%s was killed by signal 9" % name[7:])
                    self.assertRegex(process.err(), "2,500 documents in = 2,500 records out")
                    self.assertEqual(self.get(output), self.get("calm-" + output))

    def check_end(self, process, name, why):
        """The run ends with 111, says why, and leaves nobody behind."""
        pids = [pid for pid, parent, _ in chain.processes() if parent == process.pid]
        self.kill(process, name)
        self.assertEqual(process.wait(), FAULT, process.err())
        self.assertRegex(process.err(), "%s was killed by signal 9" % name[7:])
        errors = [line for line in process.err().splitlines() if "error:" in line]
        self.assertEqual(len(errors), 1, process.err())
        self.assertRegex(errors[0], "without %s the run cannot go on: .*%s" % (name[7:], why))
        self.assert_no_process_left(*pids)

    def test_from_standard_input_read_cannot_go_on(self):
        self.check_end(self.begin(), "winnow-read", "standard input cannot be read again")
        # the last record may be torn, as it was being written
        lines = self.get("x.jsonl").split(b"\n")
        self.whole_lines(b"".join(line + b"\n" for line in lines[:-1]))

    def test_from_standard_input_the_others_go_on(self):
        for name in ("winnow-dedup", "winnow-write"):
            with self.subTest(name):
                process = self.begin("--restart")
                self.kill(process, name)
                self.go_on(process)
                self.assertEqual(process.wait(), DONE, process.err())
                self.assertEqual(self.get("x.jsonl"), self.calm())

    def begin_pipe(self, *args):
        """A run between two pipes, of which the first records have come."""
        process = self.start("winnow", "run", "--workers", "2", "--source-name", "feed", *args, "-",
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.feed(self.input[:len(self.input) // 10])
        self.assertTrue(process.read_some(1000))
        return process

    def test_to_standard_output_nobody_goes_on(self):
        for name, why in (("winnow-dedup", "its index was in memory; .*--index file:DIR"),
                          ("winnow-write", "the output cannot be cut back"),
                          ("winnow-read", "standard input cannot be read again")):
            with self.subTest(name):
                self.check_end(self.begin_pipe(), name, why)

    def test_to_standard_output_dedup_goes_on_if_its_index_lasts(self):
        process = self.begin_pipe("--index", "file:index")
        self.kill(process, "winnow-dedup")
        out = []
        reader = threading.Thread(target=lambda: out.append(process.read_all()))
        reader.start()
        process.feed(self.input[len(self.input) // 10:])
        process.stdin.close()
        reader.join()
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(out[0], self.calm()[1000:])

    def test_children_die_with_the_run(self):
        process = self.begin()
        pids = [pid for pid, parent, _ in chain.processes() if parent == process.pid]
        self.assertEqual(len(pids), 3 + 2 * 2)
        process.signal(signal.SIGKILL)
        self.assertEqual(process.wait(), -signal.SIGKILL)
        self.assert_no_process_left(*pids)

    def test_the_folder_of_sockets_goes_with_the_run(self):
        process = self.begin()
        self.assertEqual(len(os.listdir(self.path("run"))), 1)
        self.kill(process, "winnow-read")
        self.assertEqual(process.wait(), FAULT)
        self.assertEqual(os.listdir(self.path("run")), [])


class Signals(FaultTest):
    def test_sigterm_in_the_middle_ends_with_whole_records(self):
        process = self.begin()
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), DONE, process.err())
        records = self.whole_lines(self.get("x.jsonl"))
        self.assertGreater(len(records), 0)
        self.assertRegex(process.err(), "{:,} documents in = {:,} records out".format(
            len(records), len(records)))
        self.assertEqual(self.get("x.jsonl"), self.calm()[:self.size("x.jsonl")])

    def test_sigterm_of_a_run_of_a_file(self):
        self.put("in.jsonl", self.input * 2)
        process = self.start("winnow", "run", "-o", "x.jsonl.gz", "in.jsonl")
        chain.until(lambda: self.size("x.jsonl.gz") or process.popen.poll() is not None,
                    "the first records")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), DONE, process.err())
        records = chain.parse_records(self.get("x.jsonl.gz"))
        self.assertGreater(len(records), 0)
        ids = [d["id"] for d in self.corpus.documents] * 2
        self.assertEqual([r["id"] for r in records], ids[:len(records)])

    def test_ctrl_c_ends_cleanly(self):
        """SIGINT to the whole process group, as a terminal sends it."""
        process = self.begin(new_group=True)
        os.killpg(process.pid, signal.SIGINT)
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertGreater(len(self.whole_lines(self.get("x.jsonl"))), 0)
        self.assertNotRegex(process.err(), "error|killed")

    def test_sigterm_to_the_group_drains_once(self):
        """As timeout and systemd do: every process gets it, and the run drains all the same."""
        self.put("in.jsonl", self.input * 6)       # more than the window
        self.winnow("-o", "calm.jsonl", "in.jsonl")
        process = self.start("winnow", "run", "--workers", "2", "-o", "x.jsonl", "in.jsonl",
                             new_group=True)
        chain.until(lambda: self.size("x.jsonl") > 0, "the first records")
        os.killpg(process.pid, signal.SIGTERM)
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertRegex(process.err(), "stopped; the same command goes on")
        self.assertNotRegex(process.err(), "error|killed|ended with")
        self.assertLess(self.size("x.jsonl"), self.size("calm.jsonl"))
        self.winnow("-o", "x.jsonl", "in.jsonl")
        self.assertEqual(self.get("x.jsonl"), self.get("calm.jsonl"))

    def test_sigterm_to_the_group_in_the_middle_of_standard_input(self):
        process = self.begin(new_group=True)
        os.killpg(process.pid, signal.SIGTERM)
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(self.get("x.jsonl"), self.calm()[:self.size("x.jsonl")])
        self.assertGreater(len(self.whole_lines(self.get("x.jsonl"))), 0)
        self.assertNotRegex(process.err(), "error|killed|ended with")

    def test_two_signals_at_once_are_one(self):
        """One Ctrl-C may come by two ways: the window drains."""
        process = self.begin()
        process.signal(signal.SIGTERM)
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), DONE, process.err())

    def test_a_second_signal_to_the_group_ends_at_once(self):
        process = self.begin(new_group=True)
        pids = [pid for pid, parent, _ in chain.processes() if parent == process.pid]
        os.kill(process.children("winnow-write")[0], signal.SIGSTOP)    # the window cannot drain
        process.feed(self.input[len(self.input) // 3:])
        os.killpg(process.pid, signal.SIGTERM)
        self.assertTrue(process.still_runs(0.5))
        os.killpg(process.pid, signal.SIGTERM)
        self.assertEqual(process.wait(20), FAULT)
        self.assert_no_process_left(*pids)

    def test_a_second_signal_ends_at_once(self):
        process = self.begin()
        pids = [pid for pid, parent, _ in chain.processes() if parent == process.pid]
        os.kill(process.children("winnow-write")[0], signal.SIGSTOP)    # the window cannot drain
        process.feed(self.input[len(self.input) // 3:])
        process.signal(signal.SIGTERM)
        self.assertTrue(process.still_runs(1))
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(20), FAULT)
        self.assert_no_process_left(*pids)

    def test_sigterm_while_standard_input_is_quiet(self):
        process = self.start("winnow", "run", "-o", "x.jsonl", "-", stdin=subprocess.PIPE)
        chain.until(lambda: len(process.children("winnow-write")) == 1, "the chain")
        process.feed(b"{\"text\": \"A record without an end of its line")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(self.size("x.jsonl"), 0)

    def test_sigterm_while_a_refused_document_has_no_end_yet(self):
        """What is over --max-document is passed over; that must not make read deaf."""
        process = self.start("winnow", "run", "--max-document", "1k", "-o", "x.jsonl", "-",
                             stdin=subprocess.PIPE)
        process.feed(b"{\"text\": \"short\"}\n" + b"{\"text\": \"" + b"x" * 5000)
        chain.until(lambda: self.size("x.jsonl") > 0 or not process.still_runs(2),
                    "the record before", 20)
        process.signal(signal.SIGTERM)
        self.assertIn(process.wait(30), (DONE, chain.DEAD_LETTERS), process.err())


class Sinks(FaultTest):
    def begin_pipe(self, *args):
        self.put("in.jsonl", self.input)
        with open(self.path("in.jsonl"), "rb") as given:
            return self.start("winnow", "run", "--workers", "2", "--source-name", "feed", *args,
                              "-", stdin=given, stdout=subprocess.PIPE)

    def test_a_slow_reader_gets_everything(self):
        process = self.begin_pipe()
        parts = []
        while part := process.read_some(20000):
            parts.append(part)
            chain.select.select([], [], [], 0.002)      # this is the slowness, no wait
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(b"".join(parts), self.calm())

    def test_a_reader_that_pauses_gets_everything(self):
        process = self.begin_pipe()
        first = process.read_some(1000)
        self.assertTrue(process.still_runs(3))
        rest = process.read_all()
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(first + rest, self.calm())
        self.assertRegex(process.err(), "waiting: nobody reads standard output")
        self.assertRegex(process.err(), "going on after")

    def test_a_reader_that_never_comes_back_ends_the_run(self):
        process = self.begin_pipe("--hold-timeout", "1s")
        process.read_some(1000)
        self.assertEqual(process.wait(60), FAULT)
        self.assertRegex(process.err(), "gave up after \\d+ s: nobody reads standard output")

    def test_a_reader_that_closes_early_ends_the_run(self):
        process = self.begin_pipe()
        process.read_some(1000)
        process.stdout.close()
        self.assertEqual(process.wait(), FAULT, process.err())
        self.assertRegex(process.err(), "standard output was closed by its reader")

    def test_a_reader_that_was_never_there(self):
        self.put("in.jsonl", self.input)
        reading, writing = os.pipe()
        os.close(reading)
        process = self.start("winnow", "run", "in.jsonl", stdout=writing)
        os.close(writing)
        self.assertEqual(process.wait(), FAULT, process.err())
        self.assertRegex(process.err(), "standard output was closed by its reader")


class Inputs(FaultTest):
    def test_empty_inputs(self):
        for name in ("e.jsonl", "e.msgpack", "e.jsonl.gz"):
            self.put(name, b"")
        result = self.winnow("e.jsonl", "e.msgpack", "e.jsonl.gz", "-", input=b"")
        self.assertEqual(result.out, b"")
        self.assertIn("0 documents in = 0 records out", result.err)
        self.put("e.txt", b"")
        (r,) = self.records("e.txt")            # an empty text is a document
        self.assertEqual((r["paragraphs"], r["stats"]["paragraphs"]), ([], 0))
        self.winnow("-o", "x.msgpack.gz", "e.jsonl")
        self.assertEqual(chain.decompress(self.get("x.msgpack.gz")), b"")

    def fed_in_pieces(self, pieces, *args):
        """What comes out of the pieces, each sent when the one before has been taken."""
        process = self.start("winnow", "run", "--source-name", "feed", *args, "-",
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        chain.until(lambda: process.children("winnow-write"), "the chain")
        for piece in pieces:
            process.feed(piece)
            chain.until(lambda: self.taken(process), "the piece to be read")
            self.assertTrue(process.still_runs(0.3))    # longer than read waits for more
        process.stdin.close()
        out = process.read_all()
        self.assertEqual(process.wait(), DONE, process.err())
        return out

    def taken(self, process):
        buffer = chain.ctypes.c_int()
        chain._libc.ioctl(process.stdin.fileno(), 0x541B, chain.ctypes.byref(buffer))  # FIONREAD
        return buffer.value == 0

    def test_an_input_that_comes_in_pieces_gives_the_same_bytes(self):
        record = b"{\"id\": \"a\", \"text\": \"A text in a record of JSON, all the same.\"}\n"
        packed = peer.dump({"id": "a", "text": "A text in a record of MessagePack."})
        cases = {
            "blank lines first": [b"\n\n", record, record],
            "in the middle of a record": [record[:20], record[20:], record],
            "a byte order mark": [b"\xef\xbb\xbf", record],
            "half a byte order mark": [b"\xef", b"\xbb\xbf" + record],
            "MessagePack": [packed[:1], packed[1:9], packed[9:] + packed],
            "a text": [b"A text", b" that comes slowly.\n\nAnd ", b"goes on.\n"],
            "half a character": ["A tøxt".encode()[:4], "A tøxt".encode()[4:]],
            "gzip": [chain.gzip.compress(record)[:1], chain.gzip.compress(record)[1:]],
        }
        for name, pieces in cases.items():
            with self.subTest(name):
                whole = self.winnow("--source-name", "feed", "-", input=b"".join(pieces)).out
                self.assertEqual(self.fed_in_pieces(pieces), whole)

    def test_records_leave_while_the_input_stays_open(self):
        """A batch does not wait for more than the input has."""
        process = self.start("winnow", "run", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for d in self.corpus.documents[:5]:
            process.feed(chain.json_lines([d]))
            line = b""
            while not line.endswith(b"\n"):
                line += process.read_some()
            self.assertEqual(json.loads(line)["id"], d["id"])
        process.stdin.close()
        self.assertEqual(process.wait(), DONE)


if __name__ == "__main__":
    chain.main()
