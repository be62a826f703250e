#include "common/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/mem.h"

enum { FIRST_BYTES = 256 };

void
buf_grow(struct buf *b, size_t n)
{
	size_t need = b->n + n, cap = b->cap == 0 ? FIRST_BYTES : b->cap;

	while (cap < need)
		cap *= 2;
	b->p = mem_grow(b->p, cap);
	b->cap = cap;
}

void
buf_print(struct buf *b, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	buf_room(b, (size_t)n + 1);
	va_start(args, format);
	vsnprintf(b->p + b->n, (size_t)n + 1, format, args);
	va_end(args);
	b->n += (size_t)n;
}

void
buf_uint(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	buf_put(b, digits + at, sizeof(digits) - at);
}

void
buf_int(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_byte(b, '-');
	buf_uint(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void
buf_hex(struct buf *b, const void *p, size_t n)
{
	const unsigned char *in = p;
	char *out = buf_room(b, 2 * n);

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = "0123456789abcdef"[in[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[in[i] & 15];
	}
	b->n += 2 * n;
}

void
buf_base64(struct buf *b, struct span s)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *in = (const unsigned char *)s.p;
	char *out = buf_room(b, (s.n + 2) / 3 * 4);

	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i;
		unsigned v = (unsigned)in[i] << 16;
		if (left > 1)
			v |= (unsigned)in[i + 1] << 8;
		if (left > 2)
			v |= in[i + 2];
		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = left > 1 ? digits[v >> 6 & 63] : '=';
		*out++ = left > 2 ? digits[v & 63] : '=';
	}
	b->n += (s.n + 2) / 3 * 4;
}

void
buf_shift(struct buf *b, size_t n)
{
	if (n == 0)
		return; /* there may be no memory yet */
	b->n -= n;
	memmove(b->p, b->p + n, b->n);
}

void
buf_done(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}
