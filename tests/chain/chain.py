"""What the chain tests share: the built programs, run in a fresh folder, and a corpus of own words.

Programs come from WINNOW_BIN (default build/release/bin below the checkout). They run with the
test's folder as working directory, so that paths in records are short and the same in each test,
and they die with the test. Nothing here sleeps to wait: what is waited for is a condition, with a
deadline that is generous enough for sanitizers on a busy machine.
"""
import base64
import contextlib
import ctypes
import gzip
import json
import os
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import msgpack

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.abspath(os.environ.get("WINNOW_BIN") or os.path.join(ROOT, "build/release/bin"))
DATA = os.path.join(ROOT, "tests", "data")
SHARED = os.path.join(os.path.dirname(ROOT), "shared")
PATIENCE = 240          # seconds before anything that should have happened counts as never
TICK = 0.01             # seconds between two looks at a condition
MIN_CHARS = 25          # paragraphs of fewer characters are kept across documents

DONE, DEAD_LETTERS, WRONG, FAULT = 0, 3, 100, 111      # exit statuses

# gcc's UBSan reports on standard error wherever its log_path points
SANITIZER = re.compile(r": runtime error: |Sanitizer: ")

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def program(name):
    return os.path.join(BIN, name)


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def until(condition, what, patience=PATIENCE):
    """Look at condition() until it is true; its value."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError("not in %d s: %s" % (patience, what))
        select.select([], [], [], TICK)


# processes

class Process:
    """A program in the background; what it says on standard error goes to a file."""

    def __init__(self, args, err_path, cwd, env, stdin=subprocess.DEVNULL,
                 stdout=subprocess.DEVNULL, new_group=False):
        self.args, self.err_path = args, err_path
        with open(err_path, "wb") as err:
            self.popen = subprocess.Popen(
                args, cwd=cwd, env=env, stdin=stdin, stdout=stdout, stderr=err,
                preexec_fn=_die_with_parent, start_new_session=new_group)
        self.pid = self.popen.pid
        self.stdin, self.stdout = self.popen.stdin, self.popen.stdout

    def takes_sigterm(self):
        """Whether it reads the signal from a descriptor, and does not just die; or has ended."""
        if self.popen.poll() is not None:
            return True
        with open("/proc/%d/status" % self.pid, encoding="ascii") as f:
            blocked = next(line for line in f if line.startswith("SigBlk:"))
        return int(blocked.split()[1], 16) >> (signal.SIGTERM - 1) & 1

    def err(self):
        with open(self.err_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def wait(self, patience=PATIENCE):
        """The exit status."""
        try:
            return self.popen.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError("%s has not ended in %d s; it said:\n%s" % (
                " ".join(self.args), patience, self.err())) from None

    def still_runs(self, seconds):
        """Whether it is alive at the end of that time: for what must NOT end."""
        try:
            self.popen.wait(seconds)
            return False
        except subprocess.TimeoutExpired:
            return True

    def wait_for_log(self, pattern, patience=PATIENCE):
        def look():
            found = re.search(pattern, self.err())
            if not found and self.popen.poll() is not None:
                found = re.search(pattern, self.err())
                if not found:
                    raise AssertionError("%s ended with %s and never said %r:\n%s" % (
                        self.args[0], self.popen.returncode, pattern, self.err()))
            return found
        return until(look, "a log line like %r" % pattern, patience)

    def signal(self, number):
        self.popen.send_signal(number)

    def kill(self):
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        for stream in (self.stdin, self.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    pass

    def feed(self, data, patience=PATIENCE):
        """Write all of data to its standard input."""
        fd = self.stdin.fileno()
        os.set_blocking(fd, False)
        end = time.monotonic() + patience
        view = memoryview(data)
        while view:
            if time.monotonic() > end:
                raise AssertionError("standard input was not read in %d s" % patience)
            if select.select([], [fd], [], 1)[1]:
                try:
                    view = view[os.write(fd, view[:65536]):]
                except BlockingIOError:
                    pass

    def read_some(self, n=65536, patience=PATIENCE):
        """Up to n bytes of its standard output; b"" at the end."""
        fd = self.stdout.fileno()
        if not select.select([fd], [], [], patience)[0]:
            raise AssertionError("nothing on standard output in %d s" % patience)
        return os.read(fd, n)

    def read_all(self):
        parts = []
        while True:
            part = self.read_some()
            if not part:
                return b"".join(parts)
            parts.append(part)

    def children(self, name):
        """Process ids of its living children of that name, such as winnow-extract."""
        return [pid for pid, parent, argv0 in processes() if parent == self.pid
                and os.path.basename(argv0) == name]


def processes():
    """(pid, parent, name it was started by) of every process that is no zombie."""
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % entry) as f:
                fields = f.read().rpartition(")")[2].split()
            with open("/proc/%s/cmdline" % entry, "rb") as f:
                argv0 = f.read().split(b"\0")[0].decode(errors="replace")
        except OSError:
            continue
        if fields[0] not in "ZX":
            yield int(entry), int(fields[1]), argv0


def is_alive(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Result:
    """A program that has ended."""

    def __init__(self, process, status, out):
        self.status, self.out, self.err = status, out, process.err()

    def records(self):
        return parse_records(self.out)


class ChainTest(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        # short: the sockets of a chain lie below it, and their paths have at most 107 bytes
        base = tempfile.gettempdir()
        self.dir = tempfile.mkdtemp(prefix="wt-", dir=base if len(base) < 40 else "/tmp")
        self.addCleanup(shutil.rmtree, self.dir, True)
        for folder in ("run", "log"):
            os.mkdir(os.path.join(self.dir, folder))
        self.started = []
        self.addCleanup(self.kill_all)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("WINNOW_")}
        self.env.update(XDG_RUNTIME_DIR=self.path("run"), TMPDIR=self.path("run"),
                        LC_ALL="C.UTF-8")

    def kill_all(self):
        for process in self.started:
            process.kill()
        for process in self.started:
            report = SANITIZER.search(process.err())
            self.assertIsNone(report, process.err())

    def path(self, name):
        return os.path.join(self.dir, name)

    def put(self, name, content):
        """Make a file (and its folders) in the test's folder; its name."""
        if isinstance(content, str):
            content = content.encode()
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as f:
            f.write(content)
        return name

    def get(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def start(self, *args, env=None, **streams):
        """Start a program of ours (by its name) or any other (by its path)."""
        args = [os.fspath(a) for a in args]
        if "/" not in args[0]:
            args[0] = program(args[0])
        err_path = self.path("log/%d-%s" % (len(self.started), os.path.basename(args[0])))
        process = Process(args, err_path, self.dir, {**self.env, **(env or {})}, **streams)
        self.started.append(process)
        return process

    def run_program(self, *args, input=None, status=DONE, env=None):
        """Run a program to its end and check its exit status."""
        with tempfile.TemporaryFile(dir=self.dir) as out, \
                tempfile.TemporaryFile(dir=self.dir) as given:
            if input is not None:
                given.write(input.encode() if isinstance(input, str) else input)
                given.seek(0)
            process = self.start(*args, env=env, stdout=out,
                                 stdin=given if input is not None else subprocess.DEVNULL)
            got = process.wait()
            out.seek(0)
            result = Result(process, got, out.read())
        self.assertEqual(got, status, "%s said:\n%s" % (" ".join(process.args), result.err))
        return result

    def winnow(self, *args, **options):
        """`winnow run` with records on standard output."""
        if not any(str(a).startswith("--workers") for a in args):
            args = ("--workers", "2") + args
        return self.run_program("winnow", "run", *args, **options)

    def records(self, *args, **options):
        return self.winnow(*args, **options).records()

    def letters(self, *args, status=DEAD_LETTERS):
        """(records, dead letters) of a new run."""
        self.winnow("--restart", "-o", "x.jsonl", *args, status=status)
        return parse_records(self.get("x.jsonl")), self.dead_letters("x.jsonl.dead.jsonl")

    def dead_letters(self, name):
        if not os.path.exists(self.path(name)):
            return []
        return [json.loads(line) for line in self.get(name).splitlines()]

    def assert_sentences(self, record, text_of=None):
        """Each sentence, claim and fact is at its bytes."""
        texts = {p["n"]: p["text"].encode() for p in record["paragraphs"]}
        texts.update(text_of or {})
        for cut in record["summary"] + record["claims"]:
            text = texts[cut["n"]]
            self.assertEqual(text[cut["start"]:cut["end"]].decode(), cut["text"], record["id"])
        for claim in record["claims"]:
            for fact in claim["facts"]:
                place = texts[claim["n"]][fact["start"]:fact["end"]]
                self.assertEqual(place.decode(), fact["text"], record["id"])
                self.assertTrue(claim["start"] <= fact["start"] <= fact["end"] <= claim["end"])

    def assert_stats(self, record, action="drop"):
        stats = record["stats"]
        dropped = len(record["dropped"])
        self.assertEqual(stats["paragraphs"], stats["kept"] + stats["exact"] + stats["near"])
        self.assertEqual(stats["exact"] + stats["near"], dropped, record["id"])
        listed = len(record["paragraphs"]) + (0 if action == "mark" else dropped)
        self.assertEqual(stats["paragraphs"], listed, record["id"])

    def assert_verdicts(self, records, documents):
        """What was kept and dropped, and who owns it, as the rule in DESIGN says."""
        expected = verdicts(documents)
        self.assertEqual([r["id"] for r in records], [d["id"] for d in documents])
        for record, (kept, dropped) in zip(records, expected):
            self.assertEqual([p["n"] for p in record["paragraphs"]], kept, record["id"])
            got = {d["n"]: (d["owner"]["id"], d["owner"]["n"]) for d in record["dropped"]}
            self.assertEqual(got, dropped, record["id"])
            self.assertTrue(all(d["why"] == "exact" for d in record["dropped"]))

    def assert_no_process_left(self, *pids):
        until(lambda: not any(is_alive(pid) for pid in pids),
              "the end of %s" % ", ".join(map(str, pids)), 60)

    def skip_loudly(self, why):
        skip_loudly(self, why)

    def kill_writes(self, run, past, dice):
        """
        kill -9 of write whenever some hundred more records are there, as past(run, n) waits for,
        until the run ends; how many kills.
        """
        killed = set()
        at = 0

        def kill():
            for pid in set(run.children("winnow-write")) - killed:
                with contextlib.suppress(ProcessLookupError):     # the run has just ended
                    os.kill(pid, signal.SIGKILL)
                    killed.add(pid)
                    return True
            return run.popen.poll() is not None

        while past(run, at := at + dice.randrange(300, 900)):
            until(kill, "another write")
        return len(killed)


class StagesTest(ChainTest):
    """The stages as separate programs over ipc, any of which a test can replace."""

    ENDS = {
        "read": {"out": "raw", "ask-dedup": "dedup", "ask-write": "write"},
        "extract": {"in": "raw", "out": "hashed"},
        "dedup": {"in": "hashed", "out": "kept", "control": "dedup"},
        "summarize": {"in": "kept", "out": "scored"},
        "write": {"in": "scored", "control": "write"},
    }

    def endpoint(self, name):
        return "ipc://" + self.path("run/" + name)

    def stage(self, name, *args, ends=None, **streams):
        """Start a stage; `ends` renames sockets, as {"in": "other"} or {"in": "bind:other"}."""
        flags = []
        for flag, socket in {**self.ENDS[name], **(ends or {})}.items():
            how, colon, socket = socket.rpartition(":")
            flags.append("--%s=%s%s%s" % (flag, how, colon, self.endpoint(socket)))
        return self.start("winnow-" + name, *flags, *args, **streams)

    def stages(self, names, output="out.jsonl", write=()):
        """Start those without options; they are stopped by stop()."""
        return [self.stage(name, *(["-o", output, *write] if name == "write" else []))
                for name in names]

    def stop(self, stages):
        for process in stages:
            # before that it is the dynamic loader that SIGTERM ends, with nothing begun
            until(process.takes_sigterm, "a stage that takes SIGTERM")
            process.signal(signal.SIGTERM)
        for process in stages:
            self.assertEqual(process.wait(), DONE, process.err())


def skip_loudly(test, why):
    print("\n*** SKIPPED %s: %s" % (test.id(), why), file=sys.stderr, flush=True)
    raise unittest.SkipTest(why)


# records

def decompress(data):
    """By the first bytes, not by a name."""
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return subprocess.run(["zstd", "-dcq"], input=data, stdout=subprocess.PIPE,
                              check=True).stdout
    return data


def zstd(data):
    return subprocess.run(["zstd", "-cq"], input=data, stdout=subprocess.PIPE, check=True).stdout


def parse_records(data):
    """Records of JSON lines or MessagePack, compressed or not, in the form of the first."""
    data = decompress(data)
    if data[:1] in (b"", b"{"):
        return [json.loads(line) for line in data.splitlines()]
    return [from_msgpack(r) for r in unpack_all(data)]


def unpack_all(data):
    unpacker = msgpack.Unpacker(raw=False, strict_map_key=False, max_buffer_size=1 << 31)
    unpacker.feed(data)
    return list(unpacker)


SCALED = ("similarity", "share", "score", "claim", "value")


def from_msgpack(record):
    """The JSON form of a record that came as MessagePack; meta stays as it is."""
    record = dict(record)
    meta = record.pop("meta")
    record = _plain(record)
    record["meta"] = meta
    return record


def _plain(value, key=None):
    if isinstance(value, dict):
        if key == "parts":
            return {k: _decimal(v) for k, v in value.items()}
        return {k: _plain(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, bytes):
        return value.hex() if key == "hash" else base64.b64encode(value).decode()
    if key in SCALED and isinstance(value, int) and not isinstance(value, bool):
        return _decimal(value)
    return value


def _decimal(ten_thousandths):
    return json.loads("%s%d.%04d" % ("-" if ten_thousandths < 0 else "",
                                     *divmod(abs(ten_thousandths), 10000)))


def json_lines(documents, ascii_only=False):
    return "".join(json.dumps(d, ensure_ascii=ascii_only) + "\n" for d in documents).encode()


# a corpus of own words

SYLLABLES = "san vik bren mor tal dun hol mark ost ber gre nor fal kir lund ras tor vel".split()
NOUNS = ("harbour ferry bridge school mill council museum railway orchard library theatre clinic "
         "tunnel market lighthouse brewery quarry archive stadium garden").split()
VERBS = "opened closed doubled bought sold rebuilt lost moved painted measured".split()
ADJECTIVES = "old new wooden quiet northern southern famous small crowded electric".split()
THINGS = "passengers visitors trees tonnes kroner houses letters workers boats books".split()
MONTHS = ("January February March April May June July August September October November "
          "December").split()
OTHER_SCRIPTS = (
    "Havnen i Øyvær ble stengt i går, og fergene ble liggende ved kai til klokken ti om kvelden",
    "Το παλιό λιμάνι έκλεισε χθες και τα πλοία έμειναν δεμένα μέχρι αργά το βράδυ της Κυριακής",
    "Старая гавань вчера закрылась, и паромы стояли у причала до позднего вечера воскресенья",
    "旧港は昨日閉鎖され、渡し船は日曜日の夜遅くまで桟橋につながれていた。市議会は再開の日をまだ決めていない",
    "أُغلق الميناء القديم أمس وبقيت العبّارات راسية عند الرصيف حتى وقت متأخر من مساء الأحد",
    "पुराना बंदरगाह कल बंद हो गया और नावें रविवार की देर रात तक घाट पर बंधी रहीं",
    "Le vieux port a fermé hier ; les bacs sont restés à quai jusqu’à tard dans la soirée",
    "The little port 🚢 closed cafe\u0301s and na\u00efve hotels — “until further notice”, it said",
)
SHORT = ("Yes.", "Read more", "Contents", "Photo: archive", "No comment.", "* * *")
BOILERPLATE = (
    "Sign up for the morning letter of the Harbour Gazette and never miss a ferry again.",
    "All rights reserved; no part of this page may be carried away by gulls or by visitors.",
    "Did you see something at the quay? Write to the desk and tell us about it in your words.",
)


class Corpus:
    """Documents of several paragraphs, with repeats across and inside documents; by a seed."""

    def __init__(self, seed, n_documents):
        self.random = random.Random(seed)
        self.serial = 0
        self.pool = []
        self.documents = [self.document(seed, i) for i in range(n_documents)]

    def name(self):
        pick = self.random.choice
        return " ".join((pick(SYLLABLES) + pick(SYLLABLES)).capitalize() for _ in range(2))

    def sentence(self):
        r, pick = self.random, self.random.choice
        forms = (
            lambda: "The %s %s of %s %s %s %s in %s %d." % (
                pick(ADJECTIVES), pick(NOUNS), self.name(), pick(VERBS),
                "{:,}".format(r.randrange(2, 90000)), pick(THINGS), pick(MONTHS),
                r.randrange(1950, 2024)),
            lambda: "\"We %s the %s because it was %s,\" said %s." % (
                pick(VERBS), pick(NOUNS), pick(ADJECTIVES), self.name()),
            lambda: "About %d percent of the %s near the %s %s %s the %s." % (
                r.randrange(2, 99), pick(THINGS), pick(ADJECTIVES), pick(NOUNS), pick(VERBS),
                pick(NOUNS)),
            lambda: "Nobody in %s remembers when the %s was %s, but the %s is still %s." % (
                self.name(), pick(NOUNS), pick(VERBS), pick(NOUNS), pick(ADJECTIVES)),
        )
        return pick(forms)()

    def new_paragraph(self):
        self.serial += 1
        r = self.random
        if r.random() < 0.08:
            text = "%s (%d)." % (r.choice(OTHER_SCRIPTS), self.serial)
        elif r.random() < 0.1:
            text = "What the %s says, part %d" % (r.choice(NOUNS), self.serial)
        else:
            text = " ".join(self.sentence() for _ in range(r.randrange(1, 6)))
            text += " Entry %d of the harbour book." % self.serial
        self.pool.append(text)
        return text

    def paragraph(self, before):
        x = self.random.random()
        if x < 0.12 and self.pool:
            return self.random.choice(self.pool[-4000:])
        if x < 0.16 and before:
            return self.random.choice(before)
        if x < 0.22:
            return self.random.choice(BOILERPLATE)
        if x < 0.30:
            return self.random.choice(SHORT)
        return self.new_paragraph()

    def document(self, seed, number):
        r = self.random
        paragraphs = []
        for _ in range(r.randrange(1, 16)):
            paragraphs.append(self.paragraph(paragraphs))
        d = {"id": "doc-%d-%d" % (seed, number), "title": "The %s of %s" % (
            r.choice(NOUNS), self.name())}
        if r.random() < 0.5:
            d["url"] = "https://gazette.example/%d/%d" % (seed, number)
            d["published"] = "2023-%02d-%02d" % (r.randrange(1, 13), r.randrange(1, 29))
        if r.random() < 0.3:
            d["section"] = {"name": r.choice(NOUNS), "weight": r.random(), "tags": [1, None, True]}
        if r.random() < 0.2:
            d["paragraphs"] = paragraphs
        else:
            d["text"] = r.choice(("\n", "\n\n")).join(paragraphs)
        return d

    def json_lines(self):
        return b"".join(json_lines([d], i % 3 == 0) for i, d in enumerate(self.documents))


def paragraphs_of(document):
    if "paragraphs" in document:
        return document["paragraphs"]
    return [p for p in document["text"].split("\n") if p.strip()]


def verdicts(documents, min_chars=MIN_CHARS):
    """
    For each document ([n kept], {n dropped: (id of the owner, n of the owner)}), for paragraphs
    that repeat byte for byte or not at all.
    """
    owners, result = {}, []
    for d in documents:
        kept, dropped, first = [], {}, {}
        for n, text in enumerate(paragraphs_of(d)):
            if text in first:
                dropped[n] = first[text]
                continue
            mine = first[text] = (d["id"], n)
            if len(text) >= min_chars:
                owner = owners.setdefault(text, mine)
                if owner != mine:
                    dropped[n] = first[text] = owner
                    continue
            kept.append(n)
        result.append((kept, dropped))
    return result


class TimedResult(unittest.TextTestResult):
    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.stream.writeln("    %.1f s" % (time.monotonic() - self.began))


def main():
    if not os.access(program("winnow"), os.X_OK):
        sys.exit("%s: no program; build it, or set WINNOW_BIN" % program("winnow"))
    unittest.main(testRunner=unittest.TextTestRunner(verbosity=2, resultclass=TimedResult))
