"""A full volume under the probes of docker/kubernetes: not ready, not killed, goes on afterwards.

TEST_FULL_SECONDS=600 is the long form; in the short one a stall would be told after two seconds.
"""
import os
import subprocess
import time

import containers
from containers import USER, chain

SECONDS = float(os.environ.get("TEST_FULL_SECONDS", 6))
# a document's limit is one of a stall, too
STALL = () if SECONDS > 400 else ("--stall-timeout", "2s", "--document-timeout", "500ms")
SMALL, LARGE = "600k", "64m"            # of a volume; the output has some megabytes
PERIOD = 0.5                            # seconds between two probes


class FullDisk(containers.ContainerTest):
    def setUp(self):
        super().setUp()
        for i in range(4):
            name, content = "in/%d.jsonl" % i, chain.Corpus(70 + i, 600).json_lines()
            self.put(name, content)
        self.winnow("-o", "out.jsonl", "in")
        self.mount("size=%s,uid=%d,gid=%d,mode=700" % (SMALL, USER, USER))
        self.addCleanup(subprocess.run, ["umount", "-l", self.path("data")])

    def mount(self, options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.path("data")],
                       check=True)

    def probe(self, id, path):
        """Whether it says yes, and what it says else."""
        r = containers.engine.docker("exec", id, "winnow", "ready",
                                     "http://127.0.0.1:9100/" + path, check=False)
        return r.returncode == 0, r.stderr

    def test_under_probes(self):
        # the folder of inputs is read-only: `in` lies over the volume
        id = self.start_container("run", *STALL, "--workers", "2", "-o", "out.jsonl", "in",
                                  options=["-v", self.path("in") + ":/var/lib/winnow/in:ro"])
        first = self.pid(id)
        chain.until(lambda: "space" in self.probe(id, "readyz")[1], "the hold")
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            lives, why = self.probe(id, "healthz")
            self.assertTrue(lives, why)
            ready, why = self.probe(id, "readyz")
            self.assertFalse(ready)
            self.assertRegex(why, "(?i)space")
            chain.select.select([], [], [], PERIOD)
        self.assertEqual(self.pid(id), first)
        self.mount("remount,size=" + LARGE)
        self.assertEqual(self.wait_for_end(id), chain.DONE, self.logs(id))
        self.assertIn("going on after", self.logs(id))
        self.assertEqual(self.get("data/out.jsonl"), self.get("out.jsonl"))


if __name__ == "__main__":
    containers.main()
