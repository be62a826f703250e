#include "stages/summarize/brackets.h"

#include "common/utf8.h"

/* The bracket that closes what c opens, or 0. */
static uint32_t
closer_of(uint32_t c)
{
	switch (c) {
	case '(': return ')';
	case 0xFF08: return 0xFF09;
	case 0x300C: return 0x300D;
	case 0x300E: return 0x300F;
	default: return 0;
	}
}

bool
bracket_is(uint32_t c)
{
	return closer_of(c) != 0 || c == ')' || c == 0xFF09 || c == 0x300D || c == 0x300F;
}

void
bracket_see(struct bracket *b, uint32_t c, size_t at)
{
	uint32_t closer = closer_of(c);

	if (b->closer == 0 && closer != 0)
		*b = (struct bracket){at, closer, 1};
	else if (b->closer != 0 && closer == b->closer)
		b->depth++;
	else if (c == b->closer && --b->depth == 0)
		b->closer = 0;
}

/* Whether the text from `at` on closes the bracket soon, before another one of its kind opens. */
static bool
closes_soon(const struct bracket *b, struct span text, size_t at)
{
	size_t end = at + BRACKET_REACH;

	while (at < text.n && at < end) {
		uint32_t c = utf8_next(text, &at, NULL);

		if (c == b->closer)
			return true;
		if (closer_of(c) == b->closer)
			return false;
	}
	return false;
}

bool
bracket_holds(const struct bracket *b, struct span text, size_t first, size_t end)
{
	if (b->closer == 0 || end - b->at > BRACKET_REACH)
		return false;
	while (first < b->at && (text.p[first] == ' ' || text.p[first] == '\n'))
		first++;
	return b->at > first && closes_soon(b, text, end);
}
