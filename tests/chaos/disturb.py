"""What kills nobody and must change nothing: processes that stand still, clocks that jump, few
descriptors."""
import glob
import os
import random
import resource
import signal
import subprocess

import harness
import kill
from harness import Failure, Skip, pause, send

STILL = 5               # seconds a process stands still
DESCRIPTORS = 64
CLOCK_STEPS = ("+0", "-3600", "+86400", "-1", "+5", "-86400", "+3600")
FAKETIME = "/usr/lib/*/faketime/libfaketimeMT.so.1"


def stand_still(desk, case, roles, seed):
    """SIGSTOP a process of each role for a while, each in a run of its own, all at once."""
    moments = random.Random(seed)
    runs, stopped = [], 0
    for role in roles:
        run = desk.run(case)
        run.start()
        pids = kill.wait_for(run, role)[:1]
        pause(moments.uniform(0, 0.3))
        stopped += sum(send(pid, signal.SIGSTOP) for pid in pids)
        runs.append((run, role, pids))
    pause(STILL)
    for run, role, pids in runs:
        for pid in pids:
            send(pid, signal.SIGCONT)
    for run, role, _ in runs:
        desk.attempt("stopped " + role, run, lambda: None)
    return stopped


def step_clock(desk, case, seed):
    """The wall clock jumps while the run goes on; what measures time does not."""
    found = glob.glob(FAKETIME)
    if not found:
        raise Skip("there is no libfaketime (apt-get install faketime)")
    run = desk.run(case)
    steps = random.Random(seed)
    clock = run.path("clock")

    def set_clock(offset):
        with open(clock + ".new", "w") as f:
            f.write(offset + "\n")
        os.rename(clock + ".new", clock)

    set_clock(CLOCK_STEPS[0])
    run.case = case.variant(env={
        **case.env, "LD_PRELOAD": found[0], "FAKETIME_TIMESTAMP_FILE": clock,
        "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"})

    def work():
        run.start()
        while not run.has_ended():
            set_clock(steps.choice(CLOCK_STEPS))
            pause(0.05)

    return desk.attempt("clock steps", run, work)


def few_descriptors(desk, case):
    def limits():
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))

    run = desk.run(case, limits)
    return desk.attempt("%d descriptors" % DESCRIPTORS, run, run.start)


def two_at_once(desk, case):
    """The same command while one is running: it waits, or is refused, and does no harm."""
    run = desk.run(case)

    def work():
        run.start()
        if not kill.wait_for(run, "write"):
            return
        second = subprocess.Popen(
            case.command(), cwd=run.folder, env=run.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=run.before_exec)
        try:
            status = second.wait(60)
        except subprocess.TimeoutExpired:
            second.kill()
            raise Failure("a second run of the same state neither ends nor is refused") from None
        if status not in (harness.DONE, harness.DEAD_LETTERS, harness.WRONG, harness.FAULT):
            raise Failure("a second run of the same state ended with %d" % status)

    return desk.attempt("two at once", run, work)
