"""Keys: only listed ones get in, at every socket that binds; what else comes moves nothing."""
import os
import random
import re
import signal
import socket
import subprocess

import zmq
import zmq.auth

import chain
import peer
from chain import DONE, WRONG, Corpus
from test_alone import free_ports


class Keyed(chain.StagesTest):
    """Each stage a process over tcp, with keys."""

    OWN = {
        "read": ["--state", "out.jsonl.winnow", "in.jsonl"],
        "dedup": ["--index", "file:index"],
        "write": ["-o", "out.jsonl"],
    }
    STAGES = ("write", "dedup", "summarize", "extract", "read")
    BOUND = {"raw": zmq.PULL, "hashed": zmq.PUSH, "kept": zmq.PULL, "scored": zmq.PUSH,
             "control of dedup": zmq.DEALER, "control of write": zmq.DEALER}

    def setUp(self):
        super().setUp()
        names = ("raw", "hashed", "kept", "scored", "control of dedup", "control of write")
        self.ports = dict(zip(names, free_ports(len(names))))
        self.run_program("winnow", "keygen", "keys")
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)

    def endpoint(self, name):
        return "tcp://127.0.0.1:%d" % self.ports[name]

    def stage(self, name, *args, ends=None, **streams):
        ends = {"control": "control of " + name} if name in ("dedup", "write") else {}
        if name == "read":
            ends = {"ask-dedup": "control of dedup", "ask-write": "control of write"}
        return super().stage(name, "--key", "keys/winnow.key_secret", "--http", "127.0.0.1:0",
                             *args, ends=ends, **streams)

    def keys(self, name):
        """(public, secret) as bytes."""
        return zmq.auth.load_certificate(self.path("keys/%s.key_secret" % name))

    def client(self, name, pair=None, server=None):
        """A socket that would speak with that one."""
        s = self.context.socket(self.BOUND[name])
        s.linger, s.reconnect_ivl, s.reconnect_ivl_max = 0, 20, 1000
        if pair is not None:
            s.curve_publickey, s.curve_secretkey = pair
            s.curve_serverkey = server or self.keys("winnow")[0]
        s.connect(self.endpoint(name))
        return s

    def refused(self, process):
        return sum(int(n) for n in re.findall(
            r"(?m)^winnow_refused_peers_total\{.*\} (\d+)$", self.metrics(process)))

    def metrics(self, process):
        port = int(process.wait_for_log(r"figures at port (\d+) of ").group(1))
        with socket.create_connection(("127.0.0.1", port), chain.PATIENCE) as s:
            s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            return b"".join(iter(lambda: s.recv(65536), b"")).decode()

    def owner(self, name):
        return {"raw": "read", "hashed": "dedup", "kept": "dedup", "scored": "write",
                "control of dedup": "dedup", "control of write": "write"}[name]


class Strangers(Keyed):
    def begin(self, *names):
        return {name: self.stage(name, *self.OWN.get(name, [])) for name in names}

    def reach(self, name):
        """A bare connection, as soon as the stage binds."""
        found = []

        def connect():
            try:
                found.append(socket.create_connection(("127.0.0.1", self.ports[name]), chain.PATIENCE))
            except ConnectionRefusedError:
                return False
            return True
        chain.until(connect, "a stage at " + name)
        self.addCleanup(found[0].close)
        return found[0]

    def intrude(self, name, random_bytes):
        """Everything that is refused, at one socket."""
        stranger = zmq.curve_keypair()
        hello = peer.pack(peer.Header(peer.ASK, 7, 0, 0, 0, 0), peer.dump(
            {"hello": True, "base": 0, "last": 2 ** 64 - 1, "drain": False, "index": 0}))
        sockets = [self.client(name), self.client(name, stranger),
                   self.client(name, self.keys("winnow"), server=stranger[0])]
        for s in sockets:
            if s.type != zmq.PULL:
                s.setsockopt(zmq.SNDTIMEO, 0)
                try:
                    s.send_multipart(hello)
                except zmq.Again:
                    pass
        raw = self.reach(name)
        raw.sendall(random_bytes)
        return sockets

    def test_who_is_not_listed_is_refused_at_every_socket_and_the_chain_unmoved(self):
        content = Corpus(75, 1500).json_lines()
        self.put("in.jsonl", content)
        self.winnow("-o", "calm.jsonl", "in.jsonl")
        running = self.begin("write", "dedup", "summarize", "read")   # nobody extracts yet
        noise = random.Random(75)
        sockets = []
        for name in self.BOUND:
            before = self.refused(running[self.owner(name)])
            sockets.append((name, self.intrude(name, noise.randbytes(4096))))
            # no key, an unlisted one, a wrong key of the server, random bytes
            chain.until(lambda: self.refused(running[self.owner(name)]) >= before + 4,
                        "four refusals at %s" % name)
        running.update(self.begin("extract"))
        self.assertEqual(running["read"].wait(), DONE, running["read"].err())
        for name, strangers in sockets:
            for s in strangers:
                if s.type != zmq.PUSH:
                    self.assertEqual(s.poll(0), 0, "%s told a stranger something" % name)
        self.assertEqual(self.get("out.jsonl"), self.get("calm.jsonl"))
        for name in ("read", "dedup", "write"):
            self.assertRegex(running[name].err(), "refused who has no key, none that is listed")
            self.assertLess(running[name].err().count("refused who"), 40, "not each one is logged")
        self.stop([p for name, p in running.items() if name != "read"])

    def test_a_key_may_be_listed_while_the_chain_runs(self):
        """A peer of another language: pyzmq, with a certificate that it made itself."""
        self.put("in.jsonl", Corpus(76, 50).json_lines())
        running = self.begin("write", "dedup", "read")
        os.mkdir(self.path("theirs"))
        zmq.auth.create_certificates(self.path("theirs"), "guest")
        pair = zmq.auth.load_certificate(self.path("theirs/guest.key_secret"))
        raw = self.client("raw", pair)
        chain.until(lambda: self.refused(running["read"]) >= 1, "a refusal")
        self.assertEqual(raw.poll(0), 0)
        os.rename(self.path("theirs/guest.key"), self.path("keys/guest.key"))
        self.assertNotEqual(raw.poll(chain.PATIENCE * 1000), 0, "it is listed now")
        header, _ = peer.unpack(raw.recv_multipart())
        self.assertEqual(header.kind, peer.BATCH)


class Submit(Keyed):
    """Scrapers submit over a socket that binds: it has keys, too."""

    def scraper(self, pair, server):
        s = self.context.socket(zmq.DEALER)
        s.linger = 0
        if pair is not None:
            s.curve_publickey, s.curve_secretkey = pair
            s.curve_serverkey = server
        s.connect(self.endpoint("raw"))
        s.send_multipart([b"doc-1", b'{"text": "A text that a scraper found, and hands over."}'])
        return s

    def connect(self):
        try:
            return socket.create_connection(("127.0.0.1", self.ports["raw"]), chain.PATIENCE)
        except ConnectionRefusedError:
            return None

    def test_only_a_listed_scraper_submits(self):
        process = self.start("winnow", "run", "--key", "keys/winnow.key_secret", "--workers", "1",
                             "--http", "127.0.0.1:0", "-o", "out.jsonl",
                             self.endpoint("raw").replace("tcp", "zmq+submit"))
        own = self.keys("winnow")
        raw = chain.until(self.connect, "somebody who listens")
        self.addCleanup(raw.close)
        raw.sendall(random.Random(76).randbytes(4096))
        strangers = [self.scraper(None, None), self.scraper(zmq.curve_keypair(), own[0]),
                     self.scraper(own, zmq.curve_keypair()[0])]
        friend = self.scraper(own, own[0])
        self.assertNotEqual(friend.poll(chain.PATIENCE * 1000), 0, process.err())
        self.assertEqual(friend.recv_multipart()[:2], [b"doc-1", b"ok"])
        self.assertEqual([s.poll(0) for s in strangers], [0, 0, 0])
        chain.until(lambda: self.refused(process) >= 4, "four refusals")
        self.assertRegex(process.err(), re.escape(self.endpoint("raw")) + ": refused who has no key")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), DONE, process.err())
        self.assertEqual(len(chain.parse_records(self.get("out.jsonl"))), 1)

    def test_no_key_no_address_that_others_reach(self):
        said = self.run_program(
            "winnow", "run", "-o", "out.jsonl", "zmq+submit://0.0.0.0:%d" % self.ports["raw"],
            status=WRONG).err
        self.assertIn("without keys anybody who reaches this address", said)


class Sinks(Keyed):
    """Sinks that bind let only listed ones in; one that connects and is refused says so."""

    def begin(self, output):
        """A chain that goes on until its standard input ends."""
        return self.start("winnow", "run", "--key", "keys/winnow.key_secret", "--workers", "1",
                          "--http", "127.0.0.1:0", "--state", "state", "-o", output, "-",
                          stdin=subprocess.PIPE)

    def taker(self, kind, pair=None, server=None):
        s = self.context.socket(kind)
        s.linger, s.reconnect_ivl = 0, 20
        if kind == zmq.SUB:
            s.subscribe(b"")
        if pair is not None:
            s.curve_publickey, s.curve_secretkey = pair
            s.curve_serverkey = server
        s.connect(self.endpoint("raw"))
        return s

    def noise(self):
        try:
            s = socket.create_connection(("127.0.0.1", self.ports["raw"]), chain.PATIENCE)
        except ConnectionRefusedError:
            return None
        s.sendall(random.Random(78).randbytes(4096))
        return s

    def only_a_listed_one_takes_records(self, scheme, kind):
        process = self.begin("%s://127.0.0.1:%d?bind=yes" % (scheme, self.ports["raw"]))
        own = self.keys("winnow")
        raw = chain.until(self.noise, "somebody who listens")
        self.addCleanup(raw.close)
        strangers = [self.taker(kind), self.taker(kind, zmq.curve_keypair(), own[0]),
                     self.taker(kind, own, zmq.curve_keypair()[0])]
        chain.until(lambda: self.refused(process) >= 4, "four refusals")
        self.assertRegex(process.err(), re.escape(self.endpoint("raw")) + ": refused who has no key")
        friend = self.taker(kind, own, own[0])
        feed = lambda: process.feed(b'{"text": "A text that only a friend is given."}\n')
        chain.until(lambda: feed() or friend.poll(100), "a record for the friend")
        self.assertEqual([s.poll(0) for s in strangers], [0, 0, 0])
        process.popen.stdin.close()
        self.assertEqual(process.wait(), DONE, process.err())

    def test_push(self):
        self.only_a_listed_one_takes_records("zmq+push", zmq.PULL)

    def test_pub(self):
        self.only_a_listed_one_takes_records("zmq+pub", zmq.SUB)

    def refused_by_who_has_no_key(self, output, kinds, who):
        peers = [self.context.socket(kind) for kind in kinds]    # held: pyzmq closes what nobody has
        for s, name in zip(peers, self.ports):
            s.linger = 0
            s.bind(self.endpoint(name))
        process = self.begin(output % tuple(self.ports.values())[:len(kinds)])
        process.wait_for_log("%s, at tcp://127.0.0.1:\\d+, refuses us" % who)
        chain.until(lambda: 'winnow_hold{reason="refused"} 1' in self.metrics(process), "a hold")

    def test_a_push_that_is_refused_says_so(self):
        self.refused_by_who_has_no_key("zmq+push://127.0.0.1:%d", [zmq.PULL], "who takes records")

    def test_a_link_that_is_refused_says_so(self):
        self.refused_by_who_has_no_key("link://127.0.0.1:%d?control=%d", [zmq.PULL, zmq.ROUTER],
                                       "write")

    def test_no_key_no_address_that_others_reach(self):
        self.put("in.jsonl", '{"text": "One."}\n')
        for output in ("zmq+pub://0.0.0.0:%d", "zmq+pub://*:%d", "zmq+pub://[::]:%d",
                       "zmq+push://0.0.0.0:%d?bind=yes"):
            said = self.run_program("winnow", "run", "--state", "state", "-o",
                                    output % self.ports["raw"], "in.jsonl", status=WRONG).err
            self.assertIn("without keys anybody who reaches this address", said)
        self.run_program("winnow", "run", "--insecure", "--state", "state", "-o",
                         "zmq+pub://0.0.0.0:%d" % self.ports["raw"], "in.jsonl")


class Refused(Keyed):
    def test_who_is_refused_says_so(self):
        """A worker whose key is not listed is not ready, by name, until it is."""
        self.run_program("winnow", "keygen", "other", "guest")
        self.put("in.jsonl", Corpus(77, 50).json_lines())
        self.winnow("-o", "calm.jsonl", "in.jsonl")
        running = {name: self.stage(name, *self.OWN.get(name, []))
                   for name in ("write", "dedup", "summarize", "read")}
        # of the two who bind it knows the certificate
        os.rename(self.path("other/guest.key"), self.path("guest.key"))
        self.put("other/127.0.0.1.key", self.get("keys/winnow.key"))
        guest = self.stage("extract", "--key", "other/guest.key_secret")
        chain.until(lambda: 'winnow_hold{reason="refused"} 1' in self.metrics(guest), "a hold")
        port = guest.wait_for_log(r"figures at port (\d+) of ").group(1)
        said = self.run_program("winnow", "ready", "127.0.0.1:" + port, status=1).err
        self.assertRegex(said, r"extract: holds \(refused\) since .*(read|dedup), at tcp://127")
        self.assertIn("put each one's certificate", said)
        os.rename(self.path("guest.key"), self.path("keys/guest.key"))
        self.assertEqual(running["read"].wait(), DONE, running["read"].err())
        self.assertEqual(self.get("out.jsonl"), self.get("calm.jsonl"))
        chain.until(lambda: 'winnow_hold{reason="refused"} 0' in self.metrics(guest), "its end")
        self.stop([p for name, p in running.items() if name != "read"] + [guest])

    def test_no_key_no_address_that_others_reach(self):
        for flags, words in ((["--in=tcp://0.0.0.0:%d" % self.ports["scored"]], "--insecure"),
                             (["--in=tcp://*:%d" % self.ports["scored"]], "report them done")):
            process = self.start("winnow-write", *flags, "--control=ipc://run/control")
            self.assertEqual(process.wait(), WRONG)
            self.assertIn(words, process.err())
        process = self.start("winnow-write", *flags, "--control=ipc://run/control",
                             "--insecure", "--http", "127.0.0.1:0", "-o", "out.jsonl")
        chain.until(lambda: "winnow_ready 1" in self.metrics(process), "that it is ready")

    def test_keys_that_are_none(self):
        self.put("keys/broken.key", "no key")
        process = self.stage("write", "-o", "out.jsonl")
        self.assertEqual(process.wait(), WRONG)
        self.assertIn("keys/broken.key is no certificate", process.err())
        os.remove(self.path("keys/broken.key"))
        os.chmod(self.path("keys/winnow.key_secret"), 0o644)
        process = self.stage("write", "-o", "out.jsonl")
        self.assertEqual(process.wait(), WRONG)
        self.assertIn("chmod 600", process.err())


if __name__ == "__main__":
    chain.main()
