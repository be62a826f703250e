"""Who owns a paragraph: in one run, between runs, and on a corpus with known duplicates."""
import gzip
import json
import os
import signal
import subprocess
import sys

import chain
from chain import DEAD_LETTERS, DONE, MIN_CHARS, SHARED, WRONG, Corpus, json_lines


class Copies(chain.ChainTest):
    def setUp(self):
        super().setUp()
        self.corpus = Corpus(31, 600)

    def check_copy(self, records, n):
        """records: those of an archive of n documents, then those of its copy."""
        self.assertEqual(len(records), 2 * n)
        originals, copies = records[:n], records[n:]
        first = {}      # of documents that have the same paragraphs
        for document, record in zip(self.corpus.documents, originals, strict=True):
            first.setdefault(tuple(chain.paragraphs_of(document)), record)
        for document, copy in zip(self.corpus.documents, copies, strict=True):
            original = first[tuple(chain.paragraphs_of(document))]
            self.assertEqual(copy["id"], document["id"])
            self.assertNotEqual(copy["key"], original["key"])
            long = [p["text"] for p in copy["paragraphs"] if len(p["text"]) >= MIN_CHARS]
            self.assertEqual(long, [], copy["key"])
            self.assertEqual(copy["duplicate_of"], {
                "key": original["key"], "id": original["id"], "share": 1})
            self.assert_stats(copy)

    def test_an_archive_beside_its_copy_comes_out_once(self):
        data = self.corpus.json_lines()
        self.put("archives/a.jsonl", data)
        self.put("archives/b-copy.jsonl", data)
        self.check_copy(self.records("archives"), 600)

    def test_a_compressed_copy_is_a_copy(self):
        data = self.corpus.json_lines()
        self.put("archives/a.jsonl", data)
        self.put("archives/b.jsonl.gz", gzip.compress(data, 1))
        self.check_copy(self.records("archives"), 600)

    def test_cosmetic_differences_are_repeats(self):
        pairs = [("The  harbour was “closed” — until Monday, they said.",
                  "the harbour was \"closed\" - until monday, they said"),
                 ("ＦＵＬＬ ＷＩＤＴＨ letters are letters like all the others",
                  "Full width letters are letters like all the others..."),
                 ("\"Five ferries were bought in 1987.\"", "Five ferries were bought in 1987")]
        documents = [{"id": "a", "text": "\n".join(a for a, _ in pairs)},
                     {"id": "b", "text": "\n".join(b for _, b in pairs)}]
        self.put("c.jsonl", json_lines(documents))
        a, b = self.records("c.jsonl")
        self.assertEqual([p["n"] for p in b["paragraphs"]], [])
        self.assertEqual([d["owner"]["n"] for d in b["dropped"]], [0, 1, 2])
        self.assertEqual([d["hash"] for d in b["dropped"]], [p["hash"] for p in a["paragraphs"]])

    def test_numbers_and_signs_are_differences(self):
        texts = ["The loss of the harbour authority was 3.2", "The loss of the harbour authority was -3.2",
                 "The loss of the harbour authority was 3.2%", "The loss of the harbour authority was 32",
                 "The loss of the harbour authority was 3²", "The loss of the harbour authority was (3.2)"]
        self.put("n.jsonl", json_lines([{"id": str(i), "text": t} for i, t in enumerate(texts)]))
        for r in self.records("n.jsonl"):
            self.assertEqual(len(r["paragraphs"]), 1, r["id"])

    def test_most_of_a_document_makes_it_a_duplicate(self):
        given = [p for p in self.corpus.pool if len(p) > 100][:10]
        documents = [{"id": "whole", "text": "\n".join(given)},
                     {"id": "most", "text": "\n".join(given[:9] + ["A line of its own, new."])},
                     {"id": "half", "text": "\n".join(
                         given[:3] + [p + " And more." for p in given[3:]])}]
        self.put("d.jsonl", json_lines(documents))
        whole, most, half = self.records("d.jsonl")
        self.assertNotIn("duplicate_of", whole)
        self.assertNotIn("duplicate_of", half)
        self.assertEqual(most["duplicate_of"]["key"], whole["key"])
        owned = sum(len(p.encode()) for p in given[:9])
        self.assertEqual(most["duplicate_of"]["share"],
                         int(10000 * owned / most["stats"]["bytes"]) / 10000)


class Owners(chain.ChainTest):
    """For every dropped paragraph the owner's text is in the sink."""

    ARGS = ("--workers", "2", "--dropped-text", "all")

    def setUp(self):
        super().setUp()
        # archives with repeats in them, one of them there twice, and lines that are no documents
        lines = Corpus(31, 2500).json_lines().splitlines(True)
        self.put("in/a.jsonl", b"".join(lines[:1500] + [b"{broken\n"] + lines[1500:]))
        self.put("in/b.jsonl.gz", gzip.compress(Corpus(33, 1500).json_lines(), 1))
        self.put("in/c.jsonl", b"".join(lines[500:2000]))

    def check(self, records, owners=None):
        """Each drop of records; its owner is among `owners`, those of all runs."""
        kept = {(r["key"], p["n"]): (p["hash"], p["text"])
                for r in owners or records for p in r["paragraphs"]}
        ids = {r["key"]: r["id"] for r in owners or records}
        drops = [d for r in records for d in r["dropped"]]
        self.assertGreater(len(drops), 5000)
        for d in drops:
            owner = d["owner"]
            self.assertEqual(kept.get((owner["key"], owner["n"])), (d["hash"], d["text"]))
            self.assertEqual(ids[owner["key"]], owner["id"])

    def records_of(self, name):
        return chain.parse_records(self.get(name))

    def size(self, name):
        return os.path.getsize(self.path(name)) if os.path.exists(self.path(name)) else 0

    def test_an_owner_always_comes_out(self):
        self.winnow(*self.ARGS, "-o", "x.jsonl", "in", status=DEAD_LETTERS)
        self.check(self.records_of("x.jsonl"))

    def test_an_owner_comes_out_of_a_run_that_was_killed(self):
        """dedup, write, read, then the whole run: what they had said was owned is still there."""
        kills = 0
        for victim in ("winnow-dedup", "winnow-write", "winnow-read", None, None):
            process = self.start("winnow", "run", *self.ARGS, "-o", "x.jsonl", "in")
            before = self.size("x.jsonl")
            chain.until(lambda: self.size("x.jsonl") > before or process.popen.poll() is not None,
                        "more records")
            for pid in process.children(victim) if victim else ():
                os.kill(pid, signal.SIGKILL)
            before = self.size("x.jsonl")
            chain.until(lambda: self.size("x.jsonl") > before or process.popen.poll() is not None,
                        "records after the death of %s" % victim)
            pids = [pid for pid, parent, _ in chain.processes() if parent == process.pid]
            kills += process.popen.poll() is None
            process.kill()
            self.assert_no_process_left(*pids)
        self.assertGreater(kills, 2)
        self.winnow(*self.ARGS, "-o", "x.jsonl", "in", status=DEAD_LETTERS)
        records = self.records_of("x.jsonl")
        self.assertEqual(len({r["key"] for r in records}), 5500)
        self.check(records)
        self.winnow(*self.ARGS, "-o", "calm.jsonl", "in", status=DEAD_LETTERS)
        self.assertEqual(self.get("x.jsonl"), self.get("calm.jsonl"))

    def test_an_owner_of_an_earlier_run_came_out_of_that_one(self):
        """Between two runs on one index, of which the first was killed and called again."""
        args = (*self.ARGS, "--index", "file:index", "-o")
        process = self.start("winnow", "run", *args, "x.jsonl", "in/a.jsonl")
        chain.until(lambda: self.size("x.jsonl") > 0, "the first records")
        process.kill()
        self.winnow(*args, "x.jsonl", "in/a.jsonl", status=DEAD_LETTERS)
        self.winnow(*args, "y.jsonl", "in/b.jsonl.gz", "in/c.jsonl")
        first, second = self.records_of("x.jsonl"), self.records_of("y.jsonl")
        self.check(second, first + second)


class Runs(chain.ChainTest):
    """One index, several runs."""

    def setUp(self):
        super().setUp()
        self.corpus = Corpus(32, 300)
        self.data = self.corpus.json_lines()

    def counts(self, name):
        return json.loads(self.get(name + ".winnow/run.json"))["counts"]["totals"]

    def test_a_second_run_finds_owners_of_the_first(self):
        args = ["--index", "file:index", "-o"]
        # records without ids are called by their place
        for d in self.corpus.documents:
            del d["id"]
        data = self.corpus.json_lines()
        self.winnow(*args, "first.jsonl", "-", input=data)
        self.winnow(*args, "second.jsonl", "-", input=data)
        first = chain.parse_records(self.get("first.jsonl"))
        second = chain.parse_records(self.get("second.jsonl"))
        keys = {r["key"]: r["id"] for r in first}
        for r in first:
            self.assertTrue(r["id"].startswith("stdin:1@"), r["id"])
        for a, b in zip(first, second, strict=True):
            self.assertTrue(b["id"].startswith("stdin:2@"), b["id"])
            self.assertEqual([p for p in b["paragraphs"] if len(p["text"]) >= MIN_CHARS], [])
            self.assertEqual(b["duplicate_of"], {"key": a["key"], "id": a["id"], "share": 1})
            for d in b["dropped"]:
                if d["owner"]["key"] != b["key"]:    # a short repeat is its document's own
                    self.assertEqual(keys[d["owner"]["key"]], d["owner"]["id"])
        self.assertEqual(self.counts("first.jsonl")["earlier"], 0)
        drops = [d for r in second for d in r["dropped"]]
        self.assertEqual(self.counts("second.jsonl")["earlier"],
                         sum(d["owner"]["key"] in keys for d in drops))
        self.assertGreater(self.counts("second.jsonl")["earlier"], 500)

    def test_the_same_file_twice_changes_nothing(self):
        self.put("a.jsonl", self.data)
        first = self.winnow("--index", "file:index", "a.jsonl").out
        self.assertEqual(self.winnow("--index", "file:index", "a.jsonl").out, first)

    def test_a_named_standard_input_twice_changes_nothing(self):
        args = ["--index", "file:index", "--source-name", "feed", "-"]
        first = self.winnow(*args, input=self.data).out
        self.assertEqual(self.winnow(*args, input=self.data).out, first)

    def test_an_index_is_used_by_one_run_at_a_time(self):
        busy = self.start("winnow", "run", "--index", "file:index", "-o", "x.jsonl", "-",
                          stdin=subprocess.PIPE)
        chain.until(lambda: os.path.exists(self.path("index/owners-000001.log")), "the index")
        result = self.winnow("--index", "file:index", "-", input=b"text", status=WRONG)
        self.assertIn("in use", result.err)
        busy.feed(b"A text that goes through all the same.\n")
        busy.stdin.close()
        self.assertEqual(busy.wait(), DONE)
        self.assertEqual(len(self.get("x.jsonl").splitlines()), 1)

    def test_a_torn_tail_of_the_index_is_cut(self):
        args = ["--index", "file:index", "--source-name", "feed", "-"]
        first = self.winnow(*args, input=self.data).out
        whole = self.get("index/owners-000001.log")
        for tail in (b"O" + b"x" * 10, b"\xff" * 300, b"D" + b"\xff" * 40):
            self.put("index/owners-000001.log", whole + tail)
            self.assertEqual(self.winnow(*args, input=self.data).out, first)

    def test_something_else_is_no_index(self):
        self.put("index/owners-000001.log", b"a text that is longer than a header " * 20)
        result = self.winnow("--index", "file:index", "-", input=b"text", status=WRONG)
        self.assertIn("owner log", result.err)
        self.assertTrue(self.get("index/owners-000001.log").startswith(b"a text"))

    def test_a_killed_run_leaves_an_index_of_whole_commits(self):
        """What was committed before a kill -9 is owned; what was not is not; nothing is torn."""
        killed = self.start("winnow", "run", "--index", "file:index", "-o", "x.jsonl", "-",
                            stdin=subprocess.PIPE)
        killed.feed(self.data)
        chain.until(lambda: len(self.get("x.jsonl") if os.path.exists(self.path("x.jsonl"))
                                else b"") > 0, "the first records")
        children = [pid for pid, parent, _ in chain.processes() if parent == killed.pid]
        killed.signal(chain.signal.SIGKILL)
        self.assertEqual(killed.wait(), -chain.signal.SIGKILL)
        self.assert_no_process_left(*children)
        # the last line may be torn; what came out before it has its owners in the index
        out = [json.loads(line) for line in self.get("x.jsonl").split(b"\n")[:-1]]
        self.assertGreater(len(out), 0)
        second = self.records("--index", "file:index", "-", input=self.data)
        self.assertEqual([r["id"] for r in second], [d["id"] for d in self.corpus.documents])
        for a, b in zip(out, second):
            owners = {d["hash"]: d["owner"]["key"] for d in b["dropped"]}
            for p in a["paragraphs"]:
                if len(p["text"]) >= MIN_CHARS:
                    self.assertEqual(owners.get(p["hash"]), a["key"], a["id"])


class Known(chain.ChainTest):
    def test_a_corpus_with_known_duplicates(self):
        tools = [os.path.join(SHARED, "eval", t) for t in ("make_corpus.py", "score_dups.py")]
        for tool in tools:
            if not os.path.exists(tool):
                self.skip_loudly("%s is not there" % tool)
        for index, command in enumerate((
                [tools[0], "3", self.path("corpus")],
                [tools[1], self.path("corpus"), "--winnow", chain.program("winnow"), "--no-sort",
                 "--extra=--dedup exact"])):
            result = subprocess.run([sys.executable, *command], stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT, timeout=600, env=self.env,
                                    cwd=self.dir, preexec_fn=chain._die_with_parent, text=True)
            self.assertEqual(result.returncode, 0, "command %d:\n%s" % (index, result.stdout))
        self.assertTrue(result.stdout.rstrip().endswith("ok"), result.stdout)


if __name__ == "__main__":
    chain.main()
