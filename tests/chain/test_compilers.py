"""What summaries are made of is the same in every build: gcc and clang, -O0 and -O3.

Builds winnow-probe (stages/summarize/train) in each way and compares what it says of generated
texts, byte by byte: features, scores and choices.
"""
import concurrent.futures
import itertools
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = ["-std=c11", "-D_GNU_SOURCE", '-DWINNOW_VERSION="test"', "-ffp-contract=off", "-w", f"-I{ROOT}"]
SOURCES = [p for p in sorted((ROOT / "stages" / "summarize").glob("*.c"))
           if p.name != "summarize.c"]
SOURCES += [ROOT / "stages/summarize/train/probe.c", ROOT / "proto/names.c"]
SOURCES += [ROOT / "common" / f"{n}.c" for n in ("arena", "err", "hash", "mem", "utf8")]
LIBRARIES = ["-lxxhash", "-lstemmer", "-licuuc"]
WORDS = """the a of and to in was it he she said mill Ulm London Miller fire bread 40 3,000 million
    £12 percent Tuesday May 1911 “old” “new” burnt opened announced because Was not is des moulins
    brûlé l’été har været ikke ڈاکٹر 中文 🙂 U.S. Dr. won't""".split()


def build(folder, compiler, level):
    """A probe made by one compiler at one level."""
    where = pathlib.Path(folder) / f"{compiler}{level}"
    where.mkdir()
    objects = [where / f"{p.stem}.o" for p in SOURCES]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda pair: subprocess.run(
            [compiler, level, *FLAGS, "-c", pair[0], "-o", pair[1]], check=True),
            zip(SOURCES, objects)))
    probe = where / "probe"
    subprocess.run([compiler, *objects, *LIBRARIES, "-o", probe], check=True)
    return probe


def question(rng, n_paragraphs, lang):
    """What asks the probe about a generated document."""
    title = " ".join(rng.choices(WORDS, k=6)).encode()
    parts = [b"title %d\n%s" % (len(title), title), b"lang %d\n%s" % (len(lang), lang)]
    for _ in range(n_paragraphs):
        sentences = []
        for _ in range(rng.randrange(1, 5)):
            words = rng.choices(WORDS, k=rng.randrange(1, 30))
            sentences.append(words[0].capitalize() + " " + " ".join(words[1:]) + rng.choice(".?!"))
        text = " ".join(sentences).encode()
        kind = rng.choice([b"text", b"text", b"text", b"heading", b"list", b"table"])
        parts.append(b"paragraph %s %d\n%s" % (kind, len(text), text))
    return b"".join(parts) + b"end 0\n"


class Compilers(unittest.TestCase):
    def test_all_builds_say_the_same(self):
        rng = random.Random(5)
        asked = b"".join(question(rng, n, lang) for n, lang in itertools.product(
            (0, 1, 3, 12, 150), (b"", b"en", b"fr", b"no", b"ur", b"xx")))
        said = {}
        compilers = [c for c in ("gcc", "clang") if shutil.which(c)]
        with tempfile.TemporaryDirectory(prefix="winnow-compilers.") as folder:
            for compiler, level in itertools.product(compilers, ("-O0", "-O3")):
                probe = build(folder, compiler, level)
                said[compiler + level] = subprocess.run(
                    [probe, "--sentences", "7"], input=asked, stdout=subprocess.PIPE,
                    check=True).stdout
        self.assertGreater(len(said["gcc-O0"]), 100000)
        for name, bytes_ in said.items():
            self.assertEqual(bytes_, said["gcc-O0"], name)


if __name__ == "__main__":
    unittest.main()
