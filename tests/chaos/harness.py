"""What all scenarios share: a case (a command and its calm result), a run of it, and its processes.

A scenario drives a Run: it starts `winnow run`, hurts it, and lets it go on with the same command
until it is done. Whatever happened, a run that says it is done is compared with the calm one, byte
by byte (compare.py).
"""
import copy
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "chain"))
import chain                            # noqa: E402  what the chain tests share

HOOKS_BIN = os.environ.get("WINNOW_HOOKS_BIN") or os.path.join(ROOT, "build/hooks/bin")
STALL = 90              # seconds without a fault in which a run must come to its end
RESTARTS = 400          # of one command, before that counts as no progress
STAGES = ("read", "extract", "dedup", "summarize", "write")
DONE, DEAD_LETTERS, WRONG, FAULT = chain.DONE, chain.DEAD_LETTERS, chain.WRONG, chain.FAULT


class Failure(Exception):
    """The promise was broken."""


class Skip(Exception):
    """This cannot be tried here; said loudly, and counted."""


def pause(seconds):
    """Time that passes on purpose: between two faults, or between two looks."""
    select.select([], [], [], max(0, seconds))


def processes(root):
    """{pid: role} of root and all below: run, stages, `extract child` for what a stage started."""
    children, roles, todo = {}, {root: "run"}, [root]
    for pid, parent, argv0 in chain.processes():
        children.setdefault(parent, []).append((pid, os.path.basename(argv0)))
    while todo:
        parent = todo.pop()
        for pid, name in children.get(parent, ()):
            stage = name.rpartition("winnow-")[2]
            if roles[parent] == "run" and stage in STAGES:
                roles[pid] = stage
            elif roles[parent] in STAGES:
                roles[pid] = roles[parent] + " child"
            else:
                continue                # not yet what it will be
            todo.append(pid)
    return roles


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)         # PR_SET_PDEATHSIG


def send(pid, number):
    """Whether the process was still there."""
    try:
        os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False


class Case:
    """A command in a folder: what it reads, what it writes, and what it comes to in peace."""

    def __init__(self, output, args=(), source="in", workers=2, bin_dir=None, env=None,
                 prepare=None):
        self.output, self.source, self.prepare = output, source, prepare
        self.args, self.workers = list(args), workers
        self.bin_dir, self.env = bin_dir or chain.BIN, dict(env or {})
        self.calm = None                # a compare.Outcome

    def command(self):
        return [os.path.join(self.bin_dir, "winnow"), "run", "--workers", str(self.workers), "-o",
                self.output, *self.args, *self.source.split()]

    def variant(self, **changes):
        """The same case, done in another way: it must come to the same."""
        other = copy.copy(self)
        for name, value in changes.items():
            setattr(other, name, value)
        return other

    def __str__(self):
        return " ".join(["winnow run -o", self.output, *self.args])


class Run:
    """One case in a folder of its own; started as often as need be. It dies with the harness."""

    def __init__(self, case, folder, corpus, limits=None):
        self.case, self.folder, self.limits = case, folder, limits
        self.starts, self.popen, self.status = 0, None, None
        self.before_removal = None
        os.makedirs(os.path.join(folder, "run"))
        if case.prepare:
            case.prepare(folder, corpus)
        else:
            for name in case.source.split():
                os.symlink(os.path.join(corpus, name), os.path.join(folder, name))

    def path(self, name):
        return os.path.join(self.folder, name)

    def environment(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("WINNOW_")}
        env.update(XDG_RUNTIME_DIR=self.path("run"), TMPDIR=self.path("run"), LC_ALL="C.UTF-8")
        env.update(self.case.env)
        return env

    def start(self):
        """Run the command, for the first time or again."""
        if self.starts >= RESTARTS:
            raise Failure("started %d times and still not done" % self.starts)
        self.starts += 1
        self.status = None
        with open(self.path("log"), "ab") as log:
            log.write(b"--- start %d\n" % self.starts)
            log.flush()
            self.popen = subprocess.Popen(
                self.case.command(), cwd=self.folder, env=self.environment(), stderr=log,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=self.before_exec)

    def before_exec(self):
        die_with_parent()
        if self.limits:
            self.limits()

    def processes(self):
        return {} if self.popen is None or self.has_ended() else processes(self.popen.pid)

    def has_ended(self):
        if self.status is None:
            self.status = self.popen.poll()
        return self.status is not None

    def log(self):
        with open(self.path("log"), encoding="utf-8", errors="replace") as f:
            return f.read()

    def obeys(self):
        """It was sent SIGTERM, and ends; what is left is for the same command."""
        try:
            self.status = self.popen.wait(STALL)
        except subprocess.TimeoutExpired:
            raise Failure("SIGTERM did not end it in %d s; the log says:\n%s" % (
                STALL, last_lines(self.log()))) from None
        self.is_done()                  # a status that nothing can help is still a failure

    def is_done(self):
        """Ended by itself, with nothing left to do. What no restart can help is a failure."""
        if self.status in (DONE, DEAD_LETTERS):
            return True
        if self.status not in (FAULT, -signal.SIGKILL, -signal.SIGTERM):
            raise Failure("ended with %s; the log says:\n%s" % (
                self.status, last_lines(self.log())))
        return False

    def finish(self):
        """Let it come to its end, started again where it must be."""
        end = time.monotonic() + STALL
        while True:
            if self.popen is None or (self.has_ended() and not self.is_done()):
                self.start()
            try:
                self.status = self.popen.wait(max(0.01, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                raise Failure("not done %d s after the last fault; the log says:\n%s" % (
                    STALL, last_lines(self.log()))) from None
            if self.is_done():
                return

    def end(self):
        """Whatever it is at: dead, with all that it started."""
        if self.popen is not None and not self.has_ended():
            pids = self.processes()
            for pid in pids:
                send(pid, signal.SIGKILL)
            self.popen.wait()

    def leave(self):
        """Dead, and the folder without anything but its files."""
        self.end()
        if self.before_removal:
            self.before_removal()

    def remove(self):
        self.leave()
        shutil.rmtree(self.folder, ignore_errors=True)


def last_lines(text, n=15):
    return "\n".join("    " + line for line in text.splitlines()[-n:])
