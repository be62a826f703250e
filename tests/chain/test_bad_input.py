"""Bytes that are not what they should be: from files, from disks and from sockets."""
import base64
import ctypes
import gzip
import json
import os
import random
import socket
import struct
import subprocess

import msgpack
import zmq

import chain
import peer
from chain import DEAD_LETTERS, DONE, FAULT, PATIENCE, WRONG, Corpus, json_lines

NOBODY = 65534


class Documents(chain.ChainTest):
    def letters(self, *args, status=DEAD_LETTERS):
        """(records, dead letters) of a run."""
        self.winnow("--force", "-o", "x.jsonl", *args, status=status)
        return chain.parse_records(self.get("x.jsonl")), self.dead_letters("x.jsonl.dead.jsonl")

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
                                     "--state", "state", "in.jsonl")
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
        self.wait_for_hold(process)
        process.signal(chain.signal.SIGTERM)
        self.assertTrue(process.still_runs(1))
        os.unlink(self.path("small/ballast"))
        self.assertEqual(process.wait(), DONE, process.err())
        records = chain.parse_records(self.get("small/x.jsonl"))
        self.assertEqual([r["id"] for r in records],
                         [d["id"] for d in corpus.documents[:len(records)]])
        self.assertEqual(os.listdir(self.path("small/x.jsonl.winnow")), ["run.json"])

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


def flip(data, i):
    """data with another byte at i."""
    return data[:i] + bytes([data[i] ^ 0x55]) + data[i + 1:]


class Hostile(chain.StagesTest):
    """Strangers at the sockets of a running chain: counted, logged, and of no effect."""

    def setUp(self):
        super().setUp()
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)
        self.random = random.Random(63)
        self.input = Corpus(63, 1500).json_lines()

    def socket(self, kind, endpoint, bind=False):
        s = peer.make_socket(self.context, kind, endpoint, bind)
        s.sndhwm = 1000
        self.addCleanup(s.close, 0)
        return s

    def bodies(self):
        deep = b"\x91" * 100000
        return [b"", b"\xc1", b"\x93\x01\xc3\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", deep,
                b"\x83\xa9documents\xdd\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff",
                peer.dump({"documents": [{}] * 513}), peer.dump({"documents": [1, 2]}),
                peer.dump([]), peer.dump({"hello": "yes", "base": -1}),
                self.random.randbytes(5000)]

    def malformed(self):
        """Messages that are not exactly as the page says: their parts."""
        r = self.random
        body = peer.dump({"documents": []})
        good = peer.pack(peer.Header(peer.BATCH, 1, 0, 0, 0, 0), body)
        messages = [[b""], [b"", b""], [b"x"], good[:1], good + [b"third"], good * 4,
                    [good[0][:-1], body], [good[0] + b"\0", body], [body, good[0]],
                    [good[0], body + b"\0"], [good[0], b""]]
        # magic, version, kind, and all that is under the checksum
        messages += [[flip(good[0], i), body] for i in range(48)]
        for version, kind in ((2, 0), (0, 0), (1, 3), (1, 65535)):
            frame = peer.HEADER.pack(b"WNNW", version, kind, 1, 0, 0, 0, 0, 0)[:40]
            messages.append([frame + struct.pack(
                "<Q", peer.xxhash.xxh3_64_intdigest(frame + body)), body])
        messages += [[r.randbytes(r.randrange(200)) for _ in range(r.randrange(1, 5))]
                     for _ in range(50)]
        return messages

    def foreign(self, kind):
        """Well-formed messages of no run of ours, with any body."""
        big = 2 ** 64 - 1
        return [peer.pack(peer.Header(kind, run, seq, base, 0, n), body)
                for body in self.bodies()
                for run, seq, base, n in ((0, 0, 0, 0), (77, 0, 0, 1), (77, big, big, 2 ** 32 - 1),
                                          (big, 10, 5, 512))]

    def send(self, s, messages):
        for parts in messages:
            self.assertTrue(s.poll(PATIENCE * 1000, zmq.POLLOUT))
            s.send_multipart(parts)

    def begin(self):
        """A run that waits for more input, the endpoints of its sockets, and its run id."""
        self.process = self.start("winnow", "run", "--workers", "2", "--source-name", "feed",
                                  "-o", "x.jsonl", "-", stdin=subprocess.PIPE)
        self.process.feed(self.input[:len(self.input) // 2])
        chain.until(lambda: os.path.exists(self.path("x.jsonl")) and self.get("x.jsonl"),
                    "the first records")
        (folder,) = os.listdir(self.path("run"))
        return lambda name: self.endpoint(folder + "/" + name)

    def finish(self):
        self.process.feed(self.input[len(self.input) // 2:])
        self.process.stdin.close()
        self.assertEqual(self.process.wait(), DONE, self.process.err())
        calm = self.winnow("--source-name", "feed", "-", input=self.input).out
        self.assertEqual(self.get("x.jsonl"), calm)

    def report_of(self, endpoint):
        """What anybody gets who asks politely."""
        s = self.socket(zmq.DEALER, endpoint)
        question = peer.dump({"hello": False, "base": 0, "last": peer.UNKNOWN})
        self.send(s, [peer.pack(peer.Header(peer.ASK, 1, 0, 0, 0, 0), question)])
        self.assertTrue(s.poll(PATIENCE * 1000))
        return peer.load(peer.unpack(s.recv_multipart())[1])

    def logged(self, socket_name):
        """How many strange messages the chain has counted at a socket."""
        found = chain.re.findall(r"/%s: ignored .* \((\d+) such messages\)" % socket_name,
                                 self.process.err())
        return max(map(int, found), default=0)

    def test_malformed_messages_to_every_socket(self):
        at = self.begin()
        messages = self.malformed()
        for name, kind in (("hashed", zmq.PUSH), ("scored", zmq.PUSH), ("dedup", zmq.DEALER),
                           ("write", zmq.DEALER)):
            s = self.socket(kind, at(name))
            self.send(s, messages)
            # logged at 1, 2, 4, 8, ...
            chain.until(lambda: self.logged(name) >= 64, "64 strange messages at %s" % name)
        for kind in (zmq.PUSH, zmq.REQ, zmq.PUB, zmq.DEALER):     # of the wrong type
            for name in ("raw", "kept", "hashed", "dedup"):
                self.socket(kind, at(name))
        self.finish()

    def test_raw_bytes_to_every_socket(self):
        """Not even ZeroMQ."""
        at = self.begin()
        greeting = b"\xff" + b"\0" * 8 + b"\x7f\x03\0NULL" + b"\0" * 48
        for name in ("raw", "hashed", "kept", "scored", "dedup", "write"):
            for data in (b"", b"GET / HTTP/1.0\r\n\r\n", self.random.randbytes(100000),
                         greeting[:20], greeting, greeting + b"\xff" * 1000,
                         greeting + b"\x02\xff\xff\xff\xff\xff\xff\xff\xff"):
                s = socket.socket(socket.AF_UNIX)
                self.addCleanup(s.close)
                s.settimeout(PATIENCE)
                s.connect(at(name)[len("ipc://"):])
                try:
                    s.sendall(data)
                except OSError:
                    pass                    # thrown out already
        self.finish()

    def test_batches_of_a_foreign_run(self):
        at = self.begin()
        for name in ("hashed", "scored"):
            self.send(self.socket(zmq.PUSH, at(name)),
                      self.foreign(peer.BATCH) + self.foreign(peer.ASK))
        for name in ("dedup", "write"):
            self.send(self.socket(zmq.DEALER, at(name)),
                      self.foreign(peer.BATCH) + self.foreign(peer.REPORT))
        self.finish()

    def test_batches_of_a_foreign_run_are_counted_and_logged(self):
        at = self.begin()
        self.send(self.socket(zmq.PUSH, at("hashed")), self.foreign(peer.BATCH))
        self.report_of(at("dedup"))
        try:
            chain.until(lambda: self.logged("hashed") > 0, "a log line", 20)
        finally:
            self.finish()

    def test_a_seq_far_ahead(self):
        """Of our own run: nothing that the window could hold."""
        at = self.begin()
        for control, name in (("dedup", "hashed"), ("write", "scored")):
            report = self.report_of(at(control))
            self.assertNotEqual(report["run"], 0)
            self.send(self.socket(zmq.PUSH, at(name)), [
                peer.pack(peer.Header(peer.BATCH, report["run"], seq, 0, 0, 1), body)
                for seq in (report["next"] + 1000, 2 ** 63, 2 ** 64 - 1) for body in self.bodies()])
        self.finish()

    def test_strange_questions(self):
        """Asks that are none, and asks of others that do not say hello."""
        at = self.begin()
        for name in ("dedup", "write"):
            s = self.socket(zmq.DEALER, at(name))
            self.send(s, [m for m in self.foreign(peer.ASK)])
            chain.until(lambda: self.logged(name) >= 32, "32 strange questions at %s" % name)
            for run in (0, 1, 2 ** 64 - 1):
                self.send(s, [peer.pack(peer.Header(peer.ASK, run, 0, 0, 0, 0), peer.dump(
                    {"hello": run == 0, "base": 2 ** 63, "last": 3}))])
            self.report_of(at(name))
        self.finish()

    def test_workers_pass_over_what_is_no_batch(self):
        """extract and summarize, fed by hand: strange messages, then a batch that is one."""
        bodies = {
            "extract": {"id": "a", "key": "0" * 16, "source": {"path": "p", "offset": 0, "length": 7},
                        "form": "text", "raw": b"A text."},
            "summarize": {"id": "a", "key": "0" * 16,
                          "source": {"path": "p", "offset": 0, "length": 7},
                          "paragraphs": [{"n": 0, "text": "A text.", "hash": b"h" * 16, "chars": 7}]},
        }
        for name, document in bodies.items():
            with self.subTest(name):
                give = self.socket(zmq.PUSH, self.endpoint("in-" + name), bind=True)
                take = self.socket(zmq.PULL, self.endpoint("out-" + name), bind=True)
                stage = self.stage(name, ends={"in": "in-" + name, "out": "out-" + name})
                body = {"token": {"input": 0, "offset": 0, "state": b""},
                        "counts": {"read": 1, "bytes": 7}, "documents": [document]}
                header = peer.Header(peer.BATCH, 5, 3, 2, 1, 1)
                self.send(give, self.malformed() + self.foreign(peer.ASK))
                self.send(give, [peer.pack(header._replace(seq=2), b) for b in self.bodies()])
                good = peer.pack(header, peer.dump(body))
                self.send(give, [[flip(good[0], i), good[1]] for i in range(48)])
                self.send(give, [[good[0], flip(good[1], i)] for i in range(len(good[1]))])
                last = header._replace(seq=4)
                self.send(give, [good, peer.pack(last, good[1])])
                answers = []
                while not answers or answers[-1][0] != last:
                    self.assertTrue(take.poll(PATIENCE * 1000), stage.err())
                    answers.append(peer.unpack(take.recv_multipart()))
                # nothing else was taken: a map without documents is no batch
                answers = [(h, peer.load(b)["documents"]) for h, b in answers]
                self.assertEqual([h for h, _ in answers], [header, last])
                self.assertEqual(answers[-1][1][0]["paragraphs"][0]["text"], "A text.")
                self.assertRegex(stage.err(), "in-%s: ignored .*\\(64 such" % name)
                self.stop([stage])

    def test_read_passes_over_what_is_no_report(self):
        control = {name: self.socket(zmq.ROUTER, self.endpoint(name), bind=True)
                   for name in ("dedup", "write")}
        self.put("a.txt", "A text.\n")
        read = self.stage("read", "a.txt")
        take = self.socket(zmq.PULL, self.endpoint("raw"))
        greeted = {}

        def step():
            for name, s in control.items():
                while s.poll(10):
                    asker, *parts = s.recv_multipart()
                    header, body = peer.unpack(parts)
                    self.assertTrue(peer.ASK_BODY(peer.load(body)))
                    if name not in greeted:
                        for m in self.malformed() + self.foreign(peer.REPORT):
                            s.send_multipart([asker] + m)
                    greeted[name] = header.run
                    done = 1 if take.poll(0) else 0
                    s.send_multipart([asker] + peer.pack(
                        peer.Header(peer.REPORT, header.run, 0, 0, 0, 0), peer.dump({
                            "run": header.run, "incarnation": 9, "next": done, "have": 0,
                            "losses": 0, "sources": 1, "hold": "", "counts": {"documents": done}})))
            return read.popen.poll() is not None
        chain.until(step, "the end of read")
        self.assertEqual(read.wait(), DONE, read.err())
        self.assertRegex(read.err(), "ignored .*\\(64 such")


if __name__ == "__main__":
    chain.main()
