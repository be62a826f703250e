"""--dedup near: the right paragraphs, their owners, and the same bytes whatever is killed."""
import hashlib
import json
import os
import random
import signal

import chain
from chain import DEAD_LETTERS, DONE, WRONG, Corpus, json_lines

NEAR = ("--dedup", "near")
WORDS = "quayside lantern gravel morning timber kettle meadow ribbon copper saddle".split()
RATE = 0.06


class NearCorpus(Corpus):
    """As Corpus, and one paragraph in ten is an earlier one with words that were edited."""

    def paragraph(self, before):
        if self.random.random() < 0.1 and self.pool:
            return self.edited(self.random.choice(self.pool[-4000:]))
        return super().paragraph(before)

    def edited(self, text):
        words = text.split(" ")
        free = [i for i, w in enumerate(words) if w in chain.NOUNS or w in chain.THINGS]
        for i in free:
            if self.random.random() < RATE * len(words) / len(free):
                words[i] = self.random.choice(WORDS)
        return " ".join(words)


class Near(chain.ChainTest):
    @classmethod
    def setUpClass(cls):
        cls.corpus = NearCorpus(71, 1200)
        cls.input = cls.corpus.json_lines()

    def setUp(self):
        super().setUp()
        self.put("in.jsonl", self.input)


class Verdicts(Near):
    def near(self, *args):
        records = self.records(*NEAR, *args)
        found = [(r, d) for r in records for d in r["dropped"] if d["why"] == "near"]
        return records, found

    def test_each_near_paragraph_says_all_that_is_known(self):
        records, found = self.near("in.jsonl")
        self.assertGreater(len(found), 300)
        kept = {(r["key"], p["n"]): p["text"] for r in records for p in r["paragraphs"]}
        ids = {r["key"]: r["id"] for r in records}
        texts = {d["id"]: chain.paragraphs_of(d) for d in self.corpus.documents}
        for r, d in found:
            owner = kept[d["owner"]["key"], d["owner"]["n"]]        # it came out
            self.assertEqual(d["owner"]["id"], ids[d["owner"]["key"]])
            self.assertEqual(d["text"], texts[r["id"]][d["n"]])
            self.assertNotEqual(d["text"], owner)
            self.assertTrue(0.4 <= d["similarity"] <= 1, d)
        for r in records:
            self.assert_stats(r)

    def test_texts_may_be_left_out_or_marked(self):
        _, found = self.near("--dropped-text", "none", "in.jsonl")
        self.assertFalse(any("text" in d for _, d in found))
        records, marked = self.near("--action", "mark", "in.jsonl")
        self.assertEqual(len(marked), len(found))
        for r, d in marked:
            self.assertIn(d["n"], [p["n"] for p in r["paragraphs"]])

    def test_own_records_are_input_and_keep_what_they_had(self):
        self.winnow(*NEAR, "-o", "first.msgpack", "in.jsonl")
        first = chain.parse_records(self.get("first.msgpack"))
        again = self.records(*NEAR, "first.msgpack")
        self.assertEqual([len(r["paragraphs"]) for r in again],
                         [len(r["paragraphs"]) for r in first])

    def test_a_similarity_of_one_finds_next_to_nothing(self):
        _, some = self.near("in.jsonl")
        _, few = self.near("--similarity", "1", "in.jsonl")
        self.assertLess(len(few), len(some) / 10)
        for bad in ("40", "0.1", "x"):
            self.assertIn("--similarity", self.winnow(
                *NEAR, "--similarity", bad, "in.jsonl", status=WRONG).err)

    def test_guards(self):
        base = ("The ferry of the harbour council carried 840 passengers to Sandvik last week, "
                "and profits rose while the old pier was being mended by the men of the town")
        others = [base.replace("840", "841"), base.replace("Sandvik", "Torvik"),
                  base.replace("rose", "fell"), base.replace("was being", "was not being")]
        edited = base.replace("carried", "brought").replace("mended", "painted")
        documents = [{"id": str(i), "text": t} for i, t in enumerate([base, *others, edited])]
        self.put("g.jsonl", json_lines(documents))
        kept = [len(r["paragraphs"]) for r in self.records(*NEAR, "g.jsonl")]
        self.assertEqual(kept, [1, 1, 1, 1, 1, 0])

    def test_scripts_without_spaces(self):
        han = ("旧港は昨日閉鎖され、渡し船は日曜日の夜遅くまで桟橋につながれていた。"
               "市議会は再開の日をまだ決めていないと町の人々は話している")
        near = han.replace("桟橋", "岸壁")
        other = "新しい図書館は来年の春に開くと市長が述べたが、建物の色はまだ誰にも知らされていないという話である"
        self.put("j.jsonl", json_lines([{"id": str(i), "text": t}
                                        for i, t in enumerate((han, other, near))]))
        kept = [len(r["paragraphs"]) for r in self.records(*NEAR, "j.jsonl")]
        self.assertEqual(kept, [1, 1, 0])


class SameBytes(Near):
    def digest(self, output, workers):
        self.winnow(*NEAR, "--restart", "-o", output, "--workers", str(workers), "in.jsonl")
        return hashlib.sha256(self.get(output)).hexdigest()

    def test_whatever_the_number_of_workers(self):
        for output in ("x.jsonl", "x.msgpack.zst"):
            digests = {self.digest(output, workers) for workers in (1, 2, 4) for _ in range(2)}
            self.assertEqual(len(digests), 1)

    def test_an_index_that_grows_run_by_run_says_what_one_run_says(self):
        lines = self.input.splitlines(keepends=True)
        self.put("a.jsonl", b"".join(lines[:500]))
        self.put("b.jsonl", b"".join(lines[500:]))
        index = ("--index", "file:index")
        both = self.winnow(*NEAR, *index, "a.jsonl").records()
        both += self.winnow(*NEAR, *index, "b.jsonl").records()
        strip = lambda rs: [([p["n"] for p in r["paragraphs"]],
                             [(d["n"], d["why"], d["owner"]["id"], d.get("similarity"))
                              for d in r["dropped"]]) for r in rs]
        self.put("c/a.jsonl", b"".join(lines[:500]))
        self.put("c/b.jsonl", b"".join(lines[500:]))
        self.assertEqual(strip(both), strip(self.records(*NEAR, "c")))


class Index(Near):
    INDEX = ("--index", "file:index")

    def test_it_is_refused_where_the_other_was_used_with_what_helps(self):
        self.winnow(*NEAR, *self.INDEX, "in.jsonl")
        self.assertIn("go on with --dedup near",
                      self.winnow(*self.INDEX, "in.jsonl", status=WRONG).err)
        self.winnow("--index", "file:exact", "in.jsonl")
        self.assertIn("needs an index of its own",
                      self.winnow(*NEAR, "--index", "file:exact", "in.jsonl", status=WRONG).err)

    def test_it_is_verified_and_a_run_taken_back(self):
        other = NearCorpus(72, 200).json_lines() + self.input[:self.input.index(b"\n", 200000) + 1]
        self.put("other.jsonl", other)
        self.winnow(*NEAR, *self.INDEX, "in.jsonl")
        second = self.winnow(*NEAR, *self.INDEX, "other.jsonl").out
        out = self.run_program("winnow", "index", "verify", "file:index").out.decode()
        self.assertIn("whole", out)
        run = [line.split()[1].rstrip(":") for line in out.splitlines() if "newest" in line][0]
        self.run_program("winnow", "index", "take-back", "file:index", run)
        self.assertEqual(self.winnow(*NEAR, *self.INDEX, "other.jsonl").out, second)


    def strip(self, records):
        return [([p["n"] for p in r["paragraphs"]],
                 [(d["n"], d["why"], d["owner"]["id"], d.get("similarity"))
                  for d in r["dropped"]]) for r in records]

    def test_compacted_it_says_the_same_bytes(self):
        lines = self.input.splitlines(keepends=True)
        self.put("a.jsonl", b"".join(lines[:600]))
        self.put("b.jsonl", b"".join(lines[600:]))
        for folder in ("plain", "compacted"):
            self.winnow(*NEAR, "--index", "file:" + folder, "a.jsonl")
        self.run_program("winnow", "index", "compact", "file:compacted")
        self.assertIn("whole", self.run_program("winnow", "index", "verify",
                                                "file:compacted").out.decode())
        plain, compacted = (self.winnow(*NEAR, "--index", "file:" + folder, "b.jsonl").out
                            for folder in ("plain", "compacted"))
        self.assertEqual(compacted, plain)
        near = [d for _, drops in self.strip(chain.parse_records(compacted))
                for d in drops if d[1] == "near"]
        self.assertGreater(len(near), 100)

    def test_what_is_near_a_forgotten_paragraph_is_new(self):
        self.put("a.jsonl", self.input)
        edited = [json.dumps({"id": "again %d" % i, "text": "\n\n".join(
            self.corpus.edited(t) for t in chain.paragraphs_of(d))})
            for i, d in enumerate(self.corpus.documents[:200])]
        self.put("b.jsonl", ("\n".join(edited) + "\n").encode())
        alone = self.strip(self.winnow(*NEAR, "--index", "file:other", "b.jsonl").records())
        for compacts in (False, True):
            folder = "file:index%d" % compacts
            self.winnow(*NEAR, "--index", folder, "a.jsonl")
            self.run_program("winnow", "index", "forget", folder, "--documents", "100000")
            if compacts:
                self.run_program("winnow", "index", "compact", folder)
            self.assertEqual(
                self.strip(self.winnow(*NEAR, "--index", folder, "b.jsonl").records()), alone)

    def test_it_is_not_exported(self):
        self.winnow(*NEAR, *self.INDEX, "in.jsonl")
        said = self.run_program("winnow", "index", "export", "file:index", "x.txt", status=WRONG)
        self.assertIn("copy its folder", said.err)
        self.assertFalse(os.path.exists(self.path("x.txt")))


class Killed(chain.StagesTest):
    def test_dedup_killed_in_the_middle_writes_the_same_bytes(self):
        self.put("in.jsonl", NearCorpus(73, 3000).json_lines())
        calm = self.winnow(*NEAR, "in.jsonl").out
        segment = "index/owners-000001.log"
        size = lambda: os.path.getsize(self.path(segment)) if os.path.exists(
            self.path(segment)) else 0
        dedup = lambda: self.stage("dedup", "--index", "file:index", *NEAR)
        self.stages(["write", "summarize", "summarize"])
        for _ in range(2):
            self.stage("extract", *NEAR)
        process, read, kills = dedup(), self.stage("read", "in.jsonl"), 0
        while read.popen.poll() is None and kills < 4:
            before = size()
            chain.until(lambda: size() > before or read.popen.poll() is not None, "a longer log")
            if read.popen.poll() is not None:
                break
            process.signal(signal.SIGKILL)
            process.wait()
            kills += 1
            process = dedup()
        self.assertEqual(read.wait(), DONE, read.err())
        self.assertGreater(kills, 1)
        self.assertEqual(self.get("out.jsonl"), calm)
        self.stop([process])

    def test_the_whole_run_killed_goes_on_to_the_same_bytes(self):
        self.put("in.jsonl", NearCorpus(74, 3000).json_lines() + b"{]\n")
        dice = random.Random(1)
        command = ("winnow", "run", *NEAR, "--workers", "2", "-o", "x.jsonl", "in.jsonl")
        self.run_program(*command[:-3], "-o", "calm.jsonl", "in.jsonl", status=DEAD_LETTERS)
        for _ in range(6):
            process = self.start(*command)
            enough = dice.randrange(1, 3000000)
            length = lambda: os.path.getsize(self.path("x.jsonl")) if os.path.exists(
                self.path("x.jsonl")) else 0
            chain.until(lambda: length() > enough or process.popen.poll() is not None, "output")
            process.kill()
        self.run_program(*command, status=DEAD_LETTERS)
        self.assertTrue(self.get("x.jsonl") == self.get("calm.jsonl"))


if __name__ == "__main__":
    chain.main()
