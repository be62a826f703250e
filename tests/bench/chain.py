#!/usr/bin/env python3
"""Measure `winnow run` end to end: MB/s, peak memory a process, and the processor time outside the
stages' own work (messaging, packing, logging), with summaries and without.

    chain.py [MB]      size of the corpus, 200 by default

The corpus comes from ../shared/eval/make_corpus.py, which stands beside a developer's checkout.
Each figure is the median of five runs after one that does not count.
"""
import collections
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAKE_CORPUS = ROOT.parent / "shared" / "eval" / "make_corpus.py"
WINNOW = ROOT / "build" / "release" / "bin" / "winnow"
RUNS = 5
TIMES = re.compile(r"winnow (\w+): processor ([\d.]+) s, own work ([\d.]+) s, peak memory (\d+) kB")


def run(docs, *flags):
    """Seconds of one run, and {stage: [(processor s, own s, peak kB)]}."""
    command = [WINNOW, "run", "--times", *flags, docs]
    began = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - began
    if done.returncode != 0:
        sys.exit(f"chain.py: {command} ended with {done.returncode}:\n{done.stderr}")
    stages = collections.defaultdict(list)
    for name, processor, own, peak in TIMES.findall(done.stderr):
        stages[name].append((float(processor), float(own), int(peak)))
    return seconds, stages


def median(values):
    return statistics.median(values)


def measure(docs, megabytes, what, *flags):
    run(docs, *flags)
    runs = [run(docs, *flags) for _ in range(RUNS)]
    seconds = median([r[0] for r in runs])
    outside = median([sum(p - o for s in r[1].values() for p, o, _ in s) for r in runs])
    processor = median([sum(p for s in r[1].values() for p, _, _ in s) for r in runs])
    print(f"| {what} | {megabytes / seconds:.1f} MB/s | {processor:.2f} s "
          f"| {1e3 * outside / megabytes:.2f} ms/MB |", end="")
    for name in ("read", "extract", "dedup", "summarize", "write"):
        own = median([sum(o for _, o, _ in r[1][name]) for r in runs])
        rest = median([sum(p - o for p, o, _ in r[1][name]) for r in runs])
        peak = max(k for r in runs for _, _, k in r[1][name])
        print(f" {own:.2f} + {rest:.2f} s, {peak / 1024:.0f} MB |", end="")
    print(flush=True)


def machine():
    name = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo")
                 if line.startswith("model name")), os.uname().machine)
    return f"{os.cpu_count()} cores, {name}"


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    if not MAKE_CORPUS.exists():
        sys.exit(f"chain.py: there is no {MAKE_CORPUS}; the corpus is made by it")
    with tempfile.TemporaryDirectory(prefix="winnow-bench.") as folder:
        subprocess.run([sys.executable, MAKE_CORPUS, str(size), folder], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        docs = os.path.join(folder, "docs.jsonl")
        megabytes = os.path.getsize(docs) / 1e6
        commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, text=True,
                                capture_output=True).stdout.strip()
        print(f"{machine()}; commit {commit}; {megabytes:.0f} MB of JSON lines; output to /dev/null;"
              f" median of {RUNS} runs")
        print("| run | end to end | processor | outside the stages' work | read: own + rest, peak "
              "| extract ×2 | dedup | summarize ×2 | write |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        measure(docs, megabytes, "`--summary 0 --claims 0`", "--summary", "0", "--claims", "0")
        measure(docs, megabytes, "with summaries and claims")


if __name__ == "__main__":
    main()
