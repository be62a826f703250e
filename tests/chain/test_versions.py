"""A rolling upgrade from one version of the protocol to the next: who is of which is said by name, and
nothing is lost. The next version is the hooks build's: it speaks another one where HOOKS says so.
"""
import os
import re
import signal
import urllib.error
import urllib.request

import chain
from chain import DONE, Corpus

HOOKS = os.path.abspath(os.environ.get("WINNOW_HOOKS_BIN") or
                        os.path.join(chain.ROOT, "build/hooks/bin"))
ORDERS = (("dedup", "read", "write", "extract", "summarize"),
          ("extract", "summarize", "write", "dedup", "read"))


class Rolling(chain.StagesTest):
    OWN = {
        "read": ["--state", "out.jsonl.winnow", "in"],
        "dedup": ["--index", "file:index"],
        "write": ["-o", "out.jsonl"],
    }
    # whom each hears: the other end of its control channel, and the worker or stage before it
    HEARS = {"read": ("dedup", "write"), "extract": ("read",), "dedup": ("read", "extract"),
             "summarize": ("dedup",), "write": ("read", "summarize")}
    CALLED = {"extract": "a worker before dedup", "summarize": "a worker behind dedup"}

    @classmethod
    def setUpClass(cls):
        cls.files = {seed: Corpus(seed, 2500).json_lines() for seed in (82, 83)}

    def setUp(self):
        if not os.access(os.path.join(HOOKS, "winnow"), os.X_OK):
            chain.skip_loudly(self, "no %s; ./dev build hooks makes it" % HOOKS)
        super().setUp()
        for i in range(8):
            self.put("in/%d.jsonl" % i, self.files[82 + i % 2])
        self.running, self.versions = {}, {}

    def begin(self, name, version):
        self.versions[name] = version
        flags = [*self.OWN.get(name, []), "--http", "127.0.0.1:0"]
        for flag, end in self.ENDS[name].items():
            flags.append("--%s=%s" % (flag, self.endpoint(end)))
        env = {"HOOKS": "wire-version"} if version == 2 else {}
        self.running[name] = self.start(os.path.join(HOOKS, "winnow-" + name), *flags, env=env)

    def unready(self, name):
        """What /readyz of that process says."""
        process = self.running[name]
        port = process.wait_for_log(r"figures at port (\d+) of ").group(1)
        try:
            with urllib.request.urlopen("http://127.0.0.1:%s/readyz" % port, timeout=chain.PATIENCE):
                return ""
        except urllib.error.HTTPError as e:
            with e:
                return e.read().decode()

    def says_version(self, name, other):
        """Whether that process names the other as one of another version."""
        return re.search(r"(?m)^%s: %s, at \S+, speaks version %d of the protocol, this is "
                         r"version %d " % (name, self.CALLED.get(other, other),
                                           self.versions[other], self.versions[name]),
                         self.unready(name))

    def replace(self, name):
        self.running[name].signal(signal.SIGKILL)
        self.running[name].wait()
        self.begin(name, 2)

    def hears(self, name, other):
        """Whether something of the other must reach that one now: workers hand on only what comes."""
        if {name, other} in ({"read", "dedup"}, {"read", "write"}):
            return True
        # read sends batches when the two that it asks understand it
        return name == "extract" and len({self.versions[n] for n in ("read", "dedup", "write")}) == 1

    def check(self):
        for name, others in self.HEARS.items():
            for other in others:
                if self.versions[name] != self.versions[other] and self.hears(name, other):
                    chain.until(lambda: self.says_version(name, other),
                                "that %s names %s" % (name, other))

    def roll(self, order):
        self.winnow("-o", "calm.jsonl", "in")
        for name in ("write", "dedup", "summarize", "extract", "read"):
            self.begin(name, 1)
        chain.until(lambda: os.path.exists(self.path("out.jsonl")) and
                    os.path.getsize(self.path("out.jsonl")) > 0, "some output")
        self.assertIsNone(self.running["read"].popen.poll(), "over too soon")
        for name in order:
            self.replace(name)
            if len(set(self.versions.values())) > 1:
                self.check()
        self.assertEqual(self.running["read"].wait(), DONE, self.running["read"].err())
        self.assertEqual(self.get("out.jsonl"), self.get("calm.jsonl"))
        self.stop([p for name, p in self.running.items() if name != "read"])

    def test_each_is_replaced_in_turn(self):
        self.roll(ORDERS[0])

    def test_workers_first(self):
        self.roll(ORDERS[1])


if __name__ == "__main__":
    chain.main()
