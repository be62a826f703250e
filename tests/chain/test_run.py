"""The whole chain on small inputs: what goes in, what comes out, and what is said about it."""
import gzip
import json
import os
import shutil
import subprocess

import msgpack
import xxhash

import chain
from chain import DATA, DEAD_LETTERS, DONE, WRONG, Corpus, json_lines

BALANCE = (r"winnow run: ([\d,]+) documents? in = ([\d,]+) records? out(?: \+ (\d+) empty)? \+ "
           r"(\d+) dead-lettered; ([\d,]+) paragraphs? in = ([\d,]+) kept \+ ([\d,]+) dropped")


class Harbour(chain.ChainTest):
    """An article with a title three times and a line of boilerplate three times."""

    def setUp(self):
        super().setUp()
        shutil.copy(os.path.join(DATA, "harbour.txt"), self.path("harbour.txt"))

    def harbour(self, *args):
        (record,) = self.records(*args, "harbour.txt")
        return record

    def test_repeated_title_is_dropped_with_itself_as_owner(self):
        r = self.harbour()
        dropped = {d["n"]: d for d in r["dropped"]}
        self.assertEqual(sorted(dropped), [1, 2, 12, 16])
        for n, first in ((1, 0), (2, 0), (12, 8), (16, 8)):
            self.assertEqual(dropped[n]["why"], "exact")
            self.assertEqual(dropped[n]["owner"], {"key": r["key"], "id": r["id"], "n": first})
        self.assertEqual([p["n"] for p in r["paragraphs"]],
                         [n for n in range(17) if n not in dropped])
        self.assertEqual(r["title"], r["paragraphs"][0]["text"])

    def test_every_kept_paragraph_is_the_text_of_the_file(self):
        with open(os.path.join(DATA, "harbour.txt"), encoding="utf-8") as f:
            blocks = [" ".join(block.split("\n")) for block in f.read().strip().split("\n\n")]
        r = self.harbour()
        for p in r["paragraphs"]:
            self.assertEqual(p["text"], blocks[p["n"]])
        self.assertEqual(r["stats"]["bytes"], sum(len(b.encode()) for b in blocks))

    def test_names_and_hashes_are_those_of_the_protocol(self):
        r = self.harbour()
        raw = self.get("harbour.txt")
        self.assertEqual(r["id"], "harbour.txt@0:%016x" % xxhash.xxh3_64_intdigest(raw))
        self.assertEqual(r["key"], "%016x" % xxhash.xxh3_64_intdigest(r["id"].encode()))
        self.assertEqual(r["source"], {"path": "harbour.txt", "offset": 0, "length": len(raw)})
        last = r["paragraphs"][-1]
        normal = last["text"].lower().rstrip(".")
        self.assertEqual(last["hash"], xxhash.xxh3_128_hexdigest(normal.encode()))

    def test_headings_are_neither_in_the_summary_nor_in_the_claims(self):
        r = self.harbour("--summary", "20", "--claims", "20")
        headings = {p["n"] for p in r["paragraphs"] if p["kind"] == "heading"}
        self.assertEqual(headings, {0, 4, 9, 13})
        self.assertTrue(r["summary"] and r["claims"])
        for cut in r["summary"] + r["claims"]:
            self.assertNotIn(cut["n"], headings)

    def test_quotations_and_quantities_are_facts_at_their_bytes(self):
        r = self.harbour("--claims", "20")
        self.assert_sentences(r)
        facts = [(f["kind"], f["text"]) for c in r["claims"] for f in c["facts"]]
        self.assertIn(("quotation", "a bridge made of timetables"), facts)
        self.assertIn(("money", "about 340 million kroner"), facts)
        self.assertIn(("share", "more than a quarter"), facts)
        values = {f["text"]: f for c in r["claims"] for f in c["facts"]}
        money = values["about 340 million kroner"]
        self.assertEqual((money["value"], money["unit"], money["approximate"]),
                         (340000000, "NOK", True))
        quarter = values["more than a quarter"]
        self.assertEqual((quarter["value"], quarter["bound"]), (0.25, "more"))
        cars = values["120 cars"]
        self.assertEqual((cars["kind"], cars["value"], cars["unit"]), ("quantity", 120, "car"))

    def test_summary_is_in_document_order_with_ranks_and_parts(self):
        r = self.harbour()
        places = [(s["n"], s["start"]) for s in r["summary"]]
        self.assertTrue(3 <= len(places) <= 5)
        self.assertEqual(places, sorted(places))
        self.assertEqual(sorted(s["rank"] for s in r["summary"]),
                         list(range(1, len(places) + 1)))
        for s in r["summary"]:
            self.assertAlmostEqual(sum(s["parts"].values()), s["score"], places=6)
            self.assertTrue(0 <= s["claim"] <= 1)

    def test_claims_are_best_first(self):
        scores = [c["score"] for c in self.harbour()["claims"]]
        self.assertEqual(len(scores), 5)
        self.assertEqual(scores, sorted(scores, reverse=True))

    def test_stats_add_up_and_the_balance_is_on_standard_error(self):
        result = self.winnow("harbour.txt")
        (r,) = result.records()
        self.assertEqual({k: r["stats"][k] for k in ("paragraphs", "kept", "exact", "near")},
                         {"paragraphs": 17, "kept": 13, "exact": 4, "near": 0})
        self.assert_stats(r)
        self.assertRegex(result.err, "1 document in = 1 record out \\+ 0 dead-lettered; "
                                     "17 paragraphs in = 13 kept \\+ 4 dropped")

    def test_pretty_shows_the_words(self):
        out = self.winnow("--format", "pretty", "harbour.txt").out.decode()
        flat = " ".join(out.split())
        for part in ("summary", "claims"):  # which they are is the model's affair
            for sentence in self.harbour()[part]:
                self.assertIn(" ".join(sentence["text"].split()), flat)
        self.assertIn("Share this article with your friends", flat)  # what was dropped
        self.assertNotIn("\x1b", out)


class Summaries(chain.ChainTest):
    """The forms of --summary, on an article whose length is known by --summary all."""

    def setUp(self):
        super().setUp()
        shutil.copy(os.path.join(DATA, "harbour.txt"), self.path("a.txt"))
        self.all = self.summary("all")

    def summary(self, form, *args):
        (r,) = self.records("--summary", form, *args, "a.txt")
        self.assert_sentences(r)
        return r["summary"]

    def test_all_gives_each_kept_sentence_once_in_order(self):
        (r,) = self.records("--summary", "all", "a.txt")
        covered = {}
        for s in r["summary"]:
            self.assertGreaterEqual(s["start"], covered.get(s["n"], 0))
            covered[s["n"]] = s["end"]
        self.assertEqual([s["n"] for s in r["summary"]], sorted(s["n"] for s in r["summary"]))
        self.assertEqual(sorted(covered), [p["n"] for p in r["paragraphs"]])
        ranks = [s["rank"] for s in r["summary"]]
        self.assertEqual(sorted(ranks), list(range(1, len(ranks) + 1)))
        headings = {p["n"] for p in r["paragraphs"] if p["kind"] == "heading"}
        worst = [s["n"] for s in sorted(r["summary"], key=lambda s: s["rank"])][-len(headings):]
        self.assertEqual(set(worst), headings)

    def test_a_number_is_so_many_sentences_and_what_adds_nothing_ends_them(self):
        chosen = {n: {s["text"]: s["rank"] for s in self.summary(str(n))} for n in (1, 3, 7, 99)}
        self.assertEqual(len(chosen[1]), 1)
        self.assertEqual(len(chosen[3]), 3)
        self.assertTrue(3 <= len(chosen[7]) <= 7)
        self.assertLess(len(chosen[99]), len(self.all))
        self.assertLessEqual(chosen[1].items(), chosen[3].items())
        self.assertLessEqual(chosen[3].items(), chosen[99].items())

    def test_words_and_bytes_are_limits(self):
        words = self.summary("60w")
        self.assertTrue(0 < sum(len(s["text"].split()) for s in words) <= 60)
        text = self.summary("400b")
        self.assertTrue(0 < sum(len(s["text"].encode()) for s in text) <= 400)

    def test_per_cent_is_a_share_of_the_sentences(self):
        self.assertTrue(0 < len(self.summary("20%")) < len(self.summary("60%")) < len(self.all))

    def test_zero_is_none_and_claims_can_be_none(self):
        (r,) = self.records("--summary", "0", "--claims", "0", "a.txt")
        self.assertEqual((r["summary"], r["claims"]), ([], []))

    def test_nonsense_is_refused(self):
        for form in ("5x", "-1", "", "w", "110%"):
            self.winnow("--summary=" + form, "a.txt", status=WRONG)


class Sources(chain.ChainTest):
    def ids(self, *args, **options):
        return [r["id"] for r in self.records(*args, **options)]

    def test_several_sources_are_one_sequence(self):
        corpus = Corpus(11, 60)
        for i in range(3):
            self.put("part%d.jsonl" % i, json_lines(corpus.documents[20 * i:20 * i + 20]))
        records = self.records("part1.jsonl", "part0.jsonl", "part2.jsonl")
        d = corpus.documents
        self.assert_verdicts(records, d[20:40] + d[:20] + d[40:])
        self.assertEqual(len({r["key"] for r in records}), 60)
        for r in records:
            self.assert_stats(r)
            self.assert_sentences(r)

    def test_folders_are_sorted_bytewise(self):
        names = ["f/a.txt", "f/Z.txt", "f/a/b.txt", "f/a-b.txt", "f/10.txt", "f/9.txt", "f/é.txt",
                 "f/e.txt", "f/z/y/x.txt"]
        for name in names:
            self.put(name, "A text of its own, which is that of %s and of no other.\n" % name)
        os.symlink("a.txt", self.path("f/m-link.txt"))
        got = [r["source"]["path"] for r in self.records("f")]
        # entry by entry: a folder stands where its own name sorts
        self.assertEqual(got, ["f/10.txt", "f/9.txt", "f/Z.txt", "f/a/b.txt", "f/a-b.txt",
                               "f/a.txt", "f/e.txt", "f/m-link.txt", "f/z/y/x.txt", "f/é.txt"])

    def test_standard_input_is_a_source_among_others(self):
        self.put("a.txt", "The first text comes from a file of its own.\n")
        records = self.records("a.txt", "-", "a.txt", input="The second one comes by a pipe.\n")
        self.assertEqual([r["source"]["path"] for r in records], ["a.txt", "stdin:1", "a.txt"])
        # the same occurrence a second time is the same document: it stays whole
        self.assertEqual(len(records[2]["paragraphs"]), 1)
        self.assertEqual(records[0]["key"], records[2]["key"])

    def test_standard_input_has_the_name_it_is_given(self):
        (r,) = self.records("--source-name", "feed", "-", input="One text that comes by a pipe.\n")
        self.assertEqual(r["source"]["path"], "feed")
        self.assertTrue(r["id"].startswith("feed@0:"))

    def test_standard_input_twice_is_refused(self):
        self.winnow("-", "-", input="x", status=WRONG)

    def test_an_empty_folder_is_no_fault(self):
        os.mkdir(self.path("empty"))
        result = self.winnow("empty")
        self.assertEqual(result.out, b"")
        self.assertIn("0 documents in = 0 records out", result.err)

    def test_the_output_in_the_folder_is_no_source(self):
        self.put("f/a.txt", "A text in the folder into which the output goes as well.\n")
        for _ in range(2):
            self.winnow("--restart", "-o", "f/out.jsonl", "f")
            self.assertEqual(len(self.get("f/out.jsonl").splitlines()), 1)
        self.assertIn("0 new documents", self.winnow("-o", "f/out.jsonl", "f").err)

    def test_a_source_is_never_overwritten(self):
        """`winnow run -o X --force X` must not destroy X."""
        given = json_lines(Corpus(12, 3).documents)
        self.put("x.jsonl", given)
        self.winnow("-o", "x.jsonl", "--force", "x.jsonl", status=WRONG)
        self.assertEqual(self.get("x.jsonl"), given)

    def test_a_uri_that_is_no_source_is_refused_by_name(self):
        result = self.winnow("redis://here/queue", status=WRONG)
        self.assertIn("redis://here/queue", result.err)


class Compression(chain.ChainTest):
    """.gz and .zst of each form, known by their first bytes."""

    def setUp(self):
        super().setUp()
        self.corpus = Corpus(13, 40)

    def check_all(self, plain):
        expected = self.winnow("--source-name", "s", "-", input=plain).out
        self.assertTrue(expected)
        for packed in (gzip.compress(plain), chain.zstd(plain),
                       gzip.compress(plain[:1000]) + gzip.compress(plain[1000:]),
                       chain.zstd(plain[:1000]) + chain.zstd(plain[1000:])):
            got = self.winnow("--source-name", "s", "-", input=packed).out
            self.assertEqual(got, expected)
            self.put("misnamed.bin", packed)
            by_file = chain.parse_records(self.winnow("misnamed.bin").out)
            self.assertEqual([(r["paragraphs"], r["summary"]) for r in by_file],
                             [(r["paragraphs"], r["summary"])
                              for r in chain.parse_records(expected)])

    def test_text(self):
        self.check_all("\n\n".join(self.corpus.pool[:50]).encode())

    def test_json_lines(self):
        self.check_all(self.corpus.json_lines())

    def test_msgpack(self):
        self.check_all(b"".join(msgpack.packb(d) for d in self.corpus.documents))

    def test_a_name_that_promises_compression_proves_nothing(self):
        self.put("plain.jsonl.gz", self.corpus.json_lines())
        self.assertEqual(len(self.records("plain.jsonl.gz")), 40)


class Forms(chain.ChainTest):
    """MessagePack in and out, and our own records as input."""

    def setUp(self):
        super().setUp()
        self.corpus = Corpus(14, 80)
        self.put("in.jsonl", self.corpus.json_lines())

    def test_msgpack_in_is_as_json_in(self):
        packed = b"".join(msgpack.packb(d) for d in self.corpus.documents)
        from_json = self.records("--source-name", "s", "in.jsonl")
        from_packed = self.records("--source-name", "s", "-", input=packed)
        for a, b in zip(from_json, from_packed, strict=True):
            for field in ("id", "title", "meta", "paragraphs", "summary", "claims", "stats"):
                self.assertEqual(a[field], b[field])

    def test_msgpack_out_is_as_json_out(self):
        json_out = self.winnow("in.jsonl").out
        packed = self.winnow("--format", "msgpack", "in.jsonl").out
        self.assertEqual(chain.parse_records(packed), chain.parse_records(json_out))
        raw = chain.unpack_all(packed)
        self.assertEqual(next(iter(raw[0])), "v")
        self.assertIsInstance(raw[0]["paragraphs"][0]["hash"], bytes)
        self.assertTrue(all(isinstance(s["score"], int) for r in raw for s in r["summary"]))

    def test_the_name_chooses_the_form(self):
        expected = self.records("in.jsonl")
        for name, magic in (("x.msgpack", None), ("x.jsonl", b"{"), ("x.jsonl.gz", b"\x1f\x8b"),
                            ("x.jsonl.zst", b"\x28\xb5\x2f\xfd"),
                            ("x.msgpack.gz", b"\x1f\x8b"),
                            ("x.msgpack.zst", b"\x28\xb5\x2f\xfd")):
            with self.subTest(name):
                self.assertEqual(self.winnow("-o", name, "in.jsonl").out, b"")
                data = self.get(name)
                if magic is not None:
                    self.assertEqual(data[:len(magic)], magic)
                self.assertEqual(chain.decompress(data)[:1] == b"{", "jsonl" in name)
                self.assertEqual(chain.parse_records(data), expected)

    def test_own_records_are_valid_input(self):
        first = {}
        for name in ("x.jsonl", "x.msgpack"):
            self.winnow("-o", name, "in.jsonl")
            first[name] = chain.parse_records(self.get(name))
        for name, given in first.items():
            with self.subTest(name):
                again = self.records(name)
                for a, b in zip(given, again, strict=True):
                    self.assertEqual([(p["n"], p["kind"], p["text"], p["hash"])
                                      for p in a["paragraphs"]],
                                     [(p["n"], p["kind"], p["text"], p["hash"])
                                      for p in b["paragraphs"]])
                    for field in ("id", "meta", "title", "url", "published"):
                        self.assertEqual(a.get(field), b.get(field))
                    self.assertEqual(b["dropped"], [])

    def test_cat_prints_json_lines_of_every_form(self):
        expected = self.winnow("in.jsonl").out
        for name in ("x.jsonl", "x.msgpack", "x.jsonl.gz", "x.msgpack.gz", "x.msgpack.zst"):
            self.winnow("-o", name, "in.jsonl")
            self.assertEqual(self.run_program("winnow", "cat", name).out, expected, name)
        both = self.run_program("winnow", "cat", "x.jsonl", "x.msgpack").out
        self.assertEqual(both, expected + expected)
        self.assertEqual(self.run_program("winnow", "cat", "-", input=expected).out, expected)
        self.run_program("winnow", "cat", "missing.jsonl", status=WRONG)

    def test_claims_prints_a_table_of_every_form(self):
        tables = set()
        for name in ("x.jsonl", "x.msgpack", "x.jsonl.gz", "x.msgpack.zst"):
            self.winnow("-o", name, "in.jsonl")
            tables.add(self.run_program("winnow", "claims", name).out)
        self.assertEqual(len(tables), 1)
        table = tables.pop().decode()
        records = chain.parse_records(self.get("x.jsonl"))
        for r in records:
            for claim in r["claims"]:
                self.assertIn(claim["text"], table)
        self.assertIn("[doc-14-0]", table)

    def test_mapped_fields(self):
        mapped = [{"name": d["id"], "headline": d["title"],
                   "body_text": "\n".join(chain.paragraphs_of(d))}
                  for d in self.corpus.documents[:5]]
        self.put("other.jsonl", json_lines(mapped))
        records = self.records("--map", "name=id,headline=title,body_text=text", "other.jsonl")
        for r, d in zip(records, self.corpus.documents, strict=False):
            self.assertEqual((r["id"], r["title"], r["meta"]), (d["id"], d["title"], {}))
        result = self.winnow("other.jsonl", status=DEAD_LETTERS)
        self.assertIn("--map", result.err)
        self.winnow("--map", "nonsense", "other.jsonl", status=WRONG)

    def test_unknown_fields_are_meta_untouched(self):
        meta = {"b": {"deep": [1, 2.5, None, {"x": "ü"}]}, "a": "z", "n": -7, "empty": {}, "": []}
        self.put("m.jsonl", json_lines([{"text": "A text of one line.", **meta}]))
        (r,) = self.records("m.jsonl")
        self.assertEqual(r["meta"], meta)
        self.assertEqual(list(r["meta"]), list(meta))


class Options(chain.ChainTest):
    def setUp(self):
        super().setUp()
        self.corpus = Corpus(15, 50)
        self.put("in.jsonl", self.corpus.json_lines())

    def test_the_environment_sets_options_and_the_flag_wins(self):
        texts = [{"id": str(i), "text": "Fifteen letters"} for i in range(2)]
        self.put("short.jsonl", json_lines(texts))
        kept = lambda *a, **o: [len(r["paragraphs"]) for r in self.records(*a, **o)]
        self.assertEqual(kept("short.jsonl"), [1, 1])
        self.assertEqual(kept("short.jsonl", env={"WINNOW_MIN_CHARS": "10"}), [1, 0])
        self.assertEqual(kept("--min-chars", "20", "short.jsonl",
                              env={"WINNOW_MIN_CHARS": "10"}), [1, 1])
        result = self.winnow("short.jsonl", env={"WINNOW_MIN_CHARS": "ten"}, status=WRONG)
        self.assertIn("WINNOW_MIN_CHARS", result.err)

    def test_an_unknown_variable_is_named_once(self):
        result = self.winnow("in.jsonl", env={"WINNOW_NONSENSE": "1"})
        self.assertEqual(result.err.count("WINNOW_NONSENSE"), 1)
        self.assertIn("warning", result.err)

    def test_an_output_without_its_state_needs_force(self):
        self.winnow("-o", "x.jsonl", "in.jsonl")
        shutil.rmtree(self.path("x.jsonl.winnow"))
        before = self.get("x.jsonl")
        self.put("one.txt", "Another text, which is of no other document.\n")
        result = self.winnow("-o", "x.jsonl", "one.txt", status=WRONG)
        self.assertIn("--force", result.err)
        self.assertEqual(self.get("x.jsonl"), before)
        self.winnow("--force", "-o", "x.jsonl", "one.txt")
        self.assertEqual(len(self.get("x.jsonl").splitlines()), 1)

    def test_mark_keeps_all_and_says_which_repeat(self):
        marked = self.records("--action", "mark", "in.jsonl")
        dropped = self.records("in.jsonl")
        for m, d, given in zip(marked, dropped, self.corpus.documents, strict=True):
            self.assertEqual([p["text"] for p in m["paragraphs"]], chain.paragraphs_of(given))
            self.assertEqual(m["dropped"], d["dropped"])
            self.assertEqual(m["stats"], d["stats"])
            self.assert_stats(m, "mark")
            self.assert_sentences(m)

    def test_summarize_document_says_what_is_new(self):
        records = self.records("--action", "mark", "--summarize", "document", "--summary", "all",
                               "in.jsonl")
        for r in records:
            repeats = {d["n"] for d in r["dropped"]}
            for s in r["summary"]:
                self.assertEqual(s["new"], s["n"] not in repeats, r["id"])

    def test_same_document_by_id_leaves_an_edited_version_whole(self):
        old = ["A first paragraph that both versions have, word for word.",
               "A second paragraph that only the older version has in it.",
               "A third paragraph that both versions have, word for word."]
        new = [old[0], "A second paragraph that was edited for the newer version.", old[2]]
        documents = [{"id": "a", "url": "https://x.example/a", "text": "\n".join(old)},
                     {"id": "b", "url": "https://x.example/b", "text": old[0]},
                     {"id": "a", "url": "https://x.example/a", "text": "\n".join(new)}]
        self.put("v.jsonl", json_lines(documents))
        kept = lambda *a: [[p["n"] for p in r["paragraphs"]] for r in self.records(*a, "v.jsonl")]
        self.assertEqual(kept(), [[0, 1, 2], [], [1]])
        self.assertEqual(kept("--same-document", "id"), [[0, 1, 2], [], [0, 1, 2]])
        self.assertEqual(kept("--same-document", "url"), [[0, 1, 2], [], [0, 1, 2]])

    def test_dropped_text(self):
        texts = {d["id"]: chain.paragraphs_of(d) for d in self.corpus.documents}
        for r in self.records("--dropped-text", "all", "in.jsonl"):
            for d in r["dropped"]:
                self.assertEqual(d["text"], texts[r["id"]][d["n"]])
        for form in ("near", "none"):
            for r in self.records("--dropped-text", form, "in.jsonl"):
                self.assertFalse(any("text" in d for d in r["dropped"]))

    def test_empty_documents_are_kept_or_skipped_and_counted(self):
        text = "One paragraph that two documents have, and nothing else."
        self.put("two.jsonl", json_lines([{"id": i, "text": text} for i in "ab"]))
        result = self.winnow("two.jsonl")
        self.assertEqual([len(r["paragraphs"]) for r in result.records()], [1, 0])
        result = self.winnow("--empty", "skip", "two.jsonl")
        self.assertEqual([r["id"] for r in result.records()], ["a"])
        self.assertRegex(result.err, "2 documents in = 1 record out \\+ 1 empty \\+ 0 dead")

    def test_dedup_off_keeps_everything(self):
        for r, d in zip(self.records("--dedup", "off", "in.jsonl"), self.corpus.documents,
                        strict=True):
            self.assertEqual([p["text"] for p in r["paragraphs"]], chain.paragraphs_of(d))
            self.assertEqual(r["dropped"], [])

    def test_min_chars_zero_drops_short_repeats(self):
        self.put("s.jsonl", json_lines([{"id": i, "text": "Yes."} for i in "ab"]))
        kept = [len(r["paragraphs"]) for r in self.records("--min-chars", "0", "s.jsonl")]
        self.assertEqual(kept, [1, 0])

    def test_paragraphs_by_line_or_by_blank_line(self):
        self.put("p.txt", "first line\nsecond line\n\nthird line\n")
        texts = lambda *a: [p["text"] for p in self.records(*a, "p.txt")[0]["paragraphs"]]
        self.assertEqual(texts(), ["first line second line", "third line"])
        self.assertEqual(texts("--paragraphs", "line"), ["first line", "second line", "third line"])

    def test_input_form_can_be_forced(self):
        self.put("braces.txt", "{ this is no JSON but a text with a brace }\n")
        (r,) = self.records("--input", "text", "braces.txt")
        self.assertEqual(r["paragraphs"][0]["text"], "{ this is no JSON but a text with a brace }")

    def test_log_as_json(self):
        result = self.winnow("--log", "json", "in.jsonl", env={"WINNOW_NONSENSE": "1"})
        lines = [json.loads(line) for line in result.err.splitlines()]
        self.assertTrue(any("WINNOW_NONSENSE" in line["message"] for line in lines))


class Reports(chain.ChainTest):
    """What a run says about itself: exit status, balance, run.json."""

    def setUp(self):
        super().setUp()
        self.corpus = Corpus(16, 120)
        self.put("in.jsonl", self.corpus.json_lines())

    def report(self, name):
        return json.loads(self.get(name + ".winnow/run.json"))

    def test_run_json_tells_what_happened(self):
        self.put("bad.jsonl", b"{\"text\": \"whole\"}\n{\"text\": \n")
        self.winnow("-o", "x.jsonl", "--claims", "2", "in.jsonl", "bad.jsonl",
                    status=DEAD_LETTERS)
        report = self.report("x.jsonl")
        self.assertEqual(report["exit"], DEAD_LETTERS)
        self.assertEqual(report["inputs"], ["in.jsonl", "bad.jsonl"])
        self.assertEqual(report["options"]["claims"], "2")
        self.assertRegex(report["started"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertTrue(report["version"])
        counts = report["counts"]
        totals = counts["totals"]
        records = chain.parse_records(self.get("x.jsonl"))
        self.assertEqual(totals["documents"], 122)
        self.assertEqual(totals["records"], len(records))
        self.assertEqual(totals["refused"], 1)
        for field in ("paragraphs", "kept", "exact", "near"):
            self.assertEqual(totals[field], sum(r["stats"][field] for r in records))
        self.assertEqual(totals["bytes_out"], len(self.get("x.jsonl")))
        self.assertEqual(counts["by_source"], {"in.jsonl": 120, "bad.jsonl": 2})
        self.assertEqual(counts["by_reason"], {"bad-json": 1})
        self.assertEqual(counts["by_site"],
                         {"gazette.example": sum("url" in d for d in self.corpus.documents)})

    def test_the_balance_is_that_of_the_records(self):
        result = self.winnow("in.jsonl")
        numbers = [int(n.replace(",", "")) for n in
                   chain.re.search(BALANCE, result.err).group(1, 2, 5, 6, 7)]
        records = result.records()
        stats = [sum(r["stats"][f] for r in records) for f in ("paragraphs", "kept", "exact")]
        self.assertEqual(numbers, [120, 120] + stats)
        self.assertEqual(stats[0], sum(len(chain.paragraphs_of(d)) for d in self.corpus.documents))

    def test_exit_statuses(self):
        self.winnow("in.jsonl", status=DONE)
        self.put("bad.jsonl", b"{]\n")
        self.winnow("in.jsonl", "bad.jsonl", status=DEAD_LETTERS)
        for wrong in (["--no-such-option", "in.jsonl"], [], ["--claims", "many", "in.jsonl"],
                      ["--dedup", "magic", "in.jsonl"], ["--index", "nowhere", "in.jsonl"],
                      ["--workers", "1000", "in.jsonl"]):
            self.winnow(*wrong, status=WRONG)
        self.run_program("winnow", status=WRONG)
        self.run_program("winnow", "no-such-command", status=WRONG)
        self.run_program("winnow-read", "in.jsonl", status=WRONG)
        self.run_program("winnow-extract", "in.jsonl", status=WRONG)

    def test_help_and_version(self):
        self.assertIn(b"--min-chars", self.run_program("winnow", "run", "--help").out)
        self.assertIn(b"run", self.run_program("winnow", "--help").out)
        self.assertIn(b"winnow", self.run_program("winnow", "--version").out)
        for stage in ("read", "extract", "dedup", "summarize", "write"):
            self.assertIn(b"--", self.run_program("winnow", stage, "--help").out)

    def test_nothing_is_left_behind(self):
        self.winnow("-o", "x.jsonl", "in.jsonl")
        self.assertEqual(os.listdir(self.path("run")), [])
        self.assertEqual(sorted(os.listdir(self.path("x.jsonl.winnow"))),
                         ["checkpoint", "index", "inputs", "lock", "run.json"])
        self.assertFalse(os.path.exists(self.path("x.jsonl.dead.jsonl")))

    def test_dead_letters_of_an_earlier_run_do_not_stay(self):
        self.put("bad.jsonl", b"{]\n")
        self.winnow("-o", "x.jsonl", "bad.jsonl", status=DEAD_LETTERS)
        self.assertEqual(len(self.dead_letters("x.jsonl.dead.jsonl")), 1)
        self.winnow("-o", "x.jsonl", "--restart", "in.jsonl")
        self.assertFalse(os.path.exists(self.path("x.jsonl.dead.jsonl")))

    def test_records_go_on_where_standard_output_stands(self):
        """`>>` appends; a file that is standard output keeps what it has."""
        self.put("log.jsonl", b"{}\n")
        with open(self.path("log.jsonl"), "ab") as out:
            process = self.start("winnow", "run", "in.jsonl", stdout=out)
            self.assertEqual(process.wait(), DONE)
        lines = self.get("log.jsonl").splitlines()
        self.assertEqual((lines[0], len(lines)), (b"{}", 121))

    def test_a_pipe_gets_the_bytes_of_a_file(self):
        process = self.start("winnow", "run", "in.jsonl", stdout=subprocess.PIPE)
        out = process.read_all()
        self.assertEqual(process.wait(), DONE)
        self.winnow("-o", "x.jsonl", "in.jsonl")
        self.assertEqual(out, self.get("x.jsonl"))


if __name__ == "__main__":
    chain.main()
