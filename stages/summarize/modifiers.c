#include "stages/summarize/modifiers.h"

enum { MOST = 3 }; /* modifiers of one number: "up to about" */

/* "more than" and the like, whose "than" is at - 1. */
static size_t
read_than(const struct pieces *p, size_t floor, size_t at, struct fact *f)
{
	size_t start = at - 2;
	bool negated;

	if (at < floor + 2 || !piece_is(p, start, LEX_THAN_MORE | LEX_THAN_LESS))
		return at;
	negated =
	    start > floor && (piece_says(p, start - 1, "no") || piece_says(p, start - 1, "not"));
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
	if (at <= floor)
		return at;
	if (piece_is(p, at - 1, LEX_APPROXIMATE)) {
		f->approximate = true;
		return at - 1;
	}
	if (piece_is(p, at - 1, LEX_MORE | LEX_LESS)) {
		f->bound = piece_is(p, at - 1, LEX_MORE) ? BOUND_MORE : BOUND_LESS;
		return at - 1;
	}
	if (piece_says(p, at - 1, "than"))
		return read_than(p, floor, at, f);
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
