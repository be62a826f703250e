"""Bytes that are not what they should be, from files and from disks."""
import base64
import ctypes
import gzip
import json
import os
import subprocess

import msgpack

import chain
from chain import DEAD_LETTERS, DONE, FAULT, WRONG, Corpus, json_lines

NOBODY = 65534


class Documents(chain.ChainTest):
    def test_a_text_that_is_no_utf8(self):
        raw = b"A first line that is fine.\nA caf\xe9 and \xff\xfe bytes, then an end.\n"
        self.put("latin.txt", raw)
        result = self.winnow("latin.txt")
        (r,) = result.records()
        self.assertEqual(r["paragraphs"][1]["text"], "A caf\ufffd and \ufffd\ufffd bytes, then an end.")
        self.assertRegex(result.err, "warning: latin.txt.*UTF-8.*byte %d" % raw.index(b"\xe9"))
        self.assert_sentences(r)
        self.assertRegex(self.winnow("--format", "msgpack", "latin.txt").err, "UTF-8")

    def test_a_record_that_is_no_utf8_is_named_by_its_file(self):
        """An id says little where to look: the warning must name the file and the place."""
        first = b"{\"id\": \"one\", \"text\": \"fine\"}\n"
        self.put("latin.jsonl", first + b"{\"id\": \"two\", \"text\": \"caf\xe9\", \"k\xff\": 1}\n")
        result = self.winnow("latin.jsonl")
        records = result.records()
        self.assertEqual(records[1]["paragraphs"][0]["text"], "caf\ufffd")
        self.assertEqual(records[1]["meta"], {"k\ufffd": 1})
        self.assertRegex(result.err, "UTF-8")
        self.assertRegex(result.err, "latin.jsonl.*%d" % len(first))

    def test_broken_utf8_of_every_kind_becomes_valid(self):
        bad = [b"\x80", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
               b"\xf0\x9f\x9a", b"\xc3", b"\xf8\x88\x80\x80\x80"]
        lines = [b"%d before %s after" % (i, b) for i, b in enumerate(bad)]
        self.put("bad.txt", b"\n".join(lines))
        (r,) = self.records("bad.txt")
        for p, line in zip(r["paragraphs"], lines, strict=True):
            self.assertEqual(p["text"], line.decode("utf-8", "replace"))

    def test_a_broken_line_among_good_ones(self):
        lines = [b"{\"id\": \"a\", \"text\": \"The first text.\"}", b"{\"id\": \"b\", \"text\": \"cut",
                 b"{\"id\": \"c\", \"text\": \"The third text.\"}", b"not JSON at all",
                 b"[\"an array\"]", b"{\"text\": 5}", b"{\"no\": \"text\"}",
                 b"{\"id\": \"h\", \"text\": \"The last text.\"} trailing",
                 b"{\"id\": \"i\", \"text\": \"The last text.\"}"]
        self.put("mixed.jsonl", b"\n".join(lines))
        records, letters = self.letters("mixed.jsonl")
        self.assertEqual([r["id"] for r in records], ["a", "c", "i"])
        self.assertEqual(len(letters), 6)
        offset, at = 0, iter(letters)
        for line in lines:
            if line not in (lines[0], lines[2], lines[8]):
                letter = next(at)
                self.assertEqual(letter["source"], {"path": "mixed.jsonl", "offset": offset,
                                                    "length": len(line)})
                self.assertEqual(base64.b64decode(letter["raw_b64"]), line)
                self.assertEqual((letter["stage"], letter["reason"]), ("extract", "bad-json"))
                self.assertTrue(letter["detail"])
            offset += len(line) + 1

    def test_a_broken_line_is_named_on_standard_error(self):
        self.put("mixed.jsonl", b"{\"text\": \"fine\"}\n{broken\n")
        result = self.winnow("mixed.jsonl", status=DEAD_LETTERS)
        self.assertRegex(result.err, "mixed.jsonl.*byte 17.*bad-json")
        self.assertEqual(len(result.records()), 1)
        self.assertRegex(result.err, "2 documents in = 1 record out \\+ 1 dead-lettered")

    def test_dead_letters_go_where_they_are_sent(self):
        self.put("mixed.jsonl", b"{\"text\": \"fine\"}\n{broken\n")
        self.winnow("--dead-letters", "dead.jsonl", "mixed.jsonl", status=DEAD_LETTERS)
        (letter,) = self.dead_letters("dead.jsonl")
        self.assertEqual(letter["source"]["offset"], 17)

    def test_numbers_and_strings_come_out_as_they_went_in(self):
        values = ["12345678901234567890", "123456789012345678901234567890", "-9223372036854775809",
                  "18446744073709551616", "1.50", "-0", "-0.0", "1e400", "1E5", "0.1",
                  "1.0", "100", "1e-7", "3.141592653589793238462643", "\"\\u0000\"", "\"a\\u0000b\"",
                  "\"\\ud83d\\udea2\"", "\"\"", "null", "true", "[]", "{}", "\"\\\"\\\\\\/\\b\\n\""]
        self.put("n.jsonl", "".join("{\"text\": \"A text.\", \"id\": \"%d\", \"field\": %s}\n" % item
                                    for item in enumerate(values)))
        out = self.winnow("n.jsonl").out
        for value, line in zip(values, out.splitlines(), strict=True):
            with self.subTest(value):
                if value[0] in "\"":
                    self.assertEqual(json.loads(line)["meta"], {"field": json.loads(value)})
                else:
                    self.assertIn(b"\"meta\": {\"field\": %s}" % value.encode(), line)
        self.winnow("-o", "n.msgpack", "n.jsonl")
        self.assertEqual(self.run_program("winnow", "cat", "n.msgpack").out, out)
        # and once more through our own records
        self.put("own.jsonl", out)
        metas = lambda text: [json.loads(line, parse_float=str, parse_int=str)["meta"]
                              for line in text.splitlines()]
        for name in ("n.msgpack", "own.jsonl"):
            self.assertEqual(metas(self.winnow(name).out), metas(out))

    def test_surrogates_alone_become_replacement_characters(self):
        self.put("s.jsonl", b"{\"text\": \"lone \\ud800 and \\udc00, pair \\ud83d\\udea2\"}\n")
        (r,) = self.records("s.jsonl")
        self.assertEqual(r["paragraphs"][0]["text"], "lone \ufffd and \ufffd, pair \U0001f6a2")

    def test_nul_bytes(self):
        self.put("nul.txt", b"A \0 byte in a text.\n\0\0\n\nAn end.\0\n")
        (r,) = self.records("nul.txt")
        texts = [p["text"] for p in r["paragraphs"]]
        self.assertIn("A \0 byte in a text.", texts[0])
        self.assert_sentences(r)
        packed = chain.parse_records(self.winnow("--format", "msgpack", "nul.txt").out)
        self.assertEqual(packed[0]["paragraphs"], r["paragraphs"])
        self.put("nul.jsonl", b"{\"text\": \"a\\u0000b is a text\", \"id\": \"x\\u0000y\"}\n")
        (r,) = self.records("nul.jsonl")
        self.assertEqual((r["paragraphs"][0]["text"], r["id"]), ("a\0b is a text", "x\0y"))

    def test_an_empty_document(self):
        self.put("e.jsonl", json_lines([
            {"id": "a", "text": ""}, {"id": "b", "paragraphs": []}, {"id": "c", "text": " \n\t\n "},
            {"id": "d", "paragraphs": ["", "  "]}]))
        records = self.records("e.jsonl")
        for r in records:
            self.assertEqual((r["paragraphs"], r["dropped"], r["summary"], r["claims"]),
                             ([], [], [], []))
            self.assertEqual(r["stats"], dict.fromkeys(r["stats"], 0))
            self.assertNotIn("duplicate_of", r)
        self.assertEqual([r["id"] for r in records], list("abcd"))

    def test_a_line_of_100_mb_is_refused_and_the_next_comes_out(self):
        first = b"{\"id\": \"a\", \"text\": \"The first text.\"}\n"
        head, tail = b"{\"id\": \"large\", \"text\": \"", b"\"}"
        with open(self.path("large.jsonl"), "wb") as f:
            f.write(first + head)
            for _ in range(100):
                f.write(b"0123456789abcde " * (1 << 16))
            f.write(tail + b"\n{\"id\": \"z\", \"text\": \"The last text.\"}\n")
        records, letters = self.letters("large.jsonl")
        self.assertEqual([r["id"] for r in records], ["a", "z"])
        (letter,) = letters
        self.assertEqual((letter["stage"], letter["reason"]), ("read", "too-large"))
        self.assertEqual(letter["source"], {"path": "large.jsonl", "offset": len(first),
                                            "length": len(head) + (100 << 20) + len(tail)})
        self.assertIn("--max-document", letter["detail"])
        self.assertEqual(letter["raw_b64"], "")

    def test_max_document_bounds_each_form(self):
        text = "A text of some words. " * 100
        self.put("t.txt", text)
        self.put("t.jsonl", json_lines([{"id": "a", "text": "short"}, {"id": "b", "text": text},
                                        {"id": "c", "text": "short"}]))
        self.put("t.msgpack", b"".join(msgpack.packb(d) for d in (
            {"id": "d", "text": "short"}, {"id": "e", "text": text}, {"id": "f", "text": "short"})))
        records, letters = self.letters("--max-document", "1k", "t.txt", "t.jsonl", "t.msgpack")
        self.assertEqual([r["id"] for r in records], ["a", "c", "d", "f"])
        self.assertEqual([(d["source"]["path"], d["reason"]) for d in letters],
                         [("t.txt", "too-large"), ("t.jsonl", "too-large"),
                          ("t.msgpack", "too-large")])

    def test_a_document_of_200000_paragraphs(self):
        n = 200000
        text = "\n".join("Paragraph %d of the long document." % (i % 150000) for i in range(n))
        self.put("long.jsonl", json_lines([{"id": "long", "text": text}, {"id": "z", "text": "end"}]))
        long, z = self.records("long.jsonl")
        self.assertEqual((long["stats"]["paragraphs"], long["stats"]["kept"],
                          long["stats"]["exact"]), (n, 150000, 50000))
        self.assertEqual([d["owner"]["n"] for d in long["dropped"]], list(range(50000)))
        self.assert_stats(long)
        self.assert_sentences(long)
        self.assertEqual(z["id"], "z")

    def test_too_many_paragraphs_are_refused(self):
        self.put("many.txt", b"a\n" * ((1 << 20) + 1))
        self.put("z.txt", b"The next text.\n")
        records, letters = self.letters("many.txt", "z.txt")
        self.assertEqual([d["reason"] for d in letters], ["too-many-paragraphs"])
        self.assertEqual([r["source"]["path"] for r in records], ["z.txt"])

    def test_one_paragraph_of_megabytes(self):
        self.put("wide.txt", "Words and words without an end in sight " * 100000)
        (r,) = self.records("wide.txt")
        self.assertEqual(r["stats"]["paragraphs"], 1)
        self.assert_sentences(r)

    def test_deep_nesting_is_refused(self):
        self.put("deep.jsonl", b"{\"text\": \"a\", \"m\": " + b"[" * 5000 + b"]" * 5000 + b"}\n"
                 b"{\"id\": \"z\", \"text\": \"The next one.\"}\n")
        records, letters = self.letters("deep.jsonl")
        self.assertEqual(([r["id"] for r in records], [d["reason"] for d in letters]),
                         (["z"], ["bad-json"]))

    def test_broken_msgpack_is_refused_with_the_rest(self):
        good = msgpack.packb({"id": "a", "text": "A text that is whole."})
        for rest, reason in ((b"\xc1" * 10, "bad-msgpack"), (good[:9], "bad-msgpack"),
                             (b"\xdd\xff\xff\xff\xff", "bad-msgpack"),
                             (b"\x81\xdf\xff\xff\xff\xff\x01", "bad-msgpack"),
                             (b"\x91" * 100, "bad-msgpack")):
            with self.subTest(rest[:8]):
                self.put("m.msgpack", good + good.replace(b"\xa1a", b"\xa1b") + rest)
                records, letters = self.letters("m.msgpack")
                self.assertEqual([r["id"] for r in records], ["a", "b"])
                self.assertEqual([(d["reason"], d["source"]["offset"]) for d in letters],
                                 [(reason, 2 * len(good))])
                self.assertEqual(base64.b64decode(letters[0]["raw_b64"]), rest)

    def test_values_of_msgpack_that_json_does_not_have(self):
        record = {"id": "a", "text": "A text.", "bin": b"\0\xff", "ext": msgpack.ExtType(5, b"xyz"),
                  "big": 2 ** 64 - 1, "small": -2 ** 63, "f": 1.5, 7: "a number as a key",
                  "t": msgpack.Timestamp(1, 0)}
        self.put("v.msgpack", msgpack.packb(record))
        (r,) = self.records("v.msgpack")
        self.assertEqual(r["meta"]["bin"], base64.b64encode(b"\0\xff").decode())
        self.assertEqual((r["meta"]["big"], r["meta"]["small"], r["meta"]["f"], r["meta"]["7"]),
                         (2 ** 64 - 1, -2 ** 63, 1.5, "a number as a key"))
        (packed,) = chain.unpack_all(self.winnow("--format", "msgpack", "v.msgpack").out)
        self.assertEqual(packed["meta"], {k: v for k, v in record.items() if k not in ("id", "text")})

    def test_control_characters_do_not_reach_the_terminal(self):
        name = "esc\x1b[31m\nwarning: forged.txt"
        self.put(name, b"A text with \xff in it and \x1b]0;title\x07 too.\n")
        result = self.winnow("--format", "pretty", name)
        self.assertNotIn("\x1b", result.err)
        self.assertNotIn(b"\x1b", result.out)
        self.assertNotRegex(result.err, "(?m)^warning: forged")


class Files(chain.ChainTest):
    def test_one_missing_among_ten(self):
        for i in range(10):
            if i != 4:
                self.put("%d.txt" % i, "The text of file %d, and of no other one.\n" % i)
        self.winnow("-o", "x.jsonl", *["%d.txt" % i for i in range(10)], status=DEAD_LETTERS)
        records = chain.parse_records(self.get("x.jsonl"))
        self.assertEqual([r["source"]["path"] for r in records],
                         ["%d.txt" % i for i in range(10) if i != 4])
        (letter,) = self.dead_letters("x.jsonl.dead.jsonl")
        self.assertEqual((letter["reason"], letter["stage"], letter["source"]["path"]),
                         ("unreadable", "read", "4.txt"))
        self.assertIn("No such file", letter["detail"])

    def test_names_that_are_no_utf8(self):
        """Two such files are two documents, in valid UTF-8."""
        os.mkdir(self.path("f"))
        for name in (b"caf\xe8.txt", b"caf\xe9.txt"):
            with open(os.path.join(self.path("f").encode(), name), "wb") as f:
                f.write(b"The same text stands in both of these files.\n")
        first, second = self.records("f")
        self.assertEqual([r["source"]["path"] for r in (first, second)],
                         ["f/caf\ufffdE8.txt", "f/caf\ufffdE9.txt"])
        self.assertTrue(second["id"].startswith("f/caf\ufffdE9.txt@0:"))
        self.assertNotEqual(first["key"], second["key"])
        self.assertEqual(second["duplicate_of"]["key"], first["key"])
        (packed, _) = chain.parse_records(self.winnow("--format", "msgpack", "f").out)
        self.assertEqual(packed["id"], first["id"])

    def test_all_missing(self):
        result = self.winnow("a.txt", "b.txt", status=WRONG)
        self.assertIn("a.txt: No such file", result.err)

    def test_an_unreadable_folder_and_file(self):
        run = [chain.program("winnow"), "run", "--workers", "1"]
        if os.geteuid() == 0:
            run = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups",
                   "--pdeathsig", "KILL"] + run
            os.chmod(self.dir, 0o755)
            os.chmod(self.path("run"), 0o777)
            check = run[:-4] + ["test", "-x", chain.program("winnow")]
            if subprocess.run(check, cwd=self.dir).returncode != 0:
                self.skip_loudly("user %d cannot run %s" % (NOBODY, chain.program("winnow")))
        self.put("f/a.txt", "A text that everybody can read, in a folder.\n")
        self.put("f/locked/b.txt", "A text in a locked folder.\n")
        self.put("f/z.txt", "A text of which the file is locked itself.\n")
        os.chmod(self.path("f/locked"), 0)
        os.chmod(self.path("f/z.txt"), 0)
        self.addCleanup(os.chmod, self.path("f/locked"), 0o700)
        result = self.run_program("/usr/bin/env", *run, "--dead-letters", "run/dead.jsonl", "f",
                                  status=DEAD_LETTERS)
        self.assertEqual([r["source"]["path"] for r in result.records()], ["f/a.txt"])
        letters = self.dead_letters("run/dead.jsonl")
        self.assertEqual([(d["source"]["path"], d["reason"]) for d in letters],
                         [("f/locked", "unreadable"), ("f/z.txt", "unreadable")])
        self.assertIn("Permission denied", letters[0]["detail"])

    def check_damaged(self, name, pack):
        """The good documents before the damage come out, the rest is one dead letter."""
        corpus = Corpus(61, 1500)
        plain = corpus.json_lines()
        packed = pack(plain)
        self.put(name, packed[:len(packed) // 2])
        self.put("next.txt", "The text of the next file, which is whole.\n")
        self.winnow("-o", "x.jsonl", name, "next.txt", status=DEAD_LETTERS)
        records = chain.parse_records(self.get("x.jsonl"))
        n = len(records) - 1
        self.assertGreater(n, 300)
        self.assertEqual([r["id"] for r in records[:n]], [d["id"] for d in corpus.documents[:n]])
        self.assertEqual(records[n]["source"]["path"], "next.txt")
        (letter,) = self.dead_letters("x.jsonl.dead.jsonl")
        self.assertEqual((letter["reason"], letter["source"]["path"]), ("damaged", name))
        offset = len(b"".join(plain.splitlines(True)[:n]))
        rest = base64.b64decode(letter["raw_b64"])
        self.assertEqual(letter["source"]["offset"], offset)
        self.assertEqual(plain[offset:offset + len(rest)], rest)
        self.assertRegex(letter["detail"], "compressed byte \\d+")

    def test_a_truncated_gzip(self):
        self.check_damaged("cut.jsonl.gz", gzip.compress)

    def test_a_truncated_zstd(self):
        self.check_damaged("cut.jsonl.zst", chain.zstd)

    def test_a_damaged_middle_of_a_gzip(self):
        def damage(plain):
            packed = bytearray(gzip.compress(plain))
            packed += b"\0" * len(packed)       # check_damaged takes the first half
            packed[len(packed) // 4:len(packed) // 4 + 64] = b"\xff" * 64
            return bytes(packed)
        corpus = Corpus(61, 1500)
        plain = corpus.json_lines()
        packed = damage(plain)
        self.put("bad.gz", packed[:len(packed) // 2])
        self.winnow("-o", "x.jsonl", "bad.gz", status=DEAD_LETTERS)
        records = chain.parse_records(self.get("x.jsonl"))
        letters = self.dead_letters("x.jsonl.dead.jsonl")
        self.assertEqual(letters[-1]["reason"], "damaged")
        self.assertGreater(len(records), 100)
        self.assertEqual([r["id"] for r in records[:100]],
                         [d["id"] for d in corpus.documents[:100]])

    def test_a_truncated_text(self):
        packed = gzip.compress(b"A text that is cut before its end.\n" * 5000)
        self.put("cut.txt.gz", packed[:-20])
        self.winnow("-o", "x.jsonl", "cut.txt.gz", status=DEAD_LETTERS)
        (letter,) = self.dead_letters("x.jsonl.dead.jsonl")
        self.assertEqual(letter["reason"], "damaged")

    def test_a_folder_as_output(self):
        os.mkdir(self.path("folder"))
        self.put("a.txt", "A text.\n")
        result = self.winnow("-o", "folder", "a.txt", status=WRONG)
        self.assertIn("folder", result.err)
        self.assertEqual(os.listdir(self.path("folder")), [])

    def test_an_output_in_a_missing_folder(self):
        self.put("a.txt", "A text.\n")
        result = self.winnow("-o", "missing/x.jsonl", "a.txt", status=WRONG)
        self.assertIn("missing/x.jsonl", result.err)
        self.assertFalse(os.path.exists(self.path("missing")))

    def test_dead_letters_that_cannot_be_written(self):
        self.put("bad.jsonl", b"{broken\n")
        result = self.winnow("--dead-letters", "missing/dead.jsonl", "bad.jsonl", status=WRONG)
        self.assertIn("missing/dead.jsonl", result.err)


class FullDisk(chain.ChainTest):
    """A disk that is full: wait, say so, go on when there is room, give up when told to."""

    ROOM = 1 << 20

    @classmethod
    def setUpClass(cls):
        cls.input = Corpus(62, 2500).json_lines()

    def mount(self):
        """A small disk at small/, in a mount namespace that ends with this process."""
        new_namespace, private, recursive = 0x00020000, 1 << 18, 1 << 14
        libc = chain._libc
        if not getattr(FullDisk, "apart", False):
            if libc.unshare(new_namespace) != 0 or libc.mount(
                    b"none", b"/", None, ctypes.c_ulong(private | recursive), None) != 0:
                self.skip_loudly("no mount namespace: %s" % os.strerror(ctypes.get_errno()))
            FullDisk.apart = True
        os.mkdir(self.path("small"))
        if libc.mount(b"none", self.path("small").encode(), b"tmpfs", ctypes.c_ulong(0),
                      b"size=%d" % (4 * self.ROOM)) != 0:
            self.skip_loudly("no tmpfs: %s" % os.strerror(ctypes.get_errno()))
        self.addCleanup(libc.umount2, self.path("small").encode(), 2)
        self.addCleanup(self.kill_all)

    def fill(self, leave):
        """Take all room but so many bytes."""
        fd = os.open(self.path("small/ballast"), os.O_WRONLY | os.O_CREAT)
        size = 0
        try:
            while True:
                size += os.write(fd, b"\0" * 4096)
        except OSError:
            os.ftruncate(fd, size - leave)
        finally:
            os.close(fd)

    def wait_for_hold(self, process):
        process.wait_for_log("waiting: cannot write .*No space left on device")

    def test_the_run_waits_for_room_and_loses_nothing(self):
        self.mount()
        self.put("in.jsonl", Corpus(64, 700).json_lines())
        for output in ("x.jsonl", "x.msgpack.zst", "x.jsonl.gz"):
            with self.subTest(output):
                self.winnow("-o", "roomy-" + output, "in.jsonl")
                self.fill(64 << 10)
                process = self.start("winnow", "run", "--workers", "2", "-o", "small/" + output,
                                     "--state", "state-" + output, "in.jsonl")
                self.wait_for_hold(process)
                self.assertTrue(process.still_runs(1))
                os.unlink(self.path("small/ballast"))
                self.assertEqual(process.wait(), DONE, process.err())
                self.assertRegex(process.err(), "going on after")
                self.assertEqual(self.get("small/" + output), self.get("roomy-" + output))
                os.unlink(self.path("small/" + output))

    def test_the_run_gives_up_in_time(self):
        self.mount()
        self.put("in.jsonl", self.input)
        self.fill(64 << 10)
        process = self.start("winnow", "run", "--hold-timeout", "2s", "-o", "small/x.jsonl",
                             "--state", "state", "in.jsonl")
        self.assertEqual(process.wait(60), FAULT)
        self.assertRegex(process.err(), "gave up after [2-9]\\d* s: .*No space left on device")
        self.assertRegex(process.err(), "small/x.jsonl")

    def test_the_state_beside_the_output_is_on_the_full_disk_too(self):
        """SIGTERM during a hold: the window drains when there is room."""
        self.mount()
        corpus = Corpus(64, 700)
        self.put("in.jsonl", corpus.json_lines())
        self.fill(64 << 10)
        process = self.start("winnow", "run", "-o", "small/x.jsonl", "in.jsonl")
        process.wait_for_log("waiting: .*No space left on device")      # of write or of dedup
        process.signal(chain.signal.SIGTERM)
        self.assertTrue(process.still_runs(1))
        os.unlink(self.path("small/ballast"))
        self.assertEqual(process.wait(), DONE, process.err())
        records = chain.parse_records(self.get("small/x.jsonl"))
        self.assertEqual([r["id"] for r in records],
                         [d["id"] for d in corpus.documents[:len(records)]])
        # and the same command goes on to the end
        self.winnow("-o", "small/x.jsonl", "in.jsonl")
        self.assertEqual(self.get("small/x.jsonl"), self.winnow("in.jsonl").out)
        self.assertEqual(sorted(os.listdir(self.path("small/x.jsonl.winnow"))),
                         ["checkpoint", "index", "inputs", "lock", "run.json"])

    def test_an_index_on_a_full_disk_waits_for_room(self):
        self.mount()
        self.put("in.jsonl", self.input)
        os.mkdir(self.path("small/index"))
        self.fill(32 << 10)
        process = self.start("winnow", "run", "--index", "file:small/index", "-o", "x.jsonl",
                             "in.jsonl")
        process.wait_for_log("waiting: .*No space left on device")
        os.unlink(self.path("small/ballast"))
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(self.get("x.jsonl"), self.winnow("in.jsonl").out)
        # what is in the index now is whole
        again = self.winnow("--index", "file:small/index", "in.jsonl")
        self.assertEqual(again.out, self.get("x.jsonl"))

    def test_an_index_on_a_full_disk_gives_up_in_time(self):
        self.mount()
        self.put("in.jsonl", self.input)
        os.mkdir(self.path("small/index"))
        self.fill(32 << 10)
        process = self.start("winnow", "run", "--index", "file:small/index", "--hold-timeout",
                             "2s", "-o", "x.jsonl", "in.jsonl")
        self.assertEqual(process.wait(60), FAULT)
        self.assertRegex(process.err(), "gave up after")

    def test_a_device_that_is_always_full(self):
        self.put("in.jsonl", self.input)
        with open("/dev/full", "wb") as full:
            process = self.start("winnow", "run", "--hold-timeout", "1s", "in.jsonl", stdout=full)
            self.assertEqual(process.wait(60), FAULT)
        self.assertRegex(process.err(), "gave up after .*No space left on device")


if __name__ == "__main__":
    chain.main()
