"""What the promise costs, and how soon a chain is back: a table for RESULTS and for the issue.

    measure.py [--megabytes N] [--rounds N]

durable     throughput with a durable index and state, against none; alternated, medians
recovery    seconds until throughput is back at 90 % after a kill of each role
memory      peak memory of each stage beside its index
drain       seconds from SIGTERM to the end of `winnow run`
"""
import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import time

import harness
import kill
from desk import Desk, say
from harness import STAGES, Case, pause, send

SPEED = re.compile(r"dropped.*?; ([\d.]+) s, ")
WINDOW = 0.4            # seconds over which throughput is measured
LOOK = 0.05
BEFORE_S, AFTER_S = 1, 4


def megabytes(desk, source):
    total = 0
    for path, _, names in os.walk(os.path.join(desk.corpus, source)):
        total += sum(os.path.getsize(os.path.join(path, n)) for n in names)
    return total / 1e6


def timed(run, args, stdout):
    """Seconds of a run as it says itself, without its start and end."""
    begun = time.monotonic()
    done = subprocess.run(args, cwd=run.folder, env=run.environment(), stdin=subprocess.DEVNULL,
                          stdout=stdout, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (harness.DONE, harness.DEAD_LETTERS):
        raise harness.Failure("%s ended with %d: %s" % (args, done.returncode, done.stderr[-500:]))
    found = SPEED.findall(done.stderr)
    return float(found[-1]) if found else time.monotonic() - begun


def durable_against_not(desk, rounds):
    """Medians of both, in the same minutes: state and index on disk, or no state at all."""
    case = Case("out.jsonl", source="one")
    seconds = {True: [], False: []}
    for i in range(2 * rounds):
        run = desk.run(case)
        if i % 2 == 0:
            seconds[True].append(timed(run, case.command() + ["--index", "file:index"], None))
        else:
            args = [a for a in case.command() if a not in ("-o", case.output)]
            with open(run.path("out.jsonl"), "wb") as out:
                seconds[False].append(timed(run, args, out))
        run.remove()
    mb = megabytes(desk, "one")
    durable, plain = (mb / statistics.median(seconds[k]) for k in (True, False))
    say("durable: %.1f MB/s, not durable: %.1f MB/s: %.0f %%" % (
        durable, plain, 100 * durable / plain))


def watch(run, seconds):
    """[(seconds since now, bytes in the sink)], as long as the run lasts."""
    begun, seen = time.monotonic(), []
    while time.monotonic() - begun < seconds and not run.has_ended():
        seen.append((time.monotonic() - begun, kill.grown(run)))
        pause(LOOK)
    return seen


def speeds(seen):
    """[(when it ends, bytes a second)] of all windows of WINDOW seconds."""
    step = int(WINDOW / LOOK)
    return [(t, (n - n0) / (t - t0)) for (t0, n0), (t, n) in zip(seen, seen[step:])]


def recovery_of(desk, case, role):
    """(seconds until the sink grows at 90 % of the speed before, seconds' worth of work that the
    kill cost), or None if the run was over too soon."""
    run = desk.run(case)
    run.start()
    kill.wait_for_growth(run)
    before = speeds(watch(run, BEFORE_S))
    pids = kill.wait_for(run, role)
    after = []
    if pids and before:
        send(sorted(pids)[0], signal.SIGKILL)
        after = watch(run, AFTER_S)
    lasted = not run.has_ended()
    run.remove()
    if not after or not lasted:
        return None
    usual = statistics.median(speed for _, speed in before)
    slow = [t for t, speed in speeds(after) if speed < 0.9 * usual]
    back = next((t for t, speed in speeds(after) if slow and t > slow[0] and speed >= 0.9 * usual),
                AFTER_S if slow else 0)
    (t0, n0), (t1, n1) = after[0], after[-1]
    return back, (t1 - t0) - (n1 - n0) / usual


def recovery(desk, case, rounds):
    for role in STAGES:
        found = [r for r in (recovery_of(desk, case, role) for _ in range(rounds)) if r]
        say("recovery: %s: back to 90 %% after %s s; cost %s s of work" % (
            role, " ".join("%.2f" % r[0] for r in found), " ".join("%.2f" % r[1] for r in found)))


def peak(desk, case):
    """VmHWM of each role, and the private part of it at the end."""
    run, high = desk.run(case), {}
    run.start()
    while not run.has_ended():
        for pid, role in run.processes().items():
            try:
                with open("/proc/%d/status" % pid) as f:
                    found = re.search(r"VmHWM:\s+(\d+)", f.read())
            except OSError:
                continue
            if found:
                high[role] = max(high.get(role, 0), int(found.group(1)))
        pause(0.05)
    run.remove()
    say("memory: " + ", ".join("%s %.1f MB" % (r, kb / 1024) for r, kb in sorted(high.items())))


def drain(desk, case, rounds):
    times = []
    for _ in range(rounds):
        run = desk.run(case)
        run.start()
        kill.wait_for_growth(run, 1000000)
        begun = time.monotonic()
        send(run.popen.pid, signal.SIGTERM)
        run.popen.wait(60)
        times.append(time.monotonic() - begun)
        run.remove()
    say("drain: %s s from SIGTERM to the end" % " ".join("%.2f" % t for t in times))


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--megabytes", type=float, default=80)
    p.add_argument("--rounds", type=int, default=5)
    args = p.parse_args()
    desk = Desk(1, args.megabytes)
    case = Case("out.jsonl", ["--max-document", "300000"])
    try:
        durable_against_not(desk, args.rounds)
        recovery(desk, case.variant(source="in one few"), args.rounds)
        peak(desk, case)
        drain(desk, case, args.rounds)
    finally:
        desk.close()


if __name__ == "__main__":
    sys.exit(main())
