/*
 * span - some bytes that lie elsewhere. Not NUL-terminated, may hold NUL, owned by somebody else.
 */
#ifndef WINNOW_SPAN_H
#define WINNOW_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *p; /* may be NULL only when n is 0 */
	size_t n;      /* bytes */
};

#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})

static inline struct span
span_of(const char *p, size_t n)
{
	return (struct span){p, n};
}

/* A C string as a span; NULL is the empty span. */
static inline struct span
span_str(const char *s)
{
	return (struct span){s, s == NULL ? 0 : strlen(s)};
}

static inline bool
span_equal(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
span_starts(struct span s, struct span prefix)
{
	return s.n >= prefix.n && memcmp(s.p, prefix.p, prefix.n) == 0;
}

static inline bool
span_ends(struct span s, struct span suffix)
{
	return s.n >= suffix.n && memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0;
}

/* The bytes [from, to); from and to must lie inside s. */
static inline struct span
span_cut(struct span s, size_t from, size_t to)
{
	return (struct span){s.p == NULL ? NULL : s.p + from, to - from};
}

/* Decimal digits and nothing else; false also for what is larger than UINT64_MAX. */
static inline bool
span_number(struct span s, uint64_t *ret)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9' || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	*ret = v;
	return s.n > 0;
}

#endif
