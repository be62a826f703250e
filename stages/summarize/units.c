#include "stages/summarize/units.h"

enum { REACH = 3 }; /* words from a number to its unit, from "of" to "daily" */

/* The singular of a word, as the lexicon has it or without its s. */
static struct span
singular(const struct pieces *p, size_t at)
{
	const struct word *word = &p->words->word[p->piece[at].id];

	if (p->piece[at].lex->name.n > 0 && piece_is(p, at, LEX_PERIOD | LEX_MEASURE))
		return p->piece[at].lex->name;
	return word->singular.n > 0 ? word->singular : word->text;
}

/* Whether the piece at `at` goes on with the words of a noun: another word, behind a space. */
static bool
goes_on(const struct pieces *p, size_t at)
{
	return piece_is_word(p, at) && !piece_has(p, at, PIECE_JOINED) &&
	       !piece_is(p, at, LEX_STOP | LEX_NUMBER | LEX_MONTH | LEX_WEEKDAY);
}

static bool
ends_as_plural(const struct pieces *p, size_t at)
{
	return goes_on(p, at) && p->words->word[p->piece[at].id].singular.n > 0;
}

/* Whether the word looks like a plural; not "Texas" in "Texas farmers". */
static bool
is_plural(const struct pieces *p, size_t at)
{
	if (!ends_as_plural(p, at))
		return false;
	return !piece_has(p, at, PIECE_CAPITAL) ||
	       !(ends_as_plural(p, at + 1) || piece_is(p, at + 1, LEX_MEASURE));
}

/* "-year-old" behind "20". */
static size_t
read_hyphenated(const struct pieces *p, size_t at, struct span *ret_unit)
{
	if (!piece_is_mark(p, at, '-') || !piece_has(p, at, PIECE_JOINED) ||
	    !piece_is_word(p, at + 1) || !piece_has(p, at + 1, PIECE_JOINED) ||
	    piece_is(p, at + 1, LEX_STOP))
		return at;
	*ret_unit = singular(p, at + 1);
	at += 2;
	if (piece_is_mark(p, at, '-') && piece_says(p, at + 1, "old"))
		at += 2;
	return at;
}

/* Behind the word at `at` and what hyphens join to it: "pumped-up". */
static size_t
skip_word(const struct pieces *p, size_t at)
{
	at++;
	while (piece_is_mark(p, at, '-') && piece_has(p, at, PIECE_JOINED) &&
	       piece_is_word(p, at + 1) && piece_has(p, at + 1, PIECE_JOINED))
		at += 2;
	return at;
}

size_t
unit_read(const struct pieces *p, size_t at, struct span *ret_unit)
{
	size_t end = at;

	if (piece_is_mark(p, at, '-'))
		return read_hyphenated(p, at, ret_unit);
	if (piece_has(p, at, PIECE_JOINED) && !piece_is(p, at, LEX_MEASURE | LEX_PERIOD))
		return at; /* "5th", "737max" */
	for (int i = 0; i < REACH; i++, end = skip_word(p, end)) {
		if (piece_is(p, end, LEX_PASS))
			continue;
		if (!goes_on(p, end) && !(i == 0 && piece_is(p, end, LEX_MEASURE)))
			return at;
		if (skip_word(p, end) > end + 1)
			continue;
		if (piece_is(p, end, LEX_PERIOD | LEX_MEASURE) || is_plural(p, end)) {
			*ret_unit = singular(p, end);
			return end + 1;
		}
		if (piece_says(p, end, "percentage") && is_plural(p, end + 1)) {
			*ret_unit = SPAN("percentage point");
			return end + 2;
		}
	}
	return at;
}

/* "a year", "per head", "each day", "/h" at `at`. */
static size_t
read_per(const struct pieces *p, size_t at, struct span *ret_per)
{
	bool any = piece_says(p, at, "per"), slash = piece_is_mark(p, at, '/');

	if (piece_is(p, at, LEX_EVERY_PERIOD)) {
		*ret_per = p->piece[at].lex->name;
		return at + 1;
	}
	if (slash && piece_has(p, at + 1, PIECE_JOINED)) {
		if (piece_says(p, at + 1, "h")) {
			*ret_per = SPAN("hour");
			return at + 2;
		}
		if (piece_says(p, at + 1, "s")) {
			*ret_per = SPAN("second");
			return at + 2;
		}
	}
	if (!any && !slash && !piece_says(p, at, "a") && !piece_says(p, at, "an") &&
	    !piece_says(p, at, "each") && !piece_says(p, at, "every"))
		return at;
	if (!piece_is(p, at + 1, LEX_PERIOD) &&
	    (!any || !piece_is_word(p, at + 1) || piece_is(p, at + 1, LEX_STOP)))
		return at;
	*ret_per = singular(p, at + 1);
	return at + 2;
}

size_t
unit_per(const struct pieces *p, size_t at, bool of, struct span *ret_per)
{
	size_t end = read_per(p, at, ret_per), from = at;

	if (end > from || !of || !piece_says(p, at, "of"))
		return end;
	for (at++; at <= from + REACH && goes_on(p, at); at++) {
		end = read_per(p, at + 1, ret_per);
		if (end > at + 1)
			return end;
	}
	return from;
}
