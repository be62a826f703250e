"""The stages as single programs, without `winnow run`: one process a container, restarted one by
one."""
import os
import subprocess
import time

import compare
from harness import DEAD_LETTERS, DONE, Failure, Run, chain, last_lines, pause

PATIENCE = 180
PROCESSES = ("dedup", "write", "read", "extract 1", "extract 2", "summarize 1", "summarize 2")
ENDS = {
    "read": {"out": "raw", "ask-dedup": "dedup", "ask-write": "write"},
    "extract": {"in": "raw", "out": "hashed"},
    "dedup": {"in": "hashed", "out": "kept", "control": "dedup"},
    "summarize": {"in": "kept", "out": "scored"},
    "write": {"in": "scored", "control": "write"},
}
WORKERS = ("extract", "summarize")



class Stages(Run):
    """Each stage by itself, as in containers; one that dies is started again here."""

    def __init__(self, case, folder, corpus, place=lambda stage: [], endpoint=None):
        super().__init__(case, folder, corpus)
        self.place = place
        self.endpoint = endpoint or (lambda name: "ipc://" + self.path("run/" + name))
        self.all, self.deaths = {}, 0

    def environment(self):
        """The case's options as variables: each stage takes what it knows."""
        env = super().environment()
        for flag, value in zip(self.case.args[::2], self.case.args[1::2]):
            env["WINNOW_" + flag[2:].upper().replace("-", "_")] = value
        return env

    def arguments(self, stage):
        ends = ["--%s=%s" % (flag, self.endpoint(name)) for flag, name in ENDS[stage].items()]
        if any("=tcp:" in end for end in ends):
            ends.append("--insecure")     # in a namespace that only this chain is in
        state = ["-o", self.case.output, "--state", self.case.output + ".winnow"]
        return ends + {
            "read": state + self.case.source.split(),
            "dedup": ["--index", "file:%s.winnow/index" % self.case.output],
            "write": state,
        }.get(stage, [])

    def start_stage(self, name):
        stage = name.split()[0]
        command = [os.path.join(self.case.bin_dir, "winnow-" + stage), *self.arguments(stage)]
        with open(self.path("log"), "ab") as log:
            self.all[name] = subprocess.Popen(
                self.place(stage) + command, cwd=self.folder, env=self.environment(), stderr=log,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=self.before_exec)

    def start(self):
        os.makedirs(self.path(self.case.output + ".winnow"), exist_ok=True)
        self.starts += 1
        for name in PROCESSES:
            self.start_stage(name)
        self.popen = self.all["read"]

    def restart_dead(self):
        for name, process in self.all.items():
            status = process.poll()
            if status is None or (name == "read" and status == 0):
                continue
            if status >= 0 and status != chain.FAULT:
                raise Failure("%s ended with %s; the log says:\n%s" % (
                    name, status, last_lines(self.log())))
            self.deaths += 1            # by our kill, or of libzmq's assertions when peers die
            self.start_stage(name)

    def finish(self):
        """Until read says that all is durable; then the others are told to stop, and obey."""
        end = time.monotonic() + PATIENCE
        while self.all["read"].poll() != 0:
            if time.monotonic() > end:
                raise Failure("not done in %d s; the log says:\n%s" % (
                    PATIENCE, last_lines(self.log())))
            self.restart_dead()
            pause(0.02)
        for name, process in self.all.items():
            process.terminate()
        for name, process in self.all.items():
            if process.wait(30) not in (DONE, DEAD_LETTERS):
                raise Failure("%s ended with %d after SIGTERM" % (name, process.returncode))
        self.status = DONE

    def end(self):
        for process in self.all.values():
            process.kill()
            process.wait()


def difference(calm, run):
    """Single programs print no last line: only the files count."""
    got = compare.Outcome(run)
    for a, b in ((calm.output, got.output), (calm.dead, got.dead)):
        if not compare.is_same(a, b):
            return compare.first_difference(a, b)
    return None
