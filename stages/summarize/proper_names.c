#include "stages/summarize/proper_names.h"

#include "stages/summarize/facts.h"

enum { PARTS_BEFORE_OF = 2 }; /* "Royal Bank of ...", but not "Dr. Jane Smith of ..." */

/* Whether the mark at `at` closes a quotation: it stands right behind something. */
static bool
closes_quote(const struct pieces *p, size_t at)
{
	switch (p->piece[at].id) {
	case '"':
	case '\'':
	case 0xBB:
	case 0x2019:
	case 0x201D: return piece_has(p, at, PIECE_JOINED);
	default: return false;
	}
}

/* Whether `at` is the first word, also behind an opening quote, a bracket, a colon or a dash. */
static bool
opens(const struct pieces *p, size_t at)
{
	if (at == 0)
		return true;
	if (p->piece[at - 1].kind != PIECE_MARK || closes_quote(p, at - 1))
		return false;
	return !piece_is_mark(p, at - 1, ',') && !piece_is_mark(p, at - 1, ';') &&
	       !piece_is_mark(p, at - 1, '-') && !piece_is_mark(p, at - 1, '.');
}

/* A word with a capital that can be part of a name. */
static bool
is_part(const struct pieces *p, size_t at)
{
	if (!piece_is_word(p, at) || !piece_has(p, at, PIECE_CAPITAL))
		return false;
	if (piece_is(p, at, LEX_WEEKDAY | LEX_SELF))
		return false;
	return !piece_is(p, at, LEX_STOP) || piece_has(p, at, PIECE_CAPITALS | PIECE_DOTTED) ||
	       !opens(p, at);
}

/* Whether a part of a name may begin one: not "The", not a month, not "In" before one. */
static bool
may_begin(const struct pieces *p, size_t at)
{
	if (!is_part(p, at) || piece_is(p, at, LEX_MONTH))
		return false;
	if (!piece_is(p, at, LEX_STOP | LEX_STARTER) || piece_has(p, at, PIECE_CAPITALS))
		return true;
	return piece_says(p, at, "the") && !opens(p, at) && is_part(p, at + 1);
}

/* Whether a lone word is a name although it opens the sentence. */
static bool
is_known(const struct pieces *p, size_t at)
{
	const struct word *w = &p->words->word[p->piece[at].id];

	if (piece_has(p, at, PIECE_CAPITALS | PIECE_DOTTED))
		return true;
	return p->piece[at].classes == 0 && w->names > 0 && w->plain == 0;
}

/* The part behind a full stop or a hyphen at `at`: "J. Smith", "Dr. Smith", "Jean-Michel"; or 0. */
static size_t
part_behind_mark(const struct pieces *p, size_t at)
{
	bool initial = p->piece[at - 1].end - p->piece[at - 1].start == 1;

	if (!piece_has(p, at, PIECE_JOINED) || !is_part(p, at + 1))
		return 0;
	if (piece_is_mark(p, at, '.') && (initial || piece_is(p, at - 1, LEX_ABBR_INNER)))
		return at + 1;
	return piece_is_mark(p, at, '-') && piece_has(p, at + 1, PIECE_JOINED) ? at + 1 : 0;
}

/* The part behind "of", "of the", "van der" at `at`, or 0. */
static size_t
part_behind_link(const struct pieces *p, size_t at)
{
	for (size_t i = at; i < at + 2; i++) {
		if (!piece_is(p, i, LEX_NAME_LINK) && !(i > at && piece_says(p, i, "the")))
			return 0;
		if (is_part(p, i + 1))
			return i + 1;
	}
	return 0;
}

/* The next part of a name that has `parts` so far, the last at `at` - 1: where it is, or 0. */
static size_t
next_part(const struct pieces *p, size_t at, size_t parts)
{
	size_t next;

	if (is_part(p, at))
		return at;
	next = part_behind_mark(p, at);
	if (next > 0 || (piece_says(p, at, "of") && parts > PARTS_BEFORE_OF))
		return next;
	return part_behind_link(p, at);
}

bool
name_read(const struct pieces *p, size_t at, struct fact *ret, size_t *ret_end)
{
	size_t end = at + 1, parts = 1, next;

	if (!may_begin(p, at))
		return false;
	while ((next = next_part(p, end, parts)) > 0) {
		if (piece_is(p, next, LEX_MONTH) && piece_is_number(p, next + 1))
			break;
		end = next + 1;
		parts++;
	}
	if (end == at + 1 && opens(p, at) && !is_known(p, at))
		return false;
	if (end == at + 1 && p->piece[at].end - p->piece[at].start < 2)
		return false;
	*ret = fact_of(FACT_NAME, p, at, end);
	*ret_end = end;
	return true;
}

void
names_learn(struct words *w, const struct pieces *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct word *word = &w->word[p->piece[i].id];

		if (p->piece[i].kind != PIECE_WORD)
			continue;
		if (!piece_has(p, i, PIECE_CAPITAL))
			word->plain++;
		else if (!opens(p, i))
			word->names++;
	}
}
