#!/usr/bin/env python3
"""Measure archives: .warc.gz to article text on one core and by the whole chain, beside `gzip -dc`,
trafilatura and resiliparse; hostile pages of 1 MB; peak memory on a large archive.

    archives.py [--megabytes N] [--memory MB] [--peers PYTHON] [--no-peers]

The archive is generated: the pages of ../shared/data/html where a developer's checkout has them
beside it, each time with other numbers in their paragraphs, else pages of random words; with the
requests and images of a crawl between. --memory is how many MB of raw bytes the archive for the
figure of memory has (1000; 10000 is the one that is promised about); it is deleted afterwards.
trafilatura and resiliparse are those of the PYTHON that has them, else of a fresh one.
"""
import argparse
import glob
import gzip
import multiprocessing
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
BIN = ROOT / "build" / "release" / "bin"
RUNS = 5
PEER_PAGES = 120
QUICK = ("--dedup", "exact", "--summary", "0", "--claims", "0")
PARAGRAPH = re.compile(rb"<p(?: [^>]*)?>")
PEER = """
import sys, time
from fastwarc import ArchiveIterator, WarcRecordType
def trafilatura():
    import trafilatura
    return lambda page: trafilatura.extract(page, include_comments=False)
def resiliparse():
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding, bytes_to_str
    def read(page):
        return extract_plain_text(bytes_to_str(page, detect_encoding(page)), main_content=True)
    return read
read = {"trafilatura": trafilatura, "resiliparse": resiliparse}[sys.argv[1]]()
most, pages, size = int(sys.argv[3]), 0, 0
def records():
    for record in ArchiveIterator(open(sys.argv[2], "rb"), record_types=WarcRecordType.response):
        kind = record.http_headers.get("Content-Type", "") if record.http_headers else ""
        if "html" in kind and record.http_headers.status_code == 200:
            yield record.reader.read()
began = time.process_time()
for page in records():
    read(page)
    pages += 1
    size += len(page)
    if pages == most:
        break
print(size / 1e6 / (time.process_time() - began), pages)  # decompressing, too
"""


# the archive

def own_page(rng):
    words = [f"{rng.choice('bdfgklmnprst')}{rng.choice('aeiou')}{rng.choice('lmnrst')}" + "ed" * (i % 2)
             for i in range(500)]
    def text(n):
        return " ".join(rng.choice(words) for _ in range(n)).capitalize() + "."
    menu = "".join(f'<li class="menu-item"><a href="/{i}">{text(2)}</a></li>' for i in range(120))
    body = "".join(f"<p>{text(60)}</p>\n" for _ in range(25))
    return (f"<!doctype html><html><head><title>{text(6)}</title><style>{'a{b:c} ' * 900}</style></head>"
            f"<body><nav><ul>{menu}</ul></nav><article><h1>{text(6)}</h1>{body}</article>"
            f"<script>{'var x = 1; ' * 1500}</script></body></html>").encode()


def load_pages():
    paths = sorted(glob.glob(str(SHARED / "data" / "html" / "html" / "*.gz")))
    if paths:
        return [gzip.open(path).read() for path in paths], f"{len(paths)} pages of ../shared/data/html"
    print("archives.py: NO PAGES in ../shared/data/html: they are made of random words, and figures "
          "are not those of real pages", file=sys.stderr)
    rng = random.Random(1)
    return [own_page(rng) for _ in range(60)], "pages of random words"


def record(number, kind, block, mime):
    head = (f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: 2024-05-18T01:58:10Z\r\n"
            f"WARC-Record-ID: <urn:uuid:{number:036x}>\r\nContent-Length: {len(block)}\r\n"
            f"Content-Type: {mime}\r\nWARC-Target-URI: https://site{number % 997}.example/{number}\r\n"
            "\r\n")
    return head.encode() + block + b"\r\n\r\n"


def crawl(pages, first):
    """The records of each page once: its request, its response; now and then an image."""
    rng = random.Random(first)
    for n, page in enumerate(pages, first):
        mark = b" %d " % rng.randrange(10 ** 9)
        body = PARAGRAPH.sub(lambda found: found.group(0) + mark, page)
        yield record(3 * n, "request", b"GET / HTTP/1.1\r\nHost: site.example\r\n\r\n",
                     "application/http; msgtype=request")
        yield record(3 * n + 1, "response",
                     b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                     b"Content-Length: %d\r\n\r\n" % len(body) + body,
                     "application/http; msgtype=response")
        if n % 10 == 0:
            yield record(3 * n + 2, "response",
                         b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n" + rng.randbytes(20000),
                         "application/http; msgtype=response")


def packed(job):
    pages, first, level = job
    parts = list(crawl(pages, first))
    return sum(map(len, parts)), b"".join(gzip.compress(part, level) for part in parts)


def write_archive(path, pages, megabytes, level):
    raw, all_bytes = 0, sum(map(len, pages))
    jobs = ((pages, k * len(pages), level) for k in range(int(megabytes * 1e6 / all_bytes) + 1))
    with multiprocessing.Pool() as pool, open(path, "wb") as out:
        for size, members in pool.imap(packed, jobs):
            out.write(members)
            raw += size
    return raw / 1e6


# figures

def median(values):
    return statistics.median(values)


def timed(command):
    """Seconds, and seconds of processor time of all its processes."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"archives.py: {command} ended with {status}")
    return time.monotonic() - began, used.ru_utime + used.ru_stime


def one_core(path):
    best = ""
    for _ in range(RUNS):
        done = subprocess.run([BIN / "bench_archive", path], stdout=subprocess.PIPE, text=True, check=True)
        best = max(best, done.stdout.strip(), key=lambda line: float(line.split()[0] if line else 0))
    return best


def chain(path, raw):
    """The whole run and gzip -dc in turns: medians of MB/s of the run, by its processor time, and of
    gzip; of the ratio."""
    ours, used, theirs = [], [], []
    for _ in range(RUNS):
        theirs.append(raw / timed(["gzip", "-dc", path])[0])
        wall, cpu = timed([BIN / "winnow", "run", *QUICK, "--format", "jsonl", "--workers", "2", path])
        ours.append(raw / wall)
        used.append(raw / cpu)
    return median(ours), median(used), median(theirs), median([a / b for a, b in zip(ours, theirs)])


def peer_python(folder):
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    # lxml has no extra html_clean any more, which trafilatura asks for
    subprocess.run([f"{folder}/bin/pip", "install", "-q", "trafilatura", "lxml_html_clean",
                    "resiliparse", "fastwarc"], check=False)
    return f"{folder}/bin/python"


def peers(path, python, folder):
    python = python or peer_python(os.path.join(folder, "peers"))
    for name in ("trafilatura", "resiliparse"):
        done = subprocess.run([python, "-c", PEER, name, path, str(PEER_PAGES)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            print(f"archives.py: {name}: {(done.stderr.strip() or '?').splitlines()[-1]}", file=sys.stderr)
            continue
        speed, pages = done.stdout.split()
        yield name, float(speed), int(pages)


def hostile(folder):
    """The slowest of pages of 1 MB that nobody wrote for readers, in milliseconds, and which."""
    million = 10 ** 6
    pages = {
        "nested div": b"<div>" * (million // 5),
        "attributes": b"<p " + b" ".join(b"a%d=b%d" % (i, i) for i in range(50000)) + b">x" * 10,
        "comment without end": b"<p>x</p><!--" + b"-" * million,
        "comments": b"<!---->" * (million // 7),
        "script without end": b"<p>x</p><script>" + b"</scrip" * (million // 7),
        "tables": b"<table><tr><td>" * (million // 15),
        "entities": b"<p>" + b"&amp;&#x41;&NotEqualTilde;" * (million // 26),
        "half entities": b"<p>" + b"&" * million,
        "inline": b"<b><i><u><a>" * (million // 12) + b"x",
        "misnested": b"<b><p></b><i></p>" * (million // 17),
        "nul": b"<p>" + b"\0" * million,
        "utf-16": ("<p>" + "word " * (million // 10)).encode("utf-16-le"),
        "less-than": b"<" * million,
        "open tags": b"<a " * (million // 3),
        "end tags": b"<div>" * (million // 20) + b"</p></span></b>" * (million // 20),
        "paragraphs": b"<p>x" * (million // 4),
        "list items": b"<li>a" * (million // 5),
        "text": b"word " * (million // 5),
    }
    worst = (0.0, "")
    for name, page in pages.items():
        path = os.path.join(folder, "hostile")
        pathlib.Path(path).write_bytes(b"<html>" + page)
        done = subprocess.run([BIN / "bench_html", "3", path], stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            continue # refused: too many nodes
        worst = max(worst, (float(re.search(r"slowest page ([\d.]+)", done.stdout).group(1)), name))
    return worst


def tree(pid):
    """A process and all below it."""
    found = [pid]
    for p in found:
        for path in glob.glob(f"/proc/{p}/task/*/children"):
            try:
                with open(path, encoding="ascii") as f:
                    found += map(int, f.read().split())
            except OSError:
                pass
    return found


def memory_of(pid):
    """MB of a process and all below it, what they share counted once."""
    total = 0
    for p in tree(pid):
        try:
            with open(f"/proc/{p}/smaps_rollup", encoding="ascii") as f:
                total += int(re.search(r"Pss: +(\d+)", f.read()).group(1))
        except (OSError, AttributeError):
            pass
    return total / 1024


def peak_memory(path):
    peak = 0.0
    run = subprocess.Popen([BIN / "winnow", "run", *QUICK, "--format", "jsonl", "--workers", "2", path],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while run.returncode is None:
        peak = max(peak, memory_of(run.pid))
        try:
            run.wait(0.2)
        except subprocess.TimeoutExpired:
            pass
    if run.returncode != 0:
        sys.exit(f"archives.py: the run on {path} ended with {run.returncode}")
    return peak


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--megabytes", type=float, default=200)
    parser.add_argument("--memory", type=float, default=1000)
    parser.add_argument("--peers", metavar="PYTHON")
    parser.add_argument("--no-peers", action="store_true")
    args = parser.parse_args()
    pages, what = load_pages()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="winnow-bench.") as folder:
        path = os.path.join(folder, "crawl.warc.gz")
        raw = write_archive(path, pages, args.megabytes, 6)
        print(f"load {load:.1f}; {raw:.0f} MB raw, {os.path.getsize(path) / 1e6:.0f} MB as .warc.gz, of {what}")
        print("| figure | measured |\n| --- | --- |")
        print(f"| one core, one process | {one_core(path)} |", flush=True)
        ours, used, theirs, ratio = chain(path, raw)
        print(f"| `winnow run {' '.join(QUICK)} --workers 2` | {ours:.0f} MB/s; {used:.0f} MB/s by the "
              "processor time of all its processes |")
        print(f"| `gzip -dc FILE > /dev/null` | {theirs:.0f} MB/s; the run is {ratio:.2f} × as fast |", flush=True)
        for name, speed, n in () if args.no_peers else peers(path, args.peers, folder):
            print(f"| FastWARC and {name} | {speed:.1f} MB/s by processor time, {n} pages; the run is "
                  f"{used / speed:.1f} × as fast by processor time |", flush=True)
        slowest, which = hostile(folder)
        print(f"| hostile pages of 1 MB | at most {slowest:.0f} ms ({which}) |", flush=True)
        os.unlink(path)
        raw = write_archive(path, pages, args.memory, 1)
        print(f"| peak memory of all processes, {raw:.0f} MB raw | {peak_memory(path):.0f} MB |")


if __name__ == "__main__":
    main()
