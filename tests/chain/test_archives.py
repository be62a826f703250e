"""Archives: what is in them comes out, whatever is damaged and whoever is killed."""
import io
import json
import os
import tarfile
import zipfile

import archives
import chain
from chain import DEAD_LETTERS

QUICK = ("--summary", "0", "--claims", "0", "--workers")


class Archives(chain.ChainTest):
    def run_on(self, *args, status=0):
        self.run_program("winnow", "run", "-o", "x.jsonl", *QUICK, "2", *args, status=status)
        return [json.loads(line) for line in self.get("x.jsonl").splitlines()]

    def run_json(self):
        with open(self.path("x.jsonl.winnow/run.json"), encoding="utf-8") as f:
            return json.load(f)["counts"]

    def test_records_come_out_with_what_the_archive_says_and_the_rest_is_counted(self):
        self.put("a.warc.gz", b"".join(archives.members(archives.records(1, 110))))
        out = self.run_on("a.warc.gz")
        self.assertEqual(len(out), 90)
        self.assertEqual(out[0]["id"], "urn:uuid:00000000")
        self.assertEqual(out[0]["url"], "https://arle.example/0")
        self.assertEqual(out[0]["warc"]["status"], 200)
        self.assertEqual(out[0]["warc"]["mime"], "text/html")
        self.assertTrue(all(record["paragraphs"] for record in out))
        counts = self.run_json()
        self.assertEqual(counts["totals"]["filtered"], 20)
        self.assertEqual(counts["by_filter"], {"mime": 10, "status": 10})
        self.assertEqual(counts["by_filtered_type"], {"image/png": 10, "text/html": 10})
        self.assertEqual(counts["by_filtered_site"], {"arle.example": 20})

    def test_a_filter_says_which_are_wanted(self):
        self.put("a.warc", b"".join(archives.records(1, 110)))
        out = self.run_on("--filter", "url=/[0-9]$;length=100", "a.warc")
        self.assertEqual([r["url"][-2:] for r in out],
                         ["/0", "/1", "/2", "/4", "/5", "/6", "/8", "/9"])

    def test_an_archive_beside_its_copies_comes_out_once(self):
        parts = list(archives.records(3, 40))
        self.put("in/a.warc", b"".join(parts))
        self.put("in/b.warc.gz", b"".join(archives.members(parts)))
        self.put("in/c.warc.gz", archives.members([b"".join(parts)])[0])
        out = self.run_on("in")
        n = len(out) // 3
        for copy in out[n:]:
            self.assertEqual(copy["paragraphs"], [])
            self.assertIn(copy["duplicate_of"]["key"], [first["key"] for first in out[:n]])
        self.assertEqual(len({record["key"] for record in out}), 3 * n)

    def test_damage_costs_what_it_hits(self):
        parts = archives.members(archives.records(4, 60))
        parts[20] = parts[20][:200]
        parts[40] = parts[40][:100] + b"?" + parts[40][101:]
        self.put("a.warc.gz", b"".join(parts)[:-50])
        out = self.run_on("a.warc.gz", status=DEAD_LETTERS)
        ids = {int(record["id"][-8:]) for record in out}
        wanted = {i for i in range(59) if i % 11 not in (3, 7)}
        self.assertLessEqual(wanted - ids, {20, 21, 40, 41})
        letters = [json.loads(line) for line in self.get("x.jsonl.dead.jsonl").splitlines()]
        self.assertGreaterEqual(len(letters), 3)
        self.assertEqual({letter["reason"] for letter in letters}, {"damaged"})

    def test_files_in_tar_and_zip_are_inputs_and_their_names_only_names(self):
        tar, packed = io.BytesIO(), io.BytesIO()
        warc = b"".join(archives.members(archives.records(5, 12)))
        with tarfile.open(fileobj=tar, mode="w:gz") as t:
            for name, content in (("../../evil.txt", b"A text."), ("in.warc.gz", warc)):
                info = tarfile.TarInfo(name)
                info.size = len(content)
                t.addfile(info, io.BytesIO(content))
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("../../evil.json", b'{"text": "One line."}\n')
            z.writestr("in.warc.gz", warc)
        self.put("in/a.tar.gz", tar.getvalue())
        self.put("in/b.zip", packed.getvalue())
        out = self.run_on("in")
        self.assertEqual(out[0]["source"]["path"], "in/a.tar.gz!/../../evil.txt")
        self.assertEqual(len(out), 22)
        self.assertEqual(out[-1]["source"]["path"], "in/b.zip!/in.warc.gz")
        self.assertFalse(os.path.exists(self.path("../evil.txt")))

    def test_killed_in_the_middle_it_goes_on_with_the_same_bytes(self):
        parts = archives.members(archives.records(6, 3000))
        parts[1000] = parts[1000][:100]
        self.put("a.warc.gz", b"".join(parts))
        self.run_on("a.warc.gz", status=DEAD_LETTERS)
        wanted = self.get("x.jsonl"), self.get("x.jsonl.dead.jsonl")
        for workers in ("1", "2", "4"):
            output = "w%s.jsonl" % workers
            command = ("winnow", "run", "-o", output, *QUICK, workers, "a.warc.gz")
            kills = 0
            for enough in (1, 300000, 1200000):
                process = self.start(*command)
                chain.until(lambda: process.popen.poll() is not None or
                            self.size(output) > enough, "some output")
                kills += process.popen.poll() is None
                process.kill()
            self.assertGreater(kills, 0)
            self.run_program(*command, status=DEAD_LETTERS)
            self.assertEqual((self.get(output), self.get(output + ".dead.jsonl")), wanted)

    def size(self, name):
        try:
            return os.path.getsize(self.path(name))
        except FileNotFoundError:
            return 0


if __name__ == "__main__":
    chain.main()
