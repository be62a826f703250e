/*
 * http_body - the body of an HTTP response as it was meant: chunks joined, content decoded.
 *
 * Source: RFC 9112, section 7.1 (chunked), RFC 9110, section 8.4 (gzip, deflate), RFC 7932 (br),
 *         RFC 8878 (zstd). Archives often hold a body that is decoded already under headers that
 *         say otherwise, one that is compressed though no header says so, and bodies that are cut
 *         short: all are read.
 */
#ifndef WINNOW_HTTP_BODY_H
#define WINNOW_HTTP_BODY_H

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "proto/http_head.h"

enum {
	HTTP_CODINGS = 4,     /* one on top of the other; more are refused */
	HTTP_RATIO = 512,     /* a body that grows more is a bomb, */
	HTTP_FREE = 16 << 20, /* once it is larger than this */
};

struct http_body {
	struct span bytes;  /* part of the response, or in the arena */
	const char *reason; /* why it failed: bad-http, bomb or too-large */
	const char *damage; /* what is wrong with it though it was read, or NULL */
};

/*
 * Decode the body of a response of which *head is the head. most: bytes that it may have. Returns 0
 * or ERR_RECORD with a message; then ret->reason is one of proto/README.md's. Cost: linear
 * in what it takes and makes.
 */
int http_body_read(struct http_body *ret, struct arena *a, struct span response,
    const struct http_head *head, uint64_t most) WARN_UNUSED;

#endif
