"""Inputs for the fault harness: every form that read knows, with bad documents in between.

    make(folder, megabytes, seed)   folder/in/ with files, few/ with a third of it for short runs,
                                    one/ with a single file, many/ with many batches of little work

The same arguments give the same bytes. News with known repeats comes from shared/eval beside the
checkout where that is there; else from a small generator of our own, so that a clone can run the
harness alone.
"""
import gzip
import json
import os
import random
import subprocess
import sys
import zlib

import msgpack

import harness

BATCH_BYTES = 1 << 18                   # of raw documents: then a batch ends
BATCHES = 64                            # of many/
MANY = "many/many.jsonl"
MAX_DOCUMENT = 300000                   # bytes; what is larger becomes a dead letter
MAKER = os.path.join(harness.chain.SHARED, "eval", "make_corpus.py")
WORDS = (
    "harbour ferry council island pact electric winter kroner authority vessel quay storm market "
    "copper harvest railway bridge minister budget quarter profit dividend shares barrel refinery "
    "drought wheat tender cargo pilot engine turbine reservoir village museum orchestra verdict "
    "appeal treaty border"
).split()


def pick_words(rng, n):
    return " ".join(rng.choice(WORDS) for _ in range(n))


def sentence(rng):
    return "The %s %s said on %d May that %s would cost %d million dlrs." % (
        rng.choice(WORDS), rng.choice(WORDS), rng.randrange(1, 31),
        pick_words(rng, rng.randrange(4, 14)), rng.randrange(2, 9000))


def edited(rng, text):
    words = text.split(" ")
    words[rng.randrange(len(words))] = rng.choice(WORDS)
    return " ".join(words)


def own_documents(megabytes, seed):
    """Invented news: a third of the paragraphs repeats an earlier one, some with a word edited."""
    rng, past, n_bytes = random.Random(seed), [], 0
    while n_bytes < megabytes * 1000000:
        lines = []
        for _ in range(rng.randrange(2, 14)):
            kind = rng.random()
            if past and kind < 0.3:
                lines.append(rng.choice(past))
            elif past and kind < 0.36:
                lines.append(edited(rng, rng.choice(past)))
            else:
                lines.append(" ".join(sentence(rng) for _ in range(rng.randrange(1, 5))))
                past.append(lines[-1])
                del past[:len(past) - 5000]
        n_bytes += sum(map(len, lines))
        yield "\n".join(lines)


def news_documents(megabytes, seed, folder):
    subprocess.run([sys.executable, MAKER, str(megabytes), folder, "--seed", str(seed % 10**9)],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(os.path.join(folder, "docs.jsonl"), encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)["text"]


def texts(megabytes, seed, folder):
    if os.path.exists(MAKER):
        return list(news_documents(megabytes, seed, folder))
    print("*** no %s: a corpus of the harness's own words" % MAKER, file=sys.stderr)
    return list(own_documents(megabytes, seed))


def record(i, text):
    url = "https://site%d.example/%d" % (i % 97, i)
    return {"id": "c%07d" % i, "url": url, "text": text, "rank": i / 8}


def json_lines(records):
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode()


def with_bad(rng, lines):
    """Lines of JSON with some that are none, and one that is too large."""
    out = lines.splitlines(True)
    bad = [b'{"id": "cut", "text": "no end\n', b"neither this\n", b'{"id": "\xff", "text": 3, }\n',
           b'{"text": ["deep"' + b"[" * 100 + b"\n"]
    for i in range(12):
        out.insert(rng.randrange(len(out) + 1), bad[i % len(bad)])
    out.insert(rng.randrange(len(out) + 1),
               json_lines([{"id": "huge", "text": pick_words(rng, MAX_DOCUMENT // 4)}]))
    return b"".join(out)


def zstd_frames(data, size=300000):
    return b"".join(harness.chain.zstd(data[i:i + size]) for i in range(0, len(data), size))


def deflated(data, wbits=31):
    packer = zlib.compressobj(6, zlib.DEFLATED, wbits)
    return packer.compress(data) + packer.flush()


def put(folder, name, data):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def fill(folder, rng, records):
    """The files of one input: parts of the records in each form, in the order of their names."""
    def part(share):
        return [records.pop() for _ in range(int(len(records) * share))]

    first = part(0.3)
    put(folder, "10-plain.jsonl", with_bad(rng, json_lines(first)))
    put(folder, "20-packed.jsonl.gz", deflated(json_lines(part(0.25))))
    put(folder, "30-packed.jsonl.zst", zstd_frames(with_bad(rng, json_lines(part(0.3)))))
    put(folder, "40-records.msgpack", b"".join(msgpack.packb(r) for r in part(0.3)))
    broken = gzip.compress(json_lines(part(0.2)), mtime=0)
    put(folder, "50-damaged.jsonl.gz", broken[:len(broken) * 2 // 3])
    for i, r in enumerate(part(0.1)[:40]):
        put(folder, "60-texts/%03d.txt" % i, r["text"].encode())
    # a document a paragraph: batches that end by their number of documents
    lines = (line for r in part(0.5) for line in r["text"].split("\n"))
    put(folder, "70-short.jsonl", json_lines(record(5000000 + i, s) for i, s in enumerate(lines)))
    # nothing new: batches without owners
    put(folder, "80-again.jsonl", json_lines(first[:len(first) * 2 // 3]))
    put(folder, "90-rest.jsonl", json_lines(part(1)))


def one_file(folder, records):
    """One file without anything bad: news, and all of it again under other ids."""
    again = [{**r, "id": "again-" + r["id"]} for r in records]
    put(folder, "one.jsonl", json_lines(records + again))


def many_batches(folder, rng):
    """
    A batch is so many bytes, most of which repeat here: each costs the stages little, and brings
    new owners, records and dead letters all the same.
    """
    each = 8
    paragraphs = [pick_words(rng, BATCH_BYTES // each // 10 // 7) for _ in range(10)]
    lines = []
    for i in range(BATCHES * each):
        own = "%d %s" % (i, sentence(rng))
        lines.append(json_lines([record(8000000 + i, "\n".join([own, *paragraphs]))]))
        if i % each == each // 2:
            lines.append(b"neither this %d\n" % i)
    put(folder, MANY, b"".join(lines))


def make(folder, megabytes, seed):
    rng = random.Random(seed)
    found = texts(megabytes, seed, os.path.join(folder, "raw"))
    records = [record(i, text) for i, text in enumerate(found)]
    few = records[:len(records) // 3]
    one_file(os.path.join(folder, "one"), records[:len(records) // 2])
    fill(os.path.join(folder, "in"), rng, records)
    fill(os.path.join(folder, "few"), rng, few)
    many_batches(folder, rng)
