"""Archives of every form: gone on with where they were left, and odd, empty or made to hurt."""
import gzip
import io
import json
import os
import struct
import tarfile
import zipfile
import zlib

import archives
import chain
import xxhash
from chain import DEAD_LETTERS

QUICK = ("--summary", "0", "--claims", "0", "--workers")
INTACT = 600_000        # bytes at the start: what an input is known by, and a dictionary


def lz4_frame(data):
    """Blocks that are not compressed."""
    head = b"\x60\x40"
    blocks = b"".join(struct.pack("<I", len(part) | 1 << 31) + part for part in (
        data[i:i + 65536] for i in range(0, len(data), 65536)))
    check = xxhash.xxh32_intdigest(head) >> 8 & 0xFF
    return b"\x04\x22\x4d\x18" + head + bytes([check]) + blocks + bytes(4)


def packed(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, content in files:
            z.writestr(name, content)
    return out.getvalue()


def bare_deflate(parts):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(map(squeeze.compress, parts)) + squeeze.flush()


class Forms(chain.ChainTest):
    def run_on(self, *args, status=0):
        self.run_program("winnow", "run", "-o", "x.jsonl", "--restart", *QUICK, "2", *args,
                         status=status)
        return [json.loads(line) for line in self.get("x.jsonl").splitlines()]

    def letters(self):
        return [json.loads(line) for line in self.get("x.jsonl.dead.jsonl").splitlines()]

    # where they were left

    def goes_on(self, name, content):
        """Killed late, with bytes it has behind it spoilt, the rest of the run is the same."""
        self.put(name, content)
        times = os.stat(self.path(name))
        self.run_program("winnow", "run", "-o", "calm.jsonl", *QUICK, "2", name)
        wanted = self.get("calm.jsonl")
        command = ("winnow", "run", "-o", "x.jsonl", *QUICK, "1", name)
        for _ in range(20):
            process = self.start(*command)
            chain.until(lambda: process.popen.poll() is not None or
                        self.size("x.jsonl") > 0.8 * len(wanted), "most of the output")
            process.kill()
            if self.input_left():
                break
            self.start("winnow", "run", "--restart", *command[2:]).kill()
        self.assertTrue(self.input_left(), "it was killed before its end")
        spoilt = len(content) * 2 // 5
        self.assertGreater(spoilt, 2 * INTACT)
        with open(self.path(name), "r+b") as f:
            f.seek(INTACT)
            f.write(b"?" * (spoilt - INTACT))
        os.utime(self.path(name), ns=(times.st_atime_ns, times.st_mtime_ns))
        self.run_program(*command)
        self.assertEqual(self.get("x.jsonl"), wanted)

    def size(self, name):
        try:
            return os.path.getsize(self.path(name))
        except FileNotFoundError:
            return 0

    def input_left(self):
        with open(self.path("x.jsonl.winnow/checkpoint"), encoding="utf-8") as f:
            return not json.load(f)["finished"]

    def large(self):
        """Records of images and pages that gzip does not make small."""
        parts = list(archives.records(8, 2500))
        return [part for i in range(6) for part in parts]

    def test_a_large_warc_gz_does_not_begin_anew(self):
        self.goes_on("a.warc.gz", b"".join(archives.members(self.large())))

    def test_a_large_warc_zst_does_not_begin_anew(self):
        parts = self.large()
        self.goes_on("a.warc.zst", b"".join(chain.zstd(b"".join(parts[i:i + 100]))
                                            for i in range(0, len(parts), 100)))

    def test_a_large_wacz_does_not_begin_anew(self):
        warc = b"".join(archives.members(self.large()))
        self.goes_on("a.wacz", packed([("datapackage.json", b"{}"),
                                       ("archive/data.warc.gz", warc)], zipfile.ZIP_STORED))

    # odd ones

    def test_lz4_empty_members_and_empty_files(self):
        parts = list(archives.records(9, 3))
        empty = gzip.compress(b"", mtime=0)
        self.put("in/a.warc.lz4", b"".join(map(lz4_frame, parts)))
        self.put("in/b.warc.gz", empty + b"".join(m + empty for m in archives.members(parts)))
        self.put("in/c.warc.gz", empty)
        self.put("in/d.zip", packed([]))
        self.put("in/e.zip", packed([("empty.jsonl", b""), ("x.jsonl", b'{"text": "One line."}\n')]))
        self.put("in/f.warc.zst", chain.zstd(b"") + b"".join(map(chain.zstd, parts)))
        out = self.run_on("--dedup", "off", "--empty", "skip", "in")
        self.assertEqual([r["source"]["path"] for r in out], [
            *3 * ["in/a.warc.lz4"], *3 * ["in/b.warc.gz"], "in/e.zip!/x.jsonl",
            *3 * ["in/f.warc.zst"]])
        self.assertEqual([r["paragraphs"] for r in out[:3]], [r["paragraphs"] for r in out[3:6]])

    def test_zip64(self):
        limit, zipfile.ZIP64_LIMIT = zipfile.ZIP64_LIMIT, 10
        try:
            content = packed([("a.txt", "A text of more than ten bytes."),
                              ("b.txt", "Another one, longer than ten.")])
        finally:
            zipfile.ZIP64_LIMIT = limit
        self.assertIn(b"PK\x06\x06", content)
        self.put("a.zip", content)
        self.assertEqual([r["source"]["path"] for r in self.run_on("a.zip")],
                         ["a.zip!/a.txt", "a.zip!/b.txt"])

    def test_what_is_no_text_is_counted_by_its_type(self):
        tar = io.BytesIO()
        with tarfile.open(fileobj=tar, mode="w") as t:
            for name, content in (("x.pdf", b"%PDF-1.7 ..."), ("x.txt", b"A text.")):
                info = tarfile.TarInfo(name)
                info.size = len(content)
                t.addfile(info, io.BytesIO(content))
        self.put("in/a.tar", tar.getvalue())
        self.put("in/b.png", b"\x89PNG\r\n\x1a\n....")
        self.put("in/c.pdf", b"%PDF-1.4 ...")
        self.assertEqual(len(self.run_on("in")), 1)
        with open(self.path("x.jsonl.winnow/run.json"), encoding="utf-8") as f:
            counts = json.load(f)["counts"]
        self.assertEqual(counts["by_filtered_type"], {"application/pdf": 2, "image/png": 1})
        self.assertEqual(counts["by_filter"], {"mime": 3})
        self.assertEqual(counts["totals"]["filtered"], 3)
        self.assertEqual(counts["totals"]["in"], 4)

    # made to hurt

    def test_bombs_are_dead_letters_that_say_so_and_the_rest_comes_out(self):
        stored = bare_deflate([bytes(1 << 20)] * 300)
        body = b"".join(archives.members([bytes(40 << 20)]))
        page = archives.response(b"<p>A page that is behind the bombs.</p>")
        self.put("in/a.gz", b"\x1f\x8b\x08" + bytes(7) + stored + bytes(8))
        self.put("in/b.zip", self.zip_of(stored, 300 << 20))
        self.put("in/c.warc", archives.record(1, archives.response(
            body, headers=b"Content-Encoding: gzip\r\n")) + archives.record(2, page))
        out = self.run_on("in", status=DEAD_LETTERS)
        self.assertEqual([r["id"] for r in out], ["urn:uuid:00000002"])
        letters = self.letters()
        self.assertEqual([letter["reason"] for letter in letters if letter["id"][:3] == "urn"],
                         ["bomb"])
        for path in ("in/a.gz", "in/b.zip!/zeros.txt"):
            found = [letter for letter in letters if letter["source"]["path"] == path]
            self.assertEqual([letter["reason"] for letter in found], ["too-large", "bomb"], path)
            self.assertIn("grows more than 512 times", found[-1]["detail"])

    def zip_of(self, stored, plain):
        """A zip of one file that is deflated already."""
        name = b"zeros.txt"
        common = struct.pack("<HHHIIIIHH", 20, 0, 8, 0, 0, len(stored), plain, len(name), 0)
        local = b"PK\3\4" + common + name + stored
        entry = b"PK\1\2\x14\0" + common + bytes(10) + bytes(4) + name
        end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
        return local + entry + b"PK\5\6" + end

    def test_of_a_zip_that_is_cut_short_comes_out_what_is_there(self):
        text = "".join("Line %d of a text that takes some bytes.\n" % (i * 7919) for i in range(999))
        self.put("in/a.zip", packed([("a.txt", "A text. " * 50), ("b.txt", text)])[:-3000])
        self.put("in/b.txt", "A text that is whole.")
        out = self.run_on("in", status=DEAD_LETTERS)
        self.assertEqual([r["source"]["path"] for r in out], ["in/a.zip!/a.txt", "in/b.txt"])
        letters = self.letters()
        self.assertEqual([letter["source"]["path"] for letter in letters],
                         ["in/a.zip!/b.txt", "in/a.zip"])
        self.assertIn("cut short", letters[1]["detail"])


if __name__ == "__main__":
    chain.main()
