"""What people do with an index of theirs, also while a chain uses it, and killed at any call."""
import glob
import json
import os
import shutil
import signal
import subprocess

import chain
from chain import DONE, WRONG, Corpus

WRITING = ("pwrite64", "write", "fdatasync", "fsync", "rename", "renameat", "unlinkat", "ftruncate",
           "openat")
STRACE = shutil.which("strace")
MOST_KILLS = 4          # of each kind of call; with EACH_CALL=1 in the environment all


class OwningTest(chain.StagesTest):
    @classmethod
    def setUpClass(cls):
        cls.first = Corpus(71, 400).json_lines()
        cls.second = Corpus(72, 400).json_lines() + cls.first[:cls.first.index(b"\n", 100000) + 1]

    def setUp(self):
        super().setUp()
        self.put("first.jsonl", self.first)
        self.put("second.jsonl", self.second)

    def index(self, *words, status=DONE):
        return self.run_program("winnow", "index", *words, status=status)

    def stats(self, folder="index"):
        return json.loads(self.index("stats", "file:" + folder, "--json").out)

    def lines(self, folder):
        """What an index holds, without what is its own: its id, and so the sum."""
        text = self.index("export", "file:" + folder, "-").out.decode().splitlines()
        return [line for line in text if line[0] in "DO"]

    def make(self, folder="index", source="first.jsonl", *options):
        return self.winnow("--index", "file:" + folder, *options, source).out


class WhileNobodyHasIt(OwningTest):
    def test_two_indexes_are_merged(self):
        self.make("a", "first.jsonl")
        self.make("b", "second.jsonl")
        self.index("export", "file:b", "b.txt.zst")
        self.index("import", "file:a", "b.txt.zst")
        hashes = [line.split("\t")[1] for line in self.lines("a") if line[0] == "O"]
        self.assertEqual(len(hashes), len(set(hashes)))
        both = {line.split("\t")[1] for folder in ("a", "b") for line in self.lines(folder)
                if line[0] == "O"}
        self.assertEqual(set(hashes), both)
        before = self.lines("a")
        self.index("import", "file:a", "b.txt.zst")
        self.assertEqual(self.lines("a"), before, "twice changes nothing")

    def test_age_is_when_it_was_first_seen_and_changes_no_byte(self):
        if not shutil.which("faketime"):
            self.skip_loudly("faketime is not there")
        if b"__asan" in open(chain.program("winnow"), "rb").read():
            self.skip_loudly("faketime and sanitizers both want to be loaded first")
        today = self.make("today")
        old = subprocess.run(["faketime", "-f", "-100d", chain.program("winnow"), "run", "--index",
                              "file:index", "first.jsonl"], cwd=self.path("."), check=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        self.assertEqual(old, today)
        self.make("index", "second.jsonl")
        documents = self.stats()["documents"]
        said = self.index("forget", "file:index", "--older-than", "90d").out.decode()
        self.assertGreater(int(said.split()[0]), 100)
        left = self.stats()
        self.assertEqual(left["documents"], documents - int(said.split()[0]))
        self.assertIn("whole", self.index("verify", "file:index").out.decode())
        self.index("compact", "file:index")
        self.assertEqual(self.stats()["documents"], left["documents"])
        self.assertLess(self.stats()["bytes"], left["bytes"])

    def test_what_cannot_be_is_refused_with_words(self):
        os.mkdir(self.path("empty"))
        for words, said in ((("stats", "file:none"), "none: No such file"),
                            (("compact", "file:empty"), "there is no index in it"),
                            (("forget", "file:empty", "--documents", "1"), "no index in it"),
                            (("import", "file:empty", "first.jsonl"), "no export of an index"),
                            (("top", "file:empty"), "name the records")):
            self.assertIn(said, self.index(*words, status=WRONG).err)


class WhileAChainRuns(OwningTest):
    def begin(self):
        self.put("in.jsonl", Corpus(73, 6000).json_lines())
        self.stages(["write", "summarize", "summarize", "extract", "extract"])
        dedup = self.stage("dedup", "--index", "file:index")
        read = self.stage("read", "in.jsonl")
        log = self.path("index/owners-000001.log")
        chain.until(lambda: os.path.exists(log) and os.path.getsize(log) > 500000, "the log")
        return dedup, read

    def test_all_of_it(self):
        self.make("other", "second.jsonl")
        self.index("export", "file:other", "other.txt")
        dedup, read = self.begin()
        self.assertTrue(self.stats()["open"])
        self.assertIn("whole", self.index("verify", "file:index").out.decode())
        self.assertIn("came to it", self.index("import", "file:index", "other.txt").out.decode())
        said = self.index("forget", "file:index", "--documents", "50").out.decode()
        self.assertIn("were forgotten", said)   # fewer, where the others are still on their way
        self.index("compact", "file:index")
        self.assertTrue(glob.glob(self.path("index/snapshot-*.idx")))
        self.index("export", "file:index", "live.txt")
        self.index("import", "file:copy", "live.txt")
        self.assertEqual(read.wait(), DONE, read.err())
        self.assertNotIn("waiting", dedup.err())
        self.stop([dedup])
        self.assertFalse(os.path.exists(self.path("index/control")))
        self.assertIn("whole", self.index("verify", "file:index").out.decode())
        self.assertEqual(self.stats()["gone"], int(said.split()[0]))

    def test_killed_dedup_and_what_it_was_asked(self):
        dedup, read = self.begin()
        for _ in range(3):
            asking = [subprocess.Popen([chain.program("winnow"), "index", *words],
                                       cwd=self.path("."), stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
                      for words in (("forget", "file:index", "--documents", "10"),
                                    ("compact", "file:index"))]
            chain.until(lambda: any(p.poll() is not None for p in asking)
                        or os.path.exists(self.path("index/unfinished-snapshot")), "an answer")
            dedup.signal(signal.SIGKILL)
            dedup.wait()
            for p in asking:
                p.wait(60)
            dedup = self.stage("dedup", "--index", "file:index")
        self.assertEqual(read.wait(), DONE, read.err())
        chain.until(lambda: self.stats()["open"], "the last dedup")
        self.stop([dedup])
        self.assertIn("whole", self.index("verify", "file:index").out.decode())


class Full(OwningTest):
    """The oldest go at the limit; whatever is killed, the same do."""
    OPTIONS = ("--index-limit", "1300k", "--when-full", "forget-oldest")

    def setUp(self):
        super().setUp()
        self.put("in.jsonl", Corpus(74, 5000).json_lines())

    def run_it(self, out, kills):
        args = [chain.program("winnow"), "run", "-o", out, *self.OPTIONS, "in.jsonl"]
        for _ in range(kills):
            p = subprocess.Popen(args, cwd=self.path("."), stderr=subprocess.DEVNULL)
            log = self.path(out + ".winnow/checkpoint")
            before = os.stat(log).st_mtime_ns if os.path.exists(log) else 0
            chain.until(lambda: p.poll() is not None or
                        (os.path.exists(log) and os.stat(log).st_mtime_ns > before), "progress")
            p.kill()
            p.wait()
        self.winnow("-o", out, *self.OPTIONS, "in.jsonl")
        return self.get(out)

    def owners(self, out):
        return [line for line in self.lines(out + ".winnow/index") if line[0] == "O"]

    def test_forgets_the_same_whatever_is_killed(self):
        calm = self.run_it("calm.jsonl", 0)
        stats = self.stats("calm.jsonl.winnow/index")
        self.assertGreater(stats["gone"], 100)
        self.assertLess(stats["memory"], 1300 << 10)
        kills = 6 if os.environ.get("EACH_CALL") else 2
        self.assertEqual(self.run_it("killed.jsonl", kills), calm)
        self.assertEqual(self.owners("killed.jsonl"), self.owners("calm.jsonl"))


class KilledAtEachCall(OwningTest):
    """compact, forget and import are killed at calls that write: old or new, never half."""

    def traced(self, args, trace, *expressions):
        words = [word for e in expressions for word in ("-e", e)]
        subprocess.run([STRACE, "-f", "-o", trace, *words, *args], cwd=self.path("."),
                       env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"},
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def calls(self, args):
        """How often each call comes that may write."""
        trace = self.path("trace")
        self.traced(args, trace, "trace=" + ",".join(WRITING))
        counts = {}
        with open(trace, encoding="utf-8", errors="replace") as f:
            for line in f:
                call = line.split("(")[0].split()[-1]
                if call in WRITING and ".so" not in line:
                    counts[call] = counts.get(call, 0) + 1
        return counts

    def chosen(self, count):
        """The first, the last and some between them."""
        if os.environ.get("EACH_CALL") or count <= MOST_KILLS:
            return range(1, count + 1)
        return sorted({1 + i * (count - 1) // (MOST_KILLS - 1) for i in range(MOST_KILLS)})

    def each(self, *words, new):
        if not STRACE:
            self.skip_loudly("strace is not there")
        shutil.copytree(self.path("index"), self.path("saved"))
        old = self.lines("index")
        args = [chain.program("winnow"), "index", words[0], "file:index", *words[1:]]
        ends = set()
        for call, count in sorted(self.calls(args).items()):
            for n in self.chosen(count):
                shutil.rmtree(self.path("index"))
                shutil.copytree(self.path("saved"), self.path("index"))
                self.traced(args, "/dev/null", "trace=" + call,
                            "inject=%s:signal=KILL:when=%d" % (call, n))
                found = self.lines("index")
                self.assertIn(found, (old, new), "%s %d" % (call, n))
                ends.add(found == new)
                self.index("verify", "file:index")
        self.assertEqual(ends, {False, True} if new != old else {True}, "both ends were seen")
        shutil.rmtree(self.path("saved"))

    def after(self, *words):
        """What it holds when the command was let alone, on a copy."""
        shutil.copytree(self.path("index"), self.path("other"))
        self.index(words[0], "file:other", *words[1:])
        new = self.lines("other")
        shutil.rmtree(self.path("other"))
        return new

    def test_forget(self):
        self.make()
        words = ("forget", "--documents", "30")
        self.each(*words, new=self.after(*words))

    def test_import(self):
        self.make("b", "second.jsonl")
        self.index("export", "file:b", "b.txt")
        self.make()
        words = ("import", "b.txt")
        self.each(*words, new=self.after(*words))

    def test_compact(self):
        self.make()
        self.index("forget", "file:index", "--documents", "30")
        self.each("compact", new=self.lines("index"))


if __name__ == "__main__":
    chain.main()
