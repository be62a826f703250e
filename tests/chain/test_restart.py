"""`winnow run` starts its stages again, and obeys while it does."""
import os
import signal

import chain
from chain import DONE, WRONG, ChainTest


class Restart(ChainTest):
    def begin(self):
        """A run of a file, with its first records written."""
        self.put("in.jsonl", chain.json_lines(chain.Corpus(5, 3000).documents))
        self.winnow("-o", "calm.jsonl", "in.jsonl")
        process = self.start("winnow", "run", "--workers", "2", "-o", "x.jsonl", "in.jsonl")
        chain.until(lambda: os.path.exists(self.path("x.jsonl")) and
                    os.path.getsize(self.path("x.jsonl")) > 0, "the first records")
        return process

    def stages_of(self, process):
        return [pid for pid, parent, _ in chain.processes() if parent == process.pid]

    def test_all_stages_die_at_once(self):
        process = self.begin()
        for pid in self.stages_of(process):
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(self.get("x.jsonl"), self.get("calm.jsonl"))

    def test_a_signal_while_read_is_dead(self):
        """The read that is started again learns that it is to stop."""
        process = self.begin()
        os.kill(process.children("winnow-read")[0], signal.SIGKILL)
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertRegex(process.err(), "stopped; the same command goes on")
        self.winnow("-o", "x.jsonl", "in.jsonl")
        self.assertEqual(self.get("x.jsonl"), self.get("calm.jsonl"))

    def test_a_signal_before_read_has_begun(self):
        self.put("in.jsonl", b'{"text": "A text of some words in a record of JSON."}\n')
        process = self.start("winnow", "run", "-o", "x.jsonl", "in.jsonl")
        chain.until(lambda: process.children("winnow-read"), "read")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertNotIn("BALANCE", process.err())


class Nothing(ChainTest):
    """A run that ended before its first batch: the next one may be any."""

    def begin_in_vain(self, *args):
        """`read` ends it, by which time dedup has made its index."""
        said = self.winnow("-o", "x.jsonl", *args, "none.jsonl", status=WRONG).err
        self.assertRegex(said, "none.jsonl: No such file")

    def begin_and_die(self, *args):
        """Killed when the index is there and nothing else, so that nobody can tidy up."""
        process = self.start("winnow", "run", "-o", "x.jsonl", *args, "-",
                             stdin=chain.subprocess.PIPE)
        chain.until(lambda: os.path.exists(self.path("x.jsonl.winnow/index/owners-000001.log")),
                    "the index")
        process.kill()
        for name in ("checkpoint", "inputs"):       # perhaps it was not killed soon enough
            if os.path.exists(self.path("x.jsonl.winnow/" + name)):
                os.unlink(self.path("x.jsonl.winnow/" + name))
        if os.path.exists(self.path("x.jsonl")):
            os.unlink(self.path("x.jsonl"))

    def setUp(self):
        super().setUp()
        self.put("in.jsonl", chain.json_lines(chain.Corpus(8, 60).documents))

    def test_it_leaves_nothing(self):
        self.begin_in_vain()
        self.assertFalse(os.path.exists(self.path("x.jsonl.winnow")))

    def test_it_leaves_what_was_there(self):
        os.mkdir(self.path("x.jsonl.winnow"))
        self.begin_in_vain()
        self.assertTrue(os.path.exists(self.path("x.jsonl.winnow")))

    def test_the_next_run_may_be_any(self):
        for before in ((), ("--dedup", "near"), ("--index", "file:ix")):
            for begin in (self.begin_in_vain, self.begin_and_die):
                if begin == self.begin_and_die and before[:1] == ("--index",):
                    continue
                for args in ((), ("--restart",), ("--index", "file:other"), ("--dedup", "near"),
                             ("--dedup", "off"), ("--index", "file:ix", "--dedup", "near")):
                    with self.subTest(before=before, how=begin.__name__, args=args):
                        begin(*before)
                        self.winnow("-o", "x.jsonl", *args, "in.jsonl")
                        got = self.get("x.jsonl")
                        self.winnow("--restart", "--take-back", "-o", "x.jsonl", *args, "in.jsonl")
                        self.assertEqual(got, self.get("x.jsonl"))
                        self.run_program("/bin/rm", "-rf", "x.jsonl", "x.jsonl.winnow", "ix",
                                         "other")


class Anew(ChainTest):
    """--restart, beside an index that outlives its run."""

    def setUp(self):
        super().setUp()
        self.put("in.jsonl", chain.json_lines(chain.Corpus(7, 200).documents))
        self.run_on("x.jsonl")

    def run_on(self, output, *args, status=DONE):
        return self.winnow("--index", "file:ix", "-o", output, *args, "in.jsonl", status=status)

    def test_owners_in_a_named_index_stand_in_the_way(self):
        said = self.run_on("x.jsonl", "--restart", status=WRONG).err
        self.assertRegex(said, "file:ix holds owners of the run .* --take-back")
        self.assertRegex(self.run_on("x.jsonl").err, "0 new documents")

    def test_owners_are_taken_back(self):
        calm = self.get("x.jsonl")
        said = self.run_on("x.jsonl", "--restart", "--take-back").err
        self.assertNotIn("0 new documents", said)
        self.assertEqual(self.get("x.jsonl"), calm)
        self.run_program("winnow", "index", "verify", "file:ix")

    def test_a_run_that_others_built_on_cannot_be_taken_back(self):
        self.run_on("y.jsonl")
        said = self.run_on("x.jsonl", "--restart", "--take-back", status=WRONG).err
        self.assertRegex(said, "may have dropped what that one owns")
        self.assertRegex(self.run_on("x.jsonl").err, "0 new documents")

    def test_an_index_that_lost_the_run_is_not_gone_on_with(self):
        with open(self.path("x.jsonl.winnow/checkpoint"), "rb") as f:
            run = chain.json.loads(f.read())["run"]
        self.run_program("winnow", "index", "take-back", "file:ix", run)
        self.put("more.jsonl", self.get("in.jsonl"))
        said = self.winnow("--index", "file:ix", "-o", "x.jsonl", "in.jsonl", "more.jsonl",
                           status=WRONG).err
        self.assertRegex(said, "its state is lost, .*; --restart begins the output anew")


if __name__ == "__main__":
    chain.main()
