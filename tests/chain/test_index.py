"""The index in a folder: dedup is killed, its disk fills up, others want it; nothing is lost."""
import os
import signal
import subprocess

import chain
from chain import DONE, WRONG, Corpus

SEGMENT = "index/owners-000001.log"


class IndexTest(chain.StagesTest):
    @classmethod
    def setUpClass(cls):
        cls.input = Corpus(61, 4000).json_lines()

    def setUp(self):
        super().setUp()
        self.put("in.jsonl", self.input)

    def dedup(self, folder="index"):
        return self.stage("dedup", "--index", "file:" + folder)

    def begin(self, folder="index"):
        """The chain; read is the last to come, so that the others are there."""
        self.stages(["write", "summarize", "summarize", "extract", "extract"])
        dedup = self.dedup(folder)
        return dedup, self.stage("read", "in.jsonl")

    def calm(self):
        return self.winnow("in.jsonl").out

    def size(self, name):
        return os.path.getsize(self.path(name)) if os.path.exists(self.path(name)) else 0

    def grows(self, name, process):
        """Wait until the file is longer than now, or all is done."""
        before = self.size(name)
        chain.until(lambda: self.size(name) > before or process.popen.poll() is not None,
                    "%s to grow" % name)

    def whole(self, status=DONE):
        return self.run_program("winnow", "index", "verify", "file:index", status=status)


class Killed(IndexTest):
    def test_dedup_is_killed_and_started_again(self):
        calm = self.calm()
        dedup, read = self.begin()
        kills = 0
        while read.popen.poll() is None and kills < 4:
            self.grows(SEGMENT, read)
            if read.popen.poll() is not None:
                break
            dedup.signal(signal.SIGKILL)
            self.assertEqual(dedup.wait(), -signal.SIGKILL)
            kills += 1
            dedup = self.dedup()
        self.assertEqual(read.wait(), DONE, read.err())
        self.assertGreater(kills, 1)
        self.assertEqual(self.get("out.jsonl"), calm)
        self.stop([dedup])
        self.assertIn("1 runs", self.whole().out.decode())

    def test_a_predecessor_that_is_still_dying_is_waited_for(self):
        dedup, read = self.begin()
        self.grows(SEGMENT, read)
        second = self.stage("dedup", "--index", "file:index", ends={
            "in": "hashed2", "out": "kept2", "control": "dedup2"})
        self.assertTrue(second.still_runs(0.5), second.err())
        dedup.signal(signal.SIGKILL)
        dedup.wait()
        second.signal(signal.SIGTERM)
        self.assertEqual(second.wait(), DONE, second.err())

    def test_an_index_that_others_use_is_refused_after_a_while(self):
        dedup, _ = self.begin()
        chain.until(lambda: self.size(SEGMENT) > 0, "the index")
        second = self.stage("dedup", "--index", "file:index", ends={
            "in": "hashed2", "out": "kept2", "control": "dedup2"})
        self.assertEqual(second.wait(), WRONG)
        self.assertIn("index is in use by another process", second.err())
        self.assertIn("whole", self.whole().out.decode())
        self.assertIsNone(dedup.popen.poll())


class Damage(IndexTest):
    def test_a_damaged_middle_is_refused_and_verify_says_where(self):
        self.winnow("--index", "file:index", "-o", "out.jsonl", "in.jsonl")
        self.assertIn("whole", self.whole().out.decode())
        data = bytearray(self.get(SEGMENT))
        data[len(data) // 2] ^= 1
        self.put(SEGMENT, bytes(data))
        place = "owners-000001.log: damaged at byte"
        self.assertIn(place, self.whole(WRONG).err)
        result = self.winnow("--index", "file:index", "in.jsonl", status=WRONG)
        self.assertIn(place, result.err)
        self.assertEqual(self.get(SEGMENT), bytes(data))

    def test_a_run_is_taken_back(self):
        first = self.winnow("--index", "file:index", "in.jsonl").out
        other = Corpus(62, 300)
        self.put("other.jsonl", other.json_lines() + self.input[:self.input.index(b"\n", 200000) + 1])
        second = self.winnow("--index", "file:index", "other.jsonl").out
        runs = [line.split()[1].rstrip(":") for line in self.whole().out.decode().splitlines()
                if line.startswith("run ")]
        self.run_program("winnow", "index", "take-back", "file:index", runs[0], status=WRONG)
        self.run_program("winnow", "index", "take-back", "file:index", runs[1])
        self.assertIn("1 runs", self.whole().out.decode())
        self.assertEqual(self.winnow("--index", "file:index", "other.jsonl").out, second)
        self.assertEqual(first, self.calm())


class FullDisk(IndexTest):
    def mount(self, size):
        os.mkdir(self.path("disk"))
        command = ["mount", "-t", "tmpfs", "-o", "size=" + size, "none", self.path("disk")]
        if os.getuid() != 0 or subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
            self.skip_loudly("a disk of its own needs root and mount")
        self.addCleanup(subprocess.run, ["umount", "-l", self.path("disk")])

    def test_a_full_disk_is_waited_for(self):
        calm = self.calm()
        self.mount("64k")
        dedup, read = self.begin("disk/index")
        chain.until(lambda: "waiting: " in dedup.err() or dedup.popen.poll() is not None,
                    "dedup to wait")
        self.assertIn("disk/index/owners-000001.log: No space left on device", dedup.err())
        self.assertTrue(read.still_runs(1.5), "a hold ends nothing")
        subprocess.run(["mount", "-o", "remount,size=64m", self.path("disk")], check=True)
        self.assertEqual(read.wait(), DONE, read.err())
        self.assertEqual(self.get("out.jsonl"), calm)
        self.assertIn("going on after", dedup.err())
        self.assertEqual(dedup.err().count("waiting: "), 1, dedup.err())


if __name__ == "__main__":
    chain.main()
