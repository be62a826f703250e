"""Negative controls: with one rule of the promise switched off, the harness must fail.

    negative.py [--seed N] [--rule NAME,...] [--seconds N]

The hooks build reads the names of rules that are off from HOOKS (common/hook.h). Each rule has a
scenario here that breaks such a chain quickly and for sure. It is tried with the rule on first, and
has to pass; then with the rule off, until it fails or the time is over. A scenario that passes with
its rule off is a defect of the harness, or of the rule; the exit status is then 1.
"""
import argparse
import os
import shutil
import signal
import sys
import time

import harness
import inject
import kill
import tracer
from desk import Desk, say
from harness import WRONG, Case, Failure, pause, send

HOOKS_BIN = harness.HOOKS_BIN
STALL = 25              # seconds: nothing here takes that long unless it hangs
SLOW_US = 400000        # how long a delayed call takes
FEWEST = 300            # documents that have to be left when the input changes
MISSES = 8              # runs that were over before they could be hurt, one after the other


class Bench:
    """What the scenarios share: the desk, the programs, and which files there are."""

    def __init__(self, desk, rule, off):
        self.desk, self.rule = desk, rule
        self.env = {"HOOKS": rule} if off else {}

    def run(self, calm):
        return self.desk.run(calm.variant(env=self.env))

    def traced(self, calm, stage, path, calls, how):
        """A run with strace around the first start of a stage: those calls on that file."""
        plan = tracer.Plan(self.desk.folder)
        run = self.desk.run(calm.variant(env={**self.env, **plan.env}, bin_dir=self.desk.programs))
        self.desk.plans.append(plan)
        plan.add(stage, 0, *tracer.aims(run.folder, path), "-e", "trace=" + calls, "-e",
                 "inject=%s:%s" % (calls, how))
        return run


def first(run, role):
    pids = kill.wait_for(run, role)
    if not pids:
        raise Failure("missed: ended before there was a process of %s" % role)
    return sorted(pids)[0]


def no_restart(run):
    """Only stages were killed: `winnow run` starts them again and need not end for that."""
    if run.popen.wait(STALL) == harness.FAULT:
        run.has_ended()
        raise Failure("ended with 111 though `winnow run` was not killed:\n%s" % (
            harness.last_lines(run.log())))


# one scenario a rule: what is wrong with the run, or None

def resend(b):
    """A worker dies with batches in hand."""
    run = b.run(b.desk.plain)

    def work():
        run.start()
        for role in ("extract", "summarize"):
            kill.wait_for_growth(run, 1)
            pid = first(run, role)
            send(pid, signal.SIGSTOP)
            pause(0.3)
            send(pid, signal.SIGKILL)

    return b.desk.trial(run, work), run


def sync_before_forward(b):
    """dedup dies while its log is slow: what it had handed on must not have gone further."""
    run = b.traced(b.desk.single, "dedup", b.desk.owner_log,
                   "write,pwrite64,writev,pwritev,fsync,fdatasync",
                   "delay_enter=%d:when=4+" % SLOW_US)

    def work():
        run.start()
        kill.wait_for_growth(run, os.path.getsize(run.case.calm.output) // 8)
        send(first(run, "dedup"), signal.SIGKILL)

    return b.desk.trial(run, work), run


def first_owner(b):
    """Nothing happens at all: a second copy names the first, a third one too."""
    run = b.run(b.desk.plain)
    return b.desk.trial(run, run.start), run


def commit_before_report(b):
    """write dies while its checkpoint is slow: what read has let go of must not need it."""
    run = b.traced(b.desk.plain, "write", b.desk.checkpoint, "rename,renameat,renameat2",
                   "delay_enter=%d:when=2+" % SLOW_US)

    def work():
        run.start()
        kill.wait_for_growth(run)
        pause(0.6 * SLOW_US / 1e6)
        send(first(run, "write"), signal.SIGKILL)
        no_restart(run)

    return b.desk.trial(run, work), run


def replay_skipped(b):
    """A worker stands still until its batch has come by another way, and then hands it in."""
    run = b.run(b.desk.plain)

    def work():
        run.start()
        kill.wait_for_growth(run, 1)
        pid = first(run, "summarize")
        send(pid, signal.SIGSTOP)
        before, still = kill.grown(run), time.monotonic()
        while not run.has_ended():
            pause(0.02)
            if kill.grown(run) != before and time.monotonic() - still > 0.8:
                break
            if kill.grown(run) != before:
                before, still = kill.grown(run), time.monotonic()
        send(pid, signal.SIGCONT)

    return b.desk.trial(run, work), run


def base(b):
    """dedup begins again without an index that says how far it was."""
    run = b.run(b.desk.not_deduplicated)

    def work():
        run.start()
        kill.wait_for_growth(run, 100000)
        send(first(run, "dedup"), signal.SIGKILL)

    return b.desk.trial(run, work), run


def incarnation(b):
    """dedup dies with batches in memory that it had reported as being there."""
    run = b.run(b.desk.plain)

    def work():
        run.start()
        kill.wait_for_growth(run, 1)
        slow = first(run, "extract")
        send(slow, signal.SIGSTOP)
        pause(0.5)
        send(first(run, "dedup"), signal.SIGKILL)
        pause(0.2)
        send(slow, signal.SIGCONT)

    return b.desk.trial(run, work), run


def member_by_size(b):
    """A compressed output under another timing: write stands still now and then."""
    run = b.run(b.desk.packed)

    def work():
        run.start()
        while not run.has_ended():
            for pid in kill.wait_for(run, "write")[:1]:
                send(pid, signal.SIGSTOP)
                pause(0.15)
                send(pid, signal.SIGCONT)
            pause(0.05)

    return b.desk.trial(run, work), run


def own_copy(folder, corpus):
    """The one file as a file of the run's own, which may be changed."""
    shutil.copytree(os.path.join(corpus, "one"), os.path.join(folder, "one"))


def change_input(run, from_record):
    """Letters in all documents behind those in the sink; size and time of the file stay."""
    path = run.path("one/one.jsonl")
    was = os.stat(path)
    with open(path, "rb") as f:
        lines = f.read().splitlines(True)
    if len(lines) - from_record < FEWEST:
        raise Failure("missed: %d of %d records were there" % (from_record, len(lines)))
    for i in range(from_record, len(lines)):
        head, mark, text = lines[i].partition(b'"text": "')
        lines[i] = head + mark + text.replace(b" the ", b" thy ").replace(b" of ", b" if ")
    with open(path, "wb") as f:
        f.write(b"".join(lines))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def changed_after(b, share):
    """Documents that dedup has taken and write has not change between the kill and the restart."""
    run = b.run(b.desk.single)
    whole = os.path.getsize(run.case.calm.output)

    def work():
        run.start()
        kill.wait_for_growth(run, int(share * whole))
        send(first(run, "write"), signal.SIGSTOP)
        pause(1)
        for pid in run.processes():
            send(pid, signal.SIGKILL)
        run.popen.wait()
        with open(run.path(run.case.output), "rb") as f:
            change_input(run, f.read().count(b"\n") + 1)
        run.start()
        status = run.popen.wait(STALL)
        if status != WRONG:
            raise Failure("the input had changed, and the run ended with %d" % status)

    try:
        work()
        return None, run
    except Failure as e:
        return str(e), run
    except harness.subprocess.TimeoutExpired:
        return "the input had changed, and the run neither ends nor says so", run


def replay_digest(b):
    return changed_after(b, 0.2)


def commit_record(b):
    """The same where documents bring nothing new: in the second half of the file."""
    return changed_after(b, 0.8)


RULES = {
    "resend": resend,
    "sync-before-forward": sync_before_forward,
    "first-owner": first_owner,
    "commit-before-report": commit_before_report,
    "replay-skipped": replay_skipped,
    "commit-record": commit_record,
    "base": base,
    "incarnation": incarnation,
    "member-by-size": member_by_size,
    "replay-digest": replay_digest,
}


class NegativeDesk(Desk):
    """A desk with the calm results of the hooks build, all its rules on."""

    def __init__(self, seed, megabytes):
        super().__init__(seed, megabytes)
        self.plans = []
        calm = {"args": ["--max-document", "300000"], "bin_dir": HOOKS_BIN}
        self.plain = self.calm(Case("out.jsonl", **calm))
        self.packed = self.calm(Case("out.jsonl.gz", **calm))
        self.single = self.calm(Case("out.jsonl", source="one", prepare=own_copy, **calm))
        calm["args"] = ["--dedup", "off", *calm["args"]]
        self.not_deduplicated = self.calm(Case("out.jsonl", **calm))
        tracer.require_strace()
        self.programs = tracer.make_programs(os.path.join(self.folder, "programs"), HOOKS_BIN)
        self.look_for_files()

    def look_for_files(self):
        """The owner log is what dedup writes most often; the checkpoint is what write renames."""
        counts = inject.survey(self, self.plain, self.programs)
        logs = {k: n for k, n in counts.items() if k[0] == "dedup" and "write" in k[2]}
        renames = {k: n for k, n in counts.items() if k[0] == "write" and "rename" in k[2]}
        if not logs or not renames:
            raise Failure("no owner log or no checkpoint was seen: %s" % sorted(counts))
        self.owner_log = max(logs, key=logs.get)[3]
        self.checkpoint = max(renames, key=renames.get)[3]
        say("owner log %s, checkpoint %s" % (self.owner_log, self.checkpoint))


def tried(desk, rule, off):
    """One try that was no miss: what was wrong with the run, or None; and the run."""
    for _ in range(MISSES):
        error, run = RULES[rule](Bench(desk, rule, off))
        if not (error or "").startswith("missed: "):
            return error, run
        run.remove()
    raise Failure("%s: %s" % (rule, error))


def control(desk, rule, seconds):
    """What was wrong with the rule on, with the rule off, and how many tries that took."""
    error, run = tried(desk, rule, False)
    if error:
        desk.fail("%s, rule on" % rule, run, error)
    else:
        run.remove()
    end, n, found = time.monotonic() + seconds, 0, None
    while not found and (n == 0 or time.monotonic() < end):
        found, run = tried(desk, rule, True)
        run.remove()
        n += 1
    if not found:
        desk.failures.append("%s, rule off" % rule)
    return error, found, n


def parse():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--seed", type=int, default=int(time.time()))
    p.add_argument("--rule", default=",".join(RULES), help="names, with commas between")
    p.add_argument("--seconds", type=float, default=60, help="how long a rule that is off may pass")
    p.add_argument("--megabytes", type=float, default=8)
    return p.parse_args()


def main():
    args = parse()
    harness.STALL = STALL
    print("negative controls: seed %d" % args.seed, flush=True)
    if not os.path.exists(os.path.join(HOOKS_BIN, "winnow")):
        sys.exit("there is no %s: ./dev build hooks" % HOOKS_BIN)
    desk = NegativeDesk(args.seed, args.megabytes)
    rows = []
    try:
        for rule in args.rule.split(","):
            error, found, n = control(desk, rule, args.seconds)
            rows.append((rule, "FAILS" if error else "passes", "fails" if found else "PASSES", n,
                         (found or "").splitlines()[:1]))
            say("%s: rule on %s, off %s (try %d) %s" % rows[-1])
    finally:
        for plan in desk.plans:
            plan.remove()
        desk.close()
    print("\n| rule | on | off | tries | first sign |\n| --- | --- | --- | --- | --- |")
    for rule, on, off, n, sign in rows:
        print("| %s | %s | %s | %d | %s |" % (rule, on, off, n, "".join(sign)[:140]))
    return 1 if desk.failures else 0


if __name__ == "__main__":
    sys.exit(main())
