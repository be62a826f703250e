/*
 * http - answers to GET on one address: figures and the state of a process, for those who watch.
 *
 * A thread of libmicrohttpd answers; between requests it sleeps. The library is loaded when the
 * first server is opened: linked, it would add 1.5 ms (TLS that nobody uses) to the start of each
 * process, jailed children included.
 *
 * Source: RFC 9110; https://www.gnu.org/software/libmicrohttpd/manual/
 */
#ifndef WINNOW_HTTP_H
#define WINNOW_HTTP_H

#include "common/buf.h"
#include "common/err.h"

struct http;

/* What goes back. The body starts empty; the server frees it. */
struct http_reply {
	int status;       /* 200, 404, 503 */
	const char *type; /* of the content; a literal */
	struct buf body;
};

/*
 * Answer a GET or HEAD of a path, without its query. Called in the server's thread, one call at a
 * time: what it reads must bear that.
 */
typedef void http_answer(void *object, struct span path, struct http_reply *reply);

/*
 * Listen at ADDR:PORT: an IPv4 address, a name, [an IPv6 address], or * for all; port 0 is any free
 * one. Signals that the caller wants to take itself have to be blocked. ERR_USAGE: it is no
 * address; ERR_SYS: it is in use, or the library is not there. *ret is untouched on failure.
 */
int
http_open(struct http **ret, const char *address, http_answer *answer, void *object) WARN_UNUSED;

/* The port that it listens at. */
int http_port(const struct http *h);

/* NULL is a no-op. */
void http_close(struct http *h);

/*
 * GET a URL, http://HOST:PORT/PATH, within so many ms: the status, and the body appended.
 * ERR_USAGE: it is no such URL; ERR_SYS: nobody answers.
 */
int http_get(const char *url, int timeout_ms, int *ret_status, struct buf *body) WARN_UNUSED;

#endif
