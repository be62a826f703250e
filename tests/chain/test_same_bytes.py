"""The same bytes whatever the number of workers, the timing and the build."""
import hashlib
import os
import shutil
import sys
import unittest

import chain
from chain import BIN, ROOT, SHARED, Corpus

WORKERS = (1, 2, 4)
RUNS = 3
OUTPUTS = ("x.jsonl", "x.msgpack", "x.jsonl.gz", "x.jsonl.zst", "x.msgpack.gz", "x.msgpack.zst")
BUILDS = ("release", "clang", "asan")


class SameBytes(chain.ChainTest):
    @classmethod
    def setUpClass(cls):
        cls.corpus = Corpus(21, 2400)
        cls.input = cls.corpus.json_lines()

    def digest(self, source, output, workers, binary=BIN):
        """Of the output file of a run; the program may be that of another build."""
        self.run_program(os.path.join(binary, "winnow"), "run", "--restart", "-o", output,
                         "--workers", str(workers), source)
        return hashlib.sha256(self.get(output)).hexdigest()

    def check(self, source, outputs=OUTPUTS, runs=RUNS):
        for output in outputs:
            with self.subTest(output):
                digests = {(workers, run): self.digest(source, output, workers)
                           for workers in WORKERS for run in range(runs)}
                self.assertEqual(len(set(digests.values())), 1, digests)

    def test_own_corpus(self):
        self.assertGreater(len(self.input), 4 << 20)        # many batches, several members
        self.put("corpus.jsonl", self.input)
        self.check("corpus.jsonl")
        # and they are the right ones, in every form
        for output in OUTPUTS:
            self.assert_verdicts(chain.parse_records(self.get(output)), self.corpus.documents)

    def test_compressed_output_is_cut_into_members(self):
        """More than one member, so that the test above compares where they end."""
        self.put("corpus.jsonl", self.input)
        self.winnow("-o", "x.jsonl.gz", "corpus.jsonl")
        self.winnow("-o", "x.jsonl.zst", "corpus.jsonl")
        self.assertGreater(self.get("x.jsonl.gz").count(b"\x1f\x8b\x08"), 1)
        self.assertGreater(self.get("x.jsonl.zst").count(b"\x28\xb5\x2f\xfd"), 1)

    def test_many_small_files(self):
        for i, d in enumerate(self.corpus.documents[:400]):
            self.put("folder/%03d.txt" % i, "\n\n".join(chain.paragraphs_of(d)))
        self.check("folder", outputs=("x.jsonl", "x.msgpack.gz"))

    def test_one_large_document_among_small_ones(self):
        """A batch of its own size: larger than the window of small ones."""
        large = {"id": "large", "text": "\n".join(self.corpus.pool) * 2}
        documents = self.corpus.documents[:300] + [large] + self.corpus.documents[300:600]
        self.put("mixed.jsonl", chain.json_lines(documents))
        self.check("mixed.jsonl", outputs=("x.jsonl",), runs=2)

    def test_compressed_input_gives_the_same_records(self):
        self.put("plain", self.input)
        self.put("packed", chain.gzip.compress(self.input, 1))
        plain = self.winnow("plain").out
        packed = self.winnow("packed").out
        # other names, other keys; the same texts and verdicts
        strip = lambda out: [(r["paragraphs"], r["summary"], r["claims"], r["stats"])
                             for r in chain.parse_records(out)]
        self.assertEqual(strip(plain), strip(packed))

    def test_news_articles(self):
        name = "cnndm_en.dev.jsonl.gz"
        path = os.path.join(SHARED, "data", "summary", name)
        if not os.path.exists(path):
            self.skip_loudly("%s is not there" % path)
        shutil.copy(path, self.path(name))
        self.check(name, outputs=("x.jsonl",))
        self.check(name, outputs=("x.msgpack.zst",), runs=1)


def newest_source():
    return max(os.path.getmtime(os.path.join(folder, name))
               for room in ("common", "proto", "stages")
               for folder, _, names in os.walk(os.path.join(ROOT, room))
               for name in names if name.endswith((".c", ".h")))


def built_at(folder):
    return max(os.path.getmtime(os.path.join(folder, name))
               for name in os.listdir(folder) if name.startswith("winnow"))


class OtherBuilds(SameBytes):
    """Compilers and sanitizers must not show in the output."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        builds = [os.path.join(ROOT, "build", b, "bin") for b in BUILDS]
        there = [b for b in builds if os.access(os.path.join(b, "winnow"), os.X_OK)]
        if BIN in there[1:]:
            raise unittest.SkipTest("the tests of %s compare it with the others" % there[0])
        cls.others = [b for b in there if b != BIN and built_at(b) >= newest_source()]
        for b in builds:
            if b != BIN and b not in cls.others:
                print("*** NOT COMPARED: %s is not built, or older than the source" % b,
                      file=sys.stderr)
        if not cls.others:
            raise unittest.SkipTest("no other build to compare with")

    def check(self, source, outputs=OUTPUTS, runs=RUNS):
        for output in outputs:
            expected = self.digest(source, output, 2)
            for b in self.others:
                with self.subTest(output, build=b):
                    self.assertEqual(self.digest(source, output, 2, b), expected)

    def test_own_corpus(self):
        self.put("corpus.jsonl", self.input)
        self.check("corpus.jsonl")

    # these compare nothing between builds
    test_compressed_output_is_cut_into_members = None
    test_compressed_input_gives_the_same_records = None


if __name__ == "__main__":
    chain.main()
