"""A real spider into a chain on this machine: by scrapy-redis's list, and by the example's pipeline."""
import os
import signal
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "chain")]
import chain                            # noqa: E402
import servers                          # noqa: E402
from web import Site, crawl             # noqa: E402

ARTICLES = 200


class Scrapy(chain.ChainTest):
    def setUp(self):
        servers.require_containers()
        super().setUp()
        self.site = Site(ARTICLES, allowed=ARTICLES // 2)
        self.addCleanup(self.site.close)

    def begin(self, source):
        self.chain = self.start("winnow", "run", "--workers", "1", "-o", "out.jsonl", source)

    def records(self):
        try:
            return chain.parse_records(self.get("out.jsonl").rpartition(b"\n")[0])
        except FileNotFoundError:
            return []

    def crawl_and_kill(self, source, *args, **settings):
        """The chain is killed when half of the site is crawled, and started again."""
        self.begin(source)
        spider = crawl(self, self.site, *args, **settings)
        chain.until(lambda: len(self.records()) > ARTICLES // 4, "a quarter of the articles")
        self.chain.kill()
        self.site.allow(ARTICLES)
        self.begin(source)
        self.assertEqual(spider.wait(), chain.DONE, spider.err())
        self.assertNotIn("Traceback", spider.err())
        chain.until(lambda: len(self.records()) >= ARTICLES, "all articles")
        self.chain.signal(signal.SIGTERM)
        self.assertEqual(self.chain.wait(), chain.DONE, self.chain.err())
        self.check()

    def check(self):
        urls = [r["url"] for r in self.records()]
        self.assertEqual(sorted(urls), sorted(map(self.site.article_url, range(ARTICLES))))
        for r in self.records():
            self.assertRegex(r["title"], "^Article [0-9]+$")

    def test_scrapy_redis(self):
        """Its own pipeline pushes to %(spider)s:items."""
        servers.require("redis-server")
        redis = servers.Redis(self.path("redis")).start()
        self.addCleanup(redis.stop)
        self.crawl_and_kill(redis.uri("?list=articles:items"), "scrapy_redis.pipelines.RedisPipeline",
                            python=servers.python_with("scrapy-redis==0.9.1", debian=True),
                            REDIS_HOST="127.0.0.1", REDIS_PORT=redis.port)
        self.assertEqual(redis("LLEN", "articles:items"), 0)

    def test_submitted(self):
        """The spider ends only when the outcome of each article is durable."""
        port = servers.free_port()
        self.crawl_and_kill("zmq+submit://127.0.0.1:%d" % port, "winnow_submit.SubmitPipeline",
                            WINNOW_SUBMIT="tcp://127.0.0.1:%d" % port)


if __name__ == "__main__":
    unittest.main(verbosity=2)
