"""A run that is cut off and called again writes the bytes of one that was not."""
import gzip
import json
import os
import shutil
import signal

import chain
from chain import DEAD_LETTERS, WRONG, Corpus

OUTPUTS = ("x.jsonl", "x.jsonl.gz", "x.msgpack.zst")
BAD = (b"{]\n", b'{"text": 7}\n', b"not json\n")


class Resume(chain.ChainTest):
    @classmethod
    def setUpClass(cls):
        # several files, plain and compressed, with lines in them that become dead letters
        lines = [Corpus(seed, 1500).json_lines().splitlines(keepends=True)
                 for seed in (31, 32, 33)]
        for i, bad in enumerate(BAD):
            lines[i].insert(400 * (i + 1), bad)
        a, b, c = (b"".join(part) for part in lines)
        cls.files = {"in/a.jsonl": a, "in/b.jsonl.gz": gzip.compress(b), "in/c.jsonl": c}

    def setUp(self):
        super().setUp()
        for name, content in self.files.items():
            self.put(name, content)

    def command(self, output, *options):
        return ("winnow", "run", "--workers", "2", "-o", output, *options, "in")

    def checkpoint(self, output):
        """The checkpoint of the output, or None."""
        try:
            with open(self.path(output + ".winnow/checkpoint"), encoding="utf-8") as f:
                return json.load(f)
        except FileNotFoundError:
            return None

    def files_of(self, output, dead=None):
        return {name: self.get(name) for name in (output, dead or output + ".dead.jsonl")}

    def calm(self, output, *options):
        """The files of a run that nobody disturbs; they are gone then."""
        dead = options[1] if options else None
        self.run_program(*self.command(output, *options), status=DEAD_LETTERS)
        files = self.files_of(output, dead)
        self.counts = self.checkpoint(output)["totals"]
        self.assertEqual(self.counts["refused"], len(BAD))
        for name in files:
            os.unlink(self.path(name))
        shutil.rmtree(self.path(output + ".winnow"))
        return files

    def start_until(self, output, enough, *options):
        """Start the run; the process when enough(checkpoint), or when it has ended before."""
        process = self.start(*self.command(output, *options))

        def look():
            found = self.checkpoint(output)
            return process.popen.poll() is not None or (found is not None and enough(found))
        chain.until(look, "a checkpoint")
        return process

    def kill_whole(self, process):
        """kill -9 the front command; its children die with it. Whether it was alive."""
        alive = process.popen.poll() is None
        pids = [pid for pid, parent, _ in chain.processes() if parent == process.pid]
        process.kill()
        self.assert_no_process_left(*pids)
        return alive

    def finish(self, output, calm, *options):
        dead = options[1] if options else None
        self.run_program(*self.command(output, *options), status=DEAD_LETTERS)
        got = self.files_of(output, dead)
        for name in calm:
            self.assertTrue(got[name] == calm[name], "%s has other bytes" % name)
        found = self.checkpoint(output)
        self.assertTrue(found["finished"])
        self.assertEqual(found["totals"], self.counts)

    def kill_at(self, output, points, *options):
        """Kill the run when its checkpoint is at each of these batches; how many kills hit."""
        hits = 0
        for point in points:
            process = self.start_until(output, lambda c: c["next"] >= point, *options)
            hits += self.kill_whole(process)
        return hits

    def test_killed_at_several_points(self):
        for output in OUTPUTS:
            with self.subTest(output):
                calm = self.calm(output)
                self.assertGreater(self.kill_at(output, (0, 0, 1, 9, 17)), 2)
                self.finish(output, calm)

    def test_compressed_dead_letters(self):
        for output in ("x.jsonl", "x.jsonl.gz"):
            with self.subTest(output):
                options = ("--dead-letters", "letters.jsonl.gz")
                calm = self.calm(output, *options)
                self.assertGreater(self.kill_at(output, (0, 1, 9), *options), 1)
                self.finish(output, calm, *options)
                os.unlink(self.path("letters.jsonl.gz"))

    def test_what_was_not_committed_is_cut_off(self):
        """Whatever stands behind the checkpoint, as a crash of the machine may leave it."""
        for output in OUTPUTS:
            with self.subTest(output):
                calm = self.calm(output)
                self.assertGreater(self.kill_at(output, (1,)), 0)
                # the first letter is announced before it is written
                self.put(output + ".winnow/dead-letters", b"")
                for name in calm:
                    with open(self.path(name), "ab") as f:
                        f.write(b"torn" * 1000)
                self.finish(output, calm)

    def test_terminated_in_the_middle(self):
        for output in OUTPUTS:
            with self.subTest(output):
                calm = self.calm(output)
                inputs = self.path(output + ".winnow/inputs")       # read has begun
                process = self.start_until(output, lambda c: os.path.exists(inputs))
                process.signal(signal.SIGTERM)
                self.assertIn(process.wait(), (0, DEAD_LETTERS), process.err())
                self.assertRegex(process.err(), "the same command goes on")
                self.assertFalse(self.checkpoint(output)["finished"])
                self.finish(output, calm)

    def test_called_again_when_it_is_done(self):
        for output in OUTPUTS:
            with self.subTest(output):
                calm = self.calm(output)
                for _ in range(2):
                    self.finish(output, calm)

    def test_another_option_is_refused_by_name(self):
        self.assertEqual(self.kill_at("x.jsonl", (1,)), 1)
        before = self.checkpoint("x.jsonl")
        result = self.run_program(*self.command("x.jsonl", "--min-chars", "31"), status=WRONG)
        self.assertRegex(result.err, "--min-chars 25, not 31")
        self.assertIn("--restart", result.err)
        self.assertEqual(self.checkpoint("x.jsonl"), before)

    def test_an_output_that_is_shorter_is_refused_by_name(self):
        self.assertEqual(self.kill_at("x.jsonl", (1,)), 1)
        os.truncate(self.path("x.jsonl"), 10)
        result = self.run_program(*self.command("x.jsonl"), status=WRONG)
        self.assertRegex(result.err, "x.jsonl has 10 bytes")
        os.unlink(self.path("x.jsonl"))
        result = self.run_program(*self.command("x.jsonl"), status=WRONG)
        self.assertRegex(result.err, "x.jsonl is not there")

    def test_a_damaged_checkpoint_is_refused(self):
        self.assertEqual(self.kill_at("x.jsonl", (1,)), 1)
        path = "x.jsonl.winnow/checkpoint"
        self.put(path, self.get(path).replace(b'"version": 1', b'"version": 3'))
        result = self.run_program(*self.command("x.jsonl"), status=WRONG)
        self.assertRegex(result.err, "x.jsonl.winnow/checkpoint cannot be used: its checksum")

    def test_two_runs_at_once(self):
        """The second one cannot have the state of the first, and takes nothing that a stage of the
        first that comes back would wait for."""
        process = self.start_until("x.jsonl", lambda c: True)
        self.assertIsNone(process.popen.poll())
        process.signal(signal.SIGSTOP)
        for pid, parent, _ in list(chain.processes()):
            if parent == process.pid:
                os.kill(pid, signal.SIGSTOP)
        second = self.start(*self.command("x.jsonl"))
        chain.until(lambda: second.popen.poll() is not None or
                    self.assertEqual(second.children("winnow-dedup"), []), "its end")
        self.assertEqual(second.wait(), WRONG)
        self.assertIn("in use by another process", second.err())
        self.kill_whole(process)

    def test_an_output_without_its_state_is_refused(self):
        self.put("x.jsonl", b"precious\n")
        result = self.run_program(*self.command("x.jsonl"), status=WRONG)
        self.assertIn("--force", result.err)
        self.assertEqual(self.get("x.jsonl"), b"precious\n")

    def test_a_device_has_no_state(self):
        self.run_program(*self.command("/dev/zero"), status=DEAD_LETTERS)
        self.assertFalse(os.path.exists("/dev/zero.winnow"))
        self.assertFalse(os.path.exists("/dev/zero.dead.jsonl"))


if __name__ == "__main__":
    chain.main()
