"""Archives of own words, whole and damaged: WARC, ARC, tar and zip, made from a seed."""
import gzip
import random

WORDS = ("harbour ferry council island quay lighthouse tide engine winter ticket bridge captain "
         "letter market school budget vote storm radio museum").split()


def page(rng, n):
    """A page of HTML whose paragraphs nobody else has."""
    text = "".join("<p>%s number %d.</p>\n" % (" ".join(rng.choice(WORDS) for _ in range(14)),
                                               rng.randrange(10 ** 9)) for _ in range(n))
    return ("<!doctype html><html><head><title>Page</title></head><body><article>\n%s"
            "</article></body></html>" % text).encode()


def response(body, mime="text/html; charset=utf-8", status=200, headers=b""):
    return (b"HTTP/1.1 %d Said\r\nContent-Type: %s\r\n%s\r\n" % (status, mime.encode(), headers)
            + body)


def chunked(body):
    parts = [body[i:i + 1000] for i in range(0, len(body), 1000)] + [b""]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def record(number, block, kind="response", length=None, more=b""):
    head = ("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:%08d>\r\n"
            "WARC-Date: 2024-02-29T09:12:00Z\r\nWARC-Target-URI: https://arle.example/%d\r\n"
            "Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n" % (
                kind, number, number, len(block) if length is None else length)).encode()
    return head + more + b"\r\n" + block + b"\r\n\r\n"


def records(seed, n):
    """n records: pages, plain, chunked and gzipped, with images and moved pages between."""
    rng = random.Random(seed)
    for i in range(n):
        body = page(rng, rng.randrange(1, 40))
        if i % 11 == 3:
            yield record(i, response(rng.randbytes(3000), "image/png"))
        elif i % 11 == 7:
            yield record(i, response(b"moved", status=302))
        elif i % 3 == 0:
            yield record(i, response(chunked(body), headers=b"Transfer-Encoding: chunked\r\n"))
        elif i % 3 == 1:
            yield record(i, response(gzip.compress(body, mtime=0),
                                     headers=b"Content-Encoding: gzip\r\n"))
        else:
            yield record(i, response(body))


def members(parts):
    return [gzip.compress(part, 6, mtime=0) for part in parts]
