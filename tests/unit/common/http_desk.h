/*
 * http_desk - a server in the test's own process.
 */
#ifndef WINNOW_HTTP_DESK_H
#define WINNOW_HTTP_DESK_H

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "common/http.h"

struct desk {
	struct http *http;
	char url[64]; /* ends with / */
};

/* The path comes back, with status 200 if it begins with /yes. */
static inline void
desk_answer(void *object, struct span path, struct http_reply *reply)
{
	(void)object;
	reply->status = span_starts(path, SPAN("/yes")) ? 200 : 503;
	buf_span(&reply->body, path);
}

static inline void
desk_open(struct desk *d)
{
	cr_assert_eq(http_open(&d->http, "127.0.0.1:0", desk_answer, NULL), 0, "%s", err_text());
	snprintf(d->url, sizeof(d->url), "http://127.0.0.1:%d/", http_port(d->http));
}

static inline void
desk_close(struct desk *d)
{
	http_close(d->http);
}

#endif
