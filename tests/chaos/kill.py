"""Random `kill -9` over all processes of a run, `winnow run` itself included.

Each run is killed a number of times at random moments, the dead command is started again at once
(its old children may still be dying), then it is left alone and must come to the calm bytes. Roles
that were killed least are chosen first.
"""
import collections
import os
import random
import signal
import time

from harness import pause, processes, send

MEAN_GAP = 0.3          # seconds between two kills
PER_RUN = (10, 80)      # kills of one run, at least and at most


class Killer:
    def __init__(self, seed, gap=MEAN_GAP):
        self.random = random.Random(seed)
        self.mean_gap = gap
        self.kills = collections.Counter()      # by role
        self.stops = 0                          # by SIGTERM

    def choose(self, alive):
        """A process: mostly of the role that was killed least."""
        by_role = collections.defaultdict(list)
        for pid, role in alive.items():
            by_role[role].append(pid)
        if self.random.random() < 0.3:
            role = self.random.choice(sorted(by_role))
        else:
            role = min(sorted(by_role), key=lambda r: self.kills[r])
        return role, self.random.choice(sorted(by_role[role]))

    def kill(self, run, pid, role):
        if send(pid, signal.SIGKILL):
            self.kills[role] += 1
        if role == "run":
            run.popen.wait()

    def strike(self, run):
        """One moment's kills: mostly one process, now and then two, or all, or SIGTERM."""
        kind = self.random.random()
        alive = run.processes()
        if not alive:
            return
        if kind < 0.03:
            self.terminate(run)
            return
        if kind < 0.07:
            spared = "run" if self.random.random() < 0.5 else None
            for pid, role in alive.items():
                if role != spared:
                    self.kill(run, pid, role)
            return
        for _ in range(2 if kind < 0.18 else 1):
            role, pid = self.choose(alive)
            self.kill(run, pid, role)
            alive.pop(pid)
            if not alive or role == "run":
                return

    def gap(self):
        """Mostly short, so that what has just started dies too; at times long enough for work."""
        return self.random.expovariate(1 / self.mean_gap)

    def terminate(self, run):
        """SIGTERM: it drains and ends in order, if nobody else dies meanwhile."""
        send(run.popen.pid, signal.SIGTERM)
        others = [p for p in run.processes().items() if p[1] != "run"]
        if others and self.random.random() < 0.5:
            self.kill(run, *self.random.choice(others))
        run.obeys()
        self.stops += 1
        run.start()

    def torment(self, run, end):
        """Kill and start again until the run ends by itself, or has had enough, or time is over."""
        left = self.random.randint(*PER_RUN)
        run.start()
        while left > 0 and time.monotonic() < end:
            pause(self.gap())
            before = sum(self.kills.values())
            self.strike(run)
            left -= sum(self.kills.values()) - before
            if run.has_ended():
                if run.is_done():
                    return
                run.start()


def grown(run):
    """Bytes of the output."""
    try:
        return os.path.getsize(run.path(run.case.output))
    except OSError:
        return 0


def wait_for_growth(run, n_bytes=1, seconds=30):
    """Until the output has so many bytes, or the run has ended."""
    end = time.monotonic() + seconds
    while grown(run) < n_bytes and not run.has_ended() and time.monotonic() < end:
        pause(0.005)


def wait_for(run, role, seconds=10):
    """The processes of that role, once there are any; [] if the run ended before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not run.has_ended():
        found = [pid for pid, r in processes(run.popen.pid).items() if r == role]
        if found:
            return found
        pause(0.005)
    return []
