"""Peers in another language, in every place of the chain that proto/README.md says is open."""
import collections
import itertools
import json
import time

import msgpack
import zmq

import chain
import peer
from chain import DONE, PATIENCE, Corpus

SLOW = 5                # seconds for which one batch is held


class PeerTest(chain.StagesTest):
    def setUp(self):
        super().setUp()
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)
        self.corpus = Corpus(41, 2000)
        self.put("in.jsonl", self.corpus.json_lines())

    def pump(self, condition, step, what):
        """step() until condition() is true."""
        end = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            step()

    def ended(self, process):
        return lambda: process.popen.poll() is not None

    def worker(self, take, give, **binds):
        w = peer.Worker(self.context, self.endpoint(take), self.endpoint(give), **binds)
        self.addCleanup(w.close)
        return w

    def sink(self):
        sink = peer.Sink(self.context, self.endpoint("scored"), self.endpoint("write"))
        self.addCleanup(sink.close)
        return sink

    def poll(self, sockets, milliseconds=50):
        poller = zmq.Poller()
        for s in sockets:
            poller.register(s, zmq.POLLIN)
        poller.poll(milliseconds)

    def out(self):
        return chain.parse_records(self.get("out.jsonl"))


class Between(PeerTest):
    """A worker in place of summarize."""

    def summarize(self, d):
        """The first words of each document's first kept paragraph, and a claim of that."""
        if not d.get("paragraphs"):
            return
        p = d["paragraphs"][0]
        words = p["text"].split()[0]
        end = len(words.encode())
        d["summary"] = [{"n": p["n"], "start": 0, "end": end, "text": words, "score": 1234,
                         "rank": 1, "claim": 5, "parts": {
                             "base": 1, "position": 1000, "length": -1, "centrality": 200,
                             "title": 30, "facts": 4, "style": 0}}]
        d["claims"] = [{"n": p["n"], "start": 0, "end": end, "text": words, "score": 9999,
                        "facts": [{"kind": "quantity", "start": 0, "end": end, "text": words,
                                   "value": -12345, "unit": "word", "bound": "less"}]}]

    def run_with(self, change, write=()):
        others = self.stages(["extract", "extract", "dedup", "write"], write=write)
        worker = self.worker("kept", "scored")
        read = self.stage("read", "in.jsonl")

        def step():
            self.poll([worker.pull])
            while (got := worker.receive()) is not None:
                header, batch = got
                change(batch)
                worker.send(header, batch)
        self.pump(self.ended(read), step, "the end of read")
        self.assertEqual(read.wait(), DONE, read.err())
        self.stop(others)
        return worker

    def test_records_carry_what_the_peer_added(self):
        def change(batch):
            for d in batch["documents"]:
                self.summarize(d)
        worker = self.run_with(change)
        self.assertGreater(len(worker.seen), 5)
        records = self.out()
        self.assert_verdicts(records, self.corpus.documents)
        for r in records:
            self.assert_stats(r)
            self.assert_sentences(r)
            if r["paragraphs"]:
                (s,) = r["summary"]
                self.assertEqual((s["score"], s["rank"], s["claim"]), (0.1234, 1, 0.0005))
                self.assertEqual(s["parts"], {
                    "base": 0.0001, "position": 0.1, "length": -0.0001, "centrality": 0.02,
                    "title": 0.003, "facts": 0.0004, "style": 0})
                (c,) = r["claims"]
                self.assertEqual(c["facts"][0]["value"], -1.2345)
            else:
                self.assertEqual((r["summary"], r["claims"]), ([], []))

    def test_a_peer_that_only_passes_on_changes_nothing(self):
        self.run_with(lambda batch: None)
        expected = self.records("--summary", "0", "--claims", "0", "in.jsonl")
        self.assertEqual(self.out(), expected)

    def test_unknown_keys_are_passed_over(self):
        def change(batch):
            batch["x-peer"] = {"deep": [1, [2, {"three": b"\\0"}]]}
            for d in batch["documents"]:
                d["x-peer"] = [None, True, 1.5, msgpack.ExtType(7, b"abc")]
                for p in d.get("paragraphs", []):
                    p["x-peer"] = 1
        self.run_with(change)
        expected = self.records("--summary", "0", "--claims", "0", "in.jsonl")
        self.assertEqual(self.out(), expected)

    def test_an_error_of_a_peer_is_in_the_record_and_counted(self):
        def change(batch):
            for d in batch["documents"]:
                if d["id"] == "doc-41-7":
                    d["error"] = {"stage": "summarize", "reason": "crashed", "detail": "by hand",
                                  "attempts": 1}
        self.run_with(change)
        records = self.out()
        self.assertEqual(len(records), 2000)
        self.assertEqual([r["id"] for r in records if "error" in r], ["doc-41-7"])
        self.assertEqual(records[7]["error"], {"stage": "summarize", "reason": "crashed",
                                               "detail": "by hand", "attempts": 1})

    def test_a_batch_answered_twice_comes_out_once(self):
        others = self.stages(["extract", "dedup", "write"])
        worker = self.worker("kept", "scored")
        read = self.stage("read", "in.jsonl")

        def step():
            self.poll([worker.pull])
            while (got := worker.receive()) is not None:
                worker.send(*got)
                worker.send(*got)
        self.pump(self.ended(read), step, "the end of read")
        self.stop(others)
        self.assert_verdicts(self.out(), self.corpus.documents)


class AtTheEnd(PeerTest):
    """A sink in place of write."""

    def run_into(self, sink, each=lambda: None):
        others = self.stages(["extract", "dedup", "summarize"])
        read = self.stage("read", "in.jsonl")

        def step():
            sink.step()
            each()
        self.pump(self.ended(read), step, "the end of read")
        self.assertEqual(read.wait(), DONE, read.err())
        self.assertTrue(sink.done())
        self.assertEqual(sink.faults, [])
        self.stop(others)
        return read

    def documents(self, sink):
        return [d for _, batch in sink.batches for d in batch["documents"]]

    def test_the_sink_gets_every_batch_once_in_order(self):
        sink = self.sink()
        self.run_into(sink)
        self.assertEqual([h.seq for h, _ in sink.batches], list(range(len(sink.batches))))
        self.assertEqual(set(sink.seen.values()), {1})
        self.assertTrue(all(h.attempt == 0 for h, _ in sink.batches))
        documents = self.documents(sink)
        self.assertEqual([d["id"] for d in documents], [d["id"] for d in self.corpus.documents])
        for d, (kept, dropped) in zip(documents, chain.verdicts(self.corpus.documents)):
            self.assertEqual([p["n"] for p in d.get("paragraphs", [])], kept)
            self.assertEqual({x["n"] for x in d.get("dropped", [])}, set(dropped))

    def test_what_the_sink_lost_comes_again(self):
        sink = self.sink()
        sink.forget = {0, 3, 4}
        self.run_into(sink)
        self.assertEqual([h.seq for h, _ in sink.batches], list(range(len(sink.batches))))
        again = {h.seq: h.attempt for h, _ in sink.batches if h.attempt > 0}
        self.assertEqual(set(again), {0, 3, 4})
        self.assertEqual(len(self.documents(sink)), 2000)

    def test_nothing_is_sent_again_while_a_hold_is_reported(self):
        # so few batches that all have come as far as the sink when it goes on
        self.put("in.jsonl", Corpus(42, 600).json_lines())
        sink = self.sink()
        sink.hold = "this disk is full, says the test"
        since = []

        def each():
            if sink.run and not since:
                since.append(time.monotonic())
            if sink.hold and since and time.monotonic() > since[0] + SLOW:
                sink.hold = ""
        read = self.run_into(sink, each)
        self.assertEqual(sink.hold, "")
        self.assertTrue(all(h.attempt == 0 for h, _ in sink.batches))
        self.assertNotRegex(read.err(), "sent again")
        self.assertEqual(len(self.documents(sink)), 600)

    def test_resend_goes_to_dedup_as_replay_with_the_same_verdicts(self):
        """A batch that is lost behind dedup passes it a second time, and is the same."""
        first = self.sink()
        self.run_into(first)
        first.close()
        second = self.sink()
        second.forget = set(range(0, len(first.batches), 2))
        self.run_into(second)
        self.assertEqual(self.documents(second), self.documents(first))


class Slow(PeerTest):
    """One worker of four takes five seconds for one batch: that costs one extra attempt."""

    def hold_one(self, workers):
        """Pass all batches on, the fourth only after SLOW seconds."""
        busy = []               # the worker that holds its batch, until when, and the batch

        def step():
            holder, until, batch = busy[0] if busy else (None, None, None)
            self.poll([w.pull for w in workers if w is not holder or not batch])
            if batch and time.monotonic() > until:
                holder.send(*batch)
                busy[0] = (holder, until, None)
                batch = None
            for w in workers:
                if (w is holder and batch) or (got := w.receive()) is None:
                    continue
                if got[0].seq == 3 and not busy:
                    busy.append((w, time.monotonic() + SLOW, got))
                    return
                w.send(*got)
        read = self.stage("read", "in.jsonl")
        self.pump(self.ended(read), step, "the end of read")
        # read has ended once the resent one came through; the first one may be held still
        self.assertEqual(read.wait(), DONE, read.err())
        slow = busy[0][0]
        sent = sum((w.seen for w in workers), collections.Counter())
        self.assertEqual(set(sent), set(range(max(sent) + 1)))
        # those that lay in the slow worker's own queue may have been given to another, too
        twice = {seq for seq, n in sent.items() if n > 1}
        self.assertLessEqual(max(sent.values()), 2)
        self.assertLessEqual(max(max(w.attempts.values(), default=0) for w in workers), 1)
        self.assertIn(3, twice)
        waiting = self.behind_the_slow_one(slow)
        if b"__asan" in open(chain.program("winnow-extract"), "rb").read():
            return  # what waits behind one slow extract is sent again, and rightly so
        self.assertLessEqual(twice, {3} | waiting, "sent again although nobody lacked them")

    def behind_the_slow_one(self, slow):
        """What lies in the queue of a worker, read to its end."""
        while (got := slow.receive()) is not None:
            pass
        return set(slow.seen)

    def test_behind_dedup(self):
        others = self.stages(["extract", "dedup", "write"])
        self.hold_one([self.worker("kept", "scored") for _ in range(4)])
        self.stop(others)
        self.assertEqual(self.out(), self.records("--summary", "0", "--claims", "0", "in.jsonl"))

    def test_before_dedup(self):
        """Four slow ways to one extract, which binds."""
        others = self.stages(["dedup", "summarize", "write"])
        others.append(self.stage("extract", ends={"in": "bind:middle"}))
        self.hold_one([self.worker("raw", "middle") for _ in range(4)])
        self.stop(others)
        self.assertEqual(self.out(), self.records("in.jsonl"))


class Page(PeerTest):
    """What the programs send is what the page says, on each link."""

    def test_every_batch_on_every_link(self):
        self.put("in.jsonl", Corpus(42, 700).json_lines())
        self.put("bad.jsonl", b"{\"id\": \"whole\", \"text\": \"A text.\", \"lang\": \"en\"}\n"
                              b"{\"id\": \"broken\", \"text\": \n"
                              b"{\"text\": \"bad \xff byte\", \"n\": 1.50}\n")
        self.put("a.txt", "A heading\n\nA first paragraph of a text file.\n\n- a list\n")
        self.put("b.msgpack", msgpack.packb({"text": "packed"}))
        others = [
            self.stage("extract", ends={"in": "raw-2", "out": "hashed-1"}),
            self.stage("dedup", "--dropped-text", "all", ends={"in": "hashed-2", "out": "kept-1"}),
            self.stage("summarize", ends={"in": "kept-2", "out": "scored-1"}),
            self.stage("write", "-o", "out.jsonl", ends={"in": "scored-2"}),
        ]
        links = {
            "read": self.worker("raw", "raw-2", give_binds=True),
            "extract": self.worker("hashed-1", "hashed-2", take_binds=True),
            "dedup": self.worker("kept-1", "kept-2", give_binds=True),
            "summarize": self.worker("scored-1", "scored-2", take_binds=True),
        }
        read = self.stage("read", "in.jsonl", "missing.jsonl", "bad.jsonl", "a.txt", "b.msgpack")
        faults = collections.Counter()
        headers = collections.defaultdict(list)

        def step():
            self.poll([w.pull for w in links.values()])
            for stage, w in links.items():
                while (got := w.receive()) is not None:
                    headers[stage].append(got[0])
                    faults.update((stage, fault) for fault in peer.faults_of_batch(*got, stage))
                    w.send(*got)
        self.pump(self.ended(read), step, "the end of read")
        self.stop(others)
        self.assertEqual(dict(faults), {})
        # what is sent again may meet the one before it and go on once: first tries are compared
        first = {stage: [h for h in got if h.attempt == 0] for stage, got in headers.items()}
        self.assertEqual(first["read"], first["extract"])
        self.assertEqual(first["read"], first["summarize"])
        self.assertEqual(len(self.out()), 700 + 4)
        self.assertEqual({d["reason"] for d in self.dead_letters("out.jsonl.dead.jsonl")},
                         {"unreadable", "bad-json"})

    def test_batches_end_where_the_page_says(self):
        """At the document with which it holds 256 KiB of raw bytes, or at 512 documents."""
        small = [{"id": str(i), "text": "x"} for i in range(1200)]
        large = [{"id": str(i), "text": "y" * 100000} for i in range(10)]
        self.put("small.jsonl", chain.json_lines(small))
        self.put("large.jsonl", chain.json_lines(large))
        raw = [len(line) for name in ("small.jsonl", "large.jsonl")
               for line in self.get(name).splitlines()]
        expected, n, size = [], 0, 0
        for length in raw:
            n, size = n + 1, size + length
            if size >= 256 << 10 or n == 512:
                expected.append((n, size))
                n = size = 0
        expected.append((n, size))
        sink = self.sink()
        others = self.stages(["extract", "dedup", "summarize"])
        read = self.stage("read", "small.jsonl", "large.jsonl")
        self.pump(self.ended(read), sink.step, "the end of read")
        self.stop(others)
        self.assertEqual([(h.n_documents, b["counts"]["bytes"]) for h, b in sink.batches],
                         [e for e in expected if e[0]])
        self.assertEqual(sum(b["counts"]["read"] for _, b in sink.batches), 1210)

    def test_asks_and_reports(self):
        """Anybody may ask; the answer is the report of the page, and disturbs nothing."""
        others = self.stages(["extract", "dedup", "summarize", "write"])
        asked = {}
        sockets = {name: peer.make_socket(self.context, zmq.DEALER, self.endpoint(name))
                   for name in ("dedup", "write")}
        for s in sockets.values():
            self.addCleanup(s.close, 0)
        question = peer.dump({"hello": False, "base": 0, "last": peer.UNKNOWN, "drain": False,
                              "index": 0})
        for s in sockets.values():
            self.assertTrue(s.poll(60000, zmq.POLLOUT))
            s.send_multipart(peer.pack(peer.Header(peer.ASK, 1, 0, 0, 0, 0), question))

        def report_of(name):
            self.assertTrue(sockets[name].poll(PATIENCE * 1000))
            header, body = peer.unpack(sockets[name].recv_multipart())
            self.assertEqual((header.kind, header.seq, header.attempt, header.n_documents),
                             (peer.REPORT, 0, 0, 0))
            report = peer.load(body)
            self.assertTrue(peer.REPORT_BODY(report), report)
            self.assertEqual(header.run, report["run"])
            return report
        for name in sockets:
            asked[name] = report_of(name)
            self.assertEqual((asked[name]["run"], asked[name]["next"]), (0, 0))
        read = self.stage("read", "in.jsonl")
        self.assertEqual(read.wait(), DONE, read.err())
        for name, s in sockets.items():
            while s.poll(0):
                s.recv_multipart()
            s.send_multipart(peer.pack(peer.Header(peer.ASK, 1, 0, 0, 0, 0), question))
            report = report_of(name)
            self.assertNotEqual(report["run"], 0)
            self.assertEqual(report["incarnation"], asked[name]["incarnation"])
            self.assertGreater(report["next"], 5)
            self.assertEqual((report["have"], report["hold"], report["losses"]), (0, "", 0))
            if name == "write":
                counts = report["counts"]
                self.assertEqual(set(counts), {
                    "in", "documents", "records", "refused", "failed", "skipped", "filtered",
                    "earlier", "paragraphs", "kept", "exact", "near", "bytes_in", "bytes_out"})
                self.assertEqual((counts["documents"], counts["records"]), (2000, 2000))
                self.assertEqual(counts["paragraphs"], counts["kept"] + counts["exact"])
        self.stop(others)
        self.assert_verdicts(self.out(), self.corpus.documents)

    def test_records_as_the_page_says(self):
        """A record is the document without what only stages need, with `v` first."""
        sink = self.sink()
        others = self.stages(["extract", "dedup", "summarize"])
        read = self.stage("read", "in.jsonl")
        self.pump(self.ended(read), sink.step, "the end of read")
        self.stop(others)
        self.winnow("-o", "x.msgpack", "in.jsonl")
        records = chain.unpack_all(self.get("x.msgpack"))
        documents = [d for _, b in sink.batches for d in b["documents"]]
        for r, d in itertools.zip_longest(records, documents):
            self.assertEqual(next(iter(r)), "v")
            self.assertEqual(r.pop("v"), 1)
            expected = {"meta": {}, "paragraphs": [], "dropped": [], "summary": [], "claims": [],
                        **d}
            for p in expected["paragraphs"]:
                del p["chars"]
                p.setdefault("kind", "text")
            self.assertEqual(r, expected)

    def test_a_dead_letter_as_the_page_says(self):
        self.put("bad.jsonl", b"{\"text\": \"whole\"}\n{\"text\": \n")
        self.winnow("-o", "x.jsonl", "bad.jsonl", status=chain.DEAD_LETTERS)
        (line,) = self.get("x.jsonl.dead.jsonl").splitlines()
        letter = json.loads(line)
        self.assertEqual(set(letter), {"v", "id", "key", "source", "form", "stage", "reason", "detail",
                                       "attempts", "raw_b64"})
        self.assertEqual((letter["v"], letter["stage"], letter["reason"]),
                         (1, "extract", "bad-json"))


if __name__ == "__main__":
    chain.main()
