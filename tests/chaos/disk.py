"""A disk that is really full: output and state on a small tmpfs, which is made larger step by step.

What strace makes of ENOSPC fails a call as a whole; a full disk takes a part of it. The run has to
wait, survive a kill while it waits, and go on when there is room, with nothing lost.
"""
import os
import random
import shutil
import signal
import subprocess
import time

import kill
from harness import Case, Failure, Skip, pause, send

STEPS = 3
PATIENCE = 10           # seconds for a hold to be said


def mounted(folder, megabytes, *options):
    how = ",".join([*options, "size=%dk" % (1000 * megabytes)])
    r = subprocess.run(["mount", "-t", "tmpfs", "-o", how, "tmpfs", folder], capture_output=True,
                       text=True)
    if r.returncode != 0:
        raise Skip("mount: %s" % r.stderr.strip())


def on_disk(folder, corpus):
    os.mkdir(os.path.join(folder, "disk"))
    os.symlink(os.path.join(corpus, "few"), os.path.join(folder, "few"))


def used(folder):
    """Megabytes of all files below."""
    return sum(os.path.getsize(os.path.join(path, n)) for path, _, names in os.walk(folder)
               for n in names) / 1e6


def until_held(run, said):
    """Wait for one more word of a hold than `said`, or for the end; how many there are then."""
    end = time.monotonic() + PATIENCE
    while run.log().count("waiting: ") <= said and not run.has_ended() and time.monotonic() < end:
        pause(0.05)
    return run.log().count("waiting: ")


def full(desk, args, seed):
    if os.getuid() != 0 or not shutil.which("mount"):
        raise Skip("needs root and mount")
    rng = random.Random(seed)
    case = desk.calm(Case("disk/out.jsonl", args, "few", prepare=on_disk))
    whole = used(os.path.dirname(case.calm.output))
    run = desk.run(case)
    disk = run.path("disk")
    mounted(disk, max(0.3, whole * rng.uniform(0.05, 0.3)))

    def work():
        said = 0
        run.start()
        for step in range(1, STEPS + 1):
            said = until_held(run, said)
            if rng.random() < 0.7:
                pids = kill.wait_for(run, rng.choice(("write", "dedup", "run")), 2)
                for pid in pids:
                    send(pid, signal.SIGKILL)
                pause(0.5)
                if run.has_ended() and not run.is_done():
                    run.start()
            mounted(disk, whole * step / STEPS, "remount")
        if "waiting: " not in run.log():
            raise Failure("the disk was full, and nobody said so")
        mounted(disk, 10 + 4 * whole, "remount")

    def unmount():
        """The files stay where they are, to be looked at."""
        if os.path.ismount(disk):
            shutil.copytree(disk, run.path("copy"), symlinks=True)
            subprocess.run(["umount", "-l", disk], check=True)
            shutil.copytree(run.path("copy"), disk, dirs_exist_ok=True)
            shutil.rmtree(run.path("copy"))

    run.before_removal = unmount
    return desk.attempt("full disk", run, work)
