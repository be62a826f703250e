/*
 * http_head - the head of an HTTP response as archives hold it: status and the headers that say
 * how to read the body.
 *
 * Source: RFC 9112, sections 2 to 5. Lines may end in LF alone; what is no header is passed over.
 */
#ifndef WINNOW_HTTP_HEAD_H
#define WINNOW_HTTP_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "common/span.h"

struct http_head {
	size_t n;             /* bytes, the blank line included: the body begins there */
	bool whole;           /* there was a blank line */
	uint32_t status;      /* 0: none */
	struct span type;     /* Content-Type; n == 0: none */
	struct span encoding; /* Content-Encoding */
	struct span transfer; /* Transfer-Encoding */
	struct span length;   /* Content-Length, as it stands there */
};

/*
 * Read the head that s begins with. False if it does not begin with a status line. Spans point into
 * s. Cost: linear in the head.
 */
bool http_head_read(struct http_head *ret, struct span s);

/*
 * The value of a header line "name: value", trimmed, if its name is this one in any case; else
 * span_of(NULL, 0). `name` is in lower case.
 */
struct span header_value(struct span line, struct span name);

/* Cut the next line off s, without its end and white space behind; false if there is no line end.
 */
bool header_line(struct span *s, struct span *ret_line);

/* The media type of a Content-Type, without parameters, trimmed: "text/html". Case is as it came.
 */
struct span media_type(struct span content_type);

/* The charset parameter of a Content-Type, without quotes; n == 0: none. */
struct span media_charset(struct span content_type);

/* Whether both are the same, upper and lower case of ASCII aside. */
bool span_like(struct span a, struct span b);

#endif
