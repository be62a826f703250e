#include "proto/json_fast.h"

#include <errno.h>
#include <stdlib.h>
#if defined(__SSE2__)
#	include <emmintrin.h>
#endif

#include "common/json.h"
#include "common/utf8.h"
#include "proto/pack.h"
#include "proto/record_json.h"
#include "proto/scan.h"

enum { STR_HEAD = 5, WIDE = 16, FIX_MAX = 15 };

struct text {
	const char *p, *end;
	struct buf *out;
};

/* numbers */

/* Whether v prints as the same digits: then MessagePack can hold the number as it was written. */
static bool
prints_as(const char *digits, double v)
{
	struct buf b = {0};
	bool same;

	json_double(&b, v);
	same = span_equal(buf_view(&b), span_str(digits));
	buf_done(&b);
	return same;
}

static bool
is_integer(const char *digits)
{
	return strspn(digits, "-0123456789") == strlen(digits) && strcmp(digits, "-0") != 0;
}

/* As an integer of 64 bits or a double; false if neither can hold it. */
static bool
pack_exactly(struct buf *out, const char *digits)
{
	char *end;

	errno = 0;
	if (is_integer(digits) && digits[0] == '-') {
		int64_t v = strtoll(digits, &end, 10);
		if (errno == 0)
			mp_int64(out, v);
		return errno == 0;
	}
	if (is_integer(digits)) {
		uint64_t v = strtoull(digits, &end, 10);
		if (errno == 0)
			mp_uint64(out, v);
		return errno == 0;
	}
	if (!prints_as(digits, strtod(digits, NULL)))
		return false;
	mp_double(out, strtod(digits, NULL));
	return true;
}

void
json_number(struct buf *out, struct span text)
{
	char digits[32];

	if (text.n < sizeof(digits)) {
		memcpy(digits, text.p, text.n);
		digits[text.n] = '\0';
		if (pack_exactly(out, digits))
			return;
	}
	mp_ext(out, text.n, EXT_NUMBER);
	buf_span(out, text);
}

static bool
digits(struct text *t)
{
	const char *start = t->p;

	while (t->p < t->end && *t->p >= '0' && *t->p <= '9')
		t->p++;
	return t->p > start;
}

static bool
one_of(struct text *t, char a, char b)
{
	bool is = t->p < t->end && (*t->p == a || *t->p == b);

	t->p += is;
	return is;
}

/* RFC 8259, section 6. */
static bool
number(struct text *t)
{
	const char *start = t->p;

	one_of(t, '-', '-');
	if (!one_of(t, '0', '0') && !digits(t))
		return false;
	if (one_of(t, '.', '.') && !digits(t))
		return false;
	if (one_of(t, 'e', 'E')) {
		one_of(t, '+', '-');
		if (!digits(t))
			return false;
	}
	json_number(t->out, span_of(start, (size_t)(t->p - start)));
	return true;
}

/* strings */

/* Copy up to the first quote, backslash or control character; `to` has WIDE bytes more than that.
 */
static char *
copy_plain(struct text *t, char *to)
{
#if defined(__SSE2__)
	while (t->end - t->p >= WIDE) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)t->p);
		__m128i stop = _mm_or_si128(
		    _mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
		unsigned mask;

		stop = _mm_or_si128(stop, _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v));
		mask = (unsigned)_mm_movemask_epi8(stop);
		_mm_storeu_si128((__m128i *)(void *)to, v);
		if (mask != 0) {
			t->p += __builtin_ctz(mask);
			return to + __builtin_ctz(mask);
		}
		t->p += WIDE;
		to += WIDE;
	}
#endif
	while (t->p < t->end && *t->p != '"' && *t->p != '\\' && (unsigned char)*t->p >= 0x20)
		*to++ = *t->p++;
	return to;
}

/* Four hexadecimal digits; false if they are not there. */
static bool
hex4(struct text *t, uint32_t *ret_v)
{
	uint32_t v = 0;

	if (t->end - t->p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		unsigned c = (unsigned char)*t->p++, lower = c | 0x20;
		if (c >= '0' && c <= '9')
			v = v << 4 | (c - '0');
		else if (lower >= 'a' && lower <= 'f')
			v = v << 4 | (lower - 'a' + 10);
		else
			return false;
	}
	*ret_v = v;
	return true;
}

/* What follows \u: a code point, or a pair of surrogates. */
static bool
code_point(struct text *t, uint32_t *ret_c)
{
	uint32_t c, low;

	if (!hex4(t, &c))
		return false;
	if ((c & 0xF800) == 0xD800) {
		if (c >= 0xDC00 || !one_of(t, '\\', '\\') || !one_of(t, 'u', 'u') ||
		    !hex4(t, &low) || (low & 0xFC00) != 0xDC00)
			return false;
		c = 0x10000 + ((c & 0x3FF) << 10 | (low & 0x3FF));
	}
	*ret_c = c;
	return true;
}

/* What follows a backslash; the place behind what it stands for, or NULL. */
static char *
escaped(struct text *t, char *to)
{
	static const char from[] = "\"\\/bfnrt", plain[] = "\"\\/\b\f\n\r\t";
	const char *is;
	uint32_t c;

	if (t->p == t->end || *t->p == '\0')
		return NULL;
	if (*t->p == 'u') {
		t->p++;
		return code_point(t, &c) ? to + utf8_put(to, c) : NULL;
	}
	is = strchr(from, *t->p++);
	if (is == NULL)
		return NULL;
	*to = plain[is - from];
	return to + 1;
}

/* Behind the quote that begins it. What it decodes to is never longer than what is left. */
static bool
string(struct text *t)
{
	char *start = buf_room(t->out, (size_t)(t->end - t->p) + STR_HEAD + WIDE) + STR_HEAD;
	char *to = copy_plain(t, start);
	size_t n, head;

	while (t->p < t->end && *t->p == '\\') {
		t->p++;
		to = escaped(t, to);
		if (to == NULL)
			return false;
		to = copy_plain(t, to);
	}
	if (!one_of(t, '"', '"'))
		return false;
	n = (size_t)(to - start);
	head = t->out->n;
	mp_str(t->out, n);
	if (t->out->n - head < STR_HEAD)
		memmove(t->out->p + t->out->n, start, n);
	t->out->n += n;
	return true;
}

/* values */

static void
space(struct text *t)
{
	while (t->p < t->end && (*t->p == ' ' || *t->p == '\t' || *t->p == '\n' || *t->p == '\r'))
		t->p++;
}

static bool
word(struct text *t, const char *what, size_t n)
{
	if ((size_t)(t->end - t->p) < n || memcmp(t->p, what, n) != 0)
		return false;
	t->p += n;
	return true;
}

/* Write the head of a container at `at`, where a byte is; a longer one moves what is behind it. */
static void
put_head(struct buf *out, size_t at, bool map, uint64_t count)
{
	struct buf head = {0};
	size_t content = out->n - at - 1;

	if (count <= FIX_MAX) {
		out->p[at] = (char)((map ? 0x80 : 0x90) | count);
		return;
	}
	if (map)
		mp_map(&head, count);
	else
		mp_array(&head, count);
	buf_room(out, head.n);
	memmove(out->p + at + head.n, out->p + at + 1, content);
	memcpy(out->p + at, head.p, head.n);
	out->n += head.n - 1;
	buf_done(&head);
}

static bool value(struct text *t, unsigned depth);

static bool
member(struct text *t, bool map, unsigned depth)
{
	if (map) {
		space(t);
		if (!one_of(t, '"', '"') || !string(t))
			return false;
		space(t);
		if (!one_of(t, ':', ':'))
			return false;
	}
	return value(t, depth);
}

/* Behind the bracket that begins it. */
static bool
container(struct text *t, bool map, unsigned depth)
{
	char close = map ? '}' : ']';
	size_t at = t->out->n;
	uint64_t count = 0;

	if (depth == SCAN_DEPTH)
		return false;
	buf_byte(t->out, '\0');
	space(t);
	if (!one_of(t, close, close)) {
		do {
			if (!member(t, map, depth + 1))
				return false;
			count++;
			space(t);
		} while (one_of(t, ',', ','));
		if (!one_of(t, close, close))
			return false;
	}
	put_head(t->out, at, map, count);
	return true;
}

static bool
value(struct text *t, unsigned depth)
{
	space(t);
	if (t->p == t->end)
		return false;
	switch (*t->p) {
	case '"': t->p++; return string(t);
	case '{': t->p++; return container(t, true, depth);
	case '[': t->p++; return container(t, false, depth);
	case 't': mp_bool(t->out, true); return word(t, "true", 4);
	case 'f': mp_bool(t->out, false); return word(t, "false", 5);
	case 'n': mp_nil(t->out); return word(t, "null", 4);
	default: return number(t);
	}
}

bool
json_fast(struct buf *out, struct span text)
{
	struct text t = {text.p, text.p + text.n, out};
	size_t before = out->n;

	if (text.n > 0 && value(&t, 0)) {
		space(&t);
		if (t.p == t.end)
			return true;
	}
	out->n = before;
	return false;
}
