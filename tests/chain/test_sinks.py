"""Sinks that are sockets: ZeroMQ's PUSH and PUB, and the protocol of the chain itself."""
import json
import os
import signal
import sys
import time

import msgpack
import zmq

import chain
import peer
from chain import DONE, PATIENCE, WRONG, Corpus, until

sys.path.insert(0, os.path.join(chain.ROOT, "tests"))
import servers  # noqa: E402


class SinkTest(chain.ChainTest):
    def setUp(self):
        super().setUp()
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)

    def corpus(self, n):
        self.put("in.jsonl", Corpus(73, n).json_lines())
        self.expected = self.winnow("in.jsonl").out.splitlines()

    def begin(self, output, *args, sources=("in.jsonl",)):
        return self.start("winnow", "run", "--workers", "1", "-o", output, "--state", "state",
                          *args, *sources)

    def socket(self, kind):
        """A peer that binds; (itself, its port)."""
        s = self.context.socket(kind)
        return s, s.bind_to_random_port("tcp://127.0.0.1")

    def receive(self, s, run, patience=PATIENCE):
        """[(key, record)] until the run has ended and nothing comes any more."""
        found, end = [], time.monotonic() + patience
        while s.poll(2000) or run.popen.poll() is None:
            self.assertLess(time.monotonic(), end, run.err())
            while s.poll(0):
                found.append(tuple(s.recv_multipart()))
        return found


class Push(SinkTest):
    def test_every_record_goes_to_who_pulls_with_its_key(self):
        self.corpus(700)
        s, port = self.socket(zmq.PULL)
        run = self.begin("zmq+push://127.0.0.1:%d" % port)
        found = self.receive(s, run)
        self.assertEqual(run.wait(), DONE, run.err())
        self.assertEqual([record for _, record in found], self.expected)
        for key, record in found:
            self.assertEqual(key.decode(), json.loads(record)["key"])

    def test_nobody_who_pulls_is_a_hold(self):
        self.corpus(700)
        s, port = self.socket(zmq.PULL)
        s.unbind("tcp://127.0.0.1:%d" % port)
        run = self.begin("zmq+push://127.0.0.1:%d" % port)
        run.wait_for_log("waiting: nobody takes records at tcp://127.0.0.1:%d" % port)
        s.bind("tcp://127.0.0.1:%d" % port)
        found = self.receive(s, run)
        self.assertEqual(run.wait(), DONE, run.err())
        self.assertEqual([record for _, record in found], self.expected)

    def test_messagepack(self):
        self.corpus(20)
        s, port = self.socket(zmq.PULL)
        run = self.begin("zmq+push://127.0.0.1:%d" % port, "--format", "msgpack")
        found = self.receive(s, run)
        self.assertEqual([chain.from_msgpack(msgpack.unpackb(r)) for _, r in found],
                         [json.loads(line) for line in self.expected])

    def test_no_record_comes_twice_however_often_write_is_killed(self):
        self.corpus(10000)
        s, port = self.socket(zmq.PULL)
        run = self.begin("zmq+push://127.0.0.1:%d" % port)
        found, killed, before = [], 0, 0
        while s.poll(200) or run.popen.poll() is None:
            while s.poll(0):
                found.append(s.recv_multipart()[1])
            if killed < 6 and len(found) > before + 200:
                for pid in run.children("winnow-write"):
                    os.kill(pid, signal.SIGKILL)
                    killed, before = killed + 1, len(found)
        self.assertEqual(run.wait(), DONE, run.err())
        self.assertGreater(killed, 1)   # what is lost brings the end nearer
        self.assertEqual(len(set(found)), len(found))
        self.assertLessEqual(set(found), set(self.expected))
        print("    %d kills, %d of 10000 records lost" % (killed, 10000 - len(found)))


class Pub(SinkTest):
    def test_subscribers_get_what_they_subscribe_to(self):
        self.corpus(2000)
        port = servers.free_port()
        run = self.begin("zmq+pub://127.0.0.1:%d" % port)
        s = self.context.socket(zmq.SUB)
        s.subscribe(b"a")
        s.connect("tcp://127.0.0.1:%d" % port)
        found = self.receive(s, run)
        self.assertEqual(run.wait(), DONE, run.err())
        expected = [line for line in self.expected if json.loads(line)["key"][0] == "a"]
        # what was published before the subscription came is gone: at most once
        self.assertGreater(len(expected), 50)
        self.assertEqual([r for _, r in found], expected[len(expected) - len(found):])


class Refused(SinkTest):
    def test_write_alone_does_not_know_the_source(self):
        for scheme in ("zmq+pub", "zmq+push"):
            write = self.start("winnow-write", "--in", "ipc://" + self.path("run/a"), "--control",
                               "ipc://" + self.path("run/b"), "-o", scheme + "://127.0.0.1:5999",
                               "--state", "state")
            self.assertEqual(write.wait(), WRONG)
            self.assertIn("--allow-loss", write.err())

    def test_a_uri_without_a_folder_for_the_state(self):
        self.put("in.jsonl", "{}\n")
        for output in ("zmq+push://127.0.0.1:5999", "link://127.0.0.1:5999"):
            run = self.start("winnow", "run", "-o", output, "in.jsonl")
            self.assertEqual(run.wait(), WRONG)
            self.assertIn("--state DIR", run.err())

    def test_write_is_no_link(self):
        write = self.start("winnow-write", "--in", "ipc://" + self.path("run/a"), "--control",
                           "ipc://" + self.path("run/b"), "-o", "link://127.0.0.1:5999",
                           "--state", "state")
        self.assertEqual(write.wait(), WRONG)
        self.assertIn("in place of write", write.err())


class Link(SinkTest):
    """peer.Sink is written from proto/README.md alone: somebody's next stage."""

    def sink(self, last=None):
        """One over tcp at two free ports; `last`: one that died, whose state this one has."""
        if last is None:
            self.ports = [servers.free_port(), servers.free_port()]

        def bind():
            try:
                return peer.Sink(self.context, *("tcp://127.0.0.1:%d" % p for p in self.ports))
            except zmq.ZMQError:    # the last one's sockets are not gone yet
                return None
        sink = until(bind, "two ports that are free")
        if last is not None:
            for name in ("run", "next", "token", "index", "batches", "documents"):
                setattr(sink, name, getattr(last, name))
        self.addCleanup(sink.close)
        return sink

    def uri(self):
        return "link://127.0.0.1:%d?control=%d" % tuple(self.ports)

    def pump(self, run, sink, condition=lambda: False):
        end = time.monotonic() + PATIENCE
        while run.popen.poll() is None and not condition():
            self.assertLess(time.monotonic(), end, run.err())
            sink.step()

    def assert_records(self, sink):
        self.assertEqual(sink.faults, [])
        self.assertEqual([h.seq for h, _ in sink.batches], list(range(len(sink.batches))))
        documents = [d for _, batch in sink.batches for d in batch["documents"]]
        expected = [json.loads(line) for line in self.expected]
        self.assertEqual([d["key"] for d in documents], [r["key"] for r in expected])
        for d, r in zip(documents, expected):
            self.assertEqual([p["text"] for p in d.get("paragraphs", [])],
                             [p["text"] for p in r["paragraphs"]])
            self.assertEqual([s["text"] for s in d.get("summary", [])],
                             [s["text"] for s in r["summary"]])

    def test_a_sink_in_another_language_ends_the_chain(self):
        self.corpus(1500)
        sink = self.sink()
        run = self.begin(self.uri())
        self.pump(run, sink)
        self.assertEqual(run.wait(), DONE, run.err())
        self.assertEqual(run.children("winnow-write"), [])
        self.assert_records(sink)
        # the same command again finds the run where the sink has it
        batches = len(sink.batches)
        run = self.begin(self.uri())
        self.pump(run, sink)
        self.assertEqual(run.wait(), DONE, run.err())
        self.assertEqual(len(sink.batches), batches)

    def test_one_that_dies_goes_on_where_its_state_is(self):
        self.corpus(5000)
        sink = self.sink()
        run = self.begin(self.uri())
        for n in (3, 8, 14):
            self.pump(run, sink, lambda n=n: len(sink.batches) >= n)
            sink.close()        # with whatever waited in it
            sink = self.sink(sink)
        self.pump(run, sink)
        self.assertEqual(run.wait(), DONE, run.err())
        self.assert_records(sink)

    def test_refused_documents_come_too(self):
        self.put("in.jsonl", b"{\"text\": \"whole\"}\n{\"text\": \n")
        sink = self.sink()
        run = self.begin(self.uri())
        self.pump(run, sink)
        self.assertEqual(run.wait(), DONE, run.err())
        documents = [d for _, batch in sink.batches for d in batch["documents"]]
        self.assertEqual([d.get("refused", {}).get("reason") for d in documents],
                         [None, "bad-json"])
        self.assertIn("2 documents in; what became of them", run.err())


if __name__ == "__main__":
    chain.main()
