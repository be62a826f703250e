#include "stages/summarize/items.h"

#include "stages/summarize/letters.h"

enum { DIGITS = 3, LETTERS = 1 << 0, OPEN = 1 << 1, STOP = 1 << 2, CLOSE = 1 << 3, BIG = 1 << 4 };

static enum letter
kind_at(struct span s, size_t at)
{
	return at < s.n && (unsigned char)s.p[at] < 0x80 ? letter_of((unsigned char)s.p[at])
							 : LETTER_MARK;
}

static bool
is_at(struct span s, size_t at, char c)
{
	return at < s.n && s.p[at] == c;
}

/* The digits or the letter at *at, which is moved behind them. */
static struct item
read_number(struct span s, size_t *at)
{
	struct item x = {0};

	if (kind_at(s, *at) >= LETTER_SMALL) {
		x.style = LETTERS | (kind_at(s, *at) == LETTER_CAPITAL ? BIG : 0);
		x.number = (unsigned)(s.p[(*at)++] | 0x20) - 'a' + 1;
		return x;
	}
	for (int i = 0; i < DIGITS && kind_at(s, *at) == LETTER_DIGIT; i++)
		x.number = 10 * x.number + (unsigned)(s.p[(*at)++] - '0');
	return x;
}

struct item
item_read(struct span text, size_t at)
{
	struct item x, none = {0};
	bool open = is_at(text, at, '(');

	at += open;
	x = read_number(text, &at);
	if (open)
		x.style |= OPEN;
	if (!open && is_at(text, at, '.')) {
		x.style |= STOP;
		at++;
	}
	if (is_at(text, at, ')')) {
		x.style |= CLOSE;
		at++;
	}
	if ((x.style & (STOP | CLOSE)) == 0 || kind_at(text, at) != LETTER_SPACE)
		return none;
	return (x.style & BIG) != 0 && (x.style & CLOSE) == 0 ? none : x;
}

size_t
item_start(struct span text, size_t first, size_t at)
{
	size_t start = at;

	if (start > first && is_at(text, start, ')') && is_at(text, start - 1, '.'))
		start--;
	for (int i = 0; i < DIGITS && start > first && kind_at(text, start - 1) == LETTER_DIGIT;
	     i++)
		start--;
	if (start == at && start > first && kind_at(text, start - 1) >= LETTER_SMALL)
		start--;
	if (start > first && is_at(text, start - 1, '('))
		start--;
	if (start == at || (start > 0 && kind_at(text, start - 1) != LETTER_SPACE))
		return text.n;
	return start;
}
