#include "stages/extract/html_entities.h"

#include <stdint.h>
#include <string.h>

#include "common/utf8.h"

enum { BARE_NAME = 6, BARE_LEAST = 2 }; /* bytes of the longest and shortest bare name */

/* What &#128; to &#159; mean: windows-1252. */
static const uint16_t high_controls[32] = {0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
    0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019,
    0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E,
    0x0178};

static bool
is_name_char(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 10;
}

/* Below, at or above 0 as name is before, at or behind the entity's. */
static int
compare(struct span name, const char *other)
{
	int order = strncmp(name.p, other, name.n);

	return order != 0 ? order : -(other[name.n] != '\0');
}

/* Where the names begin that start with a character, made at the first use; all are letters. */
static uint16_t begins['z' + 2];

static void
make_begins(void)
{
	size_t at = 0;

	for (int c = 0; c <= 'z' + 1; c++) {
		while (at < HTML_ENTITIES && html_entities[at].name[0] < c)
			at++;
		begins[c] = (uint16_t)at;
	}
}

static const struct html_entity *
find(struct span name)
{
	size_t from, to;

	if (begins['z' + 1] == 0)
		make_begins();
	from = begins[(unsigned char)name.p[0]];
	to = begins[(unsigned char)name.p[0] + 1];

	while (from < to) {
		size_t middle = (from + to) / 2;
		int order = compare(name, html_entities[middle].name);

		if (order == 0)
			return &html_entities[middle];
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

/* By its name, at s.p + 1. */
static size_t
named(struct span s, char *out, size_t *ret_n)
{
	const struct html_entity *e = NULL;
	size_t n = 0;

	while (n < HTML_ENTITY_NAME && n + 1 < s.n && is_name_char(s.p[n + 1]))
		n++;
	if (n > 0 && n + 1 < s.n && s.p[n + 1] == ';')
		e = find(span_of(s.p + 1, n));
	if (e != NULL)
		n += 2;
	else {
		for (n = n < BARE_NAME ? n : BARE_NAME; n >= BARE_LEAST; n--) {
			e = find(span_of(s.p + 1, n));
			if (e != NULL && e->bare)
				break;
			e = NULL;
		}
		n++;
	}
	if (e == NULL)
		return 0;
	*ret_n = strlen(e->text);
	memcpy(out, e->text, *ret_n);
	return n;
}

static int
digit_of(char c, unsigned base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (base == 16 && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

static uint32_t
character_of(uint32_t c)
{
	if (c >= 0x80 && c < 0xA0)
		return high_controls[c - 0x80];
	return c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? UTF8_BAD : c;
}

/* By its number, at s.p + 2. */
static size_t
numbered(struct span s, char *out, size_t *ret_n)
{
	bool hex = s.n > 2 && (s.p[2] | 0x20) == 'x';
	size_t from = hex ? 3 : 2, at = from;
	unsigned base = hex ? 16 : 10;
	uint32_t c = 0;

	for (; at < s.n && digit_of(s.p[at], base) >= 0; at++)
		if (c <= 0x10FFFF)
			c = c * base + (uint32_t)digit_of(s.p[at], base);
	if (at == from)
		return 0;
	*ret_n = utf8_put(out, character_of(c));
	return at + (at < s.n && s.p[at] == ';');
}

size_t
html_reference(struct span s, char *out, size_t *ret_n)
{
	if (s.n > 2 && s.p[1] == '#')
		return numbered(s, out, ret_n);
	return named(s, out, ret_n);
}

struct span
html_unescape(struct arena *a, struct span s)
{
	const char *and = s.n > 0 ? memchr(s.p, '&', s.n) : NULL;
	char *p;
	size_t n = 0;

	if (and == NULL)
		return s;
	/* two texts are longer than their references, by a byte in five: &nGt; and &nLt; */
	p = arena_alloc(a, s.n + s.n / 5 + HTML_ENTITY_TEXT);
	for (size_t at = 0; at < s.n;) {
		size_t made = 0, taken = 0;

		if (s.p[at] == '&')
			taken = html_reference(span_cut(s, at, s.n), p + n, &made);
		if (taken == 0) {
			p[n++] = s.p[at++];
			continue;
		}
		n += made;
		at += taken;
	}
	return span_of(p, n);
}
