"""docker/compose.yaml as a pipeline: a spider crawls a site, and each article comes out once.

A real Scrapy spider adds articles to the stream; meanwhile each container is killed once, in any
order, Redis too, and the stream is trimmed behind its consumer. TEST_ARTICLES=20000 is the long
form; WINNOW_SEED names the order of the kills.
"""
import json
import os
import random
import signal
import subprocess
import time

import containers
from containers import ROOT, chain, servers
from web import Site, crawl

ARTICLES = int(os.environ.get("TEST_ARTICLES", 400))
SEED = int(os.environ.get("WINNOW_SEED", time.time_ns() % 1000000))
SCALE = {"extract": 2, "summarize": 2}
SERVICES = ("redis", "read", "extract", "dedup", "summarize", "write")
PATIENCE = 240 + ARTICLES // 10
BROKEN = b'{"id": "broken", "text": '


class Compose:
    """docker-compose with the project's file, and others of docker/ over it."""

    def __init__(self, *more, **env):
        files = [o for name in ("compose.yaml", *more)
                 for o in ("-f", os.path.join(ROOT, "docker", name))]
        self.command = ["docker-compose", *files, "--project-name", "winnow"]
        self.env = {**containers.engine.environment(), "WINNOW_IMAGE": containers.IMAGE, **env}

    def __call__(self, *args):
        r = subprocess.run([*self.command, *args], env=self.env, capture_output=True, text=True,
                           stdin=subprocess.DEVNULL)
        if r.returncode != 0:
            raise AssertionError("docker-compose %s: %s%s" % (" ".join(args), r.stdout, r.stderr))
        return r.stdout.strip()

    def containers(self, service):
        return self("ps", "-q", service).split()


class ComposeTest(containers.ContainerTest):
    """The chain of compose.yaml."""

    FILES = ()

    def setUp(self):
        super().setUp()
        self.port = servers.free_port()
        self.compose = Compose(*self.FILES, REDIS_PORT=str(self.port))
        self.addCleanup(self.compose, "down", "-v", "-t", "1")

    # what the pipeline is at

    def redis(self, *words):
        with servers.Resp(("127.0.0.1", self.port)) as connection:
            return connection(*words)

    def redis_answers(self):
        try:
            return self.redis("PING") == b"PONG"
        except (OSError, servers.NotThere):
            return False

    def lines(self, name):
        """Of a file in the volume; the last one may still be written."""
        path = containers.engine.said("volume", "inspect", "-f", "{{.Mountpoint}}", "winnow_data")
        try:
            with open(os.path.join(path, name), "rb") as f:
                return [line for line in f if line.endswith(b"\n")]
        except FileNotFoundError:
            return []

    def outcomes(self):
        """The id of each record and dead letter, in order."""
        records = [json.loads(line)["id"] for line in self.lines("out.jsonl")]
        return records + [json.loads(line)["id"] for line in self.lines("out.jsonl.dead.jsonl")]

    def until_out(self, n):
        try:
            chain.until(lambda: len(self.lines("out.jsonl")) >= n, "%d records" % n, PATIENCE)
        except AssertionError as e:
            raise AssertionError("%s\n%s" % (e, self.compose("logs", "--tail=20"))) from None

    def up(self):
        self.compose("up", "-d", *("--scale=%s=%d" % s for s in SCALE.items()))
        chain.until(self.redis_answers, "Redis")

    def stop(self, n_kills):
        """Each is ready; then all stop, in an order in which the chain drains."""
        for service in SERVICES[1:]:
            for id in self.compose.containers(service):
                containers.engine.docker("exec", id, "winnow", "ready")
        self.compose("stop", *SERVICES[1:])
        for service in SERVICES[1:]:
            for id in self.compose.containers(service):
                state = containers.engine.said("inspect", "-f",
                                               "{{.State.ExitCode}} {{.RestartCount}}", id)
                self.assertEqual(state, "0 %d" % n_kills, "%s: %s" % (service, self.logs(id)))


class Pipeline(ComposeTest):
    def setUp(self):
        super().setUp()
        print("seed %d, %d articles" % (SEED, ARTICLES), flush=True)
        self.random = random.Random(SEED)
        self.site = Site(ARTICLES, allowed=0)
        self.addCleanup(self.site.close)
        self.trim_to = None

    def kill(self, service, number):
        """kill -9 of its first process; the engine starts the container again."""
        id = self.compose.containers(service)[number]
        before = int(containers.engine.said("inspect", "-f", "{{.RestartCount}}", id))
        os.kill(self.pid(id), signal.SIGKILL)
        chain.until(lambda: int(containers.engine.said(
            "inspect", "-f", "{{.RestartCount}}", id)) > before, "the restart of " + service)
        if service == "redis":
            chain.until(self.redis_answers, "Redis")

    def trim(self):
        """Away with what the group was given and has had time to write down."""
        (group,) = self.redis("XINFO", "GROUPS", "articles")
        given = dict(zip(group[::2], group[1::2]))[b"last-delivered-id"]
        if self.trim_to is not None:
            self.redis("XTRIM", "articles", "MINID", self.trim_to)
        self.trim_to = given

    def test_each_article_once(self):
        self.up()
        spider = crawl(self, self.site, "winnow_stream.StreamPipeline",
                       WINNOW_REDIS="redis://127.0.0.1:%d/0" % self.port)
        victims = [(s, n) for s in SERVICES for n in range(SCALE.get(s, 1))]
        self.random.shuffle(victims)
        for step, victim in enumerate(victims, 1):
            # some of them go to the chain while it is hurt
            self.site.allow(ARTICLES * step // (len(victims) + 1))
            self.until_out(ARTICLES * (step - 1) // (len(victims) + 1) +
                           self.random.randrange(ARTICLES // (len(victims) + 1)))
            if victim[0] == "redis":
                # the spider has no second try: what waits for it waits at the site
                chain.until(lambda: self.site.served == self.site.allowed, "the spider")
                self.until_out(self.site.served)
            self.kill(*victim)
            self.trim()
        self.redis("XADD", "articles", "*", "json", BROKEN)
        self.site.allow(ARTICLES)
        self.assertEqual(spider.wait(PATIENCE), chain.DONE, spider.err())
        self.until_out(ARTICLES)
        (read,) = self.compose.containers("read")
        self.assertIn("chains share no index", self.logs(read))
        self.stop(1)
        self.check()

    def check(self):
        outcomes = self.outcomes()
        self.assertEqual(len(outcomes), ARTICLES + 1)
        self.assertEqual(len(set(outcomes)), ARTICLES + 1)
        self.assertEqual(set(outcomes) >= {self.site.article_url(n) for n in range(ARTICLES)}, True)
        self.assertEqual(len(self.lines("out.jsonl.dead.jsonl")), 1)
        self.assertLess(self.redis("XLEN", "articles"), ARTICLES)
        self.assertEqual(self.redis("XPENDING", "articles", "winnow")[0], 0)


class Keyed(ComposeTest):
    """With keys on its links."""

    FILES = ("examples/keys.yaml",)

    def setUp(self):
        # after the cleanups of what uses it
        self.addCleanup(lambda: containers.engine.docker("volume", "rm", "-f", "winnow_keys"))
        super().setUp()

    def test_a_chain_with_keys(self):
        containers.engine.docker("run", "--rm", "-v", "winnow_keys:/etc/winnow", containers.IMAGE,
                                 "keygen", "/etc/winnow")
        self.up()
        for d in chain.Corpus(12, 50).documents:
            self.redis("XADD", "articles", "*", "json", json.dumps(d))
        self.until_out(50)
        self.stop(0)


if __name__ == "__main__":
    containers.main("docker-compose", "redis-server")
