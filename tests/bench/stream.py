#!/usr/bin/python3
"""How fast a chain takes a Redis stream, beside the same documents from a file: ./dev build first.

usage: stream.py [DOCUMENTS [RUNS]]; the programs from WINNOW_BIN, as in tests/chain. The stream is
filled before the chain starts; the server writes its file, with appendfsync everysec.
"""
import json
import os
import resource
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../chain"))

import chain        # noqa: E402
import queues       # noqa: E402

def processor_seconds(redis):
    """Of all that has ended, and of the server so far."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open("/proc/%d/stat" % redis.popen.pid) as f:
        fields = f.read().rpartition(")")[2].split()
    return ended.ru_utime + ended.ru_stime + (
        int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


N = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 3


class Bench(queues.QueueTest):
    def runTest(self):
        corpus = [json.loads(line) for line in chain.Corpus(11, N).json_lines().splitlines()]
        for i, record in enumerate(corpus):
            record["id"] = "%d" % i
        lines = [json.dumps(r).encode() for r in corpus]
        self.put("in.jsonl", b"\n".join(lines) + b"\n")
        mb = sum(map(len, lines)) / 1e6
        redis = self.redis = queues.Redis(self.path("redis"), "--appendfsync", "everysec")
        self.addCleanup(redis.kill)
        client = redis.client()
        client.pipeline([("XADD", "s", "*", "json", line) for line in lines])
        client.close()
        print("%d documents, %.1f MB" % (len(lines), mb))
        for turn in range(RUNS):
            seconds = {"file": self.time("in.jsonl", "file%d.jsonl" % turn, len(lines)),
                       "stream": self.time(redis.uri("stream=s&group=g%d" % turn),
                                           "stream%d.jsonl" % turn, len(lines))}
            print("%s; stream/file %.2f, by processor time %.2f" % (", ".join(
                "%s %.2f s, %.0f documents/s, %.1f MB/s" % (k, s, len(lines) / s, mb / s)
                for k, (s, _) in seconds.items()),
                seconds["file"][0] / seconds["stream"][0],
                seconds["file"][1] / seconds["stream"][1]))

    def time(self, source, output, n):
        """Seconds until the outcome of all is durable, and what of the processors, Redis included."""
        start, before = time.monotonic(), processor_seconds(self.redis)
        process = self.start("winnow", "run", "-o", output, "--same-document", "id", source)
        chain.until(lambda: self.checkpoint_in(output) == n, "all durable")
        seconds = time.monotonic() - start
        process.signal(signal.SIGTERM)
        process.wait()
        return seconds, processor_seconds(self.redis) - before


if __name__ == "__main__":
    unittest.TextTestRunner(verbosity=0).run(Bench())
