#include "common/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/utf8.h"

enum { UNIT = 10000 };

/* Bytes from at on that are printed as they are: ASCII without controls, quote and backslash. */
static size_t
plain_run(struct span s, size_t at)
{
	for (; s.n - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
		uint64_t w, ones = 0x0101010101010101ULL, highs = ones << 7, quote, slash;

		memcpy(&w, s.p + at, sizeof(w));
		quote = w ^ (ones * '"');
		slash = w ^ (ones * '\\');
		/* a high bit where a byte is below 0x20, a quote, a backslash or not ASCII */
		if ((((w - ones * 0x20) | (quote - ones) | (slash - ones) | w) & highs) != 0)
			break;
	}
	while (at < s.n && (unsigned char)s.p[at] >= 0x20 && (unsigned char)s.p[at] < 0x80 &&
	       s.p[at] != '"' && s.p[at] != '\\')
		at++;
	return at;
}

static void
escape(struct buf *b, unsigned char c)
{
	switch (c) {
	case '"': buf_put(b, "\\\"", 2); return;
	case '\\': buf_put(b, "\\\\", 2); return;
	case '\n': buf_put(b, "\\n", 2); return;
	case '\r': buf_put(b, "\\r", 2); return;
	case '\t': buf_put(b, "\\t", 2); return;
	case '\b': buf_put(b, "\\b", 2); return;
	case '\f': buf_put(b, "\\f", 2); return;
	default: buf_put(b, "\\u00", 4); buf_hex(b, &c, 1);
	}
}

/* One code point above ASCII, or U+FFFD for what is none. */
static size_t
wide(struct buf *b, struct span s, size_t at)
{
	size_t next = at;
	bool bad = false;

	utf8_next(s, &next, &bad);
	if (bad)
		buf_put(b, "\xEF\xBF\xBD", 3);
	else
		buf_put(b, s.p + at, next - at);
	return next;
}

void
json_string(struct buf *b, struct span s)
{
	size_t at = 0;

	buf_byte(b, '"');
	while (at < s.n) {
		size_t end = plain_run(s, at);

		buf_put(b, s.p + at, end - at);
		at = end;
		if (at < s.n && (unsigned char)s.p[at] >= 0x80)
			at = wide(b, s, at);
		else if (at < s.n)
			escape(b, (unsigned char)s.p[at++]);
	}
	buf_byte(b, '"');
}

void
json_decimal(struct buf *b, int64_t ten_thousandths)
{
	uint64_t v = (uint64_t)ten_thousandths, fraction;

	if (ten_thousandths < 0) {
		buf_byte(b, '-');
		v = 0 - v;
	}
	buf_uint(b, v / UNIT);
	fraction = v % UNIT;
	if (fraction == 0)
		return;
	buf_byte(b, '.');
	for (uint64_t digit = UNIT / 10; fraction > 0; digit /= 10) {
		buf_byte(b, (char)('0' + fraction / digit));
		fraction %= digit;
	}
}

void
json_double(struct buf *b, double v)
{
	char text[32];

	if (!isfinite(v)) {
		buf_str(b, "null");
		return;
	}
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	buf_str(b, text);
}
