#!/usr/bin/python3
"""What keys cost a chain over tcp, and what an idle chain with --http takes.

watched.py [MB]: whole runs of single stages over tcp on loopback, in turn without and with keys,
the least of three each; then a chain of `winnow run --http` that has nothing to do, for 30 s:
processor time of all its processes and their memory (proportional set size).
"""
import os
import re
import select
import sys
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests/chain"))

import chain  # noqa: E402
from chain import Corpus  # noqa: E402
from test_alone import free_ports  # noqa: E402

NAMES = ("raw", "hashed", "kept", "scored", "dedup", "write")
IDLE_S = 30


class Measure(chain.StagesTest):
    def runTest(self):
        self.keys(int(sys.argv[1]) if len(sys.argv) > 1 else 64)
        self.idle()

    def endpoint(self, name):
        return "tcp://127.0.0.1:%d" % self.ports[name]

    def once(self, flags):
        """Seconds of one run over tcp, and of processor time that all stages took."""
        self.ports = dict(zip(NAMES, free_ports(len(NAMES))))
        options = {"read": ["in"], "write": ["-o", "/dev/null"]}
        began = time.monotonic()
        processes = {name: self.stage(name, "--times", *flags, *options.get(name, []))
                     for name in ("write", "dedup", "summarize", "extract", "read")}
        self.assertEqual(processes["read"].wait(), 0, processes["read"].err())
        seconds = time.monotonic() - began
        self.stop([p for name, p in processes.items() if name != "read"])
        used = [float(re.search(r"processor ([\d.]+) s", p.err()).group(1))
                for p in processes.values()]
        return seconds, sum(used)

    def keys(self, megabytes):
        self.run_program("winnow", "keygen", "keys")
        content = Corpus(7, 4000).json_lines()
        for i in range(max(1, (megabytes << 20) // len(content))):
            self.put("in/%03d.jsonl" % i, content.replace(b"the ", b"the %d " % i))
        size = sum(os.path.getsize(self.path("in/" + n)) for n in os.listdir(self.path("in")))
        best = {}
        for _ in range(3):
            for label, flags in (("plain", ()), ("keys", ("--key", "keys/winnow.key_secret"))):
                got = self.once(flags)
                best[label] = tuple(map(min, zip(best.get(label, got), got)))
        for label, (seconds, used) in best.items():
            print("%s: %.1f s, %.1f MB/s, %.2f s of processor time" % (
                label, seconds, size / 1e6 / seconds, used))

    def family(self, process):
        parents = {process.pid}
        for _ in range(3):
            parents |= {pid for pid, parent, _ in chain.processes() if parent in parents}
        return parents

    def idle(self):
        process = self.start("winnow", "run", "--workers", "2", "--http", "127.0.0.1:0", "-o",
                             "out.jsonl", "-", stdin=-1)
        port = process.wait_for_log(r"figures at port (\d+) of ").group(1)
        url = "http://127.0.0.1:%s/" % port
        began = time.monotonic()
        while True:
            try:
                urllib.request.urlopen(url + "readyz").close()
                break
            except OSError:
                select.select([], [], [], 0.01)
        print("ready after %.2f s" % (time.monotonic() - began))
        family = self.family(process)
        before = sum(map(ticks, family))
        end = time.monotonic() + IDLE_S
        while time.monotonic() < end:
            urllib.request.urlopen(url + "metrics").close()
            select.select([], [], [], 5)
        used = (sum(map(ticks, family)) - before) / os.sysconf("SC_CLK_TCK")
        print("idle: %.2f %% of a core, %.1f MB in %d processes" % (
            100 * used / IDLE_S, sum(map(memory, family)) / 1e3, len(family)))


def ticks(pid):
    with open("/proc/%d/stat" % pid) as f:
        fields = f.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def memory(pid):
    """Kilobytes."""
    with open("/proc/%d/smaps_rollup" % pid) as f:
        return next(int(line.split()[1]) for line in f if line.startswith("Pss:"))


if __name__ == "__main__":
    test = Measure()
    test.setUp()
    try:
        test.runTest()
    finally:
        test.doCleanups()
