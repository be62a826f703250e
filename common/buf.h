/*
 * buf - a growing run of bytes with one owner.
 */
#ifndef WINNOW_BUF_H
#define WINNOW_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/span.h"

struct buf {
	char *p;
	size_t n;   /* bytes in use */
	size_t cap; /* bytes there are */
};

/* A buf starts as {0}; no init. */

/* Make room for n more bytes; doubles, so that appending is linear. */
void buf_grow(struct buf *b, size_t n);

/* Room for n more bytes at the returned place; the caller adds to b->n what it used of them. */
static inline char *
buf_room(struct buf *b, size_t n)
{
	if (b->cap - b->n < n)
		buf_grow(b, n);
	return b->p + b->n;
}

static inline void
buf_put(struct buf *b, const void *p, size_t n)
{
	if (n == 0)
		return; /* there may be no memory yet, and p may be NULL */
	memcpy(buf_room(b, n), p, n);
	b->n += n;
}

static inline void
buf_byte(struct buf *b, char c)
{
	*buf_room(b, 1) = c;
	b->n++;
}

static inline void
buf_span(struct buf *b, struct span s)
{
	buf_put(b, s.p, s.n);
}

static inline void
buf_str(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

static inline struct span
buf_view(const struct buf *b)
{
	return span_of(b->p, b->n);
}

void buf_print(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Append the decimal digits of v. */
void buf_uint(struct buf *b, uint64_t v);
void buf_int(struct buf *b, int64_t v);

/* Append lower-case hexadecimal digits, two a byte. */
void buf_hex(struct buf *b, const void *p, size_t n);

/* Append RFC 4648 base64 with padding. */
void buf_base64(struct buf *b, struct span s);

/* Cut the first n bytes off. */
void buf_shift(struct buf *b, size_t n);

void buf_done(struct buf *b);

#endif
