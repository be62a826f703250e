"""The stages as single programs, as in containers: whatever starts them again, nothing is lost."""
import json
import os
import signal
import socket
import subprocess
import sys
import time

import zmq

import chain
from chain import DONE, FAULT, WRONG, Corpus

sys.path.insert(0, os.path.join(chain.ROOT, "tests"))
import servers  # noqa: E402

NOBODY = 65534


def free_ports(n):
    """Ports of this machine that nobody has."""
    return [servers.free_port() for _ in range(n)]


class Alone(chain.StagesTest):
    """One process each over tcp, tended by the test as a restart policy would."""

    STAGES = ("read", "write", "dedup", "summarize", "extract")
    OWN = {
        "read": ["--state", "out.jsonl.winnow", "in"],
        "dedup": ["--index", "file:index"],
        "write": ["-o", "out.jsonl"],
    }

    @classmethod
    def setUpClass(cls):
        cls.files = {"in/%d.jsonl" % i: Corpus(seed, 2500).json_lines()
                     for i, seed in enumerate((82, 83) * 4)}

    def setUp(self):
        super().setUp()
        for name, content in self.files.items():
            self.put(name, content)
        names = sorted({s for ends in self.ENDS.values() for s in ends.values()})
        # a link and a channel of control may have one name
        names += ["control of " + name for name in ("dedup", "write")]
        self.ports = dict(zip(names, free_ports(len(names))))
        self.running = {}

    def endpoint(self, name):
        return "tcp://127.0.0.1:%d" % self.ports[name]

    def begin(self, *names):
        for name in names or self.STAGES:
            self.running[name] = self.stage(name, *self.OWN.get(name, []))

    def kill(self, name):
        """kill -9, and the restart that follows."""
        self.running[name].signal(signal.SIGKILL)
        self.assertEqual(self.running[name].wait(), -signal.SIGKILL)
        self.begin(name)

    def over(self):
        """Whether read has ended; any other stage that has is started again."""
        for name, process in self.running.items():
            status = process.popen.poll()
            if status is None or (name == "read" and status == DONE):
                continue
            self.assertEqual(status, FAULT, "%s: %s" % (name, process.err()))
            self.begin(name)
        return self.running["read"].popen.poll() == DONE

    def durable(self):
        """How many batches write has in its checkpoint."""
        path = "out.jsonl.winnow/checkpoint"
        return json.loads(self.get(path))["next"] if os.path.exists(self.path(path)) else 0

    def progress(self):
        before = self.durable()
        chain.until(lambda: self.over() or self.durable() > before, "more output")

    def finish(self):
        chain.until(self.over, "the end of read")
        self.stop([p for name, p in self.running.items() if name != "read"])

    def test_each_is_killed_in_turn(self):
        self.winnow("-o", "calm.jsonl", "in")
        self.begin()
        for name in self.STAGES:
            self.progress()
            # what is behind extract comes to an end: the run cannot be over before the kill
            self.running["extract"].signal(signal.SIGSTOP)
            self.assertIsNone(self.running["read"].popen.poll(), "over before %s died" % name)
            self.kill(name)
            self.running["extract"].signal(signal.SIGCONT)
        self.finish()
        self.assertEqual(self.get("out.jsonl"), self.get("calm.jsonl"))
        # and once more, with nothing new
        self.begin()
        self.finish()
        self.assertEqual(self.get("out.jsonl"), self.get("calm.jsonl"))

    def test_a_quiet_source_ends_also_when_all_others_have_ended_before(self):
        """As where SIGTERM goes to all containers at once: what is durable is not waited for."""
        uri = "zmq+submit://127.0.0.1:%d" % free_ports(1)[0]
        self.OWN = {**self.OWN, "read": ["--state", "out.jsonl.winnow", "--drain-timeout", "60s", uri]}
        self.begin()
        with zmq.Context() as context, context.socket(zmq.DEALER) as scraper:
            scraper.linger = 0
            scraper.connect(uri.replace("zmq+submit", "tcp"))
            scraper.send_multipart([b"a", b'{"text": "One text."}'])
            self.assertTrue(scraper.poll(3000), [p.err() for p in self.running.values()])
        self.stop([p for name, p in self.running.items() if name != "read"])
        started = time.monotonic()
        self.stop([self.running["read"]])
        self.assertLess(time.monotonic() - started, 30)
        self.assertEqual([r["id"] for r in chain.parse_records(self.get("out.jsonl"))], ["a"])

    def test_all_are_killed_at_once(self):
        self.winnow("-o", "calm.jsonl", "in")
        for _ in range(3):
            self.begin()
            self.progress()
            for process in self.running.values():
                process.kill()
        self.begin()
        self.finish()
        self.assertEqual(self.get("out.jsonl"), self.get("calm.jsonl"))

    def test_a_port_that_is_taken(self):
        """One line that says which. It may be free in a moment: 111 lets a restart try again."""
        for name, socket_name in (("read", "raw"), ("dedup", "hashed"), ("dedup", "kept"),
                                  ("write", "scored"), ("write", "write")):
            with self.subTest(name, socket=socket_name):
                with socket.create_server(("127.0.0.1", 0)) as taken:
                    self.ports[socket_name] = taken.getsockname()[1]
                    process = self.stage(name, *self.OWN[name])
                    self.assertEqual(process.wait(), FAULT, process.err())
                (line,) = process.err().splitlines()
                self.assertRegex(line, "^winnow %s: error: cannot bind %s: in use by another" % (
                    name, self.endpoint(socket_name)))


class CannotStart(chain.ChainTest):
    """A stage that cannot do its work ends the run at once, with one message."""

    def setUp(self):
        super().setUp()
        self.put("a.txt", "A text of one line, which is enough to be owned by its document.\n")

    def check(self, result, *patterns):
        lines = result.err.splitlines()
        self.assertEqual(len([line for line in lines if "error:" in line]), 1, result.err)
        self.assertEqual(len(lines), 1, result.err)
        for pattern in patterns:
            self.assertRegex(lines[0], pattern)

    def test_an_index_of_another_version(self):
        segment = "index/owners-000001.log"
        self.winnow("--index", "file:index", "-o", "x.jsonl", "a.txt")
        data = bytearray(self.get(segment))
        data[7] += 1                # the last byte of its magic is the version
        self.put(segment, bytes(data))
        before = self.get(segment)
        for args in (["a.txt"], ["-o", "x.jsonl", "a.txt"], ["-o", "y.jsonl", "a.txt"]):
            self.check(self.winnow("--index", "file:index", *args, status=WRONG),
                       "^winnow dedup: error: index/owners-000001.log: made by another version")
        self.assertEqual(self.get(segment), before)
        self.assertEqual(self.get("y.jsonl") if os.path.exists(self.path("y.jsonl")) else b"", b"")

    def as_nobody(self, *args, status):
        """A run under a user who may write in run/, and nowhere else."""
        run = [chain.program("winnow"), "run", "--workers", "1", *args]
        if os.geteuid() == 0:
            become = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups",
                      "--pdeathsig", "KILL"]
            os.chmod(self.dir, 0o755)
            os.chmod(self.path("run"), 0o777)
            check = become + ["test", "-x", chain.program("winnow")]
            if subprocess.run(check, cwd=self.dir, stderr=subprocess.DEVNULL).returncode != 0:
                self.skip_loudly("user %d cannot run %s" % (NOBODY, chain.program("winnow")))
            run = become + run
        return self.run_program("/usr/bin/env", *run, status=status)

    def test_no_permission_in_the_folder_of_the_output(self):
        os.mkdir(self.path("closed"))
        os.chmod(self.path("closed"), 0o555)
        self.check(self.as_nobody("-o", "closed/x.jsonl", "a.txt", status=WRONG),
                   "error: .*closed/x.jsonl", "Permission denied")
        # the state is elsewhere: then it is write that cannot
        self.check(self.as_nobody("--state", "run/state", "-o", "closed/x.jsonl", "a.txt",
                                  status=WRONG),
                   "^winnow write: error: .*closed/x.jsonl: Permission denied")
        self.assertEqual(os.listdir(self.path("closed")), [])

    def test_no_permission_in_the_folder_of_the_index(self):
        os.mkdir(self.path("closed"))
        os.chmod(self.path("closed"), 0o555)
        self.check(self.as_nobody("--index", "file:closed", "a.txt", status=WRONG),
                   "^winnow dedup: error: .*closed", "Permission denied")

    def test_no_permission_for_the_sockets(self):
        os.mkdir(self.path("closed"))
        os.chmod(self.path("closed"), 0o555)
        process = self.run_program(
            "winnow-write", "--in=ipc://missing/in", "--control=ipc://missing/control", "-o",
            "x.jsonl", status=WRONG)
        self.check(process, "cannot bind ipc://missing/", "No such file")


if __name__ == "__main__":
    chain.main()
