"""Single programs over TCP between two network namespaces, in which packets get lost.

read, dedup and write are in one, the workers in the other; every packet that comes in, also over
loopback, is dropped with the probability LOSS by iptables. The records must be those of `winnow
run`.
"""
import contextlib
import os
import random
import shutil
import subprocess

import singles
from harness import Failure, Skip

LOSS = 0.05
NEAR, FAR = "10.77.%d.1", "10.77.%d.2"
PORTS = {"raw": 5550, "hashed": 5551, "kept": 5552, "scored": 5553, "dedup": 5554, "write": 5555}

def ip(*args):
    r = subprocess.run(["ip", *args], capture_output=True, text=True)
    if r.returncode != 0:
        raise Skip("ip %s: %s" % (" ".join(args), r.stderr.strip()))


@contextlib.contextmanager
def two_networks(loss):
    """The names of two namespaces with a lossy wire between them, and the near one's address."""
    if os.getuid() != 0 or not shutil.which("ip") or not shutil.which("iptables"):
        raise Skip("needs root, ip and iptables")
    number = random.SystemRandom().randrange(1, 250)
    spaces = ["wc%dnear" % os.getpid(), "wc%dfar" % os.getpid()]
    try:
        for space in spaces:
            ip("netns", "add", space)
        ip("link", "add", "near", "netns", spaces[0], "type", "veth", "peer", "name", "far",
           "netns", spaces[1])
        for space, device, address in zip(spaces, ("near", "far"), (NEAR % number, FAR % number)):
            ip("-n", space, "addr", "add", address + "/24", "dev", device)
            ip("-n", space, "link", "set", device, "up")
            ip("-n", space, "link", "set", "lo", "up")
            r = subprocess.run([
                "ip", "netns", "exec", space, "iptables", "-A", "INPUT", "-m", "statistic",
                "--mode", "random", "--probability", str(loss), "-j", "DROP"],
                capture_output=True, text=True)
            if r.returncode != 0:
                raise Skip("iptables: %s" % r.stderr.strip())
        yield spaces, NEAR % number
    finally:
        for space in spaces:
            subprocess.run(["ip", "netns", "del", space], capture_output=True)


def dropped_packets(space):
    """How many packets the rule of this namespace has dropped."""
    command = ["ip", "netns", "exec", space, "iptables", "-L", "INPUT", "-v", "-x", "-n"]
    out = subprocess.run(command, capture_output=True, text=True).stdout
    return sum(int(line.split()[0]) for line in out.splitlines() if " DROP " in line)


def lossy(desk, case, loss=LOSS):
    with two_networks(loss) as (spaces, address):
        def place(stage):
            return ["ip", "netns", "exec", spaces[stage in singles.WORKERS]]

        run = singles.Stages(case, desk.new_folder(), desk.corpus, place,
                     lambda name: "tcp://%s:%d" % (address, PORTS[name]))

        def work():
            run.start()
            run.finish()
            if dropped_packets(spaces[0]) + dropped_packets(spaces[1]) == 0:
                raise Failure("no packet was dropped: this tried nothing")

        return desk.attempt("packet loss", run, work, singles.difference)
