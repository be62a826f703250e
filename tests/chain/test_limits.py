"""What is short: descriptors, time to end, a disk that is away or may not be written."""
import os
import shutil
import signal
import subprocess
import time

import zmq

import chain
import peer
from chain import DEAD_LETTERS, DONE, FAULT, WRONG, Corpus, json_lines

DESCRIPTORS = 64


def limited(*args):
    """A command with that many descriptors."""
    return ["/bin/sh", "-c", "ulimit -n %d && exec \"$@\"" % DESCRIPTORS, "sh", *args]


class Descriptors(chain.ChainTest):
    def test_the_chain_runs_with_few(self):
        """64 are enough, for many inputs and with a compressed output, dead letters too."""
        documents = Corpus(91, 400).documents
        for i in range(100):
            self.put("in/%03d.jsonl" % i, json_lines(documents[4 * i:4 * i + 4]))
        self.put("in/zz.jsonl", b"{broken\n")
        self.winnow("-o", "calm.jsonl.gz", "in", status=DEAD_LETTERS)
        self.run_program(*limited(chain.program("winnow"), "run", "--workers", "4", "-o",
                                  "x.jsonl.gz", "in"), status=DEAD_LETTERS)
        self.assertEqual(self.get("x.jsonl.gz"), self.get("calm.jsonl.gz"))


class Memory(chain.ChainTest):
    WINDOW = 16 << 20

    def test_read_takes_its_window_and_16_megabytes(self):
        text = "A sentence of some words that fills a paragraph, as others do. " * 40
        with open(self.path("in.jsonl"), "w") as f:
            for i in range(16000):
                f.write('{"id": "%d", "text": "%d %s"}\n' % (i, i, text))
        said = self.winnow("--times", "--summary", "0", "-o", "x.jsonl", "in.jsonl").err
        peak = int(chain.re.search(r"winnow read: .*peak memory (\d+) kB", said).group(1)) * 1024
        if b"__asan" in open(chain.program("winnow-read"), "rb").read():
            self.skip_loudly("sanitizers have memory of their own")
        self.assertLess(peak, self.WINDOW + 16e6)


class Hanging(chain.StagesTest):
    """A worker whose child does not come to an end, here since it is stopped."""

    def stop_children(self, pids):
        for worker in pids:
            for pid in chain.until(lambda: [p for p, parent, _ in chain.processes()
                                            if parent == worker], "a jailed child"):
                os.kill(pid, signal.SIGSTOP)
                # until it has stopped it may still take a wake-up out of its pipe
                chain.until(lambda: self.state(pid) == "T", "the child to stop")

    @staticmethod
    def state(pid):
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rpartition(")")[2].split()[0]

    def skip_without_jail(self):
        if b"__asan" in open(chain.program("winnow-extract"), "rb").read():
            self.skip_loudly("the jail does not go with sanitizers")

    def test_a_worker_ends_within_the_drain_timeout(self):
        self.skip_without_jail()
        context = zmq.Context()
        self.addCleanup(context.destroy, 0)
        give = peer.make_socket(context, zmq.PUSH, self.endpoint("raw"), True)
        take = peer.make_socket(context, zmq.PULL, self.endpoint("hashed"), True)
        stage = self.stage("extract", "--drain-timeout=200ms")
        # it connects when its child is ready; one stopped before that would be waited for
        chain.until(lambda: give.poll(100, zmq.POLLOUT), "the worker to connect")
        self.stop_children([stage.pid])
        document = {"id": "a", "key": "0" * 16, "form": "text", "raw": b"A text.",
                    "source": {"path": "p", "offset": 0, "length": 7}}
        give.send_multipart(peer.pack(peer.Header(peer.BATCH, 5, 0, 0, 0, 1), peer.dump({
            "token": {"input": 0, "offset": 0, "state": b""}, "counts": {"read": 1, "bytes": 7},
            "documents": [document]})))
        (child,) = [p for p, parent, _ in chain.processes() if parent == stage.pid]
        # the batch is taken when the wake-up lies in the pipe of the stopped child
        chain.until(lambda: self.has_request(stage.pid), "the batch to be taken")
        stage.signal(signal.SIGTERM)
        self.assertEqual(stage.wait(20), DONE, stage.err())
        self.assert_no_process_left(child)
        self.assertEqual(take.poll(0), 0, "what the child had in hand is not handed on")

    def has_request(self, pid):
        """A pipe of it holds a byte that nobody has read."""
        for name in os.listdir("/proc/%d/fd" % pid):
            path = "/proc/%d/fd/%s" % (pid, name)
            try:
                if not os.readlink(path).startswith("pipe:"):
                    continue
                fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            except OSError:
                continue
            waiting = chain.ctypes.c_int()
            chain._libc.ioctl(fd, 0x541B, chain.ctypes.byref(waiting))      # FIONREAD
            os.close(fd)
            if waiting.value > 0:
                return True
        return False

    def test_a_run_ends_within_the_drain_timeout(self):
        self.skip_without_jail()
        corpus = Corpus(92, 500).json_lines()
        process = self.start("winnow", "run", "--workers", "1", "--drain-timeout", "500ms",
                             "-o", "x.jsonl", "-", stdin=subprocess.PIPE)
        half = corpus.index(b"\n", len(corpus) // 2) + 1
        process.feed(corpus[:half])
        # all of it: a child that is stopped at work has taken its wake-up already
        chain.until(lambda: os.path.exists(self.path("x.jsonl")) and
                    len(self.get("x.jsonl").splitlines()) == corpus[:half].count(b"\n"),
                    "the first records")
        self.stop_children(process.children("winnow-extract"))
        process.feed(corpus[half:])
        (worker,) = process.children("winnow-extract")
        chain.until(lambda: self.has_request(worker), "a batch at the stopped one")
        begin = time.monotonic()
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), FAULT, process.err())
        self.assertLess(time.monotonic() - begin, 5)    # which is what the others are given
        self.assertRegex(process.err(), "stopped with \\d+ batches in flight")


class Gone(chain.ChainTest):
    def test_an_output_that_is_removed_ends_the_run(self):
        """What is written on into it nobody would find."""
        lines = Corpus(94, 900).json_lines()
        process = self.start("winnow", "run", "--workers", "1", "-o", "x.jsonl", "-",
                             stdin=subprocess.PIPE)
        half = lines.index(b"\n", len(lines) // 2) + 1
        process.feed(lines[:half])
        chain.until(lambda: os.path.exists(self.path("x.jsonl")) and
                    os.path.getsize(self.path("x.jsonl")) > 0, "the first records")
        os.unlink(self.path("x.jsonl"))
        process.feed(lines[half:])
        self.assertEqual(process.wait(), WRONG, process.err())
        self.assertRegex(process.err(), "x.jsonl was removed")
        self.assertRegex(process.err(), "x.jsonl is not there, but \\d+ bytes were written: put")


class Away(chain.ChainTest):
    """The disk of output and state is unmounted or read-only for a while."""

    def setUp(self):
        super().setUp()
        if os.getuid() != 0:
            self.skip_loudly("mounting needs root")
        for name in ("hidden", "disk"):
            os.mkdir(self.path(name))
        self.mount("-t", "tmpfs", "-o", "size=50m", "tmpfs", self.path("hidden"))
        self.mount("--bind", self.path("hidden"), self.path("disk"))
        self.input = Corpus(93, 900).json_lines() + b"{broken\n"
        self.calm = self.winnow("--source-name", "feed", "-", input=self.input,
                                status=DEAD_LETTERS).out

    def mount(self, *args):
        r = subprocess.run(["mount", *args], capture_output=True, text=True)
        if r.returncode != 0:
            self.skip_loudly(r.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", args[-1]], stderr=subprocess.DEVNULL)

    def remount(self, how):
        subprocess.run(["mount", "-o", "remount,bind," + how, self.path("disk")], check=True)

    def begin(self):
        self.process = self.start("winnow", "run", "--workers", "1", "--source-name", "feed",
                                  "-o", "disk/x.jsonl", "-", stdin=subprocess.PIPE)
        self.fed = 0

    def feed(self, share):
        """Up to this share of the input."""
        end = int(len(self.input) * share)
        self.process.feed(self.input[self.fed:end])
        self.fed = end

    def feed_half(self):
        self.feed(0.5)
        name = self.path("disk/x.jsonl")
        chain.until(lambda: os.path.exists(name) and os.path.getsize(name) > 0,
                    "the first records")

    def finish(self):
        """Nobody was started again but who was killed, and all is there."""
        self.feed(1)
        self.process.stdin.close()
        self.assertEqual(self.process.wait(), DEAD_LETTERS, self.process.err())
        self.assertIn("going on after", self.process.err())
        self.assertEqual(self.get("disk/x.jsonl"), self.calm)
        self.assertEqual(len(self.dead_letters("disk/x.jsonl.dead.jsonl")), 1)

    def test_a_disk_that_is_unmounted_while_it_is_written_to(self):
        self.begin()
        self.feed_half()
        subprocess.run(["umount", "-l", self.path("disk")], check=True)
        self.feed(0.9)
        self.process.wait_for_log("disk/x.jsonl.winnow is not where it was: is its disk unmounted")
        self.assertTrue(self.process.still_runs(0.5), self.process.err())
        self.assertEqual(os.listdir(self.path("disk")), [], "nothing beside the disk")
        self.mount("--bind", self.path("hidden"), self.path("disk"))
        self.finish()
        self.assertNotRegex(self.process.err(), "killed|ended with")

    def test_a_disk_that_is_unmounted_when_stages_die(self):
        """A stage that is started where the state is not would begin anew in the mount point."""
        self.begin()
        self.feed_half()
        subprocess.run(["umount", "-l", self.path("disk")], check=True)
        for name in ("winnow-write", "winnow-dedup"):
            for pid in self.process.children(name):
                os.kill(pid, signal.SIGKILL)
        self.process.wait_for_log("winnow run: warning: waiting: disk/x.jsonl.winnow is not where it was")
        self.feed(0.9)
        self.assertTrue(self.process.still_runs(0.5), self.process.err())
        self.assertEqual(os.listdir(self.path("disk")), [], "nothing beside the disk")
        self.mount("--bind", self.path("hidden"), self.path("disk"))
        self.finish()

    def test_a_disk_that_is_read_only_at_the_beginning(self):
        """Both where `winnow run` has to make the state and where a stage has to."""
        for there in (False, True):
            with self.subTest(there=there):
                self.check_read_only_at_the_beginning(there)
                for name in os.listdir(self.path("disk")):
                    subprocess.run(["rm", "-r", self.path("disk/" + name)], check=True)

    def check_read_only_at_the_beginning(self, there):
        if there:
            os.mkdir(self.path("disk/x.jsonl.winnow"))
        self.remount("ro")
        self.begin()
        self.process.wait_for_log("waiting: .*Read-only file system")
        self.assertTrue(self.process.still_runs(0.5), self.process.err())
        self.remount("rw")
        self.feed_half()
        self.finish()

    def test_a_disk_that_is_read_only_when_write_comes_back(self):
        self.begin()
        self.feed_half()
        self.process.signal(signal.SIGSTOP)
        (pid,) = self.process.children("winnow-write")
        os.kill(pid, signal.SIGKILL)
        for pid in self.process.children("winnow-dedup"):       # its segment is open for writing
            os.kill(pid, signal.SIGKILL)
        chain.until(lambda: subprocess.run(
            ["mount", "-o", "remount,bind,ro", self.path("disk")],
            stderr=subprocess.DEVNULL).returncode == 0, "the disk to be read-only")
        self.process.signal(signal.SIGCONT)
        self.process.wait_for_log("waiting: .*Read-only file system")
        self.assertTrue(self.process.still_runs(0.5), self.process.err())
        self.remount("rw")
        self.finish()


class Full(chain.ChainTest):
    """`winnow run` itself finds no room on the disk: it waits as its stages do."""

    def setUp(self):
        super().setUp()
        self.put("in.jsonl", Corpus(94, 300).json_lines())
        self.winnow("-o", "calm.jsonl", "in.jsonl")
        if os.getuid() != 0:
            self.skip_loudly("mounting needs root")
        os.mkdir(self.path("disk"))
        r = subprocess.run(["mount", "-t", "tmpfs", "-o", "nr_inodes=1", "tmpfs",
                            self.path("disk")], capture_output=True, text=True)
        if r.returncode != 0:
            self.skip_loudly(r.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", self.path("disk")])

    def make_room(self, options="nr_inodes=1000,size=50m"):
        subprocess.run(["mount", "-o", "remount," + options, self.path("disk")], check=True)

    def take_room(self):
        """No block more than there are."""
        there = os.statvfs(self.path("disk"))
        self.make_room("nr_blocks=%d" % (there.f_blocks - there.f_bfree))

    def begin(self, *args):
        return self.start("winnow", "run", "--workers", "1", "-o", "disk/x.jsonl", *args,
                          "in.jsonl")

    def finish(self, process):
        """It has waited, said so once, and come to the same."""
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(process.err().count("waiting: "), 1)
        self.assertRegex(process.err(), "winnow run: going on after")
        self.assertEqual(self.get("disk/x.jsonl"), self.get("calm.jsonl"))
        self.assertTrue(os.path.exists(self.path("disk/x.jsonl.winnow/run.json")))

    def test_at_the_beginning_it_waits_for_room(self):
        process = self.begin("--http", "127.0.0.1:0")
        process.wait_for_log("winnow run: warning: waiting: cannot make disk/x.jsonl.winnow: No "
                             "space left")
        self.assertTrue(process.still_runs(0.8), process.err())     # which is three tries
        port = process.wait_for_log(r"figures at port (\d+) of ").group(1)
        said = self.run_program("winnow", "ready", "http://127.0.0.1:%s" % port, status=1).err
        self.assertIn("run: holds (disk-full)", said)
        self.make_room()
        self.finish(process)

    def test_at_the_beginning_it_gives_up_after_the_hold_timeout(self):
        process = self.begin("--hold-timeout", "300ms")
        self.assertEqual(process.wait(), FAULT, process.err())
        self.assertRegex(process.err(), "error: gave up after 0 s: cannot make disk/x.jsonl.winnow")
        self.assertEqual(os.listdir(self.path("run")), [])

    def test_a_signal_ends_the_waiting(self):
        process = self.begin()
        process.wait_for_log("waiting: ")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertRegex(process.err(), "stopped before anything was begun")

    def test_at_the_end_it_waits_for_room(self):
        """The chain has done its work, and only run.json is not there yet."""
        self.make_room()
        process = self.begin()
        chain.until(lambda: process.children("winnow-write"), "write")
        process.signal(signal.SIGSTOP)
        chain.until(self.is_finished, "the last checkpoint")
        chain.until(lambda: not process.children("winnow-read"), "the end of read")
        self.take_room()
        process.signal(signal.SIGCONT)
        process.wait_for_log("waiting: cannot write disk/x.jsonl.winnow/run.json: No space left")
        self.assertTrue(process.still_runs(0.8), process.err())
        self.make_room()
        self.finish(process)

    def is_finished(self):
        try:
            return b'"finished": true' in self.get("disk/x.jsonl.winnow/checkpoint")
        except FileNotFoundError:
            return False

    def test_a_restart_waits_for_a_disk_that_is_read_only(self):
        self.make_room()
        self.assertEqual(self.begin().wait(), DONE)
        self.make_room("ro")
        process = self.begin("--restart")
        process.wait_for_log("waiting: .*Read-only file system")
        self.assertTrue(process.still_runs(0.5), process.err())
        self.make_room("rw")
        self.finish(process)
        self.assertNotIn("0 new documents", process.err())


class Forbidden(chain.ChainTest):
    def test_a_folder_that_may_not_be_written_to_is_no_hold(self):
        """Root may, but without that capability."""
        self.put("in.jsonl", Corpus(94, 3).json_lines())
        os.mkdir(self.path("disk"), 0o555)
        command = [chain.program("winnow"), "run", "-o", "disk/x.jsonl", "in.jsonl"]
        if os.getuid() == 0:
            command = ["/usr/bin/setpriv", "--bounding-set", "-dac_override", *command]
        said = self.run_program(*command, status=WRONG).err
        self.assertRegex(said, "cannot make disk/x.jsonl.winnow: Permission denied")
        self.assertNotIn("waiting", said)


if __name__ == "__main__":
    chain.main()
