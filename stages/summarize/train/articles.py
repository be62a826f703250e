"""Articles with their references, as Winnow's probe sees them.

An Article has, for each of its lines (sentences and headings, in reading order), the words and
facts that its references share with it; `gain` and `value` are what a choice of lines is worth.
"""

import collections
import json
import pathlib
import subprocess
import sys
import zlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(SHARED / "eval"))

import facts  # noqa: E402
import harness  # noqa: E402
import rouge  # noqa: E402
import sentences  # noqa: E402

BIN = ROOT / "build" / "release" / "bin"
FOLDS = 3


class Reference:
    """Counts of one reference's words and pairs of words; the words of its lines."""

    def __init__(self, text, lang):
        lines = text.split("\n") if "\n" in text else sentences.split(text)
        self.lines = [rouge.words(line, lang) for line in lines]
        words = rouge.words(text.replace("\n", " "), lang)
        self.counts = (collections.Counter(words), collections.Counter(zip(words, words[1:])))
        self.sizes = (len(words), max(0, len(words) - 1))


class Article:
    def __init__(self, data, record, lang):
        self.id = data["id"]
        self.lang = lang
        self.title = record.get("title", "").encode()
        self.paragraphs = [(p["kind"], p["text"].encode()) for p in record["paragraphs"]]
        self.data = data
        texts = data.get("references", [data["reference"]])
        self.references = [Reference(t, lang) for t in texts]
        self.facts = facts.facts(data["reference"], data["text"])
        self.fold = zlib.crc32(data["text"][:200].encode()) % FOLDS

    def ask(self, scores=None, states=()):
        """The bytes that ask the probe about this article."""
        lang = self.lang.encode()
        parts = [b"title %d\n%slang %d\n%s" % (len(self.title), self.title, len(lang), lang)]
        for kind, text in self.paragraphs:
            parts.append(b"paragraph %s %d\n%s" % (kind.encode(), len(text), text))
        if scores is not None:
            raw = np.asarray(scores, np.int32).tobytes()
            parts.append(b"scores %d\n%s" % (len(raw), raw))
        for state in states:
            raw = np.asarray(state, np.uint32).tobytes()
            parts.append(b"chosen %d\n%s" % (len(raw), raw))
        return b"".join(parts) + b"end 0\n"

    def set_lines(self, places):
        """places: [n, 4] paragraph, start, end, whether it may be chosen."""
        self.texts = [self.paragraphs[p][1][a:b].decode() for p, a, b, _ in places]
        self.allowed = places[:, 3].astype(bool)
        self.words = np.array([len(t.split()) for t in self.texts], np.int32)
        tokens = self.tokens = [rouge.words(t, self.lang) for t in self.texts]
        self.sizes = [(len(t), max(0, len(t) - 1)) for t in tokens]
        grams = [(collections.Counter(t), collections.Counter(zip(t, t[1:]))) for t in tokens]
        self.shared = [[tuple({k: n for k, n in g[order].items() if k in r.counts[order]}
                              for order in (0, 1)) for g in grams] for r in self.references]
        self.hits = [self.facts_in(text, set(t)) for text, t in zip(self.texts, tokens)]

    def facts_in(self, text, stems):
        """Which of the references' facts a text has, as bits."""
        lower, numbers, hits = text.lower(), facts.numbers(text), 0
        for bit, (kind, value) in enumerate(self.facts):
            if kind == "number":
                found = value in numbers
            elif kind == "name":
                found = facts.has_word(lower, value)
            else:
                quoted = set(rouge.words(value, self.lang))
                found = bool(quoted) and len(quoted & stems) / len(quoted) >= 0.8
            hits |= found << bit
        return hits

    def fact_recall(self, chosen):
        bits = 0
        for i in chosen:
            bits |= self.hits[i]
        return bits.bit_count() / len(self.facts) if self.facts else 0.0

    def overlap(self, chosen):
        """(ROUGE-1, ROUGE-2) F1 of lines, pairs of words across two lines left out."""
        mean = [0.0, 0.0]
        for r, shared in zip(self.references, self.shared):
            for order in (0, 1):
                have = collections.Counter()
                for i in chosen:
                    have.update(shared[i][order])
                hits = sum(min(n, r.counts[order][k]) for k, n in have.items())
                size = sum(self.sizes[i][order] for i in chosen)
                mean[order] += rouge.f1(hits, size, r.sizes[order]) / len(self.references)
        return mean

    def longest(self, chosen):
        """ROUGE-Lsum F1 of lines."""
        extract = [self.tokens[i] for i in chosen]
        return sum(rouge.rouge_lsum(extract, r.lines)
                   for r in self.references) / len(self.references)

    def gains(self, state, lines):
        """[len(lines), 2] what each line adds to ROUGE-1 + ROUGE-2, and to the recall of facts."""
        gains = np.zeros((len(lines), 2))
        for r, shared in zip(self.references, self.shared):
            for order in (0, 1):
                have = collections.Counter()
                for i in state:
                    have.update(shared[i][order])
                counts, size = r.counts[order], sum(self.sizes[i][order] for i in state)
                hits = sum(min(n, counts[k]) for k, n in have.items())
                before = rouge.f1(hits, size, r.sizes[order])
                for row, i in enumerate(lines):
                    more = sum(min(have[k] + n, counts[k]) - min(have[k], counts[k])
                               for k, n in shared[i][order].items())
                    after = rouge.f1(hits + more, size + self.sizes[i][order], r.sizes[order])
                    gains[row, 0] += (after - before) / len(self.references)
        if self.facts:
            bits = 0
            for i in state:
                bits |= self.hits[i]
            gains[:, 1] = [(self.hits[i] & ~bits).bit_count() / len(self.facts) for i in lines]
        return gains


def load(name, split="dev"):
    """The articles of a set, run through `winnow run` for their paragraphs."""
    path = SHARED / "data" / "summary" / f"{name}.{split}.jsonl.gz"
    lang = name.rsplit("_", 1)[1]
    data = harness.load(path)
    documents = [{"id": a["id"], "title": a["title"], "text": a["text"], "lang": lang}
                 for a in data]
    lines = "".join(json.dumps(d, ensure_ascii=False) + "\n" for d in documents)
    command = [BIN / "winnow", "run", "--format", "jsonl", "--dedup", "off", "--summary", "0",
               "--claims", "0", "-"]
    output = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, check=True).stdout
    records = {r["id"]: r for r in map(json.loads, output.split(b"\n")[:-1])}
    return [Article(a, records[a["id"]], lang) for a in data]


def feature_names():
    """[(name, whether it compares with chosen lines)] in the probe's order."""
    text = subprocess.run([BIN / "winnow-probe", "--names"], capture_output=True, text=True,
                          check=True).stdout
    return [(line.split()[0], line.split()[1] == "1") for line in text.splitlines()]


class Answers:
    """Reads what the probe says, piece by piece."""

    def __init__(self, raw):
        self.raw = raw
        self.at = 0

    def take(self, kind, *shape):
        n = int(np.prod(shape))
        found = np.frombuffer(self.raw, kind, n, self.at).reshape(shape)
        self.at += found.nbytes
        return found


def probe(articles, model=None, most=3, scores=None, states=None):
    """[(places, scores, features, [features beside a state], chosen)], an article each."""
    names = feature_names()
    n_alone = sum(not beside for _, beside in names)
    questions = b"".join(a.ask(None if scores is None else scores[i],
                               () if states is None else states[i])
                         for i, a in enumerate(articles))
    command = [BIN / "winnow-probe", "--sentences", str(most)]
    if model is not None:
        command += ["--model", model]
    raw = subprocess.run(command, input=questions, stdout=subprocess.PIPE, check=True).stdout
    answers, found = Answers(raw), []
    for i in range(len(articles)):
        n = int(answers.take(np.uint32, 1)[0])
        lines = answers.take(np.int32, n, 5)
        features = answers.take(np.int16, n, n_alone)
        beside = [answers.take(np.int16, n, len(names) - n_alone)
                  for _ in (() if states is None else states[i])]
        chosen = answers.take(np.uint32, int(answers.take(np.uint32, 1)[0]))
        found.append((lines[:, :4], lines[:, 4], features, beside, [int(c) for c in chosen]))
    return found
