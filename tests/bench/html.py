#!/usr/bin/env python3
"""Measure the reading of HTML: MB/s of pages to article text on one core, and how good that text is.

    html.py [REPEATS]      how often each page is read, 20 by default

The pages and the score (F1 of 4-word shingles) are those of ../shared, which stands beside a
developer's checkout. Prints one row for RESULTS.md.
"""
import glob
import gzip
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
BIN = ROOT / "build" / "release" / "bin"


def speed(repeats):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for packed in sorted(glob.glob(str(SHARED / "data" / "html" / "html" / "*.gz"))):
            path = pathlib.Path(folder) / pathlib.Path(packed).stem
            path.write_bytes(gzip.open(packed).read())
            paths.append(str(path))
        if not paths:
            sys.exit("html.py: no pages in ../shared/data/html")
        done = subprocess.run([BIN / "bench_html", repeats, *paths], stdout=subprocess.PIPE,
                              text=True, check=True)
    return done.stdout.strip()


def score():
    command = [sys.executable, SHARED / "eval" / "score_html.py", "--winnow", BIN / "winnow"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=True)
    return re.search(r"^F1 .*$", done.stdout, re.M).group(0)


def main():
    repeats = sys.argv[1] if len(sys.argv) > 1 else "20"
    print(f"| {speed(repeats)} | {score()} |")


if __name__ == "__main__":
    main()
