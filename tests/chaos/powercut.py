"""The power goes: all processes die at once, and of what was written but not synced only a part is
there.

strace tells how much of each file of dedup and write was not covered by a finished fsync when they
died; a random part of that is cut off or comes back as zeros, which is what a disk may leave. Then
the same command again. `kill -9` alone cannot show a sync that is missing: the kernel still has the
bytes.
"""
import collections
import os
import random
import re
import signal
import time

import tracer
from harness import Failure, chain, pause, send

CUTS = (2, 6)           # of one run, at least and at most
MEAN_LIFE = 0.5         # seconds between two cuts
CALLS = "write,pwrite64,writev,pwritev,fsync,fdatasync,rename,renameat,renameat2"
RESULT = re.compile(r"\) += (-?\d+)")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)")


class Unsynced:
    """Bytes of each file that no finished sync covers, from the lines of one traced process."""

    def __init__(self, cwd):
        self.cwd, self.bytes = cwd, collections.Counter()
        self.open_calls = {}            # thread: (call, path, bytes that a sync would cover)

    def line(self, line):
        thread = line.split(None, 1)[0]
        again = RESUMED.match(line)
        if again:
            call, path, covers = self.open_calls.pop(thread, (None, None, 0))
            if call:
                self.ended(call, path, covers, again.group(3))
            return
        found = tracer.file_of(line, self.cwd)
        if found is None:
            return
        call, path = found
        if "rename" in call and self.bytes[path] > 0:
            raise Failure("%s is renamed with %d bytes that are not synced" % (
                path, self.bytes[path]))
        covers = self.bytes[path]
        if "<unfinished" in line:
            self.open_calls[thread] = call, path, covers
        else:
            self.ended(call, path, covers, line)

    def ended(self, call, path, covers, rest):
        """What died within a call has no result: nothing more of the file may be lost for it."""
        result = RESULT.search(rest)
        done = int(result.group(1)) if result else -1
        if "sync" in call and done == 0:
            self.bytes[path] -= covers
        elif "write" in call and done > 0:
            self.bytes[path] += done


def kill_all(run):
    pids = run.processes()
    for pid in pids:
        send(pid, signal.SIGKILL)
    run.popen.wait()
    run.has_ended()
    chain.until(lambda: not any(map(chain.is_alive, pids)), "the end of all processes")


def lose(path, n, rng):
    """The last n bytes, or some of them, are gone or zero."""
    size = os.path.getsize(path)
    keep = size - rng.randint(0, n)
    with open(path, "r+b") as f:
        f.truncate(keep)
        if rng.random() < 0.4:
            f.truncate(size)            # zeros


def cut(run, plan, rng):
    """The power goes now; the number of bytes that were not synced."""
    kill_all(run)
    plan.end_tracers()
    lost = 0
    for stage in tracer.TRACED:
        start = plan.starts(stage) - 1
        unsynced = Unsynced(run.folder)
        for line in plan.lines(stage, start):
            unsynced.line(line)
        for path, n in unsynced.bytes.items():
            if n > 0 and os.path.isfile(run.path(path)):
                lose(run.path(path), min(n, os.path.getsize(run.path(path))), rng)
                lost += n
    return lost


def power_cuts(desk, case, programs, rng, end):
    """One run with some cuts; how many there were, and how many bytes were at stake."""
    plan = tracer.Plan(desk.folder)
    for stage in tracer.TRACED:
        for start in range(CUTS[1] + 1):
            plan.add(stage, start, "-e", "trace=" + CALLS)
    run = desk.run(case.variant(bin_dir=programs, env={**case.env, **plan.env}))
    told = collections.Counter()

    def work():
        run.start()
        for _ in range(rng.randint(*CUTS)):
            pause(rng.expovariate(1 / MEAN_LIFE))
            if told["cuts"] and time.monotonic() > end or run.has_ended():
                return
            told["bytes"] += cut(run, plan, rng)
            told["cuts"] += 1
            run.start()

    desk.attempt("power cut", run, work)
    plan.remove()
    return told
