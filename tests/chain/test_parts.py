"""One output an input file, `-o DIR/`: the promise of a file, for each of them."""
import json
import os
import signal

import archives
import chain
from chain import DEAD_LETTERS, WRONG

QUICK = ("--summary", "0", "--claims", "0", "--workers")


class Parts(chain.ChainTest):
    def put_inputs(self, n=6):
        """Archives, texts and records; one is damaged, one repeats another, one is empty."""
        for i in range(n):
            parts = archives.members(archives.records(i % 5, 120))
            if i == 3:
                parts[40] = parts[40][:60]
            self.put("in/a%d.warc.gz" % i, b"".join(parts))
            self.put("in/sub/t%d.txt" % i, "A text of its own, number %d, and long enough.\n" % i)
        self.put("in/many.jsonl", "".join(
            '{"id": "%d", "text": "Line %d of the records, with a number of its own."}\n' % (i, i)
            for i in range(2000)))
        self.put("in/empty.jsonl", "")

    def files(self, below="out"):
        found = {}
        for folder, _, names in os.walk(self.path(below)):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), self.dir)
                try:
                    found[path] = self.get(path)
                except FileNotFoundError:
                    pass        # it has just got its final name
        return found

    def run_parts(self, *args, output="out/", status=DEAD_LETTERS):
        return self.run_program("winnow", "run", "-o", output, *QUICK, "2", *args, status=status)

    def test_each_input_has_a_file_and_together_they_are_the_one_file(self):
        self.put_inputs()
        self.run_parts("in")
        self.run_program("winnow", "run", "-o", "one.jsonl", *QUICK, "2", "in", status=DEAD_LETTERS)
        files = self.files()
        self.assertEqual(b"".join(files[name] for name in sorted(files, key=self.order)),
                         self.get("one.jsonl"))
        self.assertEqual(len(files), 13)
        for name, content in files.items():
            for line in content.splitlines():
                self.assertEqual("out/%s.jsonl" % json.loads(line)["source"]["path"], name)
        self.assertEqual(self.get("out.dead.jsonl"), self.get("one.jsonl.dead.jsonl"))
        with open(self.path("out.winnow/run.json"), encoding="utf-8") as f:
            totals = json.load(f)["counts"]["totals"]
        self.assertEqual(totals["bytes_out"], sum(map(len, files.values())))

    def order(self, name):
        """Of inputs: bytewise, folder by folder."""
        return name[len("out/"):-len(".jsonl")].split("/")

    def test_killed_at_any_moment_the_same_bytes_and_no_half_file_under_a_final_name(self):
        self.put_inputs()
        for ending in ("jsonl", "jsonl.gz"):
            self.run_parts("--parts", ending, "in", output="calm-%s/" % ending)
            wanted = self.files("calm-%s" % ending)
            letters = self.get("calm-%s.dead.jsonl" % ending)
            output = "out-%s" % ending
            command = ("winnow", "run", "-o", output + "/", "--parts", ending, *QUICK, "2", "in")
            kills, process = 0, None
            for enough in (1, 2, 4, 5, 6, 7, 8, 9, 11, 12):
                if process is None or process.popen.poll() is not None:
                    process = self.start(*command)
                chain.until(lambda: process.popen.poll() is not None or
                            len(self.files(output)) >= enough, "%d files" % enough)
                for pid in process.children("winnow-write"):
                    try:
                        os.kill(pid, signal.SIGKILL)
                        kills += 1
                    except ProcessLookupError:
                        pass    # it has just ended
                if enough % 2 == 0:
                    process.kill()
                for name, content in self.files(output).items():
                    if not name.endswith(".part"):
                        self.assertEqual(content, wanted["calm" + name[3:]], name)
            process.wait()
            self.assertGreater(kills, 2)
            self.run_program(*command, status=DEAD_LETTERS)
            got = {"calm" + name[3:]: content for name, content in self.files(output).items()}
            self.assertEqual(got, wanted)
            self.assertEqual(self.get(output + ".dead.jsonl"), letters)

    def test_files_that_are_added_get_parts_and_the_others_stay(self):
        self.put_inputs(2)
        self.run_parts("in", status=0)
        before = self.files()
        self.put("in/b.txt", "A text that came later, and is long enough to be looked for.\n")
        result = self.run_parts("in", status=0)
        after = self.files()
        self.assertEqual(set(after) - set(before), {"out/in/b.txt.jsonl"})
        self.assertIn(b"A text that came later", after["out/in/b.txt.jsonl"])
        self.assertTrue(all(after[name] == content for name, content in before.items()))
        result = self.run_parts("in", status=0)
        self.assertIn("0 new documents", result.err)
        self.assertEqual(self.files(), after)
        last = self.path("out/in/b.txt.jsonl")      # killed before it got its name
        os.rename(last, last + ".part")
        self.run_parts("in", status=0)
        self.assertEqual(self.files(), after)
        os.truncate(last, 5)
        self.put("in/c.txt", "One more text that is long enough to be looked for.\n")
        self.assertIn("put the file back", self.run_parts("in", status=WRONG).err)

    def test_what_is_in_the_way_is_refused_and_restart_takes_only_its_own(self):
        self.put_inputs(1)
        self.put("out/mine.txt", "mine")
        self.assertIn("not empty", self.run_parts("in", status=WRONG).err)
        self.run_parts("--force", "in", status=0)
        wanted = self.files()
        self.run_parts("--restart", "--force", "in", status=0)
        self.assertEqual(self.files(), wanted)
        os.unlink(self.path("in/sub/t0.txt"))
        self.run_parts("--restart", "--force", "in", status=0)
        del wanted["out/in/sub/t0.txt.jsonl"]
        self.assertEqual(self.files(), wanted)

    def test_names_stay_in_the_folder_and_differ(self):
        self.put("a.txt", "A text that is long enough to be found again.")
        self.put("work/b.txt", "Another text that is long enough to be found again.")
        said = self.run_parts("a.txt", "./a.txt", status=WRONG).err
        self.assertIn("would both become out/a.txt.jsonl", said)
        self.assertEqual(self.files(), {})
        self.run_parts("work/../a.txt", self.path("work/b.txt"), status=0)
        self.assertEqual(set(self.files()), {
            "out/work/__/a.txt.jsonl", "out%s.jsonl" % self.path("work/b.txt")})
        for output in ("./", "../", "/"):
            self.assertIn("name of its own", self.run_parts("a.txt", output=output,
                                                            status=WRONG).err)
        self.assertIn("--parts xml", self.run_parts("--parts", "xml", "a.txt", status=WRONG).err)

    def test_a_folder_among_the_sources_is_not_read_again(self):
        self.put("in/a.txt", "A text that is long enough to be found again.")
        for _ in range(2):
            self.run_parts("in", output="in/out/", status=0)
        self.assertEqual(set(self.files("in/out")), {"in/out/in/a.txt.jsonl"})


if __name__ == "__main__":
    chain.main()
