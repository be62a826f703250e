"""winnow plan: what it says of a run is what the run then takes, and it leaves nothing behind."""
import gzip
import os
import re

import chain
from chain import WRONG, Corpus

UNITS = {"": 1, "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "thousand": 1e3, "million": 1e6}


class Plan(chain.ChainTest):
    @classmethod
    def setUpClass(cls):
        cls.input = Corpus(41, 9000).json_lines()

    def plan(self, *args, **options):
        """The lines of the table by their names."""
        result = self.run_program("winnow", "plan", "--workers", "2", *args, **options)
        self.assertEqual(os.listdir(self.path("run")), [])
        self.err = result.err
        lines = [line for line in result.out.decode().splitlines() if re.match("[a-z]", line)]
        return {line[:14].strip(): line[14:] for line in lines}

    def number(self, text):
        value, unit = re.search(r"([\d.]+) ?([a-zA-Z]*)", text).groups()
        return float(value) * UNITS.get(unit, 1)

    def assert_near(self, got, expected, share):
        self.assertTrue(abs(got - expected) <= share * expected, (got, expected))

    def test_a_part_tells_the_whole(self):
        for i in range(3):
            self.put("in/%d.jsonl" % i, self.input)
            self.put("in/%d.jsonl.gz" % i, gzip.compress(self.input))
        told = self.plan("-o", "x.jsonl", "in")
        self.assertIn("6 files", told["sources"])
        self.assertFalse(os.path.exists(self.path("x.jsonl")))
        self.assertFalse(os.path.exists(self.path("x.jsonl.winnow")))
        self.assert_near(self.number(told["documents"]), 54000, 0.15)
        self.assertIn("MB free", told["output"].replace("GB", "MB").replace("TB", "MB"))

    def test_the_whole_as_a_sample_is_exact(self):
        self.put("in.jsonl", self.input[:1000000].rsplit(b"\n", 1)[0] + b"\n")
        told = self.plan("-o", "x.jsonl", "in.jsonl")
        self.assertIn("100 % of the whole", told["sample"])
        records = self.records("in.jsonl")
        self.winnow("-o", "x.jsonl", "in.jsonl")
        self.assert_near(self.number(told["documents"]), len(records), 0.05)
        self.assert_near(self.number(told["output"]), os.path.getsize(self.path("x.jsonl")), 0.05)
        self.assert_near(self.number(told["paragraphs"]),
                         sum(r["stats"]["paragraphs"] for r in records), 0.05)
        self.assertEqual(self.err, "")

    def test_it_warns_of_what_does_not_fit(self):
        self.put("in.jsonl", self.input)
        self.plan("--index-limit", "1k", "in.jsonl")
        self.assertRegex(self.err, "warning: the memory of the index may take .*--index-limit")

    def test_without_dedup_there_is_no_index(self):
        self.put("in.jsonl", self.input[:100000])
        self.assertNotIn("index memory", self.plan("--dedup", "off", "in.jsonl"))

    def test_what_run_refuses_is_said(self):
        self.put("in.jsonl", self.input[:100000])
        result = self.run_program("winnow", "plan", "--summary", "some", "in.jsonl", status=WRONG)
        self.assertIn("--summary", result.err)
        self.assertEqual(os.listdir(self.path("run")), [])


if __name__ == "__main__":
    chain.main()
