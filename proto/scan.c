#include "proto/scan.h"

#include <string.h>

static uint64_t
big_endian(const unsigned char *p, unsigned n)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

/* Take n bytes of big-endian integer; ERR_STOP if they are not there. */
static int
take(struct scan *s, unsigned n, uint64_t *ret_v)
{
	if (scan_left(s) < n)
		return ERR_STOP;
	*ret_v = big_endian(s->p, n);
	s->p += n;
	return 0;
}

static int
body(struct scan *s, struct value *v, enum value_type type, uint64_t n)
{
	v->type = type;
	if (scan_left(s) < n)
		return ERR_STOP;
	v->bytes = span_of((const char *)s->p, (size_t)n);
	s->p += n;
	return 0;
}

/* A length of 1, 2 or 4 bytes, then that many. */
static int
sized_body(struct scan *s, struct value *v, enum value_type type, unsigned width)
{
	uint64_t n;

	TRY(take(s, width, &n));
	return body(s, v, type, n);
}

static int
extension(struct scan *s, struct value *v, uint64_t n)
{
	uint64_t type;

	TRY(take(s, 1, &type));
	v->ext = (int8_t)type;
	return body(s, v, VALUE_EXT, n);
}

static int
sized_extension(struct scan *s, struct value *v, unsigned width)
{
	uint64_t n;

	TRY(take(s, width, &n));
	return extension(s, v, n);
}

/* Each element takes at least one byte, each pair two. */
static int
container(struct scan *s, struct value *v, enum value_type type, uint64_t n)
{
	v->type = type;
	v->count = (uint32_t)n;
	return scan_left(s) / (type == VALUE_MAP ? 2 : 1) < n ? ERR_STOP : 0;
}

static int
sized_container(struct scan *s, struct value *v, enum value_type type, unsigned width)
{
	uint64_t n;

	TRY(take(s, width, &n));
	return container(s, v, type, n);
}

static int
unsigned_integer(struct scan *s, struct value *v, unsigned width)
{
	v->type = VALUE_UINT;
	return take(s, width, &v->uint);
}

static void
set_signed(struct value *v, int64_t n)
{
	v->type = n < 0 ? VALUE_INT : VALUE_UINT;
	v->sint = n;
	v->uint = (uint64_t)n;
}

static int
signed_integer(struct scan *s, struct value *v, unsigned width)
{
	uint64_t raw;

	TRY(take(s, width, &raw));
	set_signed(v, (int64_t)(raw << (64 - 8 * width)) >> (64 - 8 * width));
	return 0;
}

static int
floating(struct scan *s, struct value *v, unsigned width)
{
	uint64_t raw;
	uint32_t half;
	float single;

	v->type = VALUE_FLOAT;
	TRY(take(s, width, &raw));
	if (width == 4) {
		half = (uint32_t)raw;
		memcpy(&single, &half, sizeof(single));
		v->number = (double)single;
	} else
		memcpy(&v->number, &raw, sizeof(v->number));
	return 0;
}

static int
boolean(struct value *v, bool is)
{
	v->type = VALUE_BOOL;
	v->boolean = is;
	return 0;
}

static int
long_form(struct scan *s, struct value *v, unsigned char head)
{
	switch (head) {
	case 0xC0: v->type = VALUE_NIL; return 0;
	case 0xC2: return boolean(v, false);
	case 0xC3: return boolean(v, true);
	case 0xC4: return sized_body(s, v, VALUE_BIN, 1);
	case 0xC5: return sized_body(s, v, VALUE_BIN, 2);
	case 0xC6: return sized_body(s, v, VALUE_BIN, 4);
	case 0xC7: return sized_extension(s, v, 1);
	case 0xC8: return sized_extension(s, v, 2);
	case 0xC9: return sized_extension(s, v, 4);
	case 0xCA: return floating(s, v, 4);
	case 0xCB: return floating(s, v, 8);
	case 0xCC: return unsigned_integer(s, v, 1);
	case 0xCD: return unsigned_integer(s, v, 2);
	case 0xCE: return unsigned_integer(s, v, 4);
	case 0xCF: return unsigned_integer(s, v, 8);
	case 0xD0: return signed_integer(s, v, 1);
	case 0xD1: return signed_integer(s, v, 2);
	case 0xD2: return signed_integer(s, v, 4);
	case 0xD3: return signed_integer(s, v, 8);
	case 0xD4: return extension(s, v, 1);
	case 0xD5: return extension(s, v, 2);
	case 0xD6: return extension(s, v, 4);
	case 0xD7: return extension(s, v, 8);
	case 0xD8: return extension(s, v, 16);
	case 0xD9: return sized_body(s, v, VALUE_STR, 1);
	case 0xDA: return sized_body(s, v, VALUE_STR, 2);
	case 0xDB: return sized_body(s, v, VALUE_STR, 4);
	case 0xDC: return sized_container(s, v, VALUE_ARRAY, 2);
	case 0xDD: return sized_container(s, v, VALUE_ARRAY, 4);
	case 0xDE: return sized_container(s, v, VALUE_MAP, 2);
	case 0xDF: return sized_container(s, v, VALUE_MAP, 4);
	default: return ERR_RECORD; /* 0xC1 is never used */
	}
}

/* As scan_value, but ERR_STOP where the bytes end too early. */
static int
read_value(struct scan *s, struct value *v)
{
	unsigned char head;

	if (s->p == s->end)
		return ERR_STOP;
	head = *s->p++;
	if (head < 0x80) {
		set_signed(v, head);
		return 0;
	}
	if (head >= 0xE0) {
		set_signed(v, (int8_t)head);
		return 0;
	}
	if (head < 0x90)
		return container(s, v, VALUE_MAP, head & 15);
	if (head < 0xA0)
		return container(s, v, VALUE_ARRAY, head & 15);
	if (head < 0xC0)
		return body(s, v, VALUE_STR, head & 31);
	return long_form(s, v, head);
}

static int
cut_is_bad(int r)
{
	return r == ERR_STOP ? ERR_RECORD : r;
}

int
scan_value(struct scan *s, struct value *ret_value)
{
	return cut_is_bad(read_value(s, ret_value));
}

static int
expect(struct scan *s, enum value_type type, struct value *v)
{
	TRY(scan_value(s, v));
	return v->type == type ? 0 : ERR_RECORD;
}

int
scan_any_map(struct scan *s, uint32_t *ret_pairs)
{
	struct value v;

	TRY(expect(s, VALUE_MAP, &v));
	*ret_pairs = v.count;
	return 0;
}

int
scan_any_array(struct scan *s, uint32_t *ret_elements)
{
	struct value v;

	TRY(expect(s, VALUE_ARRAY, &v));
	*ret_elements = v.count;
	return 0;
}

int
scan_any_str(struct scan *s, struct span *ret_text)
{
	struct value v;

	TRY(expect(s, VALUE_STR, &v));
	*ret_text = v.bytes;
	return 0;
}

int
scan_any_bin(struct scan *s, struct span *ret_bytes)
{
	struct value v;

	TRY(expect(s, VALUE_BIN, &v));
	*ret_bytes = v.bytes;
	return 0;
}

int
scan_any_uint64(struct scan *s, uint64_t *ret_value)
{
	struct value v;

	TRY(expect(s, VALUE_UINT, &v));
	*ret_value = v.uint;
	return 0;
}

int
scan_any_uint32(struct scan *s, uint32_t *ret_value)
{
	uint64_t v;

	TRY(scan_any_uint64(s, &v));
	if (v > UINT32_MAX)
		return ERR_RECORD;
	*ret_value = (uint32_t)v;
	return 0;
}

int
scan_int64(struct scan *s, int64_t *ret_value)
{
	struct value v;

	TRY(scan_value(s, &v));
	if (v.type != VALUE_INT && (v.type != VALUE_UINT || v.uint > INT64_MAX))
		return ERR_RECORD;
	*ret_value = v.type == VALUE_INT ? v.sint : (int64_t)v.uint;
	return 0;
}

int
scan_int32(struct scan *s, int32_t *ret_value)
{
	int64_t v;

	TRY(scan_int64(s, &v));
	if (v < INT32_MIN || v > INT32_MAX)
		return ERR_RECORD;
	*ret_value = (int32_t)v;
	return 0;
}

int
scan_bool(struct scan *s, bool *ret_value)
{
	struct value v;

	TRY(expect(s, VALUE_BOOL, &v));
	*ret_value = v.boolean;
	return 0;
}

#define FOUR(n) n, n, n, n
#define SIXTEEN(n) FOUR(n), FOUR(n), FOUR(n), FOUR(n)

/* How many bytes a value with this head takes, with the head; 0 if the head alone does not say. */
static const unsigned char fixed_bytes[256] = {
    SIXTEEN(1), SIXTEEN(1), SIXTEEN(1), SIXTEEN(1),        /* small integers */
    SIXTEEN(1), SIXTEEN(1), SIXTEEN(1), SIXTEEN(1),        /* and more of them */
    SIXTEEN(0), SIXTEEN(0),                                /* small maps and arrays */
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, /* short texts */
    17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 1, 0, 1,
    1,                      /* nil, a head that is none, booleans */
    0, 0, 0, 0, 0, 0,       /* bytes and extensions with a length */
    5, 9,                   /* fractions */
    2, 3, 5, 9,             /* integers */
    2, 3, 5, 9,             /* and signed ones */
    3, 4, 6, 10, 18,        /* extensions */
    0, 0, 0, 0, 0, 0, 0,    /* texts, arrays and maps with a length */
    SIXTEEN(1), SIXTEEN(1), /* small negative integers */
};

enum { MOST_FIXED = 32 };

/*
 * Pass over at most *io_want values that can be told without a closer look and are there: most of a
 * document are texts and small integers. Where it stopped.
 */
static inline const unsigned char *
pass_quickly(const unsigned char *p, const unsigned char *end, uint64_t *io_want)
{
	const unsigned char *safe = end - p > MOST_FIXED ? end - MOST_FIXED : p;
	uint64_t want = *io_want;

	for (; want > 0 && p < safe; want--) {
		size_t n = fixed_bytes[*p];

		if (n == 0) {
			if (*p == 0xDA) /* a text of up to 65,535 bytes */
				n = 3 + ((size_t)p[1] << 8 | p[2]);
			else if (*p == 0xD9 || *p == 0xC4) /* text, bytes of up to 255 */
				n = 2 + (size_t)p[1];
			if (n == 0 || n > (size_t)(end - p))
				break;
		}
		p += n;
	}
	*io_want = want;
	return p;
}

/*
 * Pass over one value of at most `most` containers in each other; the stack holds how many elements
 * those around the innermost one still want.
 */
static int
pass_over(struct scan *s, unsigned most)
{
	uint64_t wanted[SCAN_DEPTH], want = 1;
	unsigned depth = 0;
	struct value v;

	for (;;) {
		s->p = pass_quickly(s->p, s->end, &want);
		if (want == 0 && depth == 0)
			return 0;
		if (want == 0) {
			want = wanted[--depth];
			continue;
		}
		TRY(read_value(s, &v));
		want--;
		if (v.type != VALUE_ARRAY && v.type != VALUE_MAP)
			continue;
		if (depth == most)
			return ERR_RECORD; /* an empty one, too, as in JSON */
		wanted[depth++] = want;
		want = (v.type == VALUE_MAP ? 2 : 1) * (uint64_t)v.count;
	}
}

int
scan_skip(struct scan *s, struct span *ret_bytes)
{
	return scan_skip_within(s, SCAN_DEPTH, ret_bytes);
}

int
scan_skip_within(struct scan *s, unsigned most, struct span *ret_bytes)
{
	const unsigned char *start = s->p;

	TRY(cut_is_bad(pass_over(s, most)));
	if (ret_bytes != NULL)
		*ret_bytes = span_of((const char *)start, (size_t)(s->p - start));
	return 0;
}

int
scan_one(struct span s, size_t *ret_n)
{
	struct scan at = scan_of(s);

	TRY(pass_over(&at, SCAN_DEPTH));
	*ret_n = (size_t)(at.p - (const unsigned char *)s.p);
	return 0;
}
