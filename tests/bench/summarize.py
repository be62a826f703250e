#!/usr/bin/env python3
"""Measure `summarize`: how fast it is alone, on one core, beside other summarizers, and how good.

    summarize.py [--megabytes N] [--peers PYTHON] [--no-quality]

The articles and the scorer stand beside a developer's checkout, in ../shared. Speed is bytes of
text by seconds of processor time, the best of five runs; libots (Debian: libots0) is called in this
process, sumy and summa in the PYTHON that has them; without it a fresh one is made.
"""
import argparse
import ctypes
import gzip
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
WINNOW = ROOT / "build" / "release" / "bin" / "winnow"
SETS = ("cnndm_en", "bbc_en")
RUNS = 5
PEER_BYTES = 200_000
TIMES = re.compile(r"winnow summarize: processor [\d.]+ s, own work ([\d.]+) s")
PEER = """
import json, sys, time
sys.setrecursionlimit(10000)
texts = json.load(sys.stdin)
def summa():
    from summa.summarizer import summarize
    return lambda text: summarize(text, words=80)
def sumy():
    from sumy.parsers.plaintext import PlaintextParser
    from sumy.summarizers.text_rank import TextRankSummarizer
    import re
    class Words:
        def to_sentences(self, text): return re.split(r"(?<=[.!?]) +", text)
        def to_words(self, text): return re.findall(r"[^\\W_]+", text)
    summarizer = TextRankSummarizer()
    return lambda text: summarizer(PlaintextParser.from_string(text, Words()).document, 3)
for name, make in (("summa", summa), ("sumy TextRank", sumy)):
    try:
        call = make()
        call(texts[0])
        began = time.process_time()
        for text in texts:
            call(text)
        print(name, time.process_time() - began, sep="\\t", flush=True)
    except Exception as error:
        print(name, repr(error)[:100], sep="\\t", flush=True)
"""


def articles():
    found = []
    for name in SETS:
        path = SHARED / "data" / "summary" / f"{name}.dev.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found += [json.loads(line) for line in lines]
    return found


def winnow_speed(found, megabytes, flags):
    """MB/s of the best run, and of the worst."""
    documents, size = [], 0
    for n, a in enumerate(itertools.cycle(found)):
        documents.append(json.dumps({"id": str(n), "title": a["title"], "text": a["text"]}))
        size += len(a["text"].encode())
        if size >= megabytes * 1e6:
            break
    speeds = []
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as f:
        f.write("\n".join(documents) + "\n")
        f.flush()
        for _ in range(RUNS):
            done = subprocess.run(
                [WINNOW, "run", "--times", "--workers", "1", "--dedup", "off", *flags, f.name],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
            speeds.append(size / 1e6 / float(TIMES.search(done.stderr).group(1)))
    return max(speeds), min(speeds)


def sample(found):
    """Texts of PEER_BYTES together."""
    texts, size = [], 0
    for a in found[::7]:
        texts.append(a["text"])
        size += len(a["text"].encode())
        if size > PEER_BYTES:
            break
    return texts, size / 1e6


def libots_seconds(texts):
    ots = ctypes.CDLL("libots-1.so.0")
    ots.ots_new_article.restype = ctypes.c_void_p
    ots.ots_get_doc_text.restype = ctypes.c_void_p
    began = time.process_time()
    for text in texts:
        raw, size = text.encode(), ctypes.c_size_t()
        article = ctypes.c_void_p(ots.ots_new_article())
        if not ots.ots_load_xml_dictionary(article, b"en"):
            raise OSError("libots has no dictionary en")
        ots.ots_parse_stream(raw, ctypes.c_size_t(len(raw)), article)
        ots.ots_grade_doc(article)
        ots.ots_highlight_doc_lines(article, 3)
        ots.ots_get_doc_text(article, ctypes.byref(size))
        ots.ots_free_article(article)
    return time.process_time() - began


def peer_python(folder):
    """A Python with sumy and summa, as far as they install."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    for package in ("sumy", "summa", "setuptools<80"):
        subprocess.run([f"{folder}/bin/pip", "install", "-q", package], stderr=subprocess.DEVNULL)
    return f"{folder}/bin/python"


def peers(texts, python):
    with tempfile.TemporaryDirectory() as folder:
        python = python or peer_python(folder)
        done = subprocess.run([python, "-c", PEER], input=json.dumps(texts), text=True,
                              stdout=subprocess.PIPE)
    return [line.split("\t") for line in done.stdout.splitlines()]


def speed(args):
    found = articles()
    texts, megabytes = sample(found)
    print(f"| summarizer | MB/s | against libots |\n| --- | --- | --- |")
    rows = []
    try:
        rows.append(("libots 0.5", megabytes / libots_seconds(texts)))
    except OSError as error:
        print(f"libots: {error} (Debian: apt-get install libots0)", file=sys.stderr)
    for name, seconds in peers(texts, args.peers):
        if re.fullmatch(r"[\d.e-]+", seconds):
            rows.append((name, megabytes / float(seconds)))
        else:
            print(f"{name}: {seconds}", file=sys.stderr)
    for what, flags in (("summary of 3", ["--summary", "3", "--claims", "0"]),
                        ("summary of 3 and 3 claims", ["--summary", "3", "--claims", "3"])):
        best, worst = winnow_speed(found, args.megabytes, flags)
        rows.append((f"winnow, {what} (worst run {worst:.1f})", best))
    base = rows[0][1] if rows[0][0].startswith("libots") else None
    for name, value in rows:
        against = f"{value / base:.0f} ×" if base else ""
        print(f"| {name} | {value:.2f} | {against} |", flush=True)


def quality():
    done = subprocess.run([sys.executable, SHARED / "eval" / "score_summary.py", "--winnow", WINNOW],
                          stdout=subprocess.PIPE, text=True, check=True)
    print("\n| set | | R1 | R2 | RL | facts | words |\n| --- | --- | --- | --- | --- | --- | --- |")
    name = ""
    for line in done.stdout.splitlines():
        head = re.match(r"(\w+) \(dev, (\d+) articles\)", line)
        row = re.match(r"   (winnow claims|winnow|lead-3|libots|summa\S*|sumy TextRank)\s+([\d. ]+)$",
                       line)
        gap = re.match(r"   winnow - lead-3, (\S+)\s+(\S+)\s+(\[.*\])", line)
        if head:
            name = f"{head[1]} ({head[2]})"
        elif row and row[1] != "winnow claims":
            cells = row[2].split()
            cells = [cells[i] for i in (0, 1, 2, 4, 6)]
            print(f"| {name} | {row[1]} | " + " | ".join(cells) + " |")
            name = ""
        elif gap:
            what = "R1" if gap[1] == "R1" else "facts"
            print(f"| | winnow − lead-3, {what} | {gap[2]} {gap[3]} | | | | |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--peers", metavar="PYTHON")
    parser.add_argument("--no-quality", action="store_true")
    args = parser.parse_args()
    if not SHARED.exists():
        sys.exit(f"summarize.py: there is no {SHARED}, where the articles are")
    speed(args)
    if not args.no_quality:
        quality()


if __name__ == "__main__":
    main()
