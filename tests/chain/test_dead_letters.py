"""Dead letters: shown, passed over, and sent through again as the documents they were."""
import base64
import gzip
import json

import msgpack
import xxhash

import chain
from chain import DEAD_LETTERS, DONE, WRONG, Corpus

MOVED = "A text of some words in a field that nobody knew the first time, number %d."


class DeadLetters(chain.ChainTest):
    def put_archive(self):
        """Bad documents of every kind between good ones: the arguments of a run over them."""
        lines = Corpus(71, 60).json_lines().splitlines(True)
        for i in range(0, 60, 10):
            lines.insert(i, json.dumps({"moved": MOVED % i}).encode() + b"\n")
        lines[25:25] = [b"{broken\n", b"[1]\n", b"{\"text\": \"caf\xe9\", \"paragraphs\": 5}\r\n"]
        self.put("a.jsonl", b"".join(lines))
        self.put("b.msgpack", b"".join(map(msgpack.packb, ({"id": "good", "text": "A text."}, {
            "moved": MOVED % 99}, {"text": 7}))) + b"\x81\xa1")
        self.put("many.txt", b"a\n" * ((1 << 20) + 1))
        self.put("cut.jsonl.gz", gzip.compress(Corpus(72, 300).json_lines())[:20000])
        self.put("large.jsonl", b"{\"text\": \"" + b"large " * 1000000 + b"\"}\n")
        return ["--max-document", "4M", "a.jsonl", "b.msgpack", "many.txt", "cut.jsonl.gz",
                "missing.txt", "large.jsonl"]

    def letter(self, raw, kept, **changes):
        """One as write prints it, whose raw bytes are there or not."""
        occurrence = "in.jsonl@5:%s" % xxhash.xxh3_64_hexdigest(raw if kept else b"")
        return {"v": 1, "id": occurrence, "key": xxhash.xxh3_64_hexdigest(occurrence.encode()),
                "source": {"path": "in.jsonl", "offset": 5, "length": len(raw)}, "form": "json",
                "stage": "read", "reason": "too-large", "detail": "over it", "attempts": 1,
                "raw_b64": base64.b64encode(raw).decode() if kept else "", **changes}

    def test_what_is_refused_again_is_the_same_dead_letter(self):
        self.winnow("-o", "x.jsonl", *self.put_archive(), status=DEAD_LETTERS)
        letters = self.dead_letters("x.jsonl.dead.jsonl")
        self.assertEqual({d["reason"] for d in letters}, {
            "bad-json", "bad-msgpack", "damaged", "too-large", "too-many-paragraphs", "unreadable"})
        again = self.winnow("-o", "y.jsonl", "x.jsonl.dead.jsonl", status=DEAD_LETTERS)
        self.assertEqual(self.get("y.jsonl"), b"")
        self.assertRegex(again.err, "%d documents in = 0 records out \\+ %d dead" % (
            len(letters), len(letters)))
        for first, second in zip(letters, self.dead_letters("y.jsonl.dead.jsonl"), strict=True):
            self.assertEqual(second, first)

    def test_what_can_be_read_now_is_the_document_it_was(self):
        """As if the first run had been right at once."""
        archive = self.put_archive()
        records, _ = self.letters("--map", "moved=text", *archive)
        wanted = [r for r in records if MOVED[:20] in json.dumps(r["paragraphs"])]
        self.assertEqual(len(wanted), 7)
        self.letters(*archive)
        for name in ("x.jsonl.dead.jsonl", "packed"):
            self.put("packed", gzip.compress(self.get("x.jsonl.dead.jsonl")))
            got = self.records("--map", "moved=text", name, status=DEAD_LETTERS)
            self.assertEqual(got, wanted)

    def test_in_the_index_it_is_the_same_document(self):
        self.put("in.jsonl", json.dumps({"moved": MOVED % 1}) + "\n")
        args = ["--index", "file:seen", "--map"]
        self.winnow(*args, "other=text", "--dead-letters", "dead.jsonl", "in.jsonl",
                    status=DEAD_LETTERS)
        (first,) = self.records(*args, "moved=text", "dead.jsonl")
        (second,) = self.records(*args, "moved=text", "dead.jsonl")
        (third,) = self.records(*args, "moved=text", "in.jsonl")
        self.assertEqual((first["stats"]["kept"], first), (1, second))
        self.assertEqual(first, third)

    def test_one_that_was_too_large_comes_through_if_its_bytes_were_kept(self):
        raw = json.dumps({"text": "A large text. " * 1000}).encode()
        kept, lost = self.letter(raw, True), self.letter(raw, False)
        self.put("dead.jsonl", chain.json_lines([kept, lost]))
        records, letters = self.letters("dead.jsonl")
        self.assertEqual([(r["id"], r["key"], r["source"]) for r in records],
                         [(kept["id"], kept["key"], kept["source"])])
        self.assertEqual(letters, [lost])
        records, letters = self.letters("--max-document", "10k", "dead.jsonl")
        self.assertEqual((records, letters[1]), ([], lost))
        self.assertEqual((letters[0]["reason"], letters[0]["source"]["path"]),
                         ("too-large", "dead.jsonl"))

    def test_one_that_was_changed_is_no_document_of_another_place(self):
        """Nobody's text can pass for another document, and none becomes an empty one."""
        raw = b"{\"text\": \"A text that is fine.\"}"
        good = self.letter(raw, True)
        forged = [{**good, "source": {**good["source"], "offset": 6}}, {**good, "key": "0" * 16},
                  {**good, "raw_b64": base64.b64encode(raw + b" ").decode()},
                  {**good, "raw_b64": "*"}, {**good, "form": "page"}]
        self.put("dead.jsonl", chain.json_lines([good, *forged]))
        records, letters = self.letters("dead.jsonl")
        self.assertEqual([r["key"] for r in records], [good["key"]])
        self.assertEqual([(d["reason"], d["source"]["path"]) for d in letters],
                         [("bad-json", "dead.jsonl")] * len(forged))

    def test_a_run_does_not_overwrite_those_that_it_is_to_read(self):
        self.put("in.jsonl", b"{broken\n")
        self.letters("in.jsonl")
        before = self.get("x.jsonl.dead.jsonl")
        result = self.winnow("--force", "-o", "x.jsonl", "x.jsonl.dead.jsonl", status=WRONG)
        self.assertIn("x.jsonl.dead.jsonl is a source and", result.err)
        self.assertEqual(self.get("x.jsonl.dead.jsonl"), before)

    def test_cat_shows_them_and_claims_passes_over_them(self):
        self.put("in.jsonl", b"{\"text\": \"The harbour will buy six ferries.\"}\n{broken\n{}\n")
        self.winnow("-o", "x.jsonl", "--dead-letters", "dead.jsonl.gz", "in.jsonl",
                    status=DEAD_LETTERS)
        letters = gzip.decompress(self.get("dead.jsonl.gz"))
        self.put("dead.jsonl", letters)
        self.assertEqual(len(letters.splitlines()), 2)
        table = self.run_program("winnow", "claims", "x.jsonl").out
        self.assertIn(b"ferr", table)
        for name in ("dead.jsonl", "dead.jsonl.gz"):
            with self.subTest(name):
                self.assertEqual(self.run_program("winnow", "cat", name).out, letters)
                claims = self.run_program("winnow", "claims", name, "x.jsonl", status=DONE)
                self.assertEqual(claims.out, table)
                self.assertIn("winnow claims: 2 dead letters", claims.err)


if __name__ == "__main__":
    chain.main()
