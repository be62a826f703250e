"""Paragraphs that are made to be hard: huge, tiny, alike, without letters, in heaps of marks. Each
comes out or is dropped as any other, in a time and a memory that ordinary text of as many bytes
takes; what is measured more closely is in tests/bench."""
import json
import re

import chain
from chain import DONE, json_lines

SIZE = 4 << 20
TIMES = re.compile(r"winnow (\w+): processor ([\d.]+) s, own work ([\d.]+) s, peak memory (\d+) kB")
SLACK_S = 2.0           # of processor time, on a machine with much else to do
MORE_KB = 200 << 10     # of memory in one stage


class HardParagraphs(chain.ChainTest):
    def measured(self, name, texts):
        """The records of documents with these texts; processor time of the stages' own work, and
        the largest peak of one stage."""
        self.put(name, json_lines([{"id": "%s%d" % (name, i), "text": t} for i, t in enumerate(texts)]))
        result = self.winnow("--times", "--summary", "0", "--claims", "0", name)
        self.assertEqual(result.status, DONE, result.err)
        stages = TIMES.findall(result.err)
        self.assertGreaterEqual(len(stages), 5, result.err)
        return (result.records(), sum(float(own) for _, _, own, _ in stages),
                max(int(peak) for _, _, _, peak in stages))

    def ordinary(self):
        line = "The harbour council of Sandvik met on day %d to speak about ferry number %d again.\n"
        return "".join(line % (i, i * 7) for i in range(SIZE // 75))

    def assert_as_ordinary(self, name, texts):
        _, seconds, peak = self.measured("ordinary.jsonl", [self.ordinary()])
        records, hard_seconds, hard_peak = self.measured(name, texts)
        self.assertLess(hard_seconds, 3 * seconds + SLACK_S)
        self.assertLess(hard_peak, 3 * peak + MORE_KB)
        return records

    def test_a_paragraph_of_ten_megabytes(self):
        text = "harbour " * (10 << 17)
        records = self.assert_as_ordinary("huge.jsonl", [text, text])
        self.assertEqual(records[0]["stats"]["kept"], 1)
        self.assertEqual(records[1]["stats"]["exact"], 1)
        self.assertEqual(len(records[0]["paragraphs"][0]["text"]), len(text) - 1)

    def test_paragraphs_of_one_byte(self):
        text = "\n".join("abcdefghijklmnopqrstuvwxyz0123456789"[i % 36] for i in range(200000))
        (r,) = self.assert_as_ordinary("tiny.jsonl", [text])
        self.assertEqual(r["stats"]["kept"], 36)
        self.assertEqual(r["stats"]["exact"], 200000 - 36)

    def test_a_heap_of_combining_marks(self):
        marks = "\u0301\u0323\u0316\u0307"
        records = self.assert_as_ordinary(
            "marks.jsonl", ["a" + marks * (SIZE // 16), "b" + marks * (SIZE // 16)])
        self.assertEqual([r["stats"]["kept"] for r in records], [1, 1])

    def test_a_hundred_thousand_times_the_same(self):
        line = "Sign up for the letter of the harbour council, which comes every week."
        records = self.assert_as_ordinary(
            "same.jsonl", ["\n".join([line] * 1000) for _ in range(100)])
        self.assertEqual(sum(r["stats"]["kept"] for r in records), 1)
        self.assertEqual(sum(r["stats"]["exact"] for r in records), 99999)
        owners = {(d["owner"]["key"], d["owner"]["n"]) for r in records for d in r["dropped"]}
        self.assertEqual(owners, {(records[0]["key"], 0)})

    def test_what_is_punctuation_alone_is_not_all_the_same(self):
        """With --min-chars 0, so that across documents too each has only its own hash."""
        rows = ["***", "---", "* * *", "\u2026", "!?", "\u00bf?", "((", "\u3002", "\u2022\u2022\u2022"]
        self.put("rows.jsonl", json_lines([{"id": str(i), "text": t} for i, t in enumerate(rows * 2)]))
        result = self.winnow("--min-chars", "0", "rows.jsonl")
        records = result.records()
        self.assertEqual([r["stats"]["kept"] for r in records], [1] * len(rows) + [0] * len(rows))
        hashes = {p["hash"] for r in records for p in r["paragraphs"]}
        self.assertEqual(len(hashes), len(rows))

    def test_bytes_that_are_no_utf8(self):
        """They become U+FFFD: the same bytes stay duplicates, other ones do not become one."""
        texts = [b"caf\xe9 au lait in the harbour of Sandvik", b"caf\xe9 au lait in the harbour of Sandvik",
                 b"\xff\xfe\xff" * (SIZE // 3)]
        self.put("bad.jsonl", b"".join(b'{"id": "%d", "text": "%s"}\n' % (i, t)
                                       for i, t in enumerate(texts)))
        result = self.winnow("--times", "bad.jsonl")
        self.assertEqual([r["stats"]["kept"] for r in result.records()], [1, 0, 1])


if __name__ == "__main__":
    chain.main()
