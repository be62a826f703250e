"""The harness itself, against a fake chain: an honest one passes, and each that breaks the promise
is caught."""
import collections
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
import types
import unittest

import chaos
import compare
import corpus
import harness
import inject
import kill
import powercut
import tracer
from desk import Desk

FAKE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fake_chain.py")
FAULTS = ("lose", "double", "dead twice", "miscount", "hang", "forget", "give up")


class Harness(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        corpus.MAKER = "/nowhere"       # own words: the same wherever this runs
        cls.desk = Desk(1, 0.6)
        cls.bin = os.path.join(cls.desk.folder, "bin")
        os.mkdir(cls.bin)
        os.symlink(FAKE, os.path.join(cls.bin, "winnow"))
        cls.case = cls.desk.calm(harness.Case("out.jsonl", bin_dir=cls.bin))

    @classmethod
    def tearDownClass(cls):
        cls.desk.close()

    def setUp(self):
        harness.STALL = 4
        self.addCleanup(self.forget)

    def forget(self):
        for folder in self.desk.kept:
            shutil.rmtree(folder)
        self.desk.kept.clear()
        self.desk.failures.clear()

    def torment(self, fault, seconds):
        """Kill runs of such a chain until one fails, or time is over; how many kills that took."""
        end = time.monotonic() + seconds
        killer = kill.Killer(7, gap=0.05)
        case = self.case.variant(env={"FAKE": fault})
        while time.monotonic() < end and not self.desk.failures:
            run = self.desk.run(case)
            self.desk.attempt("kill", run, lambda: killer.torment(run, end))
        return killer.kills["run"]

    def test_an_honest_chain_passes(self):
        self.assertGreater(self.torment("", 5), 5)
        self.assertEqual(self.desk.failures, [])
        self.assertGreater(self.desk.compared["kill"], 0)

    def test_each_broken_promise_is_caught(self):
        for fault in FAULTS:
            with self.subTest(fault):
                self.forget()
                self.torment(fault, 20)
                self.assertEqual(self.desk.failures, ["kill"])
                self.assertIn("run", os.listdir(self.desk.kept[0]))

    def test_the_corpus_is_the_same_for_the_same_seed(self):
        with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
            for folder in (a, b):
                corpus.make(folder, 0.3, 5)
            for path, _, names in os.walk(a):
                for name in names:
                    there = os.path.join(path, name)
                    self.assertTrue(compare.is_same(there, there.replace(a, b)), name)

    def test_an_owner_that_is_nowhere_is_found(self):
        records = self.case.calm.records()
        self.assertGreater(compare.check_owners(records), 0)
        owner = next(d["owner"] for r in records for d in r["dropped"])
        for r in records:
            if r["key"] == owner["key"]:
                r["paragraphs"] = [p for p in r["paragraphs"] if p["n"] != owner["n"]]
        with self.assertRaisesRegex(harness.Failure, "its owner .* is nowhere"):
            compare.check_owners(records)

    def test_a_document_that_is_there_twice_is_found(self):
        records = self.case.calm.records()
        with self.assertRaisesRegex(harness.Failure, "is there twice"):
            compare.check_keys(records + records[-1:], [])


class Injections(unittest.TestCase):
    """Which there are, and that the chains share them."""

    def injector(self, desk, counts):
        injector = object.__new__(inject.Injector)
        injector.desk, injector.counts, injector.random = desk, counts, random.Random(1)
        injector.fired, injector.missed = collections.Counter(), 0
        return injector

    def test_each_call_fails_in_each_way_at_each_n(self):
        desk = types.SimpleNamespace(seed=3)
        found = self.injector(desk, {("write", 0, "fsync", "a"): 60,
                                     ("write", 1, "ftruncate", "b"): 2}).all()
        self.assertEqual(len(found), len(set(found)))
        for kind in ("kill", "EIO", "ENOSPC"):
            self.assertEqual({n for s, _, c, _, k, n in found if (c, k) == ("fsync", kind)},
                             set(range(1, 51)))
        self.assertEqual({(k, n) for _, _, c, _, k, n in found if c == "ftruncate"},
                         {(k, n) for k in ("kill", "EIO") for n in (1, 2)})

    def test_each_is_tried_once_by_one_of_the_chains(self):
        corpus.MAKER = "/nowhere"
        desk = Desk(4, 0.1)
        self.addCleanup(desk.close)
        injector = self.injector(desk, {("write", 0, "fsync", "a"): 60})

        def one(*combination):
            injector.fired[combination] += 1
            injector.missed += 1
            desk.compared[os.getpid()] += 1
            if combination[-1] == 7:
                desk.failures.append(combination)

        injector.one = one
        everything = injector.all()
        injector.run()
        self.assertEqual(injector.fired, collections.Counter(everything))
        self.assertEqual(injector.missed, len(everything))
        self.assertEqual(len(desk.compared), inject.CHAINS)
        self.assertEqual(sorted(desk.failures), sorted(c for c in everything if c[-1] == 7))

    def test_a_chain_that_ends_without_a_word_is_a_failure(self):
        desk = Desk(4, 0.1)
        self.addCleanup(desk.close)
        injector = self.injector(desk, {("write", 0, "fsync", "a"): 60})
        injector.one = lambda *combination: os._exit(1)
        with self.assertRaisesRegex(harness.Failure, "without a word"):
            injector.run()


class Kills(unittest.TestCase):
    def test_they_are_of_each_form_exact_and_near(self):
        found = {(c.output, "near" in c.args) for c in chaos.cases("in")}
        self.assertEqual(found, {(form, near) for form in (
            "out.jsonl", "out.jsonl.gz", "out.msgpack.zst") for near in (False, True)})


class Traces(unittest.TestCase):
    """What is read out of strace's lines."""

    LINES = """7 write(5</r/own>, "a)b", 3)  = 3
7 fdatasync(5</r/own> <unfinished ...>
8 pwrite64(5</r/own>, "de", 2, 3) = 2
7 <... fdatasync resumed>)          = 0
7 write(6</r/s/cp.new>, "x", 1)     = 1
7 fsync(6</r/s/cp.new>)             = 0
7 rename("s/cp.new", "s/cp")        = 0
7 write(9</elsewhere>, "x", 1)      = 1
7 write(7</r/out>, "12345", 5)      = 5
8 write(7</r/out>, "6" <unfinished ...>
7 pwrite64(7</r/out>, "789", 3, 6)  = ?""".splitlines()

    def test_files_and_calls(self):
        found = [tracer.file_of(line, "/r") for line in self.LINES]
        self.assertEqual([f for f in found if f], [
            ("write", "own"), ("fdatasync", "own"), ("pwrite64", "own"), ("write", "s/cp.new"),
            ("fsync", "s/cp.new"), ("rename", "s/cp.new"), ("write", "out"), ("write", "out"),
            ("pwrite64", "out")])
        self.assertEqual(tracer.file_of('7 renameat(4</r/s>, "a", 4</r/s>, "b") = 0', "/r"),
                         ("renameat", "s/a"))
        self.assertEqual(tracer.file_of('7 unlinkat(AT_FDCWD</r>, "s/a", 0) = 0', "/r"),
                         ("unlinkat", "s/a"))

    def test_bytes_that_no_sync_covers(self):
        """What comes while a sync is on its way is not covered by it."""
        unsynced = powercut.Unsynced("/r")
        for line in self.LINES:
            unsynced.line(line)
        self.assertEqual({k: n for k, n in unsynced.bytes.items() if n}, {"own": 2, "out": 5})

    def test_a_rename_before_the_sync_is_found(self):
        unsynced = powercut.Unsynced("/r")
        with self.assertRaisesRegex(harness.Failure, "renamed with 1 bytes that are not synced"):
            for line in self.LINES[4:5] + self.LINES[6:7]:
                unsynced.line(line)

    def test_an_injection_fires_at_its_call_and_is_counted(self):
        try:
            tracer.require_strace()
        except harness.Skip as e:
            self.skipTest(str(e))
        with tempfile.TemporaryDirectory() as folder:
            plan, real = tracer.Plan(folder), os.path.join(folder, "real")
            os.mkdir(real)
            with open(os.path.join(real, "winnow-write"), "w") as f:
                f.write("#!/usr/bin/python3\nimport os\nf = os.open('out', 65)\n"
                        "for i in range(5): os.write(f, b'x')\n")
            os.chmod(os.path.join(real, "winnow-write"), 0o755)
            programs = tracer.make_programs(os.path.join(folder, "programs"), real)
            for start, how in ((1, "error=ENOSPC:when=4"), (2, "signal=KILL:when=5")):
                plan.add("write", start, *tracer.aims(folder, "out"), "-e", "trace=write", "-e",
                         "inject=write:" + how)
            status = [subprocess.call([os.path.join(programs, "winnow-write")], cwd=folder,
                                      env={**os.environ, **plan.env}, stderr=subprocess.DEVNULL)
                      for _ in range(4)]
            plan.end_tracers()
            self.assertEqual(status, [0, 1, -signal.SIGKILL, 0])
            self.assertEqual([plan.fired("write", start) for start in range(4)], [0, 1, 1, 0])
            self.assertEqual(plan.starts("write"), 4)


if __name__ == "__main__":
    unittest.main()
