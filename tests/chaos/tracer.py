"""strace around a stage of a run, to see its calls on files and to make the N-th of them fail.

`winnow run` starts the programs that lie beside it, so a folder with a copy of `winnow` and with
scripts instead of those that are traced is enough. A script execs strace with -D, which keeps the
stage the child of the run. What each start of a stage is to meet lies in files: start K of dedup
meets plan/dedup-K, and nothing if there is none.
"""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from harness import Skip, chain, pause, send

TRACED = ("read", "dedup", "write")    # those that keep something in files
CALLS = ("write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "rename", "renameat",
         "renameat2", "ftruncate", "unlink", "unlinkat")
# not with --seccomp-bpf: there strace 6.1 delivers no injected signal
SCRIPT = """#!/bin/sh
# start N of %(stage)s: with strace if there is a plan for it
n=0
while ! mkdir "$WC_PLAN/%(stage)s-start-$n" 2>/dev/null; do n=$((n + 1)); done
if [ -f "$WC_PLAN/%(stage)s-$n" ]; then
	exec strace -D -f -qq -y -e signal=none -o "$WC_PLAN/%(stage)s-$n.log" \\
		$(cat "$WC_PLAN/%(stage)s-$n") %(real)s "$@"
fi
exec %(real)s "$@"
"""
# a call, its descriptor with the path of it, and the first string if it starts so
LINE = re.compile(r'^\d+ +(\w+)\((?:\d+<([^>]*)>|AT_FDCWD[^,]*)?(?:, )?(?:"([^"]*)")?')
PATIENCE = 3            # seconds for strace to end when what it traced has
OURS = ("log", "run/")                  # the harness's own, and sockets
LOST = re.compile(r"\(deleted\)$")


def require_strace():
    if shutil.which("strace") is None:
        raise Skip("there is no strace (apt-get install strace)")
    r = subprocess.run(["strace", "-D", "-f", "-qq", "-o", "/dev/null", "true"],
                       capture_output=True)
    if r.returncode != 0:
        raise Skip("strace may not trace here: %s" % r.stderr.decode().strip())


def make_programs(folder, source=None):
    """A folder of programs in which dedup and write can be traced; its path."""
    os.makedirs(folder, exist_ok=True)
    source = source or chain.BIN
    for name in os.listdir(source):
        real, here = os.path.join(source, name), os.path.join(folder, name)
        stage = name.rpartition("winnow-")[2]
        if stage in TRACED:
            with open(here, "w") as f:
                f.write(SCRIPT % {"stage": stage, "real": real})
            os.chmod(here, 0o755)
        elif name == "winnow":          # looks for its stages where it lies itself
            shutil.copy(real, here)
        elif name.startswith("winnow-"):
            os.symlink(real, here)
    return folder


class Plan:
    """What the starts of one run's stages meet."""

    def __init__(self, folder=None):
        self.folder = tempfile.mkdtemp(prefix="plan-", dir=folder)
        self.env = {"WC_PLAN": self.folder}

    def add(self, stage, start, *options):
        with open(os.path.join(self.folder, "%s-%d" % (stage, start)), "w") as f:
            f.write(" ".join(options))

    def watch(self, stage, starts):
        for start in range(starts):
            self.add(stage, start, "-e", "trace=" + ",".join(CALLS))

    def starts(self, stage):
        return sum(n.startswith(stage + "-start-") for n in os.listdir(self.folder))

    def lines(self, stage, start):
        log = os.path.join(self.folder, "%s-%d.log" % (stage, start))
        try:
            with open(log, errors="replace") as f:
                return f.read().splitlines()
        except FileNotFoundError:
            return []

    def fired(self, stage, start):
        """How many calls were tampered with, at that start of the stage."""
        return sum("(INJECTED)" in line or "(DELAYED)" in line or line.endswith("= ?")
                   for line in self.lines(stage, start))

    def tracers(self):
        """The processes of strace that write here."""
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/cmdline" % entry, "rb") as f:
                    words = f.read()
            except OSError:
                continue
            if words.startswith(b"strace") and self.folder.encode() in words:
                found.append(int(entry))
        return found

    def end_tracers(self):
        """Wait for them: their logs are whole then. One whose stage died before it was there waits
        for ever, and has nothing to tell."""
        end = time.monotonic() + PATIENCE
        while self.tracers():
            if time.monotonic() > end:
                for pid in self.tracers():
                    send(pid, signal.SIGKILL)
            pause(0.01)

    def remove(self):
        self.end_tracers()
        shutil.rmtree(self.folder, ignore_errors=True)


def file_of(line, cwd):
    """(call, path relative to cwd) of a traced line on a file of the run in cwd, or None."""
    found = LINE.match(line)
    if not found:
        return None
    call, base, name = found.groups()
    if call.startswith(("rename", "unlink")):
        path = os.path.join(cwd, base or "", name or "")
    else:
        path = LOST.sub("", base or "").strip()
    path = os.path.relpath(path, cwd) if path.startswith(cwd + "/") else OURS[0]
    return None if path == OURS[0] or path.startswith(OURS[1]) else (call, path)


def aims(cwd, path):
    """-P for all ways in which a stage may name a file."""
    names = {path, os.path.join(cwd, path), os.path.basename(path), "./" + path}
    return [word for name in sorted(names) for word in ("-P", name)]
