"""Documents that crash, hang, eat memory or break out, with the hooks build: no other one suffers.

The markers are those of stages/document_hook.h. In a build without hooks they are only words, and
its records say what every innocent document has to look like. Then the same with kills in between,
and with single stages that are restarted one by one.
"""
import collections
import os
import random
import signal
import subprocess
import time

import corpus
import harness
import kill
import singles
from desk import say
from harness import Case, Failure, Skip, pause, send

HOOKS_BIN = harness.HOOKS_BIN
DEADLY = ("crash", "abort", "hang", "sleep", "memory", "stack", "open", "socket", "fork", "exec",
          "kill")
HARMLESS = ("crash-once", "spoil")      # they hit whoever is next, or only once: nobody is to blame
STAGES = ("extract", "summarize")
SLOW = ("hang", "sleep", "memory", "stack")     # each try takes a while: few of them
FEW = ("crash", "memory", "open", "hang")
SHORT = 30              # seconds; in less there is only a part of it
LIMITS = ["--document-timeout", "300ms", "--document-memory", "200M"]


def poisoned(seed, kinds, n_each):
    """Lines of JSON: news with poison in between, each with words of its own."""
    rng = random.Random(seed)
    records = [corpus.record(i, t) for i, t in enumerate(corpus.own_documents(0.6, seed))]
    for stage in STAGES:
        for what in kinds + HARMLESS:
            for i in range(1 if what in SLOW else n_each):
                text = "%s\nThis asks for winnow-hook:%s:%s and for %s." % (
                    corpus.sentence(rng) + " %d" % rng.randrange(10**9), stage, what,
                    corpus.pick_words(rng, 8))
                records.insert(rng.randrange(len(records)), {
                    "id": "poison-%s-%s-%d" % (stage, what, i), "text": text})
    return corpus.json_lines(records)


def is_poison(r, stage, kinds):
    return any(r["id"].startswith("poison-%s-%s-" % (stage, k)) and
               r["id"][len("poison-%s-%s-" % (stage, k)):].isdigit() for k in kinds)


def check(innocent, got):
    """Each document came out as it should, compared with the build in which markers are words."""
    records = {r["key"]: r for r in got.records()}
    dead = {r["key"]: r for r in got.dead_letters()}
    expected = []
    for r in innocent.records():
        if is_poison(r, "extract", DEADLY):
            if r["key"] not in dead or r["key"] in records:
                raise Failure("%s is no dead letter" % r["id"])
            if dead[r["key"]]["stage"] != "extract":
                raise Failure("%s died in %s" % (r["id"], dead[r["key"]]["stage"]))
            continue
        expected.append(r["key"])
        found = records.get(r["key"])
        if found is None:
            raise Failure("%s has no record; dead letter: %s" % (r["id"], dead.get(r["key"])))
        if is_poison(r, "summarize", DEADLY):
            if found.get("error", {}).get("stage") != "summarize" or found["summary"]:
                raise Failure("%s has no error of summarize: %s" % (r["id"], found.get("error")))
            found = {**found, "summary": r["summary"], "claims": r["claims"]}
            found.pop("error")
        if found != r:
            raise Failure("%s differs in %s" % (r["id"], [
                k for k in sorted(set(r) | set(found)) if r.get(k) != found.get(k)]))
    if list(records) != expected:
        raise Failure("the records are in another order")
    return len(dead)


def under_kills(desk, case, seed, seconds):
    """The same bytes when processes are killed besides; then single stages, killed one by one."""
    killer, end = kill.Killer(seed), time.monotonic() + seconds / 2
    while time.monotonic() < end:
        run = desk.run(case)
        desk.attempt("poison and kills", run, lambda: killer.torment(run, end))
    run = singles.Stages(case, desk.new_folder(), desk.corpus)
    rng, end = random.Random(seed), time.monotonic() + seconds / 2

    def one_by_one():
        run.start()
        while time.monotonic() < end and run.all["read"].poll() != 0:
            name = rng.choice(sorted(run.all))
            send(run.all[name].pid, signal.SIGKILL)
            killer.kills[name.split()[0]] += 1
            pause(rng.expovariate(2))
            run.restart_dead()

    desk.attempt("poison and single stages", run, one_by_one, singles.difference)
    return killer.kills


def scenario(desk, seconds):
    """The kills besides, by role."""
    if not os.path.exists(os.path.join(HOOKS_BIN, "winnow")):
        raise Skip("there is no %s (./dev build hooks)" % HOOKS_BIN)
    options = subprocess.run([os.path.join(HOOKS_BIN, "winnow"), "run", "--help"],
                             capture_output=True, text=True).stdout
    if LIMITS[0] not in options:
        raise Skip("documents are not jailed yet")
    corpus.put(os.path.join(desk.corpus, "poison"), "one.jsonl",
               poisoned(desk.seed, *((FEW, 1) if seconds < SHORT else (DEADLY, 3))))
    innocent = desk.calm(Case("out.jsonl", LIMITS, "poison"))
    case = desk.calm(Case("out.jsonl", LIMITS, "poison", bin_dir=HOOKS_BIN))
    try:
        say("poison: %d dead letters, nobody else" % check(innocent.calm, case.calm))
        desk.compared["poison"] += 1
    except Failure as e:
        desk.failures.append("poison")
        say("FAILED: poison: %s" % e)
    if seconds < SHORT:
        return collections.Counter()
    return under_kills(desk, case, desk.seed, seconds)
