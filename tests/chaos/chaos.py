#!/usr/bin/env python3
"""chaos.py [MINUTES] [--seed N] [--only NAME,...]: hurt a chain in every way there is, and compare
its bytes.

Without MINUTES it takes ten. The closing line counts kills by role, injections that fired, runs
compared, failures; the exit status is 1 if there was any failure. Scenarios: kill, inject, power,
pause, loss, poison. `--only inject --all [--stages write]` is every injection there is, and takes
its time.
"""
import argparse
import collections
import os
import random
import sys
import time

import corpus
import disk
import disturb
import inject
import kill
import loss
import poison
import powercut
import tracer
from desk import Desk, say
from harness import Case

FORMS = ("out.jsonl", "out.jsonl.gz", "out.msgpack.zst")
DEDUPS = ([], ["--dedup", "near"])
MOST_FAILURES = 5       # then a scenario ends: each keeps a folder
ARGS = ["--max-document", str(corpus.MAX_DOCUMENT)]
PERTURBED = ("run", "read", "extract", "dedup", "summarize", "write")


def cases(source):
    """Exact and near of each form, the dead letters of bad documents beside all."""
    return [Case(form, ARGS + dedup, source) for form in FORMS for dedup in DEDUPS]


def one_of(desk, source):
    some = cases(source)
    return desk.calm(some[desk.seed % len(some)])


def scenario_kill(desk, seconds):
    end = time.monotonic() + seconds
    killer = kill.Killer(desk.seed)
    todo = random.Random(desk.seed).sample(cases("in"), len(cases("in")))
    while time.monotonic() < end and len(desk.failures) < MOST_FAILURES:
        todo.append(todo.pop(0))
        run = desk.run(desk.calm(todo[-1]))
        desk.attempt("kill: %s" % run.case, run, lambda: killer.torment(run, end))
    for what, n in sorted(desk.compared.items()):
        if what.startswith("kill: "):
            say("compared: %s: %d" % (what, n))
    few = {role: n for role, n in killer.kills.items() if n < 20}
    if few:
        say("killed less than 20 times: %s" % few)
    desk.kills += killer.kills


def scenario_inject(desk, seconds):
    end = time.monotonic() + seconds
    little = Case(FORMS[0], ARGS + ["--summary", "0", "--claims", "0"], "many")
    some = [*cases("in"), little]
    case = desk.calm(little if desk.thorough else some[desk.seed % len(some)])
    injector = inject.Injector(desk, case, desk.seed, desk.stages)
    injector.run(None if desk.thorough else end - time.monotonic())
    for (stage, call, kind), n in sorted(injector.fired.items()):
        desk.fired["%s %s" % (call, kind)] += n
        say("fired: %s: %s, %s: %d" % (stage, call, kind, n))
    say("injections that did not come to fire: %d" % injector.missed)


def scenario_power(desk, seconds):
    tracer.require_strace()
    end = time.monotonic() + seconds
    programs = tracer.make_programs(os.path.join(desk.folder, "programs-power"))
    rng, told = random.Random(desk.seed), collections.Counter()
    some = random.Random(desk.seed).sample(cases("in"), 3 if seconds > 20 else 1)
    todo = [desk.calm(c) for c in some]
    while not told["cuts"] or time.monotonic() < end and len(desk.failures) < MOST_FAILURES:
        todo.append(todo.pop(0))
        told += powercut.power_cuts(desk, todo[-1], programs, rng, end)
    desk.kills["all at once"] += told["cuts"]
    say("power cuts: %d, %d bytes were not synced" % (told["cuts"], told["bytes"]))


def scenario_pause(desk, seconds):
    case = one_of(desk, "in")
    n = max(1, min(len(PERTURBED), int(seconds / disturb.STILL)))
    roles = random.Random(desk.seed).sample(PERTURBED, n)
    say("stood still: %d processes" % disturb.stand_still(desk, case, roles, desk.seed))
    disturb.few_descriptors(desk, case)
    disturb.two_at_once(desk, case)
    desk.guarded("full disk", disk.full, ARGS, desk.seed)
    desk.guarded("clock", disturb.step_clock, case, desk.seed)


def scenario_loss(desk, seconds):
    loss.lossy(desk, one_of(desk, "few"))


def scenario_poison(desk, seconds):
    desk.kills += poison.scenario(desk, seconds)


# name: what is done, and its share of the time that is left then; first what takes its own time
SCENARIOS = {
    "pause": (scenario_pause, 0.08),
    "loss": (scenario_loss, 0.04),
    "poison": (scenario_poison, 0.1),
    "power": (scenario_power, 0.12),
    "inject": (scenario_inject, 0.35),
    "kill": (scenario_kill, 1),
}


def parse():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("minutes", nargs="?", type=float, default=10)
    p.add_argument("--seed", type=int, default=int(time.time()))
    p.add_argument("--megabytes", type=float, help="of the corpus")
    p.add_argument("--all", action="store_true",
                   help="inject: every call and every N there is, however long that takes")
    p.add_argument("--stages", default=",".join(tracer.TRACED), help="inject: of these only")
    p.add_argument("--only", default=",".join(SCENARIOS), help="scenarios, with commas between")
    return p.parse_args()


def closing_line(desk):
    kills = desk.kills
    return "chaos: seed %d: %d kills (%s), %d injections fired, %d runs compared, %d failures%s" % (
        desk.seed, sum(kills.values()), ", ".join("%s %d" % k for k in sorted(kills.items())),
        sum(desk.fired.values()), sum(desk.compared.values()), len(desk.failures),
        ", skipped: " + ", ".join(desk.skipped) if desk.skipped else "")


def main():
    args = parse()
    end = time.monotonic() + 60 * args.minutes
    print("chaos: seed %d, %g minutes" % (args.seed, args.minutes), flush=True)
    desk = Desk(args.seed, args.megabytes or (12 if args.minutes >= 5 else 4))
    desk.thorough, desk.stages = args.all, args.stages.split(",")
    try:
        names = args.only.split(",")
        for name in names:
            scenario, share = SCENARIOS[name]
            share = 1 if name == names[-1] else share
            desk.guarded(name, scenario, max(1, end - time.monotonic()) * share)
    finally:
        desk.close()
    print(closing_line(desk))
    return 1 if desk.failures else 0


if __name__ == "__main__":
    sys.exit(main())
