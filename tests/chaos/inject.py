"""The N-th call of a writing system call of a stage on one of its files: killed, ENOSPC, or
EIO.

Which files and calls there are is not written down here: a survey traces a run that is killed and
started again, and counts. Then single calls are chosen at random; an N that does not come any more
is skipped, not passed.
"""
import collections
import random
import signal
import time

import kill
import tracer
from desk import say
from harness import Failure, pause, send

MOST = 50               # the N-th call, N from 1 to this
FOR_A_WHILE = 20        # calls that fail one after the other
FULL_DISK = ("write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "rename", "renameat",
             "renameat2")


def run_with(desk, case, plan, programs):
    return desk.run(case.variant(bin_dir=programs, env={**case.env, **plan.env}))


def survey(desk, case, programs):
    """{(stage, start, call, path): how often}, start 0 or 1: after a kill."""
    plan, counts = tracer.Plan(desk.folder), collections.Counter()
    for stage in tracer.TRACED:
        plan.watch(stage, 8)
    run = run_with(desk, case, plan, programs)

    def work():
        run.start()
        kill.wait_for_growth(run)
        for stage in (*tracer.TRACED, "run"):
            for pid in kill.wait_for(run, stage)[:1]:
                send(pid, signal.SIGKILL)
                pause(0.1)
            if run.has_ended() and not run.is_done():
                run.start()
        run.finish()
        for stage in tracer.TRACED:
            for start in range(plan.starts(stage)):
                for line in plan.lines(stage, start):
                    found = tracer.file_of(line, run.folder)
                    if found:
                        counts[stage, min(start, 1), *found] += 1

    if not desk.attempt("survey of calls", run, work):
        return {}
    if not counts:
        raise Failure("strace saw no call on any file of the run")
    plan.remove()
    return counts


def spec(call, kind, n):
    """strace's words for what happens to the n-th call."""
    how = {"kill": "signal=KILL:when=%d" % n,
           "ENOSPC": "error=ENOSPC:when=%d" % n,
           "ENOSPC for a while": "error=ENOSPC:when=%d..%d" % (n, n + FOR_A_WHILE),
           "EROFS for a while": "error=EROFS:when=%d..%d" % (n, n + FOR_A_WHILE),
           "EIO": "error=EIO:when=%d" % n}[kind]
    return "inject=%s:%s" % (call, how)


def kinds_of(call):
    return ["kill", "EIO"] + (["ENOSPC", "ENOSPC for a while",
                                "EROFS for a while"] if call in FULL_DISK else [])


class Injector:
    def __init__(self, desk, case, seed):
        tracer.require_strace()
        self.desk, self.case, self.random = desk, case, random.Random(seed)
        self.programs = tracer.make_programs(desk.folder + "/programs")
        self.counts = survey(desk, case, self.programs)
        self.fired, self.missed = collections.Counter(), 0
        say("%d calls of %d kinds on files" % (sum(self.counts.values()), len(self.counts)))

    def one(self, stage, start, call, path, kind, n):
        """One run with one injection; whether it fired."""
        plan = tracer.Plan(self.desk.folder)
        run = run_with(self.desk, self.case, plan, self.programs)
        if start > 0:                   # the start before has to die first
            plan.add(stage, 0, "-e", "trace=write,pwrite64", "-e",
                     "inject=write,pwrite64:signal=KILL:when=%d" % self.random.randint(3, 60))
        plan.add(stage, start, *tracer.aims(run.folder, path), "-e", "trace=" + call, "-e",
                 spec(call, kind, n))
        what = "%s %d: %s %d on %s: %s" % (stage, start, call, n, path, kind)
        fine = self.desk.attempt(what, run, run.finish)
        fired = plan.fired(stage, start)
        plan.remove()
        self.fired[call, kind] += fired > 0
        self.missed += fired == 0
        return fine

    def all(self):
        """Every combination there is, each N up to MOST."""
        for (stage, start, call, path), count in sorted(self.counts.items()):
            for kind in kinds_of(call):
                for n in range(1, min(count, MOST) + 1):
                    yield stage, start, call, path, kind, n

    def some(self, seconds):
        """Random ones until the time is over, all files and calls alike."""
        end = time.monotonic() + seconds
        keys = sorted(self.counts)
        while keys and time.monotonic() < end:
            self.random.shuffle(keys)
            for key in keys:
                if time.monotonic() >= end:
                    return
                most = min(self.counts[key], MOST)
                n = 1 + int(most * self.random.random() ** 1.5)     # the last ones may not come
                yield (*key, self.random.choice(kinds_of(key[2])), n)

    def run(self, combinations):
        for combination in combinations:
            self.one(*combination)
