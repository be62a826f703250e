"""
A peer of Winnow's chain, written from proto/README.md alone: it shares no code with the programs.

Worker takes a batch, changes it and hands it on; Sink stands in place of write. The tables below
are those of the page, so that what the programs send can be checked against it.
"""
import collections
import random
import struct

import msgpack
import xxhash
import zmq

HEADER = struct.Struct("<4sHHQQQIIQ")
CHECKED = 40                    # bytes of the header under the checksum
MAGIC, VERSION = b"WNNW", 1
BATCH, ASK, REPORT = 0, 1, 2
UNKNOWN = 2 ** 64 - 1           # `last` while it is not known
WINDOW = 64

Header = collections.namedtuple("Header", "kind run seq base attempt n_documents")


class Stranger(Exception):
    """A message that is not exactly as the page says."""


def pack(header, body):
    """The two parts of a message."""
    frame = HEADER.pack(MAGIC, VERSION, *header, 0)[:CHECKED]
    return [frame + struct.pack("<Q", xxhash.xxh3_64_intdigest(frame + body)), body]


def unpack(parts):
    if len(parts) != 2 or len(parts[0]) != HEADER.size:
        raise Stranger("%d parts" % len(parts))
    magic, version, *fields, checksum = HEADER.unpack(parts[0])
    if magic != MAGIC or version != VERSION or fields[0] not in (BATCH, ASK, REPORT):
        raise Stranger("magic %r, version %d, kind %d" % (magic, version, fields[0]))
    if xxhash.xxh3_64_intdigest(parts[0][:CHECKED] + parts[1]) != checksum:
        raise Stranger("checksum")
    return Header(*fields), parts[1]


def load(body):
    return msgpack.unpackb(body, raw=False, strict_map_key=False)


def dump(value):
    return msgpack.packb(value, use_bin_type=True)


def make_socket(context, kind, endpoint, bind=False):
    s = context.socket(kind)
    s.sndhwm = s.rcvhwm = 2 if kind in (zmq.PUSH, zmq.PULL) else 64
    s.linger = 1000
    if not bind and kind in (zmq.PUSH, zmq.DEALER):
        s.immediate = 1
    (s.bind if bind else s.connect)(endpoint)
    return s


class Worker:
    """Takes batches from one link and hands them to the next."""

    def __init__(self, context, take, give, take_binds=False, give_binds=False):
        self.pull = make_socket(context, zmq.PULL, take, take_binds)
        self.push = make_socket(context, zmq.PUSH, give, give_binds)
        self.seen = collections.Counter()       # seq: how often
        self.attempts = {}                      # seq: the highest attempt in a header

    def receive(self):
        """(header, batch), or None if nothing waits."""
        try:
            parts = self.pull.recv_multipart(zmq.DONTWAIT)
        except zmq.Again:
            return None
        header, body = unpack(parts)
        if header.kind != BATCH:
            raise Stranger("kind %d on a link of batches" % header.kind)
        self.seen[header.seq] += 1
        self.attempts[header.seq] = max(header.attempt, self.attempts.get(header.seq, 0))
        return header, load(body)

    def send(self, header, batch, milliseconds=60000):
        """Under the same header, with a new checksum."""
        if not self.push.poll(milliseconds, zmq.POLLOUT):
            raise AssertionError("nobody takes batch %d" % header.seq)
        self.push.send_multipart(pack(header, dump(batch)))

    def close(self):
        self.pull.close()
        self.push.close()


class Sink:
    """In place of write: takes batches in the order of seq, then reports them durable."""

    def __init__(self, context, take, control):
        self.pull = make_socket(context, zmq.PULL, take, bind=True)
        self.control = make_socket(context, zmq.ROUTER, control, bind=True)
        self.incarnation = random.getrandbits(63) + 1
        self.run = self.next = self.index = 0
        self.last = UNKNOWN
        self.token = {"input": 0, "offset": 0, "state": b""}    # of the last batch below next
        self.faults = []                # what of the asks is not as the page says
        self.waiting = {}
        self.batches = []               # (header, batch) in the order they were committed
        self.seen = collections.Counter()
        self.asker = None
        self.hold = ""                  # while set, nothing is taken
        self.forget = set()             # seqs whose next arrival is lost
        self.documents = 0

    def done(self):
        return self.next == self.last

    def report(self):
        if self.asker is None:
            return
        have = sum(1 << (seq - self.next) for seq in self.waiting if seq - self.next < 64)
        body = dump({
            "run": self.run, "incarnation": self.incarnation, "next": self.next, "have": have,
            "losses": 0, "sources": 0, "index": self.index, "finished": self.done(),
            "token": self.token, "hold": self.hold,
            "counts": {"documents": self.documents, "records": self.documents}})
        header = Header(REPORT, self.run, 0, 0, 0, 0)
        self.control.send_multipart([self.asker] + pack(header, body))

    def answer(self):
        asker, *parts = self.control.recv_multipart()
        header, body = unpack(parts)
        ask = load(body)
        if not ASK_BODY(ask) or (ask["hello"] and header.run == 0):
            self.faults.append((header, ask))
        if ask["hello"] and header.run != self.run:
            self.run, self.next, self.waiting, self.batches = header.run, 0, {}, []
        if header.run == self.run != 0:
            self.last = ask["last"]
            self.index = ask["index"] or self.index
        self.asker = asker
        self.report()

    def take(self):
        header, body = unpack(self.pull.recv_multipart())
        if header.kind != BATCH or header.run != self.run:
            return
        self.seen[header.seq] += 1
        if header.seq in self.forget:
            self.forget.remove(header.seq)
        elif header.seq < self.next:
            self.report()               # durable already: say so again, write nothing
        elif header.seq - self.next < WINDOW:
            self.waiting.setdefault(header.seq, (header, load(body)))
        self.commit()

    def commit(self):
        if self.next not in self.waiting:
            return
        while self.next in self.waiting:
            header, batch = self.waiting.pop(self.next)
            self.batches.append((header, batch))
            self.documents += len(batch["documents"])
            self.token = batch["token"]
            self.next += 1
        self.report()

    def step(self, milliseconds=50):
        poller = zmq.Poller()
        poller.register(self.control, zmq.POLLIN)
        if not self.hold:
            poller.register(self.pull, zmq.POLLIN)
        ready = dict(poller.poll(milliseconds))
        if self.control in ready:
            self.answer()
        if self.pull in ready:
            self.take()

    def close(self):
        self.pull.close(0)
        self.control.close(0)


# the tables of the page: what a document may hold on each link

def _uint(v):
    return isinstance(v, int) and not isinstance(v, bool) and v >= 0


def _int(v):
    return isinstance(v, int) and not isinstance(v, bool)


def _bool(v):
    return isinstance(v, bool)


def _str(v):
    return isinstance(v, str)


def _key(v):
    return isinstance(v, str) and len(v) == 16 and set(v) <= set("0123456789abcdef")


def _hash(v):
    return isinstance(v, bytes) and len(v) == 16


def _one_of(*names):
    return lambda v: v in names


def _list(check):
    return lambda v: isinstance(v, list) and all(check(x) for x in v)


def _map(needed, optional=None):
    """A map with all of the first, any of the second, and nothing else."""
    def check(v):
        fields = {**needed, **(optional or {})}
        return isinstance(v, dict) and set(needed) <= set(v) and all(
            k in fields and fields[k](x) for k, x in v.items())
    return check


FAULT = _map({"stage": _str, "reason": _str, "detail": _str, "attempts": _uint})
FACT = _map({"kind": _one_of("quantity", "share", "money", "date", "quotation", "name"),
             "start": _uint, "end": _uint, "text": _str},
            {"value": _int, "unit": _str, "per": _str, "when": _str, "speaker": _str,
             "approximate": lambda v: v is True, "bound": _one_of("more", "less")})
PARTS = ("base", "position", "length", "centrality", "title", "facts", "style")
CUT = {"n": _uint, "start": _uint, "end": _uint, "text": _str}

# key: (from which stage on, whether it must be there from then on, what it is)
FIELDS = {
    "id": ("read", True, _str),
    "key": ("read", True, _key),
    "source": ("read", True, _map({"path": _str, "offset": _uint, "length": _uint})),
    "form": ("read", False, _one_of("text", "json", "msgpack")),
    "raw": ("read", False, lambda v: isinstance(v, bytes)),
    "url": ("extract", False, _str),
    "fetched": ("extract", False, _str),
    "published": ("extract", False, _str),
    "title": ("extract", False, _str),
    "lang": ("extract", False, _str),
    "meta": ("extract", False, lambda v: isinstance(v, dict)),
    "paragraphs": ("extract", False, _list(_map(
        {"n": _uint, "text": _str, "hash": _hash, "chars": _uint},
        {"kind": _one_of("heading", "list", "quote", "table", "code")}))),
    "dropped": ("dedup", False, _list(_map(
        {"n": _uint, "why": _one_of("exact", "near"), "hash": _hash,
         "owner": _map({"key": _key, "id": _str, "n": _uint})},
        {"similarity": _uint, "text": _str}))),
    "duplicate_of": ("dedup", False, _map({"key": _key, "id": _str, "share": _uint})),
    "summary": ("summarize", False, _list(_map(
        {**CUT, "score": _int, "rank": _uint, "claim": _uint, "parts": _map(
            {part: _int for part in PARTS})},
        {"new": _bool}))),
    "claims": ("summarize", False, _list(_map(
        {**CUT, "score": _int, "facts": _list(FACT)}))),
    "stats": ("extract", True, _map(
        {"paragraphs": _uint, "kept": _uint, "exact": _uint, "near": _uint, "bytes": _uint})),
    "refused": ("read", False, FAULT),
    "error": ("summarize", False, FAULT),
    "warning": ("extract", False, _str),
}
STAGES = ("read", "extract", "dedup", "summarize")
TOKEN = _map({"input": _uint, "offset": _uint, "state": lambda v: isinstance(v, bytes)})
BATCH_BODY = _map({
    "token": TOKEN,
    "counts": _map({"read": _uint, "bytes": _uint}, {"earlier": _uint}),
    "documents": _list(lambda v: isinstance(v, dict)),
})
ASK_BODY = _map({"hello": _bool, "base": _uint, "last": _uint, "drain": _bool, "index": _uint})
REPORT_BODY = _map({
    "run": _uint, "incarnation": _uint, "next": _uint, "have": _uint, "losses": _uint,
    "sources": _uint, "index": _uint, "finished": _bool, "token": TOKEN, "hold": _str,
    "counts": lambda v: isinstance(v, dict) and all(_str(k) and _uint(x) for k, x in v.items())})


def faults_of_document(d, stage):
    """What of a document that left that stage is not as the page says; its paths."""
    faults = []
    at = STAGES.index(stage)
    refused = "refused" in d
    for key, value in d.items():
        if key not in FIELDS:
            faults.append("unknown key %s" % key)
        elif STAGES.index(FIELDS[key][0]) > at:
            faults.append("%s too early, behind %s" % (key, stage))
        elif not FIELDS[key][2](value):
            faults.append("%s is %.80r" % (key, value))
    for key, (since, needed, _) in FIELDS.items():
        if needed and not refused and STAGES.index(since) <= at and key not in d:
            faults.append("no %s behind %s" % (key, stage))
    has_raw = "raw" in d or "form" in d
    if has_raw and at > 0 and not refused:
        faults.append("raw or form behind %s" % stage)
    if not has_raw and at == 0 and not refused:
        faults.append("no raw behind read")
    return faults


def faults_of_batch(header, batch, stage):
    faults = [] if BATCH_BODY(batch) else ["body %.200r" % {
        k: v for k, v in batch.items() if k != "documents"}]
    if header.n_documents != len(batch["documents"]):
        faults.append("%d documents, the header says %d" % (
            len(batch["documents"]), header.n_documents))
    if not 0 < len(batch["documents"]) <= 512:
        faults.append("%d documents" % len(batch["documents"]))
    if header.run == 0 or header.base > header.seq:
        faults.append("header %r" % (header,))
    for d in batch["documents"]:
        faults += faults_of_document(d, stage)
    return faults
