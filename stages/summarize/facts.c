#include "stages/summarize/facts.h"

#include "stages/summarize/dates.h"
#include "stages/summarize/proper_names.h"
#include "stages/summarize/quantities.h"
#include "stages/summarize/quotes.h"

/* Whether a date can begin at `at`; asked first, because it is cheap. */
static bool
may_be_date(const struct pieces *p, size_t at)
{
	return p->piece[at].kind == PIECE_NUMBER || piece_is(p, at, LEX_MONTH | LEX_WEEKDAY);
}

/* Whether a number or a currency can begin at `at`. */
static bool
may_be_number(const struct pieces *p, size_t at)
{
	if (p->piece[at].kind == PIECE_NUMBER)
		return true;
	if (p->piece[at].kind == PIECE_MARK)
		return piece_is_number(p, at + 1);
	return piece_is(p, at, LEX_NUMBER | LEX_FRACTION | LEX_CURRENCY) ||
	       piece_says(p, at, "a") || piece_says(p, at, "one") || piece_is_mark(p, at + 1, '$');
}

/* The fact that begins at `at`, other than a quotation. */
static bool
read_one(const struct pieces *p, size_t floor, size_t at, struct arena *a, struct fact *ret,
    size_t *ret_end)
{
	if (may_be_date(p, at) && date_read(p, at, a, ret, ret_end))
		return true;
	if (may_be_number(p, at) && quantity_read(p, floor, at, ret, ret_end))
		return true;
	return *ret_end == at && piece_has(p, at, PIECE_CAPITAL) && name_read(p, at, ret, ret_end);
}

/* Quotations come last and are few: put them among the others by where they begin. */
static void
sort_by_start(struct fact *facts, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct fact f = facts[i];
		size_t at = i;

		while (at > 0 && facts[at - 1].start > f.start) {
			facts[at] = facts[at - 1];
			at--;
		}
		facts[at] = f;
	}
}

size_t
facts_find(struct fact *ret, struct arena *a, const struct pieces *p)
{
	size_t n = 0, at = 0, floor = 0;

	while (at < p->n && n < FACTS_MAX) {
		size_t end = at;

		if (read_one(p, floor, at, a, &ret[n], &end)) {
			n++;
			floor = end;
		}
		at = end > at ? end : at + 1;
	}
	n = quotes_find(ret, n, FACTS_MAX, p);
	sort_by_start(ret, n);
	return n;
}
