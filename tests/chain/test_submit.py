"""Scrapers that submit over ZeroMQ: each gets its answer when the outcome is durable, and once."""
import json
import os
import random
import signal
import unittest

import zmq

import chain
import queues


class Submit(queues.QueueTest):
    def setUp(self):
        super().setUp()
        self.dice = random.Random(self.id())
        self.uri = "zmq+submit://127.0.0.1:%d" % queues.servers.free_port()
        self.context = zmq.Context()
        self.addCleanup(self.context.term)

    def scraper(self, kind=zmq.DEALER):
        socket = self.context.socket(kind)
        self.addCleanup(socket.close, 0)
        socket.connect(self.uri.replace("zmq+submit", "tcp"))
        return socket

    def submit(self, socket, name, body=None):
        if body is None:
            body = json.dumps({"text": "The harbour of %s has %d berths.\n\nNobody lives at %d." % (
                name, self.dice.randrange(10 ** 6), self.dice.randrange(10 ** 6))}).encode()
        socket.send_multipart([name.encode(), body])

    def answer(self, socket, patience=chain.PATIENCE):
        self.assertTrue(socket.poll(1000 * patience), "no answer")
        return tuple(f.decode() for f in socket.recv_multipart())

    def test_an_answer_comes_when_the_outcome_is_durable(self):
        process = self.run_chain(self.uri, "out.jsonl")
        socket, simple = self.scraper(), self.scraper(zmq.REQ)
        self.submit(socket, "a")
        self.assertEqual(self.answer(socket), ("a", "ok", ""))
        self.assertEqual(self.checkpoint_in("out.jsonl"), 1)
        simple.send_multipart([b"b", b'{"id": "inner", "text": "One more."}'])
        self.assertEqual(self.answer(simple), ("b", "ok", ""))
        self.submit(socket, "bad", b"no json")
        self.assertEqual(self.answer(socket), ("bad", "ok", ""), "a dead letter is an outcome")
        socket.send_multipart([b"alone"])
        self.assertEqual(self.answer(socket)[1], "error")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), chain.DEAD_LETTERS, process.err())
        records = self.records("out.jsonl")
        self.assertEqual([r["id"] for r in records], ["a", "b"])
        self.assertEqual(records[1]["meta"], {"id": "inner"})
        self.assertEqual(records[0]["source"], {"stream": self.uri, "entry": "a"})
        self.assertEqual([l["id"] for l in self.records("out.jsonl.dead.jsonl")], ["bad"])

    def test_into_a_compressed_file_too(self):
        process = self.run_chain(self.uri, "out.jsonl.gz")
        socket = self.scraper()
        self.submit(socket, "a")
        self.assertEqual(self.answer(socket), ("a", "ok", ""))
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), chain.DONE, process.err())

    def test_an_id_that_comes_again_is_answered_and_is_one_record(self):
        process = self.run_chain(self.uri, "out.jsonl")
        socket, other = self.scraper(), self.scraper()
        for again in range(3):
            self.submit(socket, "a")
            self.assertEqual(self.answer(socket), ("a", "ok", ""))
        self.submit(other, "a", b'{"text": "another one of that name"}')
        self.assertEqual(self.answer(other), ("a", "ok", ""))
        pids = [pid for pid, parent, _ in chain.processes() if parent == process.pid]
        process.kill()
        self.assert_no_process_left(*pids)
        process = self.run_chain(self.uri, "out.jsonl")
        chain.until(lambda: self.submit(other, "a") or other.poll(1000), "an answer")
        self.assertEqual(self.answer(other), ("a", "ok", ""))
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), chain.DONE, process.err())
        self.assertEqual(self.ids("out.jsonl"), ["a"])

    def test_whoever_is_killed_a_scraper_that_asks_again_loses_nothing(self):
        stages = ("winnow-read", "winnow-extract", "winnow-dedup", "winnow-summarize",
                  "winnow-write", "winnow")
        names = ["k%d" % i for i in range(3000)]
        process = self.run_chain(self.uri, "out.jsonl")
        socket, waits, at, kills = self.scraper(), set(), 0, 0
        limit = chain.time.monotonic() + 3 * chain.PATIENCE
        while at < len(names) or waits:
            self.assertLess(chain.time.monotonic(), limit, process.err())
            while at < len(names) and len(waits) < 200:
                waits.add(names[at])
                self.submit(socket, names[at])
                at += 1
            while waits and socket.poll(500):
                name, status, _ = self.answer(socket)
                self.assertEqual(status, "ok")
                waits.discard(name)
                if len(waits) < 150 and at < len(names):
                    break
            else:
                for name in sorted(waits):          # nobody answered: ask again
                    self.submit(socket, name)
            if kills < 3 * len(stages) and at > (kills + 1) * len(names) // (3 * len(stages) + 1):
                process = self.kill_one(stages[kills % len(stages)], process)
                kills += 1
        self.assertEqual(kills, 3 * len(stages))
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), chain.DONE, process.err())
        self.assert_once(names, "out.jsonl")

    def kill_one(self, name, process):
        if name != "winnow":
            for pid in process.children(name):
                os.kill(pid, signal.SIGKILL)
            return process
        pids = [pid for pid, parent, _ in chain.processes() if parent == process.pid]
        process.kill()
        self.assert_no_process_left(*pids)
        return self.run_chain(self.uri, "out.jsonl")


if __name__ == "__main__":
    unittest.main()
