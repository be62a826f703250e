#include "common/utf8.h"

static bool
continues(struct span s, size_t at)
{
	return at < s.n && ((unsigned char)s.p[at] & 0xC0) == 0x80;
}

/* Table 3-7: which second bytes may follow a lead byte; all later ones are 80..BF. */
static bool
second_fits(unsigned char lead, unsigned char second)
{
	switch (lead) {
	case 0xE0: return second >= 0xA0 && second <= 0xBF;
	case 0xED: return second >= 0x80 && second <= 0x9F;
	case 0xF0: return second >= 0x90 && second <= 0xBF;
	case 0xF4: return second >= 0x80 && second <= 0x8F;
	default: return second >= 0x80 && second <= 0xBF;
	}
}

static size_t
length_of(unsigned char lead)
{
	if (lead >= 0xC2 && lead <= 0xDF)
		return 2;
	if (lead >= 0xE0 && lead <= 0xEF)
		return 3;
	if (lead >= 0xF0 && lead <= 0xF4)
		return 4;
	return 0;
}

uint32_t
utf8_next(struct span s, size_t *at, bool *ret_bad)
{
	unsigned char lead = (unsigned char)s.p[*at];
	size_t length = length_of(lead), i = *at + 1;
	uint32_t c;

	if (lead < 0x80) {
		*at = i;
		return lead;
	}
	if (length > 0 && i < s.n && second_fits(lead, (unsigned char)s.p[i])) {
		c = lead & (0x7FU >> length);
		for (; i < *at + length && continues(s, i); i++)
			c = c << 6 | ((unsigned char)s.p[i] & 0x3F);
		if (i == *at + length) {
			*at = i;
			return c;
		}
	}
	*at = i;
	if (ret_bad != NULL)
		*ret_bad = true;
	return UTF8_BAD;
}

uint32_t
utf8_previous(struct span s, size_t *at)
{
	size_t start = *at - 1, i;

	while (start > 0 && ((unsigned char)s.p[start] & 0xC0) == 0x80)
		start--;
	*at = i = start;
	return utf8_next(s, &i, NULL);
}

size_t
utf8_put(char *p, uint32_t c)
{
	if (c < 0x80) {
		p[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (char)(0xC0 | c >> 6);
		p[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		p[0] = (char)(0xE0 | c >> 12);
		p[1] = (char)(0x80 | (c >> 6 & 0x3F));
		p[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	p[0] = (char)(0xF0 | c >> 18);
	p[1] = (char)(0x80 | (c >> 12 & 0x3F));
	p[2] = (char)(0x80 | (c >> 6 & 0x3F));
	p[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

/* Bytes of s from at on that are ASCII; 32, then eight at a time. */
static size_t
ascii_run(struct span s, size_t at)
{
	uint64_t word, words[4];

	while (s.n - at >= sizeof(words)) {
		memcpy(words, s.p + at, sizeof(words));
		if (((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080ULL) != 0)
			break;
		at += sizeof(words);
	}
	while (s.n - at >= sizeof(word)) {
		memcpy(&word, s.p + at, sizeof(word));
		if ((word & 0x8080808080808080ULL) != 0)
			break;
		at += sizeof(word);
	}
	while (at < s.n && (unsigned char)s.p[at] < 0x80)
		at++;
	return at;
}

bool
utf8_is_ascii(struct span s)
{
	return ascii_run(s, 0) == s.n;
}

/* The sum of the eight bytes of v. */
static size_t
byte_sum(uint64_t v)
{
	v = (v & 0x00FF00FF00FF00FFULL) + (v >> 8 & 0x00FF00FF00FF00FFULL);
	return (size_t)(v * 0x0001000100010001ULL >> 48);
}

/* Eight bytes at a time; a byte of `others` counts those that continue a code point. */
size_t
utf8_count(struct span s)
{
	size_t n = s.n, i = 0;

	while (s.n - i >= sizeof(uint64_t)) {
		size_t words = (s.n - i) / sizeof(uint64_t);
		uint64_t others = 0;

		words = words < 255 ? words : 255;
		for (size_t k = 0; k < words; k++) {
			uint64_t word;

			memcpy(&word, s.p + i + k * sizeof(word), sizeof(word));
			others += (word >> 7 & ~word >> 6) & 0x0101010101010101ULL;
		}
		n -= byte_sum(others);
		i += words * sizeof(uint64_t);
	}
	for (; i < s.n; i++)
		n -= ((unsigned char)s.p[i] & 0xC0) == 0x80;
	return n;
}

size_t
utf8_valid(struct span s)
{
	size_t at = 0;

	while ((at = ascii_run(s, at)) < s.n) {
		size_t start = at;
		bool bad = false;

		utf8_next(s, &at, &bad);
		if (bad)
			return start;
	}
	return s.n;
}

struct span
utf8_repair(struct arena *a, struct span s, size_t *ret_replaced)
{
	size_t at = utf8_valid(s), replaced = 0, n = 0;
	char *p;

	if (at == s.n) {
		*ret_replaced = 0;
		return s;
	}
	p = arena_alloc(a, at + 3 * (s.n - at)); /* a bad byte becomes three */
	memcpy(p, s.p, at);
	n = at;
	while (at < s.n) {
		bool bad = false;
		uint32_t c = utf8_next(s, &at, &bad);

		replaced += bad;
		n += utf8_put(p + n, c);
	}
	*ret_replaced = replaced;
	return span_of(p, n);
}

bool
utf8_is_space(uint32_t c)
{
	if (c <= 0x20)
		return c == 0x20 || (c >= 0x09 && c <= 0x0D);
	return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool
utf8_is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

struct span
utf8_trim(struct span s)
{
	size_t first = 0, last = s.n;

	while (first < last) {
		size_t next = first;
		if (!utf8_is_space(utf8_next(s, &next, NULL)))
			break;
		first = next;
	}
	while (last > first) {
		size_t before = last;
		if (!utf8_is_space(utf8_previous(s, &before)))
			break;
		last = before;
	}
	return span_cut(s, first, last);
}
