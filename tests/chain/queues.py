"""What the tests of queues share: a real Redis server, a client of it, and reading back what came out.

The server listens on a free port of the loopback only, keeps its data in the test's folder, and
dies with the test. A missing redis-server skips the test with a loud line, but in CI it fails.
"""
import json
import os
import shutil
import socket
import subprocess
import sys
import unittest

import chain

sys.path.insert(0, os.path.join(chain.ROOT, "tests"))
import servers  # noqa: E402


class Failure(Exception):
    """An error that the server said."""


class Client:
    """RESP over one connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), chain.PATIENCE)
        self.file = self.socket.makefile("rb")

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, *args):
        args = [a if isinstance(a, bytes) else str(a).encode() for a in args]
        self.socket.sendall(b"*%d\r\n" % len(args) +
                            b"".join(b"$%d\r\n%s\r\n" % (len(a), a) for a in args))

    def answer(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the server has closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise Failure(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            if rest == b"-1":
                return None
            return self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self.answer() for _ in range(int(rest))]
        return rest

    def ask(self, *args):
        self.send(*args)
        return self.answer()

    def pipeline(self, commands, at_once=500):
        answers = []
        for i in range(0, len(commands), at_once):
            for command in commands[i:i + at_once]:
                self.send(*command)
            answers += [self.answer() for _ in commands[i:i + at_once]]
        return answers


class Redis:
    """redis-server, which writes what it confirms to its disk before it does so."""

    def __init__(self, folder, *options):
        self.program = shutil.which("redis-server") or shutil.which(
            "redis-server", path="/usr/bin:/usr/local/bin")
        if self.program is None:
            if os.environ.get("CI"):
                raise AssertionError("CI needs redis-server")
            print("\n*** SKIPPED: there is no redis-server (apt-get install redis-server) ***\n",
                  file=sys.stderr)
            raise unittest.SkipTest("no redis-server")
        self.folder, self.options, self.port = folder, options, servers.free_port()
        self.popen = None
        os.makedirs(folder, exist_ok=True)
        self.start()

    def start(self):
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.popen = subprocess.Popen(
                [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder,
                 "--appendonly", "yes", "--appendfsync", "always", "--save", "",
                 "--auto-aof-rewrite-percentage", "0", *self.options],
                stdout=log, stderr=log, preexec_fn=chain._die_with_parent)
        chain.until(self.is_ready, "Redis answers")

    def is_ready(self):
        if self.popen.poll() is not None:
            with open(os.path.join(self.folder, "log"), encoding="utf-8") as f:
                raise AssertionError("redis-server has ended:\n" + f.read())
        try:
            client = self.client()
            try:
                return client.ask("PING") == b"PONG"
            finally:
                client.close()
        except (OSError, Failure) as e:
            return isinstance(e, Failure) and "NOAUTH" in str(e)

    def kill(self):
        if self.popen is not None:
            self.popen.kill()
            self.popen.wait()
            self.popen = None

    def client(self):
        return Client(self.port)

    def uri(self, query):
        return "redis://127.0.0.1:%d/0?%s" % (self.port, query)


class QueueTest(chain.ChainTest):
    """Chains in front of a queue, and what they have written."""

    def run_chain(self, source, output, *options, env=None):
        return self.start("winnow", "run", "--workers", "1", "-o", output, *options, source, env=env)

    def records(self, output):
        """The records of a file that is whole, or cut off in the middle of its last line."""
        try:
            with open(self.path(output), encoding="utf-8") as f:
                return [json.loads(line) for line in f if line.endswith("\n")]
        except FileNotFoundError:
            return []

    def ids(self, *outputs):
        return [r["id"] for output in outputs for r in self.records(output)]

    def checkpoint_in(self, output):
        """How many documents the checkpoint of an output says are durable."""
        try:
            with open(self.path(output + ".winnow/checkpoint"), encoding="utf-8") as f:
                return json.load(f)["totals"]["in"]
        except (FileNotFoundError, KeyError):
            return 0

    def assert_once(self, expected, *outputs):
        """Each id is there, and none twice."""
        found = self.ids(*outputs)
        self.assertEqual(len(found), len(set(found)), "doubled: %s" % sorted(
            {i for i in found if found.count(i) > 1})[:5] if len(found) != len(set(found)) else "")
        self.assertEqual(sorted(set(expected) - set(found))[:5], [], "lost")
        self.assertEqual(sorted(set(found) - set(expected))[:5], [], "invented")
