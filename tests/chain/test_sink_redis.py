"""A Redis stream as the sink: every record once and in order, whatever is killed."""
import json
import os
import random
import socket
import subprocess
import sys
import threading

import chain
from chain import DONE, FAULT, WRONG, Corpus, until

sys.path.insert(0, os.path.join(chain.ROOT, "tests"))
import servers  # noqa: E402


class Proxy:
    """Between a client and Redis; cuts both off behind an EXEC, before its answer comes back."""

    def __init__(self, port, every):
        self.port, self.every, self.seen, self.cut = port, every, 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        server = socket.create_connection(("127.0.0.1", self.port))
        back = threading.Thread(target=self.pass_back, args=(server, client), daemon=True)
        back.start()
        tail = b""
        while True:
            try:
                data = client.recv(1 << 16)
            except OSError:
                data = b""
            if not data:
                break
            at = (tail + data).find(b"\r\n$4\r\nEXEC\r\n")
            tail = data[-16:]
            self.seen += at >= 0
            if at >= 0 and self.seen % self.every == 0:
                self.cut += 1
                client.shutdown(socket.SHUT_RDWR)   # from here on no answer gets through
                server.sendall(data)
                break
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)             # what it has got, it does
        back.join()
        client.close()
        server.close()

    @staticmethod
    def pass_back(server, client):
        while True:
            data = server.recv(1 << 16)
            if not data:
                return
            try:
                client.sendall(data)
            except OSError:
                pass


class RedisSink(chain.ChainTest):
    @classmethod
    def setUpClass(cls):
        servers.require("redis-server")

    def setUp(self):
        super().setUp()
        self.redis = servers.Redis(self.path("redis"))
        self.addCleanup(self.redis.kill)
        self.redis.start()
        self.random = random.Random(71)

    def uri(self, rest=""):
        return self.redis.uri("?stream=out" + rest)

    def corpus(self, n):
        self.put("in.jsonl", Corpus(71, n).json_lines())
        self.expected = self.winnow("in.jsonl").out.splitlines()

    def begin(self, *args, output=None, source="in.jsonl", **streams):
        return self.start("winnow", "run", "--workers", "1", "-o", output or self.uri(), "--state",
                          "state", *args, source, **streams)

    def length(self):
        return self.redis("XLEN", "out")

    def entries(self):
        found = []
        for _, fields in self.redis("XRANGE", "out", "-", "+"):
            found.append(dict(zip(fields[::2], fields[1::2])))
        return found

    def assert_whole(self):
        entries = self.entries()
        self.assertEqual(len(entries), len(self.expected))
        self.assertEqual([e[b"record"] for e in entries], self.expected)
        for e in entries:
            record = json.loads(e[b"record"])
            self.assertEqual((e[b"key"].decode(), e[b"id"].decode()),
                             (record["key"], record["id"]))

    def past(self, run, n):
        """Wait for so many records, or the end of the run."""
        until(lambda: self.length() >= n or run.popen.poll() is not None, "%d records" % n)
        return run.popen.poll() is None

    def test_records_are_entries_and_the_same_command_adds_none(self):
        self.corpus(700)
        self.assertEqual(self.begin().wait(), DONE)
        self.assert_whole()
        again = self.begin()
        self.assertEqual(again.wait(), DONE)
        self.assertIn("0 new documents", again.err())
        self.assert_whole()
        counts = json.loads(self.get("state/run.json"))["counts"]["totals"]
        self.assertEqual(counts["records"], 700)
        self.assertEqual(counts["bytes_out"], sum(map(len, self.expected)))

    def test_messagepack(self):
        self.corpus(50)
        self.assertEqual(self.begin("--format", "msgpack").wait(), DONE)
        records = [chain.parse_records(e[b"record"])[0] for e in self.entries()]
        self.assertEqual(records, [json.loads(line) for line in self.expected])

    def test_write_killed_again_and_again(self):
        self.corpus(6000)
        run = self.begin()
        killed = self.kill_writes(run, self.past, self.random)
        self.assertEqual(run.wait(), DONE, run.err())
        self.assertGreater(killed, 3)
        self.assert_whole()

    def test_everything_killed_and_the_same_command_again(self):
        self.corpus(4000)
        for at in (300, 900, 1700, 2600):
            run = self.begin()
            self.past(run, at)
            children = [p for name in ("read", "extract", "dedup", "summarize", "write")
                        for p in run.children("winnow-" + name)]
            run.kill()
            self.assert_no_process_left(*children)
        self.assertEqual(self.begin().wait(), DONE)
        self.assert_whole()

    def test_redis_killed_and_started_again(self):
        self.corpus(4000)
        run = self.begin()
        for at in (500, 1500, 2500):
            self.past(run, at)
            self.redis.kill()
            run.wait_for_log("waiting: Redis at")
            self.redis.start()
        self.assertEqual(run.wait(), DONE, run.err())
        self.assert_whole()

    def test_answers_that_are_lost_with_their_connection(self):
        """The transaction was done, but nobody heard so: it is not done a second time."""
        self.corpus(2500)
        proxy = Proxy(self.redis.port, 2)
        self.addCleanup(proxy.listener.close)
        run = self.begin(output="redis://%s/0?stream=out" % proxy.address)
        self.assertEqual(run.wait(), DONE, run.err())
        self.assertGreater(proxy.cut, 2)
        self.assert_whole()

    def test_redis_that_is_away_at_the_start(self):
        self.corpus(100)
        self.redis.stop()
        run = self.begin()
        run.wait_for_log("waiting: Redis at")
        self.redis.start()
        self.assertEqual(run.wait(), DONE, run.err())
        self.assert_whole()

    def test_a_second_chain_at_the_same_place_is_refused(self):
        self.corpus(100)
        self.assertEqual(self.begin().wait(), DONE)
        other = self.start("winnow", "run", "-o", self.uri(), "--state", "other", "in.jsonl")
        self.assertIn(other.wait(), (WRONG, FAULT), other.err())
        self.assert_whole()

    def test_a_checkpoint_that_is_gone_is_refused(self):
        self.corpus(100)
        self.assertEqual(self.begin().wait(), DONE)
        self.redis("DEL", "winnow:{out}")
        run = self.begin()
        self.assertEqual(run.wait(), WRONG, run.err())
        self.assertIn("has no checkpoint of the run in state", run.err())

    def test_a_checkpoint_that_somebody_else_writes_ends_the_process(self):
        lines = Corpus(71, 600).json_lines().splitlines(True)
        run = self.begin(source="-", stdin=subprocess.PIPE)
        run.feed(b"".join(lines[:300]))
        until(lambda: self.length() > 0, "the first records")
        self.redis("HSET", "winnow:{out}", "place", "0" * 16)
        run.feed(b"".join(lines[300:]))
        run.stdin.close()
        run.wait_for_log("is not as this process left it")
        run.kill()

    def test_what_cannot_be_is_refused_with_words(self):
        self.put("in.jsonl", Corpus(71, 3).json_lines())
        self.redis("SET", "text", "x")
        for output, state, words in (
                (self.redis.uri("?stream=out"), [], "--state DIR"),
                (self.redis.uri(), ["--state", "s"], "stream"),
                (self.redis.uri("?stream=out&strem=x"), ["--state", "s"], "strem"),
                (self.redis.uri("?stream=text"), ["--state", "s"], "not a stream"),
                ("redis://u:secret@127.0.0.1/0?stream=x", ["--state", "s"], "password"),
                ("gopher://127.0.0.1/x", ["--state", "s"], "is no sink")):
            run = self.start("winnow", "run", "-o", output, *state, "in.jsonl")
            self.assertEqual(run.wait(), WRONG, output)
            self.assertIn(words, run.err(), output)
        run = self.begin("--restart")
        self.assertEqual(run.wait(), WRONG)
        self.assertIn("winnow:{STREAM}", run.err())
        run = self.begin("--format", "pretty")
        self.assertEqual(run.wait(), WRONG)


if __name__ == "__main__":
    chain.main()
