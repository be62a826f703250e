"""Bytes that are not what they should be, from sockets."""
import os
import random
import socket
import struct
import subprocess

import zmq

import chain
import peer
from chain import DONE, PATIENCE, Corpus


def flip(data, i):
    """data with another byte at i."""
    return data[:i] + bytes([data[i] ^ 0x55]) + data[i + 1:]


class Hostile(chain.StagesTest):
    """Strangers at the sockets of a running chain: counted, logged, and of no effect."""

    def setUp(self):
        super().setUp()
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)
        self.random = random.Random(63)
        self.input = Corpus(63, 1500).json_lines()

    def socket(self, kind, endpoint, bind=False):
        s = peer.make_socket(self.context, kind, endpoint, bind)
        s.sndhwm = 1000
        self.addCleanup(s.close, 0)
        return s

    def bodies(self):
        deep = b"\x91" * 100000
        return [b"", b"\xc1", b"\x93\x01\xc3\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", deep,
                b"\x83\xa9documents\xdd\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff",
                peer.dump({"documents": [{}] * 513}), peer.dump({"documents": [1, 2]}),
                peer.dump([]), peer.dump({"hello": "yes", "base": -1}),
                self.random.randbytes(5000)]

    def malformed(self):
        """Messages that are not exactly as the page says: their parts."""
        r = self.random
        body = peer.dump({"documents": []})
        good = peer.pack(peer.Header(peer.BATCH, 1, 0, 0, 0, 0), body)
        messages = [[b""], [b"", b""], [b"x"], good[:1], good + [b"third"], good * 4,
                    [good[0][:-1], body], [good[0] + b"\0", body], [body, good[0]],
                    [good[0], body + b"\0"], [good[0], b""]]
        # magic, version, kind, and all that is under the checksum
        messages += [[flip(good[0], i), body] for i in range(48)]
        for version, kind in ((2, 0), (0, 0), (1, 3), (1, 65535)):
            frame = peer.HEADER.pack(b"WNNW", version, kind, 1, 0, 0, 0, 0, 0)[:40]
            messages.append([frame + struct.pack(
                "<Q", peer.xxhash.xxh3_64_intdigest(frame + body)), body])
        messages += [[r.randbytes(r.randrange(200)) for _ in range(r.randrange(1, 5))]
                     for _ in range(50)]
        return messages

    def foreign(self, kind):
        """Well-formed messages of no run of ours, with any body."""
        big = 2 ** 64 - 1
        return [peer.pack(peer.Header(kind, run, seq, base, 0, n), body)
                for body in self.bodies()
                for run, seq, base, n in ((0, 0, 0, 0), (77, 0, 0, 1), (77, big, big, 2 ** 32 - 1),
                                          (big, 10, 5, 512))]

    def send(self, s, messages):
        for parts in messages:
            self.assertTrue(s.poll(PATIENCE * 1000, zmq.POLLOUT))
            s.send_multipart(parts)

    def begin(self):
        """A run that waits for more input, the endpoints of its sockets, and its run id."""
        self.process = self.start("winnow", "run", "--workers", "2", "--source-name", "feed",
                                  "-o", "x.jsonl", "-", stdin=subprocess.PIPE)
        self.process.feed(self.input[:len(self.input) // 2])
        chain.until(lambda: os.path.exists(self.path("x.jsonl")) and self.get("x.jsonl"),
                    "the first records")
        (folder,) = os.listdir(self.path("run"))
        return lambda name: self.endpoint(folder + "/" + name)

    def finish(self):
        self.process.feed(self.input[len(self.input) // 2:])
        self.process.stdin.close()
        self.assertEqual(self.process.wait(), DONE, self.process.err())
        calm = self.winnow("--source-name", "feed", "-", input=self.input).out
        self.assertEqual(self.get("x.jsonl"), calm)

    def report_of(self, endpoint):
        """What anybody gets who asks politely."""
        s = self.socket(zmq.DEALER, endpoint)
        question = peer.dump({"hello": False, "base": 0, "last": peer.UNKNOWN, "drain": False,
                              "index": 0})
        self.send(s, [peer.pack(peer.Header(peer.ASK, 1, 0, 0, 0, 0), question)])
        self.assertTrue(s.poll(PATIENCE * 1000))
        return peer.load(peer.unpack(s.recv_multipart())[1])

    def logged(self, socket_name):
        """How many strange messages the chain has counted at a socket."""
        found = chain.re.findall(r"/%s: ignored .* \((\d+) such messages\)" % socket_name,
                                 self.process.err())
        return max(map(int, found), default=0)

    def test_malformed_messages_to_every_socket(self):
        at = self.begin()
        messages = self.malformed()
        for name, kind in (("hashed", zmq.PUSH), ("scored", zmq.PUSH), ("dedup", zmq.DEALER),
                           ("write", zmq.DEALER)):
            s = self.socket(kind, at(name))
            self.send(s, messages)
            # logged at 1, 2, 4, 8, ...
            chain.until(lambda: self.logged(name) >= 64, "64 strange messages at %s" % name)
        for kind in (zmq.PUSH, zmq.REQ, zmq.PUB, zmq.DEALER):     # of the wrong type
            for name in ("raw", "kept", "hashed", "dedup"):
                self.socket(kind, at(name))
        self.finish()

    def test_raw_bytes_to_every_socket(self):
        """Not even ZeroMQ."""
        at = self.begin()
        greeting = b"\xff" + b"\0" * 8 + b"\x7f\x03\0NULL" + b"\0" * 48
        for name in ("raw", "hashed", "kept", "scored", "dedup", "write"):
            for data in (b"", b"GET / HTTP/1.0\r\n\r\n", self.random.randbytes(100000),
                         greeting[:20], greeting, greeting + b"\xff" * 1000,
                         greeting + b"\x02\xff\xff\xff\xff\xff\xff\xff\xff"):
                s = socket.socket(socket.AF_UNIX)
                self.addCleanup(s.close)
                s.settimeout(PATIENCE)
                s.connect(at(name)[len("ipc://"):])
                try:
                    s.sendall(data)
                except OSError:
                    pass                    # thrown out already
        self.finish()

    def test_batches_of_a_foreign_run(self):
        at = self.begin()
        for name in ("hashed", "scored"):
            self.send(self.socket(zmq.PUSH, at(name)),
                      self.foreign(peer.BATCH) + self.foreign(peer.ASK))
        for name in ("dedup", "write"):
            self.send(self.socket(zmq.DEALER, at(name)),
                      self.foreign(peer.BATCH) + self.foreign(peer.REPORT))
        self.finish()

    def test_batches_of_a_foreign_run_are_counted_and_logged(self):
        at = self.begin()
        self.send(self.socket(zmq.PUSH, at("hashed")), self.foreign(peer.BATCH))
        self.report_of(at("dedup"))
        try:
            chain.until(lambda: self.logged("hashed") > 0, "a log line", 20)
        finally:
            self.finish()

    def test_a_seq_far_ahead(self):
        """Of our own run: nothing that the window could hold."""
        at = self.begin()
        for control, name in (("dedup", "hashed"), ("write", "scored")):
            report = self.report_of(at(control))
            self.assertNotEqual(report["run"], 0)
            self.send(self.socket(zmq.PUSH, at(name)), [
                peer.pack(peer.Header(peer.BATCH, report["run"], seq, 0, 0, 1), body)
                for seq in (report["next"] + 1000, 2 ** 63, 2 ** 64 - 1) for body in self.bodies()])
        self.finish()

    def test_strange_questions(self):
        """Asks that are none, and asks of others that do not say hello."""
        at = self.begin()
        for name in ("dedup", "write"):
            s = self.socket(zmq.DEALER, at(name))
            self.send(s, [m for m in self.foreign(peer.ASK)])
            chain.until(lambda: self.logged(name) >= 32, "32 strange questions at %s" % name)
            for run in (0, 1, 2 ** 64 - 1):
                self.send(s, [peer.pack(peer.Header(peer.ASK, run, 0, 0, 0, 0), peer.dump(
                    {"hello": run == 0, "base": 2 ** 63, "last": 3}))])
            self.report_of(at(name))
        self.finish()

    def test_workers_pass_over_what_is_no_batch(self):
        """extract and summarize, fed by hand: strange messages, then a batch that is one."""
        bodies = {
            "extract": {"id": "a", "key": "0" * 16, "source": {"path": "p", "offset": 0, "length": 7},
                        "form": "text", "raw": b"A text."},
            "summarize": {"id": "a", "key": "0" * 16,
                          "source": {"path": "p", "offset": 0, "length": 7},
                          "paragraphs": [{"n": 0, "text": "A text.", "hash": b"h" * 16, "chars": 7}]},
        }
        for name, document in bodies.items():
            with self.subTest(name):
                give = self.socket(zmq.PUSH, self.endpoint("in-" + name), bind=True)
                take = self.socket(zmq.PULL, self.endpoint("out-" + name), bind=True)
                stage = self.stage(name, ends={"in": "in-" + name, "out": "out-" + name})
                body = {"token": {"input": 0, "offset": 0, "state": b""},
                        "counts": {"read": 1, "bytes": 7}, "documents": [document]}
                header = peer.Header(peer.BATCH, 5, 3, 2, 1, 1)
                # what is of another version it would leave to others: test_versions.py
                self.send(give, [m for m in self.malformed() + self.foreign(peer.ASK)
                                 if m[0][4:6] != b"\2\0"])
                self.send(give, [peer.pack(header._replace(seq=2), b) for b in self.bodies()])
                good = peer.pack(header, peer.dump(body))
                self.send(give, [[flip(good[0], i), good[1]] for i in range(48)])
                self.send(give, [[good[0], flip(good[1], i)] for i in range(len(good[1]))])
                last = header._replace(seq=4)
                self.send(give, [good, peer.pack(last, good[1])])
                answers = []
                while not answers or answers[-1][0] != last:
                    self.assertTrue(take.poll(PATIENCE * 1000), stage.err())
                    answers.append(peer.unpack(take.recv_multipart()))
                # nothing else was taken: a map without documents is no batch
                answers = [(h, peer.load(b)["documents"]) for h, b in answers]
                self.assertEqual([h for h, _ in answers], [header, last])
                self.assertEqual(answers[-1][1][0]["paragraphs"][0]["text"], "A text.")
                self.assertRegex(stage.err(), "in-%s: ignored .*\\(64 such" % name)
                self.stop([stage])

    def test_read_passes_over_what_is_no_report(self):
        control = {name: self.socket(zmq.ROUTER, self.endpoint(name), bind=True)
                   for name in ("dedup", "write")}
        self.put("a.txt", "A text.\n")
        read = self.stage("read", "a.txt")
        take = self.socket(zmq.PULL, self.endpoint("raw"))
        greeted = {}

        def step():
            for name, s in control.items():
                while s.poll(10):
                    asker, *parts = s.recv_multipart()
                    header, body = peer.unpack(parts)
                    self.assertTrue(peer.ASK_BODY(peer.load(body)))
                    if name not in greeted:
                        for m in self.malformed() + self.foreign(peer.REPORT):
                            s.send_multipart([asker] + m)
                    greeted.setdefault(name, []).append(header.run)
                    done = 1 if take.poll(0) else 0
                    s.send_multipart([asker] + peer.pack(
                        peer.Header(peer.REPORT, header.run, 0, 0, 0, 0), peer.dump({
                            "run": header.run, "incarnation": 9, "next": done, "have": 0,
                            "losses": 0, "sources": 1, "index": 0, "finished": done == 1,
                            "token": {"input": 0, "offset": 0, "state": b""}, "hold": "",
                            "counts": {"documents": done}})))
            return read.popen.poll() is not None
        chain.until(step, "the end of read")
        self.assertEqual(read.wait(), DONE, read.err())
        self.assertRegex(read.err(), "ignored .*\\(64 such")
        # first about the run that write was at; there was none, so both learn of a new one
        for runs in greeted.values():
            self.assertEqual(runs[0], 0)
            self.assertEqual(len(set(runs) - {0}), 1)


class Memory(Hostile):
    """A strange message costs no more than twice its bytes."""

    BIG = 12 << 20
    SLACK = 4 << 20         # a thread's buffers, a page of the heap here and there

    def setUp(self):
        super().setUp()
        if b"__asan" in open(chain.program("winnow-dedup"), "rb").read():
            self.skip_loudly("sanitizers have memory of their own")

    def peak(self, pid):
        with open("/proc/%d/status" % pid) as f:
            return 1024 * int(chain.re.search(r"VmHWM:\s+(\d+)", f.read()).group(1))

    def large(self, run):
        """Of that run, each of so many bytes: noise, a wrong checksum, and counts that lie."""
        noise = self.random.randbytes(self.BIG)
        lies = b"\x81\xa9documents\x91\x82\xa2id\xa1a\xaaparagraphs\xdd\x00\x0f\xff\xff"
        header = peer.Header(peer.BATCH, run, 2 ** 40, 0, 0, 1)
        good = peer.pack(header, noise)
        return {"noise": good, "checksum": [flip(good[0], 47), noise],
                "counts": peer.pack(header, lies + noise[len(lies):]),
                "depth": peer.pack(header, b"\x91" * self.BIG),
                "empty": peer.pack(header, lies + b"\x80" * (self.BIG - len(lies)))}

    def check(self, pid, before, what):
        grown = self.peak(pid) - before
        self.assertLess(grown, 2 * self.BIG + self.SLACK, what)

    def test_at_dedup_and_write(self):
        at = self.begin()
        for name, stage in (("hashed", "dedup"), ("scored", "write"), ("dedup", "dedup"),
                            ("write", "write")):
            (pid,) = self.process.children("winnow-" + stage)
            kind = zmq.DEALER if name in ("dedup", "write") else zmq.PUSH
            for what, message in self.large(77).items():
                before, known = self.peak(pid), self.logged(name)
                s = self.socket(kind, at(name))
                for _ in range(known + 1):      # it is logged when the number has doubled
                    self.send(s, [message])
                chain.until(lambda: self.logged(name) > known, "a log line of " + name)
                s.close(0)
                self.check(pid, before, (name, what))
        self.finish()

    def test_at_a_worker(self):
        for name in ("extract", "summarize"):
            give = self.socket(zmq.PUSH, self.endpoint("in-" + name), bind=True)
            self.socket(zmq.PULL, self.endpoint("out-" + name), bind=True)
            stage = self.stage(name, ends={"in": "in-" + name, "out": "out-" + name})
            for i, (what, message) in enumerate(self.large(5).items()):
                chain.until(lambda: give.poll(0, zmq.POLLOUT), "the worker")
                before = self.peak(stage.pid)
                for _ in range(2 ** max(0, i - 1)):
                    self.send(give, [message])
                stage.wait_for_log("ignored .* \\(%d such" % 2 ** i)
                self.check(stage.pid, before, (name, what))
            self.stop([stage])


if __name__ == "__main__":
    chain.main()
