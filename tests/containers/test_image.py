"""The image: its size, what it may do, and that its bytes are those of the programs outside."""
import json
import os
import signal
import sys

import containers
from containers import HOME, IMAGE, chain

MOST_BYTES = 120e6                      # uncompressed, on top of the base


def inspect(image, what):
    return containers.engine.said("inspect", "-f", "{{%s}}" % what, image)


class Image(containers.ContainerTest):
    def test_size(self):
        base, whole = (int(inspect(i, ".Size")) for i in (containers.BASE, IMAGE))
        print("image: %.1f MB on top of a base of %.1f MB" % ((whole - base) / 1e6, base / 1e6),
              file=sys.stderr)
        self.assertLessEqual(whole - base, MOST_BYTES)

    def test_what_it_says(self):
        self.assertEqual(inspect(IMAGE, ".Config.User"), "65532:65532")
        self.assertEqual(inspect(IMAGE, "json .Config.Entrypoint"), '["winnow"]')
        for stage in ("read", "extract", "dedup", "summarize", "write", "run"):
            self.assertIn("--help", self.run_container(stage, "--help").stdout)

    def test_it_needs_no_shell(self):
        """With nothing in the place of every shell."""
        self.give("in.jsonl", chain.Corpus(3, 20).json_lines())
        shells = [o for shell in ("dash", "bash", "sh") for o in
                  ("-v", "/dev/null:/usr/bin/%s:ro" % shell)]
        refused = self.run_container("-c", "true", status=126,
                                     options=[*shells, "--entrypoint", "/bin/sh"])
        self.assertIn("permission denied", refused.stderr)
        out = self.run_container("run", "in.jsonl", options=shells).stdout
        self.assertEqual(len(out.splitlines()), 20)


class HealthCheck(containers.ContainerTest):
    """By what the image says; only how often is ours."""

    OFTEN = [flag for pair in ("interval 500ms", "timeout 2s", "retries 1", "start-period 0s")
             for flag in ("--health-" + pair).split()]

    def until_health(self, id, health):
        chain.until(lambda: inspect(id, ".State.Health.Status") == health, self.logs(id), 60)

    def test_a_chain_that_waits_for_work_and_stands_still(self):
        id = self.start_container("run", "-o", "out.jsonl", "-", options=["-i", *self.OFTEN])
        self.until_health(id, "healthy")
        os.kill(self.pid(id), signal.SIGSTOP)
        self.until_health(id, "unhealthy")
        os.kill(self.pid(id), signal.SIGCONT)
        self.until_health(id, "healthy")


class InAContainer(containers.ContainerTest):
    """Read-only, not root, without any capability: as it is deployed."""

    OPTIONS = ("--workers", "2")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = {"in/%d.jsonl" % i: chain.Corpus(seed, 1500).json_lines()
                     for i, seed in enumerate(range(91, 100))}
        cls.calm = None

    def setUp(self):
        super().setUp()
        for name, content in self.files.items():
            self.give(name, content)

    def assert_calm_bytes(self):
        """What the container wrote is what the programs outside write, undisturbed."""
        if self.calm is None:
            for name, content in self.files.items():
                self.put(name, content)
            self.winnow("-o", "out.jsonl.gz", "in")
            type(self).calm = self.get("out.jsonl.gz")
        self.assertEqual(self.get("data/out.jsonl.gz"), self.calm)

    def put_icu(self):
        """A folder of ICU data that is none."""
        for name in ("icudt72l.dat", "icudt72l/nfkc_cf.nrm", "icudt72l/uprops.icu"):
            self.put("data/icu/" + name, b"no data of ICU" * 100)

    def test_same_bytes_as_outside(self):
        self.put_icu()
        self.run_container("run", *self.OPTIONS, "-o", "out.jsonl.gz", "in", options=[
            "-e", "TZ=Europe/Oslo", "-e", "ICU_DATA=%s/icu" % HOME])
        self.assert_calm_bytes()

    def test_what_its_processes_may_do(self):
        """Each is user 65532 without capabilities, and each child has its filter."""
        id = self.start_container("run", *self.OPTIONS, "-", options=["-i"])
        first = self.pid(id)
        children = chain.until(lambda: self.jailed(first), "the jailed children")
        for pid in children + [first]:
            status = self.status(pid)
            self.assertEqual(status["Uid"].split(), [str(containers.USER)] * 4)
            for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
                self.assertEqual(int(status[kind], 16), 0, kind)
            self.assertEqual(status["NoNewPrivs"], "1")
            # one of the engine's, and in a child one of ours
            self.assertEqual(int(status["Seccomp_filters"]), 2 if pid in children else 1)

    def status(self, pid):
        with open("/proc/%d/status" % pid) as f:
            return dict((part.strip() for part in line.split(":", 1)) for line in f)

    def jailed(self, first):
        """The children of the workers once all four have their filters."""
        parents = {pid: parent for pid, parent, _ in chain.processes()}
        found = [pid for pid, parent in parents.items() if parents.get(parent) == first]
        ready = [pid for pid in found if int(self.status(pid)["Seccomp_filters"]) == 2]
        return ready if len(ready) == 4 else None

    def durable(self):
        """How many batches are in the checkpoint."""
        path = "data/out.jsonl.gz.winnow/checkpoint"
        return json.loads(self.get(path))["next"] if os.path.exists(self.path(path)) else 0

    def start_and_hurt(self, hurt):
        """Start a run, and hurt(container) when it has come further but surely not to its end."""
        before = self.durable()
        id = self.start_container("run", *self.OPTIONS, "-o", "out.jsonl.gz", "in")
        chain.until(lambda: self.durable() > before, "more output")
        workers = [pid for pid, parent, name in chain.processes()
                   if parent == self.pid(id) and name.endswith("extract")]
        self.assertEqual(len(workers), 2, self.logs(id))
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        self.assertTrue(chain.is_alive(self.pid(id)), "over too soon")
        hurt(id, workers)

    def finish(self):
        self.run_container("run", *self.OPTIONS, "-o", "out.jsonl.gz", "in")
        self.assert_calm_bytes()

    def test_sigterm_drains(self):
        """Stopped in the midst of its work: it ends with 0, and goes on where it was."""
        def stop(id, workers):
            containers.engine.docker("kill", "-s", "TERM", id)
            for pid in workers:
                os.kill(pid, signal.SIGCONT)
            self.assertEqual(self.wait_for_end(id), chain.DONE, self.logs(id))
            at_stop.append(self.get("data/out.jsonl.gz"))
        at_stop = []
        self.start_and_hurt(stop)
        self.finish()
        self.assertLess(len(at_stop[0]), len(self.calm))

    def test_kill_and_again(self):
        def kill(id, _):
            os.kill(self.pid(id), signal.SIGKILL)
            self.assertEqual(self.wait_for_end(id), 128 + signal.SIGKILL)
        for _ in range(2):
            self.start_and_hurt(kill)
        self.finish()


if __name__ == "__main__":
    containers.main()
