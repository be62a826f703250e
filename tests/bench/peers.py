#!/usr/bin/env python3
"""peers.py PEER FILE: what another tool does for duplicates, on some of the paragraphs in FILE, one
a line, on one core. Prints a row for RESULTS.md; run by dedup.py under a Python that has the peer.
"""
import importlib.metadata
import itertools
import json
import os
import sys
import tempfile
import time

SAMPLE_BYTES = 20 << 20
SKETCHED_BYTES = 2 << 20     # for those that sketch in Python
DOCUMENT_LINES = 12


def sample(path, size):
    with open(path, encoding="utf-8") as f:
        text = f.read(size)
    return text.splitlines()[:-1]


def cc_net(lines):
    """SHA-1 of a normal form without digits, first 8 bytes, in its own hash set."""
    from cc_net.dedup import compute_hashes
    from cc_net.flat_hash_set import FlatHashSet
    seen, kept = FlatHashSet(), 0
    for at in range(0, len(lines), DOCUMENT_LINES):
        hashes = compute_hashes("\n".join(lines[at:at + DOCUMENT_LINES]))
        kept += sum(not there for there in seen.__contains__(hashes))
        seen.add(hashes)
    return "hashes and set", "64 bits, digits become 0, accents and punctuation go", kept


def datatrove(lines):
    """Its simplified text, hashed by xxHash, in a Python set (it has its own only on disk)."""
    from datatrove.utils.hashing import HashConfig, create_hash_func
    from datatrove.utils.text import simplify_text
    hash_of, seen = create_hash_func(HashConfig(precision=64, hash_fc="xxhash")), set()
    for line in lines:
        seen.add(hash_of(simplify_text(line).encode()))
    return "simplify_text, xxhash64, set()", "64 bits, punctuation goes, digits become 0", len(seen)


def text_dedup(lines):
    """Its ccnet: SHA-1 of a paragraph in lower case without punctuation, in a set."""
    from text_dedup.ccnet import compute_hashes
    batch = {"text": ["\n".join(lines)]}
    hashes = compute_hashes({**batch, "__id__": [0]}, [0], "text", paragraph_hash())
    return "ccnet.compute_hashes", "exact paragraphs, in tables of datasets", len(set(hashes["__hash__"]))


def paragraph_hash():
    from text_dedup.utils.hashfunc import md5_digest
    return md5_digest


def dolma(lines):
    """Its deduper in Rust: a Bloom filter over paragraphs as they are."""
    from dolma import deduper
    with tempfile.TemporaryDirectory() as folder:
        import gzip
        os.makedirs(os.path.join(folder, "documents"))
        with gzip.open(os.path.join(folder, "documents", "x.jsonl.gz"), "wt", compresslevel=1) as f:
            for at in range(0, len(lines), DOCUMENT_LINES):
                text = "\n".join(lines[at:at + DOCUMENT_LINES])
                f.write(json.dumps({"id": str(at), "text": text, "source": "x"}) + "\n")
        restart()
        deduper({
            "documents": [os.path.join(folder, "documents", "*.gz")],
            "work_dir": {"input": os.path.join(folder, "in"), "output": os.path.join(folder, "out")},
            "dedupe": {"name": "d", "skip_empty": True, "paragraphs": {"attribute_name": "d"}},
            "bloom_filter": {"file": os.path.join(folder, "bloom"), "read_only": False,
                             "estimated_doc_count": len(lines), "desired_false_positive_rate": 1e-4},
            "processes": 1,
        })
    return "deduper, paragraphs", "a Bloom filter: some new ones go; case and spaces count", 0


def datasketch(lines):
    """MinHash over word pairs, 112 values, into MinHashLSH with 28 bands of 4."""
    from datasketch import MinHash, MinHashLSH
    index, kept = MinHashLSH(num_perm=112, params=(28, 4)), 0
    for i, line in enumerate(lines):
        sketch = MinHash(num_perm=112)
        words = line.lower().split()
        sketch.update_batch([" ".join(p).encode() for p in itertools.pairwise(words)] or [line.encode()])
        if not index.query(sketch):
            index.insert(str(i), sketch)
            kept += 1
    return "MinHash(112), MinHashLSH(28 × 4)", "near; no guards, candidates are not verified", kept


def rensa(lines):
    """RMinHash over word pairs, 112 values, into RMinHashLSH with 28 bands."""
    from rensa import RMinHash, RMinHashLSH
    index, kept = RMinHashLSH(threshold=0.7, num_perm=112, num_bands=28), 0
    for i, line in enumerate(lines):
        sketch = RMinHash(num_perm=112, seed=1)
        sketch.update([" ".join(p) for p in itertools.pairwise(line.lower().split())] or [line])
        if not index.query(sketch):
            index.insert(i, sketch)
            kept += 1
    return "RMinHash(112), RMinHashLSH(28)", "near; no guards, candidates are not verified", kept


PEERS = {"cc-net": cc_net, "datatrove": datatrove, "text-dedup": text_dedup, "dolma": dolma,
         "datasketch": datasketch, "rensa": rensa}
clock = [0.0]


def restart():
    clock[0] = time.process_time()


def main():
    name, path = sys.argv[1], sys.argv[2]
    lines = sample(path, SKETCHED_BYTES if name in ("datasketch", "rensa") else SAMPLE_BYTES)
    size = sum(len(line.encode()) + 1 for line in lines)
    PEERS[name](lines[:100])
    restart()
    command, differs, kept = PEERS[name](lines)
    seconds = time.process_time() - clock[0]
    print(f"| {name} {importlib.metadata.version(name)} | `{command}` | {size / seconds / 1e6:.1f} MB/s "
          f"of {size >> 20} MB; {kept or 'not said how many'} of {len(lines)} stay; {differs} |")


if __name__ == "__main__":
    main()
