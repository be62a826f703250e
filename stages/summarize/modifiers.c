#include "stages/summarize/modifiers.h"

enum { MOST = 3 }; /* modifiers of one number: "up to about" */

/* Whether the piece says one of the words up to the NULL. */
static bool
says_any(const struct pieces *p, size_t at, const char *const words[])
{
	while (*words != NULL && !piece_says(p, at, *words))
		words++;
	return *words != NULL;
}

/* In all languages at once: which of them it is, the word before says. */
static const char *const thans[] = {"than", "als", "enn", "end", "än", "dan", "de", "di", NULL};
static const char *const negations[] = {
    "no", "not", "nicht", "ikke", "ikkje", "inte", "niet", "pas", "non", "não", NULL};

/* "more than" and the like. */
static size_t
read_than(const struct pieces *p, size_t floor, size_t at, struct fact *f)
{
	size_t start = at - 2;
	bool negated;

	if (at < floor + 2 || !piece_is(p, start, LEX_THAN_MORE | LEX_THAN_LESS) ||
	    !says_any(p, at - 1, thans))
		return at;
	negated = start > floor && says_any(p, start - 1, negations);
	f->bound = piece_is(p, start, LEX_THAN_MORE) == negated ? BOUND_LESS : BOUND_MORE;
	return start - negated;
}

/* "as many as", whose last "as" is at - 1. */
static size_t
read_as(const struct pieces *p, size_t floor, size_t at, struct fact *f)
{
	if (at < floor + 3 || !piece_says(p, at - 3, "as"))
		return at;
	if (piece_says(p, at - 2, "few") || piece_says(p, at - 2, "little"))
		f->bound = BOUND_MORE;
	else if (piece_says(p, at - 2, "many") || piece_says(p, at - 2, "much") ||
		 piece_says(p, at - 2, "high"))
		f->bound = BOUND_LESS;
	else
		return at;
	return at - 3;
}

/* The pairs of words that end before `at`. */
static size_t
read_pair(const struct pieces *p, size_t floor, size_t at, struct fact *f)
{
	static const struct {
		const char *first, *second;
		enum bound bound;
	} pairs[] = {
	    {"at", "least", BOUND_MORE},
	    {"at", "most", BOUND_LESS},
	    {"up", "to", BOUND_LESS},
	    {"excess", "of", BOUND_MORE},
	    {"close", "to", BOUND_NONE},
	    {"bis", "zu", BOUND_LESS},
	    {"opp", "til", BOUND_LESS},
	    {"op", "til", BOUND_LESS},
	    {"upp", "till", BOUND_LESS},
	    {"ten", "minste", BOUND_MORE},
	    {"au", "moins", BOUND_MORE},
	    {"au", "plus", BOUND_LESS},
	    {"près", "de", BOUND_NONE},
	    {"al", "menos", BOUND_MORE},
	    {"pelo", "menos", BOUND_MORE},
	    {"cerca", "de", BOUND_NONE},
	};

	if (at < floor + 2)
		return at;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		if (!piece_says(p, at - 1, pairs[i].second) ||
		    !piece_says(p, at - 2, pairs[i].first))
			continue;
		if (pairs[i].bound == BOUND_NONE)
			f->approximate = true;
		else
			f->bound = pairs[i].bound;
		return at - 2;
	}
	return at;
}

/* One modifier that ends before `at`; at if there is none. */
static size_t
read_one(const struct pieces *p, size_t floor, size_t at, struct fact *f)
{
	size_t start;

	if (at <= floor)
		return at;
	if (piece_is(p, at - 1, LEX_APPROXIMATE)) {
		f->approximate = true;
		return at - 1;
	}
	if (at >= floor + 2 && piece_is_mark(p, at - 1, '.') &&
	    piece_has(p, at - 1, PIECE_JOINED) &&
	    piece_is(p, at - 2, LEX_APPROXIMATE)) { /* "ca." */
		f->approximate = true;
		return at - 2;
	}
	if (piece_is(p, at - 1, LEX_MORE | LEX_LESS)) {
		f->bound = piece_is(p, at - 1, LEX_MORE) ? BOUND_MORE : BOUND_LESS;
		return at - 1;
	}
	start = read_than(p, floor, at, f);
	if (start < at)
		return start;
	if (piece_says(p, at - 1, "as"))
		return read_as(p, floor, at, f);
	return read_pair(p, floor, at, f);
}

size_t
modifiers_before(const struct pieces *p, size_t floor, size_t at, struct fact *f)
{
	for (int i = 0; i < MOST; i++) {
		size_t start = read_one(p, floor, at, f);

		if (start == at)
			break;
		at = start;
	}
	return at;
}

size_t
modifiers_behind(const struct pieces *p, size_t at, struct fact *f)
{
	if (!piece_says(p, at, "or"))
		return at;
	if (piece_says(p, at + 1, "more"))
		f->bound = BOUND_MORE;
	else if (piece_says(p, at + 1, "less") || piece_says(p, at + 1, "fewer"))
		f->bound = BOUND_LESS;
	else if (piece_says(p, at + 1, "so"))
		f->approximate = true;
	else
		return at;
	return at + 2;
}
