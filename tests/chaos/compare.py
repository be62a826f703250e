"""What a run came to, and how that differs from the calm run: bytes, dead letters, counts, owners.

    Outcome(run)                what lies in the folder of a run that is done
    difference(calm, run)       None, or what differs first, in words
    check_owners(records)       that the owner of each dropped paragraph is in the sink
"""
import filecmp
import itertools
import json
import os
import re

from harness import Failure, chain

# The last line of a run: what came in and what became of it.
TOTALS = re.compile(r"([\d,]+) documents? in = ([\d,]+) records? out \+ ([\d,]+) dead-lettered.*?; "
                    r"([\d,]+) paragraphs? in = ([\d,]+) kept \+ ([\d,]+) dropped")


class Outcome:
    """Paths and numbers only: the bytes stay where they are, and a calm run's folder too."""

    def __init__(self, run):
        self.output = run.path(run.case.output)
        self.dead = self.output + ".dead.jsonl"
        self.status = run.status
        found = TOTALS.findall(run.log())
        self.totals = tuple(int(n.replace(",", "")) for n in found[-1]) if found else None

    def records(self):
        return read_records(self.output)

    def dead_letters(self):
        return read_records(self.dead)


def read_records(path):
    if not os.path.exists(path):
        return []
    with open(path, "rb") as f:
        return chain.parse_records(f.read())


def is_same(a, b):
    if os.path.exists(a) != os.path.exists(b):
        return False
    return not os.path.exists(a) or filecmp.cmp(a, b, shallow=False)


def first_difference(calm, got):
    """The first record that differs, by number, id and keys."""
    try:
        a, b = read_records(calm), read_records(got)
    except Exception as e:              # torn, or no records at all
        return "cannot be read: %s" % e
    for i, (x, y) in enumerate(itertools.zip_longest(a, b)):
        if x == y:
            continue
        if x is None or y is None:
            return "%d records instead of %d" % (len(b), len(a))
        keys = [k for k in sorted(set(x) | set(y)) if x.get(k) != y.get(k)]
        return "record %d (%s instead of %s; %d of %d) differs in %s: %s instead of %s" % (
            i, y.get("id"), x.get("id"), len(b), len(a), ", ".join(keys),
            shorten(y.get(keys[0])), shorten(x.get(keys[0])))
    return "the records are the same, the bytes are not (%d instead of %d)" % (
        size(got), size(calm))


def shorten(value):
    text = json.dumps(value, default=repr, ensure_ascii=False)
    return text if len(text) < 300 else text[:300] + "..."


def size(path):
    return os.path.getsize(path) if os.path.exists(path) else -1


def difference(calm, run):
    got = Outcome(run)
    for name, a, b in (("output", calm.output, got.output), ("dead letters", calm.dead, got.dead)):
        if not is_same(a, b):
            return "%s: %s" % (name, first_difference(a, b))
    if got.status != calm.status:
        return "exit status %s instead of %s" % (got.status, calm.status)
    if got.totals is None:
        return "no line that says what came in and what became of it"
    if got.totals != calm.totals:
        return "the last line counts %s instead of %s" % (got.totals, calm.totals)
    return None


def check_totals(outcome, records, dead):
    """in = out + dead-lettered, in = kept + dropped, and both are what lies in the files."""
    if outcome.totals is None:
        raise Failure("no line that says what came in and what became of it")
    documents, out, refused, paragraphs, kept, dropped = outcome.totals
    if (documents, paragraphs) != (out + refused, kept + dropped):
        raise Failure("the last line does not balance: %s" % (outcome.totals,))
    if (len(records), len(dead)) != (out, refused):
        raise Failure("%d records and %d dead letters, the last line says %d and %d" % (
            len(records), len(dead), out, refused))
    n_kept, n_dropped = (sum(r["stats"][k] for r in records) for k in ("kept", "paragraphs"))
    if (n_kept, n_dropped - n_kept) != (kept, dropped):
        raise Failure("paragraphs of the records: %d kept of %d, the last line says %d and %d" % (
            n_kept, n_dropped, kept, dropped))


def check_keys(records, dead):
    seen = set()
    for key in (r["key"] for r in records + dead):
        if key in seen:
            raise Failure("the document %s is there twice" % key)
        seen.add(key)


def check_owners(records, earlier=()):
    """The owner of each dropped paragraph has its text in the sink, of this or an earlier run."""
    kept, n = {}, 0
    for r in itertools.chain(earlier, records):
        for p in r["paragraphs"]:
            kept[r["key"], p["n"]] = p["hash"]
    for r in records:
        for d in r["dropped"]:
            owner = d["owner"]["key"], d["owner"]["n"]
            n += 1
            if owner not in kept:
                raise Failure("%s: paragraph %d was dropped, and its owner %s is nowhere" % (
                    r["id"], d["n"], owner))
            if d["why"] == "exact" and kept[owner] != d["hash"]:
                raise Failure("%s: paragraph %d was dropped for %s, which is another text" % (
                    r["id"], d["n"], owner))
    return n


def check_calm(outcome):
    """What must hold of a calm run by itself; the number of owners that were found."""
    records, dead = outcome.records(), outcome.dead_letters()
    check_totals(outcome, records, dead)
    check_keys(records, dead)
    return check_owners(records)
