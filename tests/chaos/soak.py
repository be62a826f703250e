"""A long quiet run: memory and descriptors of every process stay flat after the first minute.

    soak.py [MINUTES]           default 30

The same documents come again and again through standard input, under --same-document id: each is
its own owner, so every stage has its full work and the index does not grow. What grows then is a
leak.
"""
import collections
import os
import subprocess
import sys
import threading
import time

import corpus
import harness
from desk import Desk, say
from harness import Case, Failure, Run, pause

FIRST = 60              # seconds that do not count
EVERY = 5               # seconds between two looks
RATE = 2e6              # bytes a second that are fed
GROWTH_KB = 2048        # more than this above the highest of the first half is a leak
MORE_DESCRIPTORS = 2
OWN = ("RssAnon:", "RssShmem:")


def looks(pid):
    """(kB of memory of its own, descriptors) of a process, or None."""
    try:
        with open("/proc/%d/status" % pid) as f:
            kb = sum(int(line.split()[1]) for line in f if line.startswith(OWN))
        return kb, len(os.listdir("/proc/%d/fd" % pid))
    except OSError:
        return None


def feed(pipe, lines, end):
    """The documents over and over, at RATE, until the time is over."""
    begun, fed = time.monotonic(), 0
    with pipe:
        while time.monotonic() < end:
            for i in range(0, len(lines), 50):
                part = b"".join(lines[i:i + 50])
                try:
                    pipe.write(part)
                except BrokenPipeError:
                    return
                fed += len(part)
                pause(min(1, begun + fed / RATE - time.monotonic()))
                if time.monotonic() >= end:
                    return


class Soak(Run):
    """A run that is fed through its standard input."""

    def __init__(self, case, desk):
        super().__init__(case, desk.new_folder(), desk.corpus)
        self.history = collections.defaultdict(list)    # (role, pid): [(kB, descriptors)]

    def start_fed(self, lines, end):
        with open(self.path("log"), "ab") as log:
            self.popen = subprocess.Popen(
                self.case.command(), cwd=self.folder, env=self.environment(), stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL, stderr=log, preexec_fn=self.before_exec)
        threading.Thread(target=feed, args=(self.popen.stdin, lines, end), daemon=True).start()

    def look(self):
        for pid, role in self.processes().items():
            seen = looks(pid)
            if seen:
                self.history[role, pid].append(seen)


def verdict(history, first_seconds):
    """Rows of (role, pid, kB then, kB at most later, descriptors then, later), and what grew."""
    rows, grown = [], []
    first = int(first_seconds / EVERY)
    for (role, pid), seen in sorted(history.items()):
        n = (len(seen) - first) // 2    # a window that fills up now and then is no leak
        if n < 2:
            continue
        then, later = seen[first:first + n], seen[first + n:]
        row = (role, pid, max(k for k, _ in then), max(k for k, _ in later),
               max(f for _, f in then), max(f for _, f in later))
        rows.append(row)
        if row[3] > row[2] + GROWTH_KB or row[5] > row[4] + MORE_DESCRIPTORS:
            grown.append("%s %d" % (role, pid))
    return rows, grown


def soak(desk, seconds):
    lines = corpus.json_lines(corpus.record(i, t) for i, t in enumerate(
        corpus.texts(3, desk.seed, os.path.join(desk.folder, "soak")))).splitlines(True)
    case = Case("out.msgpack.zst", ["--same-document", "id", "--source-name", "soak"])
    case.source = "-"
    case.prepare = lambda folder, corpus: None
    run = Soak(case, desk)
    end = time.monotonic() + seconds
    run.start_fed(lines, end)
    while time.monotonic() < end and not run.has_ended():
        run.look()
        pause(EVERY)
    run.status = run.popen.wait(harness.STALL)
    if run.status != harness.DONE:
        desk.fail("soak", run, Failure("ended with %s:\n%s" % (
            run.status, harness.last_lines(run.log()))))
        return
    rows, grown = verdict(run.history, min(FIRST, seconds / 3))
    for row in rows:
        say("soak: %s %d: %d kB, later %d kB at most; %d descriptors, later %d" % row)
    if not rows or grown:
        desk.fail("soak", run, Failure("too short" if not rows else "grew: " + ", ".join(grown)))
        return
    say("soak: %d bytes of records" % os.path.getsize(run.path(case.output)))


def main():
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 30
    desk = Desk(int(time.time()), 1)
    try:
        soak(desk, 60 * minutes)
    finally:
        desk.close()
    return 1 if desk.failures else 0


if __name__ == "__main__":
    sys.exit(main())
