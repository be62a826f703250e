"""The same command again: what is done stays, what is new comes behind, what changed is refused."""
import gzip
import json
import os
import shutil

import chain
from chain import DEAD_LETTERS, WRONG, Corpus, json_lines


class Again(chain.ChainTest):
    def setUp(self):
        super().setUp()
        self.corpus = Corpus(81, 90)
        self.put("in/k.jsonl", json_lines(self.corpus.documents[:30]))
        self.put("in/m.jsonl.gz", gzip.compress(json_lines(self.corpus.documents[30:60])))

    def run_on(self, *args, output="x.jsonl", **options):
        return self.winnow("-o", output, *args, **options)

    def checkpoint(self):
        return self.get("x.jsonl.winnow/checkpoint")

    def ids(self):
        return [r["id"] for r in chain.parse_records(self.get("x.jsonl"))]

    def given(self, first, last):
        return [d["id"] for d in self.corpus.documents[first:last]]

    def test_twice_is_once(self):
        for output in ("x.jsonl", "x.msgpack.gz"):
            with self.subTest(output):
                self.assertNotIn("new documents", self.run_on("in", output=output).err)
                before = self.get(output)
                for _ in range(2):
                    said = self.run_on("in", output=output).err
                    self.assertIn("0 new documents", said)
                    self.assertRegex(said, "60 documents in = 60 records out \\+ 0 dead")
                    self.assertEqual(self.get(output), before)

    def test_twice_with_dead_letters_is_3_twice(self):
        self.put("in/z.jsonl", b"{broken\n")
        self.run_on("in", status=DEAD_LETTERS)
        before = self.get("x.jsonl"), self.get("x.jsonl.dead.jsonl")
        said = self.run_on("in", status=DEAD_LETTERS).err
        self.assertIn("0 new documents", said)
        self.assertRegex(said, "61 documents in = 60 records out \\+ 1 dead-lettered")
        self.assertEqual((self.get("x.jsonl"), self.get("x.jsonl.dead.jsonl")), before)

    def test_a_file_added_to_a_folder_comes_behind(self):
        """Wherever its name sorts; and it is deduplicated with what is there."""
        self.run_on("in")
        before = self.get("x.jsonl")
        self.put("in/l.jsonl", json_lines(self.corpus.documents[60:]))      # between the two
        said = self.run_on("in").err
        self.assertNotIn("0 new documents", said)
        self.assertRegex(said, "90 documents in = 90 records out")
        self.assertEqual(self.get("x.jsonl")[:len(before)], before)
        self.assert_verdicts(chain.parse_records(self.get("x.jsonl")), self.corpus.documents)
        self.assertIn("0 new documents", self.run_on("in").err)

    def test_a_source_added_behind_is_read(self):
        self.run_on("in/k.jsonl")
        self.run_on("in/k.jsonl", "in/m.jsonl.gz")
        self.assertEqual(self.ids(), self.given(0, 60))

    def test_a_finished_input_that_changed_is_refused_by_name(self):
        self.run_on("in")
        before = self.get("x.jsonl"), self.checkpoint()
        data = self.get("in/k.jsonl")
        # longer; of the same length but of another time
        for changed in (data + b"{\"text\": \"One more.\"}\n", data.replace(b" the ", b" THE ", 1)):
            with self.subTest(len(changed)):
                self.put("in/k.jsonl", changed)
                said = self.run_on("in", status=WRONG).err
                self.assertRegex(said, "error: in/k.jsonl has changed since it was read")
                self.assertIn("--restart", said)
                self.assertEqual((self.get("x.jsonl"), self.checkpoint()), before)
        self.run_on("--restart", "in")
        self.assertEqual(len(self.ids()), 60)

    def test_restart_begins_anew(self):
        self.put("in/z.jsonl", b"{broken\n")
        self.run_on("in", status=DEAD_LETTERS)
        first = json.loads(self.checkpoint())
        self.run_on("--restart", "--claims", "1", "in/m.jsonl.gz")
        self.assertEqual(self.ids(), self.given(30, 60))
        # with its own index, so that nothing is owned by what is gone
        self.assert_verdicts(chain.parse_records(self.get("x.jsonl")),
                             self.corpus.documents[30:60])
        self.assertFalse(os.path.exists(self.path("x.jsonl.dead.jsonl")))
        self.assertNotEqual(json.loads(self.checkpoint())["run"], first["run"])

    def test_restart_without_a_run_is_a_run(self):
        self.run_on("--restart", "in")
        self.assertEqual(self.ids(), self.given(0, 60))
        self.winnow("--restart", "in", status=WRONG)        # no output, no state

    def test_an_output_without_its_state(self):
        self.run_on("in")
        before = self.get("x.jsonl")
        shutil.rmtree(self.path("x.jsonl.winnow"))
        said = self.run_on("in", status=WRONG).err
        self.assertRegex(said, "x.jsonl is there; --force")
        self.assertEqual(self.get("x.jsonl"), before)
        self.run_on("--force", "in/k.jsonl")
        self.assertEqual(self.ids(), self.given(0, 30))
        # force takes nothing away from a run that has a state
        self.run_on("--force", "in/k.jsonl", "in/m.jsonl.gz")
        self.assertEqual(self.get("x.jsonl"), before)

    def test_a_state_without_its_index(self):
        self.run_on("in")
        before = self.get("x.jsonl"), self.checkpoint()
        shutil.rmtree(self.path("x.jsonl.winnow/index"))
        said = self.run_on("in", status=WRONG).err
        self.assertRegex(said, "index")
        self.assertRegex(said, "--restart")
        self.assertEqual((self.get("x.jsonl"), self.checkpoint()), before)

    def test_standard_input_twice_into_one_output_is_refused(self):
        data = json_lines(self.corpus.documents[:5])
        for name in ((), ("--source-name", "feed")):
            with self.subTest(name):
                self.run_on("--restart", *name, "-", input=data)
                before = self.get("x.jsonl")
                said = self.run_on(*name, "-", input=data, status=WRONG).err
                self.assertRegex(said, "error: standard input cannot be read twice.*--restart")
                self.assertEqual(self.get("x.jsonl"), before)

    def test_another_folder_is_another_state(self):
        """--state names it; the one beside the output is not looked for then."""
        self.run_on("--state", "elsewhere", "in")
        self.assertFalse(os.path.exists(self.path("x.jsonl.winnow")))
        self.assertIn("0 new documents", self.run_on("--state", "elsewhere", "in").err)
        self.run_on("in", status=WRONG)


if __name__ == "__main__":
    chain.main()
