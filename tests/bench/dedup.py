#!/usr/bin/env python3
"""./dev bench dedup [MB]: how fast duplicates are found, in how much memory, beside peers.

The corpus comes from ../shared/eval/make_corpus.py, which stands beside a developer's checkout;
200 MB by default. Rows for RESULTS.md go to standard output as they are measured. All times but
those called wall are processor time, so that other work on the machine changes them less; what is
compared is measured in turns, and the median counts.
"""
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAKE_CORPUS = ROOT.parent / "shared" / "eval" / "make_corpus.py"
BUILD = ROOT / "build" / "release"
BIN = pathlib.Path(os.environ.get("WINNOW_BIN") or BUILD / "bin")    # built already, if named
RUN = ["run", "--dedup", "exact", "--summary", "0", "--claims", "0"]
ROUNDS = 5
KEYS_M = 40         # millions of keys in the table below the text
LARGE_M = 50        # millions of entries, against one
NEAR_M = 10         # millions of sketches
HARD_BYTES = 20 << 20
PEERS = ["cc-net", "datasketch", "rensa", "text-dedup", "dolma", "datatrove"]
# What we call of a peer needs less than all that it would bring.
NEEDS = {
    "cc-net": ["--no-deps", "cc-net"], "dolma": ["--no-deps", "dolma"],
    "text-dedup": ["--no-deps", "text-dedup"],
}
FIRST = ["numpy", "psutil", "func_argparse", "requests", "regex", "rich", "msgspec", "omegaconf",
         "smart-open", "pyyaml", "xxhash", "necessary", "click_option_group"]


def row(what, command, figure):
    print(f"| {what} | `{command}` | {figure} |", flush=True)


def fields(line):
    return dict(f.split("=") for f in line.split())


def measured(command, **options):
    """(wall s, processor s) of a command that must end well."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, **options)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def exact(*args):
    """The rows that bench_exact prints, each as a dictionary."""
    out = subprocess.run([BIN / "bench_exact", *map(str, args)], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    return [fields(line) for line in out.splitlines()]


def corpus(folder, size):
    subprocess.run([sys.executable, MAKE_CORPUS, str(size), folder], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    docs, lines = os.path.join(folder, "docs.jsonl"), os.path.join(folder, "paragraphs.txt")
    with open(docs, "rb") as source, open(lines, "wb") as out:
        for line in source:
            out.write(json.loads(line)["text"].encode() + b"\n")
    return docs, lines


def bench_text(lines):
    for percent in (0, 5):
        runs = [float(exact(lines, "text", KEYS_M, percent)[0]["gb_s"]) for _ in range(3)]
        row(f"normalise + hash + index, one core, {KEYS_M} M keys, {percent} % of the characters "
            "typographic", f"bench_exact paragraphs.txt text {KEYS_M} {percent}",
            f"{max(runs):.2f} GB/s (best of 3; least {min(runs):.2f})")


def bench_table():
    memory = exact("/dev/null", "memory", LARGE_M)
    row(f"memory per million paragraphs, 1 to {LARGE_M} M, also while it grows",
        f"bench_exact /dev/null memory {LARGE_M}",
        f"at most {max(float(r['per_million']) for r in memory):.1f} MB")
    times = [[float(r["ns"]) for r in exact("/dev/null", "growth", LARGE_M)] for _ in range(2)]
    small = min(min(t[0:2]) for t in times)
    last = [t[-10:] for t in times]     # in which each part has grown once
    large = statistics.mean(min(pair) for pair in zip(*last, strict=True))
    row(f"growth: time of a new paragraph at {LARGE_M} M entries against 1 M",
        f"bench_exact /dev/null growth {LARGE_M}",
        f"{large / small:.2f} × ({large:.0f} against {small:.0f} ns)")


def bench_run(docs, lines, folder):
    commands = {
        "winnow": [BIN / "winnow", *RUN, docs],
        "sort": ["sort", "-u", "--parallel=1", lines],
        "awk": ["awk", "!seen[$0]++", lines],
    }
    times = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            with open(os.path.join(folder, name + ".out"), "wb") as out:
                times[name].append(measured(command, stdout=out, stderr=subprocess.DEVNULL,
                                            env={**os.environ, "LC_ALL": "C"}))
    wall = {n: statistics.median(t[0] for t in v) for n, v in times.items()}
    processor = {n: statistics.median(t[1] for t in v) for n, v in times.items()}
    for name in ("sort", "awk"):
        row(f"whole run, JSON lines in and out, against {name}",
            " ".join(["winnow", *RUN]) + " against " + " ".join(commands[name][:-1]),
            f"{wall['winnow'] / wall[name]:.2f} × wall ({wall['winnow']:.2f} and {wall[name]:.2f} s), "
            f"{processor['winnow'] / processor[name]:.2f} × processor "
            f"({processor['winnow']:.2f} and {processor[name]:.2f} s)")
    row("the paragraphs that stay", "wc -l", f"sort {count(folder, 'sort')}, awk {count(folder, 'awk')}: "
        "bytes alike, ends and case and quotes not; they keep no documents and name no owners")


def count(folder, name):
    with open(os.path.join(folder, name + ".out"), "rb") as f:
        return sum(block.count(b"\n") for block in iter(lambda: f.read(1 << 20), b""))


def hard_texts(lines):
    """Texts of about HARD_BYTES, in documents of a megabyte or more."""
    with open(lines, "rb") as f:
        ordinary = f.read(HARD_BYTES).decode("utf-8", "ignore")
    marks, million = "\u0301\u0323\u0316\u0307", 1 << 20
    parts = HARD_BYTES // million
    cut = [ordinary[i * million:(i + 1) * million] for i in range(parts)]
    return {
        "ordinary": cut,
        "paragraphs of 10 MB": [ordinary[i * 10 * million:(i + 1) * 10 * million].replace("\n", " ")
                                for i in range(parts // 10)],
        "punctuation alone": [("*-_.!? " * 40 + "\n") * (million // 281)] * parts,
        "combining marks": ["a" + marks * (million // 8)] * parts,
        "one million times the same 20 bytes": [("the same over again\n" * (million // 20))] * parts,
        "1 byte each, 210,000 of them: 0.4 MB": ["\n".join(
            "abcdefghijklmnopqrstuvwxyz"[i % 26] for i in range(million // 100))] * parts,
        "no UTF-8": cut,
    }


def bench_hard(lines, folder):
    times = {}
    for what, texts in hard_texts(lines).items():
        path = os.path.join(folder, "hard.jsonl")
        with open(path, "wb") as f:
            for text in texts:
                line = json.dumps({"text": text}, ensure_ascii=False).encode()
                if what == "no UTF-8":
                    line = line[:10] + line[10:].replace(b" ", b"\xff")
                f.write(line + b"\n")
        times[what] = min(measured([BIN / "winnow", *RUN, path], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)[1] for _ in range(3))
        if what != "ordinary":
            row(f"bad input: {what}", "winnow " + " ".join(RUN),
                f"{times[what] / times['ordinary']:.2f} × ordinary text of 20 MB")


def bench_near(lines):
    """The near path has a program of its own; a row for each line that it says."""
    program, command = BIN / "near_bench", f"near_bench paragraphs.txt {NEAR_M}"
    if not program.exists():
        row("near: sketch + search + verify", command, "not measured: not built")
        return
    done = subprocess.run([program, lines, str(NEAR_M)], capture_output=True, text=True, check=False)
    for line in (done.stdout or done.stderr).splitlines():
        row("near", command, line.replace("|", "/"))


def bench_peers(lines, folder):
    python = os.path.join(folder, "venv", "bin", "python")
    subprocess.run([sys.executable, "-m", "venv", os.path.join(folder, "venv")], check=True)
    pip = [python, "-m", "pip", "install", "-q"]
    subprocess.run([*pip, *FIRST], capture_output=True, check=False)
    for peer in PEERS:
        done = subprocess.run([*pip, *NEEDS.get(peer, [peer])], capture_output=True, text=True,
                              check=False)
        if done.returncode == 0:
            done = subprocess.run([python, ROOT / "tests" / "bench" / "peers.py", peer, lines],
                                  capture_output=True, text=True, check=False)
        if done.returncode == 0:
            print(done.stdout, end="", flush=True)
        else:
            said = (done.stderr.strip().splitlines() or ["ended without a word"])[-1]
            row(peer, f"pip install {peer}", "not measured: " + re.sub(r"[|`]", " ", said)[:120])


def machine():
    name = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                 if line.startswith("model name")), os.uname().machine)
    return f"{os.cpu_count()} cores, {name}, load {os.getloadavg()[0]:.1f}"


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    if not MAKE_CORPUS.exists():
        sys.exit(f"dedup.py: there is no {MAKE_CORPUS}; the corpus is made by it")
    if "WINNOW_BIN" not in os.environ:
        subprocess.run(["cmake", "--build", BUILD, "--target", "bench_exact", "near_bench"], check=True,
                       stdout=subprocess.DEVNULL)
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, text=True,
                            capture_output=True, check=False).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="winnow-bench.") as folder:
        docs, lines = corpus(folder, size)
        print(f"{machine()}; commit {commit}; {os.path.getsize(docs) / 1e6:.0f} MB of JSON lines\n\n"
              "| figure | command | measured |\n| --- | --- | --- |", flush=True)
        bench_text(lines)
        bench_table()
        bench_run(docs, lines, folder)
        bench_hard(lines, folder)
        bench_near(lines)
        bench_peers(lines, folder)


if __name__ == "__main__":
    main()
