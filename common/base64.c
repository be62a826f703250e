#include "common/base64.h"

#include <stdint.h>

/* The six bits of a digit, or -1. */
static int
six_bits(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool
is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

bool
base64_decode(struct arena *a, struct span s, struct span *ret_bytes)
{
	size_t n = 0, digits = 0, padding = 0;
	uint32_t bits = 0;
	char *p = arena_alloc(a, s.n / 4 * 3 + 3);

	for (size_t i = 0; i < s.n; i++) {
		int six;

		if (is_line_end(s.p[i]))
			continue;
		if (s.p[i] == '=') {
			padding++;
			continue;
		}
		six = six_bits((unsigned char)s.p[i]);
		if (six < 0 || padding > 0)
			return false;
		bits = bits << 6 | (uint32_t)six;
		if (digits % 4 != 0)
			p[n++] = (char)(bits >> (6 - 2 * (digits % 4)));
		digits++;
	}
	if (padding > 2 || (digits + padding) % 4 != 0)
		return false;
	*ret_bytes = span_of(p, n);
	return true;
}
