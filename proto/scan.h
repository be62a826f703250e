/*
 * scan - read MessagePack that may be hostile.
 *
 * A cursor over bytes in which every count is checked against the bytes that are left and every
 * depth against a limit, before anybody allocates by it. (msgpack-c 4.0.0 has no such limits: the
 * eight bytes 93 01 c3 dd ff ff ff ff make it ask malloc for 128 GiB.)
 *
 * Source: the MessagePack specification.
 * Differs: containers, also empty ones, nest at most SCAN_DEPTH deep, as in msgpack-c's own stack
 * of 32.
 */
#ifndef WINNOW_SCAN_H
#define WINNOW_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/span.h"

enum { SCAN_DEPTH = 32 };

struct scan {
	const unsigned char *p, *end;
};

enum value_type {
	VALUE_NIL,
	VALUE_BOOL,
	VALUE_UINT, /* 0 .. 2^64 - 1 */
	VALUE_INT,  /* below 0 only */
	VALUE_FLOAT,
	VALUE_STR,
	VALUE_BIN,
	VALUE_EXT,
	VALUE_ARRAY,
	VALUE_MAP,
};

/* One value, or the head of a container whose elements follow. */
struct value {
	enum value_type type;
	bool boolean;
	int8_t ext; /* the type of an ext */
	uint64_t uint;
	int64_t sint;
	double number;
	struct span bytes; /* of a string, bin or ext */
	uint32_t count;    /* of an array's elements or a map's pairs */
};

static inline struct scan
scan_of(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	return (struct scan){p, s.n == 0 ? p : p + s.n}; /* NULL + 0 is undefined */
}

static inline size_t
scan_left(const struct scan *s)
{
	return (size_t)(s->end - s->p);
}

/*
 * All of these move behind what they read and return 0; ERR_RECORD if the bytes are not that or are
 * cut short. After a failure the cursor is of no use. A count never exceeds the bytes left.
 */
int scan_value(struct scan *s, struct value *ret_value) WARN_UNUSED;
int scan_int64(struct scan *s, int64_t *ret_value) WARN_UNUSED;
int scan_int32(struct scan *s, int32_t *ret_value) WARN_UNUSED;
int scan_bool(struct scan *s, bool *ret_value) WARN_UNUSED;

/* The same for one type in any of its forms; called for the forms that are not read in place. */
int scan_any_map(struct scan *s, uint32_t *ret_pairs) WARN_UNUSED;
int scan_any_array(struct scan *s, uint32_t *ret_elements) WARN_UNUSED;
int scan_any_str(struct scan *s, struct span *ret_text) WARN_UNUSED;
int scan_any_bin(struct scan *s, struct span *ret_bytes) WARN_UNUSED;
int scan_any_uint64(struct scan *s, uint64_t *ret_value) WARN_UNUSED;
int scan_any_uint32(struct scan *s, uint32_t *ret_value) WARN_UNUSED;

/*
 * The short forms are nearly all that our own records have. They are read in place: a batch has one
 * value for every ten bytes, and a call for each was half the cost of reading it.
 */

static inline int
scan_map(struct scan *s, uint32_t *ret_pairs)
{
	size_t left = scan_left(s);
	uint32_t n;

	if (left == 0 || (*s->p & 0xF0) != 0x80)
		return scan_any_map(s, ret_pairs);
	n = *s->p & 15;
	if ((left - 1) / 2 < n)
		return ERR_RECORD;
	s->p++;
	*ret_pairs = n;
	return 0;
}

static inline int
scan_array(struct scan *s, uint32_t *ret_elements)
{
	size_t left = scan_left(s);
	uint32_t n;

	if (left == 0 || (*s->p & 0xF0) != 0x90)
		return scan_any_array(s, ret_elements);
	n = *s->p & 15;
	if (left - 1 < n)
		return ERR_RECORD;
	s->p++;
	*ret_elements = n;
	return 0;
}

/* Take n bytes that stand `head` bytes behind the cursor; at least so many are left. */
static inline int
scan_take(struct scan *s, size_t head, size_t n, struct span *ret_bytes)
{
	if (scan_left(s) - head < n)
		return ERR_RECORD;
	*ret_bytes = span_of((const char *)s->p + head, n);
	s->p += head + n;
	return 0;
}

static inline int
scan_str(struct scan *s, struct span *ret_text)
{
	size_t left = scan_left(s);

	if (left >= 1 && (*s->p & 0xE0) == 0xA0)
		return scan_take(s, 1, *s->p & 31, ret_text);
	if (left >= 2 && *s->p == 0xD9)
		return scan_take(s, 2, s->p[1], ret_text);
	if (left >= 3 && *s->p == 0xDA)
		return scan_take(s, 3, (size_t)s->p[1] << 8 | s->p[2], ret_text);
	return scan_any_str(s, ret_text);
}

static inline int
scan_bin(struct scan *s, struct span *ret_bytes)
{
	if (scan_left(s) >= 2 && *s->p == 0xC4)
		return scan_take(s, 2, s->p[1], ret_bytes);
	return scan_any_bin(s, ret_bytes);
}

static inline int
scan_uint64(struct scan *s, uint64_t *ret_value)
{
	if (s->p == s->end || *s->p >= 0x80)
		return scan_any_uint64(s, ret_value);
	*ret_value = *s->p++;
	return 0;
}

static inline int
scan_uint32(struct scan *s, uint32_t *ret_value)
{
	if (s->p == s->end || *s->p >= 0x80)
		return scan_any_uint32(s, ret_value);
	*ret_value = *s->p++;
	return 0;
}

/* Pass over one value with all that is in it; *ret_bytes, which may be NULL, are its bytes. */
int scan_skip(struct scan *s, struct span *ret_bytes) WARN_UNUSED;

/* The same, of at most `most` containers in each other; most is SCAN_DEPTH or less. */
int scan_skip_within(struct scan *s, unsigned most, struct span *ret_bytes) WARN_UNUSED;

/*
 * The length of the first value in s. 0: *ret_n bytes. ERR_STOP: cut short, more bytes may
 * complete it. ERR_RECORD: no MessagePack, or nested too deep.
 */
int scan_one(struct span s, size_t *ret_n) WARN_UNUSED;

#endif
