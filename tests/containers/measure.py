"""Figures of the image, by hand, on an idle machine: size, cold start to ready, cost of idling."""
import os
import subprocess
import time

import containers
from containers import chain

STARTS = 7
IDLE_S = 20


def megabytes(bytes):
    return "%.1f MB" % (int(bytes) / 1e6)


class Measure(containers.ContainerTest):
    RUN = ("run", "--workers", "2", "-o", "out.jsonl", "-")

    def size(self, image):
        return int(containers.engine.said("inspect", "-f", "{{.Size}}", image))

    def test_size(self):
        whole, base = self.size(containers.IMAGE), self.size(containers.BASE)
        print("image: %s on top of a base of %s" % (megabytes(whole - base), megabytes(base)))
        print(containers.engine.said("history", "--format", "{{.Size}}\\t{{.CreatedBy}}",
                                     containers.IMAGE))

    def test_cold_start(self):
        """Of the programs outside a container, whose own start is the engine's affair."""
        port = containers.servers.free_port()
        took = []
        for i in range(STARTS):
            began = time.monotonic()
            process = self.start("winnow", *self.RUN[:-2], "%d.jsonl" % i, "--http",
                                 "127.0.0.1:%d" % port, "-", stdin=subprocess.PIPE)
            self.until_ready(port)
            took.append(time.monotonic() - began)
            process.kill()
        print("cold start to ready: " + ", ".join("%.0f ms" % (1000 * t) for t in sorted(took)))

    def until_ready(self, port):
        ready = [chain.program("winnow"), "ready", "127.0.0.1:%d" % port]
        while subprocess.run(ready, stderr=subprocess.DEVNULL).returncode != 0:
            pass

    def test_idle(self):
        redis = containers.servers.Redis(self.path("redis")).start()
        self.addCleanup(redis.stop)
        for source in (redis.uri("?stream=articles&group=winnow"), redis.uri("?list=items"),
                       "zmq+submit://127.0.0.1:%d" % containers.servers.free_port()):
            port = containers.servers.free_port()
            process = self.start("winnow", *self.RUN[:-2], "idle.%d" % port, "--http",
                                 "127.0.0.1:%d" % port, source)
            self.until_ready(port)
            pids = self.below(process.pid)
            before, began = self.cpu(pids), time.monotonic()
            self.assertTrue(process.still_runs(IDLE_S))
            spent = (self.cpu(pids) - before) / (time.monotonic() - began)
            print("idle at %s, %d processes: %.2f %% of a core, %s (proportional)" % (
                source, len(pids), 100 * spent, megabytes(self.memory(pids, "Pss"))))
            process.kill()

    def below(self, pid):
        return [pid] + [p for child, parent, _ in list(chain.processes()) if parent == pid
                        for p in self.below(child)]

    def cpu(self, pids):
        """Seconds."""
        total = 0
        for pid in pids:
            with open("/proc/%d/stat" % pid) as f:
                fields = f.read().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")

    def memory(self, pids, kind):
        total = 0
        for pid in pids:
            with open("/proc/%d/smaps_rollup" % pid) as f:
                total += sum(int(line.split()[1]) * 1024 for line in f
                             if line.startswith(kind + ":"))
        return total


if __name__ == "__main__":
    containers.main()
