#!/usr/bin/python3
"""A `winnow run` of one process that keeps the promise, or breaks it as FAKE says.

It reads in/10-plain.jsonl, drops paragraphs seen before, and keeps a checkpoint beside its
output. FAKE is empty, or one fault that only shows when it is killed and started again.
"""
import hashlib
import json
import os
import select
import signal
import sys

BATCH, PACE = 20, 0.004                 # lines; seconds a batch takes
OUT = sys.argv[sys.argv.index("-o") + 1]
STATE = OUT + ".winnow"
FAKE = os.environ.get("FAKE", "")
COUNTS = ("documents", "records", "refused", "paragraphs", "kept", "dropped")


def load():
    try:
        with open(STATE + "/checkpoint") as f:
            return json.load(f)
    except FileNotFoundError:
        return {"next": 0, "out": 0, "dead": 0, "counts": dict.fromkeys(COUNTS, 0)}


def save(state):
    with open(STATE + "/checkpoint.new", "w") as f:
        json.dump(state, f)
        f.flush()
        os.fsync(f.fileno())
    os.rename(STATE + "/checkpoint.new", STATE + "/checkpoint")


def owners_of(path):
    """Who owns what, from the records that are there."""
    owners = {}
    with open(path) as f:
        for r in map(json.loads, f):
            for p in r["paragraphs"]:
                owners.setdefault(p["hash"], {"key": r["key"], "n": p["n"]})
    return owners


def judge(key, lines, owners, counts):
    r = {"id": key, "key": key, "paragraphs": [], "dropped": []}
    for n, text in enumerate(lines):
        p = {"n": n, "hash": hashlib.md5(text.encode()).hexdigest()}
        if p["hash"] in owners:
            r["dropped"].append({**p, "why": "exact", "owner": owners[p["hash"]]})
        else:
            owners[p["hash"]] = {"key": key, "n": n}
            r["paragraphs"].append(p)
    r["stats"] = {"paragraphs": len(lines), "kept": len(r["paragraphs"])}
    counts["paragraphs"] += len(lines)
    counts["kept"] += len(r["paragraphs"])
    counts["dropped"] += len(r["dropped"])
    return r


def work(lines, state, owners, out, dead):
    counts = state["counts"]
    for number in range(state["next"], min(state["next"] + BATCH, len(lines))):
        counts["documents"] += 1
        try:
            text = json.loads(lines[number])["text"]
            r = judge("k%d" % number, text.split("\n"), owners, counts)
            counts["records"] += 1
            out.write(json.dumps(r) + "\n")
        except (ValueError, TypeError, AttributeError):
            counts["refused"] += 1
            dead.write('{"key": "k%d"}\n' % number)
    state["next"] = min(state["next"] + BATCH, len(lines))
    select.select([], [], [], PACE)
    for f in (out, dead):
        f.flush()
        os.fsync(f.fileno())
    state.update(out=out.tell(), dead=dead.tell())


def begin_again(state, out, dead):
    """What is right after a kill; or wrong, as FAKE wants it."""
    if FAKE == "double":
        out.seek(0, 2)
    else:
        out.truncate(state["out"])
        out.seek(state["out"])
    if FAKE == "dead twice":
        dead.seek(0, 2)
    else:
        dead.truncate(state["dead"])
        dead.seek(state["dead"])
    if state["next"] == 0:
        return
    if FAKE == "lose":
        state["next"] += BATCH
    if FAKE == "miscount":
        state["counts"] = dict.fromkeys(COUNTS, 0)
    if FAKE == "hang":
        select.select([], [], [])
    if FAKE == "give up":
        sys.exit(100)


def main():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    os.makedirs(STATE, exist_ok=True)
    state = load()
    with open("in/10-plain.jsonl", "rb") as f:
        lines = f.read().splitlines()
    with open(OUT, "a+") as out, open(OUT + ".dead.jsonl", "a+") as dead:
        begin_again(state, out, dead)
        owners = {} if FAKE == "forget" else owners_of(OUT)
        while state["next"] < len(lines):
            work(lines, state, owners, out, dead)
            save(state)
    c = state["counts"]
    print("winnow run: %(documents)d documents in = %(records)d records out + %(refused)d "
          "dead-lettered; %(paragraphs)d paragraphs in = %(kept)d kept + %(dropped)d dropped; "
          "0 s" % c,
          file=sys.stderr)
    sys.exit(3 if c["refused"] else 0)


if __name__ == "__main__":
    main()
