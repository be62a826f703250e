"""A web site of articles, on loopback, and a spider for it: an index in pages, a page an article.

Articles share paragraphs, as those of real sites do. So many articles are served as a test has
allowed; the next request waits. So a test says how far a spider can have come.
"""
import http.server
import json
import os
import random
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "docker", "examples")
PER_PAGE = 50
WORDS = ("harbour ferry bridge school mill council museum railway orchard library theatre clinic "
         "tunnel market lighthouse brewery quarry archive stadium garden opened closed bought sold "
         "rebuilt moved painted measured northern quiet crowded famous").split()
FOOTERS = ("Sign up for the morning letter of the Harbour Gazette and never miss a ferry again.",
           "All rights reserved; no part of this page may be carried away by gulls or by visitors.")


def article(n):
    """Its HTML."""
    r = random.Random(n)
    sentence = lambda: "The %s, with %d %s, was %s in %d." % (
        " ".join(r.choices(WORDS, k=8)), r.randrange(2, 90000), r.choice(WORDS), r.choice(WORDS),
        r.randrange(1950, 2024))
    paragraphs = [" ".join(sentence() for _ in range(r.randrange(2, 6))) for _ in range(5)]
    body = "".join("<p>%s</p>\n" % p for p in [*paragraphs, r.choice(FOOTERS)])
    return ("<!DOCTYPE html><html lang=en><head><title>Article %d</title></head><body><article>"
            "<h1>Article %d</h1>\n%s</article></body></html>" % (n, n, body))


class Site:
    def __init__(self, n_articles, allowed=None):
        self.n_articles = n_articles
        self.allowed = n_articles if allowed is None else allowed
        self.served, self.moved = 0, threading.Condition()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d/" % self.server.server_address[1]

    def article_url(self, n):
        return "%sarticle/%d" % (self.url, n)

    def allow(self, n):
        """So many articles in all."""
        with self.moved:
            self.allowed = n
            self.moved.notify_all()

    def index(self, page):
        first = page * PER_PAGE
        links = "".join("<a href='/article/%d'>%d</a>\n" % (n, n)
                        for n in range(first, min(first + PER_PAGE, self.n_articles)))
        more = first + PER_PAGE < self.n_articles
        return "<html><body>%s%s</body></html>" % (
            links, "<a rel=next href='/page/%d'>more</a>" % (page + 1) if more else "")

    def page(self, path):
        kind, _, number = path.strip("/").partition("/")
        if kind == "article":
            with self.moved:
                self.moved.wait_for(lambda: self.served < self.allowed)
                self.served += 1
            return article(int(number))
        return self.index(int(number or 0))

    def handler(self):
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = site.page(self.path).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler

    def close(self):
        self.allow(1 << 60)
        self.server.shutdown()
        self.server.server_close()


def crawl(test, site, pipeline, python="/usr/bin/python3", **settings):
    """Start a spider, as a process of a chain.ChainTest, that gives each article to a pipeline."""
    settings = {"ITEM_PIPELINES": json.dumps({pipeline: 900}), **settings}
    return test.start(
        python, "-m", "scrapy", "runspider", os.path.join(HERE, "spider.py"),
        "-a", "start=" + site.url, *(o for s in settings.items() for o in ("-s", "%s=%s" % s)),
        env={"PYTHONPATH": EXAMPLES})
