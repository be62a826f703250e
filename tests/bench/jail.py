#!/usr/bin/env python3
"""What the jail costs: the same chain with the work in a jailed child and in the worker itself, and
the time from a child's death until another one is ready.

    jail.py UNJAILED_BIN [MB] [PAIRS]       60 MB and 9 pairs by default

UNJAILED_BIN has the programs of a build as release with -DWINNOW_SANITIZED=ON. The runs of a pair
follow each other, in alternating order, and the medians are of the pairs' ratios: on a shared
machine both have the same neighbours. Processor time is that of all processes, children too. A run
of a fiftieth of the corpus takes off what starting costs.
"""
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAKE_CORPUS = ROOT.parent / "shared" / "eval" / "make_corpus.py"
BIN = pathlib.Path(os.environ.get("WINNOW_BIN", ROOT / "build" / "release" / "bin"))
STAGES = ("extract", "summarize")
DEATHS = 30
WAYS = (("with summaries and claims",), ("--summary 0 --claims 0", "--summary", "0", "--claims",
                                         "0"))


def take_time(bin_dir, docs, flags):
    """(seconds, processor seconds) of one run."""
    began = time.monotonic()
    process = subprocess.Popen([bin_dir / "winnow", "run", *flags, docs],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit("jail.py: %s ended with %d" % (bin_dir, status))
    return time.monotonic() - began, used.ru_utime + used.ru_stime


def net(bin_dir, docs, few, flags):
    """The same, without what starting and ending take."""
    whole, start = take_time(bin_dir, docs, flags), take_time(bin_dir, few, flags)
    return [a - b for a, b in zip(whole, start)]


def cost(unjailed, docs, few, pairs):
    for name, *flags in WAYS:
        ratios = []
        for i in range(pairs):
            order = (BIN, unjailed) if i % 2 == 0 else (unjailed, BIN)
            got = {b: net(b, docs, few, flags) for b in order}
            ratios.append([a / b for a, b in zip(got[BIN], got[unjailed])])
        wall, processor = (sorted(r[k] for r in ratios) for k in (0, 1))
        print("| jail against none, %s | %d pairs, start taken off | speed %.3f (%.3f to %.3f), "
              "processor time %+.1f %% (%+.1f to %+.1f) |" % (
                  name, pairs, 1 / statistics.median(wall), 1 / wall[-1], 1 / wall[0],
                  *(100 * (x - 1) for x in (statistics.median(processor), processor[0],
                                            processor[-1]))), flush=True)


def child_of(pid):
    """A child of that process that is ready, or None."""
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            for child in map(int, f.read().split()):
                with open("/proc/%d/status" % child) as f:
                    if "Seccomp:\t2" in f.read():
                        return child
    except OSError:
        pass
    return None


def wait_for_child(pid, but=None):
    while (child := child_of(pid)) in (None, but):
        pass
    return child


def renewal(folder):
    for stage in STAGES:
        process = subprocess.Popen([
            BIN / ("winnow-" + stage), "--in", "ipc://%s/in" % folder, "--out",
            "ipc://%s/out" % folder], stderr=subprocess.DEVNULL)
        took = []
        for _ in range(DEATHS):
            child = wait_for_child(process.pid)
            began = time.monotonic()
            os.kill(child, signal.SIGKILL)
            wait_for_child(process.pid, child)
            took.append(1e3 * (time.monotonic() - began))
        process.terminate()
        process.wait()
        print("| %s: from the death of a jailed child until another is ready | %d times | "
              "%.1f ms (%.1f to %.1f) |" % (
                  stage, DEATHS, statistics.median(took), min(took), max(took)), flush=True)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    megabytes = float(sys.argv[2]) if len(sys.argv) > 2 else 60
    pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    with tempfile.TemporaryDirectory() as folder:
        renewal(folder)
        subprocess.run([sys.executable, MAKE_CORPUS, str(megabytes), folder], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        docs, few = (os.path.join(folder, n) for n in ("docs.jsonl", "few.jsonl"))
        with open(docs, "rb") as f, open(few, "wb") as out:
            out.write(b"".join(f.readlines(int(megabytes * 1e6 / 50))))
        cost(pathlib.Path(sys.argv[1]), docs, few, pairs)


if __name__ == "__main__":
    main()
