"""Documents that crash, hang, eat memory or reach for the world: each is set aside, alone.

The programs are those of the hooks build, in which a document can ask for all that; they come from
WINNOW_HOOKS_BIN (default build/hooks/bin below the checkout).
"""
import base64
import json
import os
import signal
import subprocess

import chain
from chain import DEAD_LETTERS, DONE

HOOKS = os.path.abspath(os.environ.get("WINNOW_HOOKS_BIN") or
                        os.path.join(chain.ROOT, "build/hooks/bin"))
STAGES = ("extract", "summarize")
MARKS = {       # what a document asks for: the reason that it is set aside for
    "crash": "crashed", "abort": "crashed", "stack": "crashed",
    "hang": "hung", "sleep": "hung",
    "memory": "memory",
    "open": "jail", "socket": "jail", "fork": "jail", "exec": "jail", "kill": "jail",
    "forge": "jail",
}
LIMITS = ("--document-timeout", "300ms", "--document-memory", "256M")
RESTARTED = "was killed|ended with"


def documents(n, marked=()):
    """n documents of own paragraphs; {number: mark}, which leaves every other one as it is."""
    lines = []
    for i in range(n):
        mark = dict(marked).get(i, "")
        text = ("The harbour book has a page of number %d, and a ferry of %d seats is on it.\n\n"
                "Nobody in the town of Sandvik remembers %d passengers. %-40s\n\n"
                "All rights reserved; no part of this page may be carried away by gulls." %
                (i, 3 * i, 7 * i, mark))
        lines.append(json.dumps({"id": "doc-%d" % i, "text": text}) + "\n")
    return "".join(lines)


class JailTest(chain.ChainTest):
    def setUp(self):
        if not os.access(os.path.join(HOOKS, "winnow"), os.X_OK):
            chain.skip_loudly(self, "no %s; ./dev build hooks makes it" % HOOKS)
        super().setUp()
        before, chain.BIN = chain.BIN, HOOKS
        self.addCleanup(setattr, chain, "BIN", before)

    def run_with(self, marks, n=30, status=DEAD_LETTERS, workers=1, **options):
        """Records by id, and dead letters by id."""
        self.put("in.jsonl", documents(n, marks))
        result = self.winnow(*LIMITS, "--workers", str(workers), "--dead-letters", "dead.jsonl",
                             "in.jsonl", status=status, **options)
        self.assertNotRegex(result.err, RESTARTED)
        letters = {d["id"]: d for d in self.dead_letters("dead.jsonl")}
        os.path.exists(self.path("dead.jsonl")) and os.unlink(self.path("dead.jsonl"))
        return {r["id"]: r for r in result.records()}, letters

    def assert_neighbours(self, got, calm, *marked):
        """All but the marked ones came out, as they do without them."""
        for id in calm:
            if id not in marked:
                self.assertEqual(got.get(id), calm[id])


class Poison(JailTest):
    def check_extract(self, marks, **options):
        calm, _ = self.run_with({}, status=DONE)
        got, letters = self.run_with(
            {i: "winnow-hook:extract:" + mark for i, mark in marks.items()}, **options)
        raw = {i: line for i, line in enumerate(self.get("in.jsonl").splitlines())}
        ids = {"doc-%d" % i: i for i in marks}
        # extract alone reads the id: what it dies of is called by its place
        self.assertEqual(len(letters), len(marks))
        by_raw = {base64.b64decode(d["raw_b64"]): d for d in letters.values()}
        for i, mark in marks.items():
            letter = by_raw[raw[i]]
            self.assertEqual((letter["stage"], letter["reason"], letter["attempts"]),
                             ("extract", MARKS[mark], 3), mark)
            self.assertTrue(letter["detail"])
        self.assert_neighbours(got, calm, *ids)
        self.assertFalse(set(ids) & set(got))

    def check_summarize(self, marks, **options):
        calm, _ = self.run_with({}, status=DONE)
        got, letters = self.run_with(
            {i: "winnow-hook:summarize:" + mark for i, mark in marks.items()}, **options)
        self.assertEqual(letters, {})
        for i, mark in marks.items():
            record = got["doc-%d" % i]
            self.assertEqual(record["error"]["stage"], "summarize")
            self.assertEqual(record["error"]["reason"], MARKS[mark], mark)
            self.assertEqual(record["error"]["attempts"], 3)
            self.assertEqual((record["summary"], record["claims"]), ([], []))
            kept = [p["n"] for p in record["paragraphs"]]
            self.assertEqual(kept, [p["n"] for p in calm["doc-%d" % i]["paragraphs"]])
        self.assert_neighbours(got, calm, *("doc-%d" % i for i in marks))

    def test_each_in_extract(self):
        for mark in MARKS:
            with self.subTest(mark):
                self.check_extract({11: mark})

    def test_each_in_summarize(self):
        for mark in MARKS:
            with self.subTest(mark):
                self.check_summarize({11: mark})

    def test_all_of_them_in_one_batch(self):
        marks = {2 * i + 1: mark for i, mark in enumerate(MARKS)}
        self.check_extract(marks)
        self.check_summarize(marks)

    def test_the_only_document(self):
        got, letters = self.run_with({0: "winnow-hook:extract:crash"}, n=1)
        self.assertEqual((len(got), len(letters)), (0, 1))

    def test_in_many_batches_by_two_workers(self):
        """Poison in each of many batches; the same bytes each time."""
        marks = {i: "winnow-hook:%s:%s" % (STAGES[i // 300 % 2], ("crash", "open")[i // 600 % 2])
                 for i in range(7, 4000, 300)}
        self.put("in.jsonl", documents(4000, marks))
        outputs = []
        for workers in ("1", "2"):
            self.winnow(*LIMITS, "--workers", workers, "-o", "x.jsonl", "--restart", "in.jsonl",
                        status=DEAD_LETTERS)
            outputs.append((self.get("x.jsonl"), self.get("x.jsonl.dead.jsonl")))
        self.assertEqual(outputs[0], outputs[1])
        records = chain.parse_records(outputs[0][0])
        self.assertEqual(len(records) + len(outputs[0][1].splitlines()), 4000)
        self.assertEqual(sum("error" in r for r in records), len(marks) // 2)


class Innocent(JailTest):
    def test_a_crash_that_does_not_come_again(self):
        for stage in STAGES:
            with self.subTest(stage):
                calm, _ = self.run_with({11: "winnow-hook:nobody:crash-once"}, status=DONE)
                got, letters = self.run_with({11: "winnow-hook:%s:crash-once" % stage}, status=DONE)
                self.assertEqual(letters, {})
                self.assert_neighbours(got, calm, "doc-11")
                self.assertNotIn("error", got["doc-11"])
                self.assertTrue(got["doc-11"]["summary"])

    def test_a_neighbour_that_spoils_the_memory(self):
        """Whoever comes behind it dies, at first; alone nobody does."""
        for stage in STAGES:
            with self.subTest(stage):
                calm, _ = self.run_with({}, status=DONE)
                got, letters = self.run_with({11: "winnow-hook:%s:spoil" % stage}, status=DONE)
                self.assertEqual(letters, {})
                self.assertFalse([r for r in got.values() if "error" in r])
                self.assert_neighbours(got, calm, "doc-11")

    def grandchildren(self, process):
        workers = [pid for stage in STAGES for pid in process.children("winnow-" + stage)]
        return [pid for pid, parent, _ in chain.processes() if parent in workers]

    def is_ready(self, pid):
        """Whether a child has its filter: one that dies before does not start, for its worker."""
        try:
            with open("/proc/%d/status" % pid) as f:
                return "Seccomp:\t2" in f.read()
        except OSError:
            return False

    def test_children_that_somebody_kills(self):
        given = documents(6000).encode()
        calm = self.winnow("--source-name", "feed", "-", input=given).out
        process = self.start("winnow", "run", "--workers", "2", "--source-name", "feed", "-o",
                             "x.jsonl", "-", stdin=subprocess.PIPE)
        step, killed = len(given) // 12, set()
        for at in range(0, len(given), step):
            process.feed(given[at:at + step])
            # the new ones: those of before are perhaps not reaped yet
            fresh = chain.until(lambda: [pid for pid in self.grandchildren(process)
                                         if pid not in killed and self.is_ready(pid)],
                                "a jailed child")
            for pid in fresh:
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
        process.stdin.close()
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertGreater(len(killed), 12)
        self.assertEqual(self.get("x.jsonl"), calm)
        self.assertNotRegex(process.err(), RESTARTED)

    def test_a_machine_that_was_suspended(self):
        """A child that stands still for long, but not by itself, does not hang."""
        process = self.start("winnow", "run", *LIMITS, "--workers", "1", "--source-name", "feed",
                             "-o", "x.jsonl", "-", stdin=subprocess.PIPE)
        children = chain.until(lambda: len(found := self.grandchildren(process)) == 2 and found,
                               "both jailed children")
        for pid in children:
            os.kill(pid, signal.SIGSTOP)
        process.feed(documents(50).encode())
        self.assertTrue(process.still_runs(1.5))      # five times the limit
        for pid in children:
            os.kill(pid, signal.SIGCONT)
        process.stdin.close()
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(len(self.get("x.jsonl").splitlines()), 50)

    def test_no_child_outlives_its_worker(self):
        process = self.start("winnow", "run", "--workers", "2", "-o", "x.jsonl", "-",
                             stdin=subprocess.PIPE)
        children = chain.until(lambda: len(found := self.grandchildren(process)) == 4 and found,
                               "the jailed children")
        for stage in STAGES:
            for pid in process.children("winnow-" + stage):
                os.kill(pid, signal.SIGKILL)
        self.assert_no_process_left(*children)
        children = chain.until(lambda: len(found := self.grandchildren(process)) == 4 and found,
                               "their successors")
        process.signal(signal.SIGKILL)
        process.wait()
        self.assert_no_process_left(*children)


class Surroundings(JailTest):
    def test_the_environment_changes_nothing(self):
        """A time zone, and a folder of ICU data that is none."""
        calm, _ = self.run_with({}, status=DONE)
        for name in ("icudt72l.dat", "icudt72l/nfkc_cf.nrm", "icudt72l/uprops.icu"):
            self.put("icu/" + name, b"no data of ICU" * 100)
        got, _ = self.run_with({}, status=DONE, env={"TZ": "Europe/Oslo",
                                                     "ICU_DATA": self.path("icu")})
        self.assertEqual(got, calm)

    def test_options_of_the_environment_reach_the_child(self):
        by_flag, _ = self.run_with({}, status=DONE)
        self.put("in.jsonl", documents(5))
        calm = self.winnow("--summary", "1", "--paragraphs", "line", "in.jsonl").out
        got = self.winnow("in.jsonl", env={"WINNOW_SUMMARY": "1", "WINNOW_PARAGRAPHS": "line"}).out
        self.assertEqual(got, calm)

    def test_a_large_document(self):
        """Far more than a batch's usual size, one way and the other."""
        text = "\n\n".join("Paragraph %d of a very long book about the harbour." % i
                           for i in range(400000))
        self.put("in.jsonl", json.dumps({"text": text}) + "\n" + documents(3))
        records = self.winnow("in.jsonl").records()
        self.assertEqual(len(records), 4)
        self.assertEqual(records[0]["stats"]["paragraphs"], 400000)


if __name__ == "__main__":
    chain.main()
