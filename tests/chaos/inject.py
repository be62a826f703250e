"""The N-th call of a writing system call of a stage on one of its files: killed, ENOSPC, or
EIO.

Which files and calls there are is not written down here: a survey traces two runs, one in peace and
one that is killed and started again, and counts. Then single calls are chosen at random, or each
there is; an N that does not come any more is skipped, not passed. Some chains run at a time, each
in a process of its own: a held or restarted stage mostly waits.
"""
import collections
import itertools
import multiprocessing
import os
import random
import signal
import time

import corpus
import kill
import tracer
from desk import say
from harness import Failure, die_with_parent, pause, send

MOST = 50               # the N-th call, N from 1 to this
FOR_A_WHILE = 20        # calls that fail one after the other
HELD = (1, MOST)     # those N that fail for a while, each of which takes seconds
STARTS = 8              # of a stage that are traced
CHAINS = 4 * (os.cpu_count() or 1)
PACE_US = 15000         # how long each read from the input of many batches takes: they come one by
                        # one then, and no commit is of several
FAR = 1000000           # between the numbers of two chains' folders
FULL_DISK = ("write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "rename", "renameat",
             "renameat2")


def run_with(desk, case, plan, programs):
    return desk.run(case.variant(bin_dir=programs, env={**case.env, **plan.env}))


def pace(case, plan, calls, *only):
    """Let read be slow, where the corpus is of many batches; other calls of it are traced, too."""
    if case.source != "many":
        return
    for start in range(STARTS):
        plan.add("read", start, "-e", "trace=" + ",".join((*calls, "read")), "-e",
                 "inject=read:delay_exit=%d" % PACE_US, *only)


def hurt(run):
    """Each stage and the run itself is killed once."""
    run.start()
    kill.wait_for_growth(run)
    for stage in (*tracer.TRACED, "run"):
        for pid in kill.wait_for(run, stage)[:1]:
            send(pid, signal.SIGKILL)
            pause(0.1)
        if run.has_ended() and not run.is_done():
            run.start()


def count_calls(desk, case, programs, drive):
    """{(stage, start, call, path): how often} in one run; start 0 or 1: after a kill."""
    plan, counts = tracer.Plan(desk.folder), collections.Counter()
    for stage in tracer.TRACED:
        plan.watch(stage, STARTS)
    pace(case, plan, tracer.CALLS)
    run = run_with(desk, case, plan, programs)

    def work():
        drive(run)
        run.finish()
        for stage in tracer.TRACED:
            for start in range(plan.starts(stage)):
                for line in plan.lines(stage, start):
                    found = tracer.file_of(line, run.folder)
                    if found and found[0] != "read":
                        counts[stage, min(start, 1), *found] += 1

    if not desk.attempt("survey of calls", run, work):
        return collections.Counter()
    plan.remove()
    return counts


def survey(desk, case, programs):
    """The calls of a run in peace, and of those that follow a kill."""
    counts = count_calls(desk, case, programs, lambda run: None)
    counts |= count_calls(desk, case, programs, hurt)
    if not counts and not desk.failures:
        raise Failure("strace saw no call on any file of the run")
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
    def __init__(self, desk, case, seed, stages=tracer.TRACED):
        tracer.require_strace()
        self.desk, self.case, self.random = desk, case, random.Random(seed)
        self.programs = tracer.make_programs(desk.folder + "/programs")
        found = survey(desk, case, self.programs)
        self.counts = {k: n for k, n in found.items() if k[0] in stages}
        self.fired, self.missed = collections.Counter(), 0
        say("%d calls of %d kinds on files; %d injections in all" % (
            sum(self.counts.values()), len(self.counts), len(self.all())))

    def one(self, stage, start, call, path, kind, n):
        """One run with one injection; whether it fired."""
        plan = tracer.Plan(self.desk.folder)
        run = run_with(self.desk, self.case, plan, self.programs)
        if start > 0:                   # the start before has to die first
            plan.add(stage, 0, "-e", "trace=write,pwrite64", "-e",
                     "inject=write,pwrite64:signal=KILL:when=%d" % self.random.randint(3, 60))
        if stage != "read":
            pace(self.case, plan, (), "-P", corpus.MANY)
        plan.add(stage, start, *tracer.aims(run.folder, path), "-e", "trace=" + call, "-e",
                 spec(call, kind, n))
        what = "%s %d: %s %d on %s: %s" % (stage, start, call, n, path, kind)
        fine = self.desk.attempt(what, run, run.finish)
        fired = plan.fired(stage, start)
        plan.remove()
        self.fired[stage, call, kind] += fired > 0
        self.missed += fired == 0
        return fine

    def all(self):
        """Every combination there is, each N up to MOST, in any order."""
        found = [(*key, kind, n) for key, count in sorted(self.counts.items())
                 for kind in kinds_of(key[2]) for n in range(1, min(count, MOST) + 1)
                 if n in HELD or not kind.endswith("for a while")]
        return random.Random(self.desk.seed).sample(found, len(found))

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

    def run(self, seconds=None):
        """Each of all, or some for so long."""
        told = [multiprocessing.Pipe(False) for _ in range(CHAINS)]
        for i, (_, result) in enumerate(told):
            multiprocessing.get_context("fork").Process(
                target=self.chain, args=(i, result, seconds), daemon=True).start()
            result.close()
        for result, _ in told:
            try:
                self.add(*result.recv())
            except EOFError:
                raise Failure("a chain of injections ended without a word") from None

    def chain(self, i, result, seconds):
        """In a process of its own: every CHAINS-th of all, or its own choice of some."""
        die_with_parent()
        desk = self.desk
        desk.begin_apart(FAR * (i + 1))
        self.random.seed(self.random.random() + i)
        share = (itertools.islice(self.all(), i, None, CHAINS) if seconds is None
                 else self.some(seconds))
        for done, combination in enumerate(share):
            self.one(*combination)
            if done % 50 == 49:
                say("chain %d: %d tried, %d fired, %d failures" % (
                    i, done + 1, sum(self.fired.values()), len(desk.failures)))
        result.send((self.fired, self.missed, desk.tallies()))

    def add(self, fired, missed, tallies):
        self.fired += fired
        self.missed += missed
        self.desk.add(tallies)
