#include "stages/summarize/quantities.h"

#include "stages/summarize/facts.h"
#include "stages/summarize/modifiers.h"
#include "stages/summarize/money.h"
#include "stages/summarize/numbers.h"
#include "stages/summarize/units.h"

enum { DASH = 0x2013, MINUS = 0x2212, SMALL_WORD = 10 * UNIT };

/* A number with what stands right beside it. */
struct amount {
	struct number number;
	size_t start, end; /* pieces, without modifiers */
	bool range;        /* "5 to 10": value is not set */
};

/* The piece behind "%", "percent" or "per cent" at `at`, or at. */
static size_t
read_percent(const struct pieces *p, size_t at)
{
	if (piece_is_mark(p, at, '%') || piece_is_mark(p, at, 0xFF05) ||
	    piece_is_mark(p, at, 0x66A) || piece_is(p, at, LEX_PERCENT))
		return at + 1;
	if ((piece_says(p, at, "per") && piece_says(p, at + 1, "cent")) ||
	    (piece_says(p, at, "pour") && piece_says(p, at + 1, "cent")) ||
	    (piece_says(p, at, "por") && piece_says(p, at + 1, "ciento")))
		return at + 2;
	return at;
}

/* A hyphen, dash or minus sign; not "--". */
static bool
is_dash(const struct pieces *p, size_t at)
{
	if (piece_is_mark(p, at, '-'))
		return p->piece[at].end - p->piece[at].start == 1;
	return piece_is_mark(p, at, DASH) || piece_is_mark(p, at, MINUS);
}

/* "-3.2", with a space before the sign; true if the number at `at` is negative. */
static bool
is_negative(const struct pieces *p, size_t floor, size_t at)
{
	return at > floor && piece_is_number(p, at) && piece_has(p, at, PIECE_JOINED) &&
	       is_dash(p, at - 1) && !piece_has(p, at - 1, PIECE_JOINED);
}

/* The other end of a range, "-10", "to 10", if there is one. */
static void
read_range(const struct pieces *p, bool money, struct amount *x)
{
	size_t next = x->end + 1;
	struct number other;
	struct span code;
	bool dash =
	    is_dash(p, x->end) && piece_has(p, x->end, PIECE_JOINED) && piece_is_number(p, next);

	if (!dash && !piece_says(p, x->end, "to"))
		return;
	if (money)
		next = money_before(p, next, &code);
	if (!number_read(p, next, money, &other))
		return;
	x->range = true;
	x->end = other.end;
}

/* Whether the number is a part of something that counts nothing: "10:30", "2-1", "covid-19". */
static bool
is_part(const struct pieces *p, size_t at, const struct amount *x)
{
	size_t before = at > 0 ? at - 1 : 0;

	if (piece_has(p, at, PIECE_JOINED) && at > 0 && p->piece[before].kind == PIECE_WORD)
		return true;
	if (piece_has(p, at, PIECE_JOINED) && piece_has(p, before, PIECE_JOINED) &&
	    (is_dash(p, before) || piece_is_mark(p, before, ':') || piece_is_mark(p, before, '/') ||
		piece_is_mark(p, before, '.') || piece_is_mark(p, before, '_')))
		return true;
	if (piece_is_mark(p, before, '#') && at > 0)
		return true;
	return (piece_is_mark(p, x->end, ':') || piece_is_mark(p, x->end, '/')) &&
	       piece_has(p, x->end + 1, PIECE_JOINED) && piece_is_number(p, x->end + 1);
}

/* "5 p.m.", "5th", "20s": the piece behind it; 0 if the number is not one of these. */
static size_t
read_other_sort(const struct pieces *p, const struct amount *x)
{
	static const char *const behind[] = {"am", "pm", "a.m", "p.m", "a.m.", "p.m.", "o'clock"};
	static const char *const joined[] = {"th", "st", "nd", "rd", "s"};

	for (size_t i = 0; i < sizeof(behind) / sizeof(*behind); i++) {
		if (piece_says(p, x->end, behind[i]))
			return x->end + 1;
	}
	for (size_t i = 0; i < sizeof(joined) / sizeof(*joined); i++) {
		if (x->number.digits && piece_has(p, x->end, PIECE_JOINED) &&
		    piece_says(p, x->end, joined[i]))
			return x->end + 1;
	}
	return 0;
}

/* Make the fact of the pieces [x->start, x->end) and its modifiers. */
static void
finish(struct fact *ret, const struct pieces *p, size_t floor, const struct amount *x,
    enum fact_kind kind, struct span unit)
{
	struct fact f = {0}, made;
	size_t start = modifiers_before(p, floor, x->start, &f), end = x->end;

	end = unit_per(p, end, kind == FACT_QUANTITY || kind == FACT_MONEY, &f.per);
	end = modifiers_behind(p, end, &f);
	made = fact_of(kind, p, start, end);
	made.unit = unit;
	made.per = f.per;
	made.approximate = f.approximate;
	made.bound = f.bound;
	made.has_value = x->number.has_value && !x->range;
	made.value = made.has_value ? x->number.value : 0;
	*ret = made;
}

/* Whether the number names one thing instead of counting: "No. 5", "Apollo 11", "page 3". */
static bool
is_label(const struct pieces *p, size_t at)
{
	static const char *const labels[] = {
	    "no", "number", "page", "chapter", "section", "article"};

	if (at > 1 && piece_is_mark(p, at - 1, '.') && piece_is(p, at - 2, LEX_ABBR_NUMBER))
		return true;
	if (at == 0 || p->piece[at - 1].kind != PIECE_WORD)
		return false;
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		if (piece_says(p, at - 1, labels[i]))
			return true;
	}
	return at > 1 && piece_has(p, at - 1, PIECE_CAPITAL);
}

/* Whether the number without a unit says something by itself. */
static bool
stands_alone(const struct pieces *p, const struct amount *x)
{
	if (x->range || (!x->number.digits && !x->number.scaled))
		return false;
	if (piece_has(p, x->end, PIECE_JOINED) && piece_is_word(p, x->end))
		return false; /* "29A" */
	return !is_label(p, x->start);
}

/* "the two nations": known already, not a count. */
static bool
is_reference(const struct pieces *p, const struct amount *x)
{
	if (x->number.digits || x->number.value > SMALL_WORD || x->start == 0)
		return false;
	return piece_says(p, x->start - 1, "the") || piece_says(p, x->start - 1, "these") ||
	       piece_says(p, x->start - 1, "those") || piece_says(p, x->start - 1, "its") ||
	       piece_says(p, x->start - 1, "their");
}

static bool
read_share(const struct pieces *p, size_t floor, struct amount *x, struct fact *ret)
{
	size_t end = read_percent(p, x->end);

	if (end == x->end)
		return false;
	x->end = end;
	x->number.value = x->number.value / 100 + (x->number.value % 100 >= 50);
	finish(ret, p, floor, x, FACT_SHARE, span_of(NULL, 0));
	return true;
}

static bool
read_counted(const struct pieces *p, size_t floor, struct amount *x, struct fact *ret)
{
	struct span unit = {0};
	size_t end = unit_read(p, x->end, &unit);

	if (end > x->end && is_reference(p, x))
		return false;
	if (end == x->end && !stands_alone(p, x))
		return false;
	x->end = end;
	finish(ret, p, floor, x, FACT_QUANTITY, unit);
	return true;
}

/* A number without a currency before it. */
static bool
read_plain(
    const struct pieces *p, size_t floor, struct amount *x, struct fact *ret, size_t *ret_end)
{
	struct span code;
	size_t end = read_other_sort(p, x);

	if (end > 0 || is_part(p, x->start, x)) {
		*ret_end = end > 0 ? end : x->end;
		return false;
	}
	if (is_negative(p, floor, x->start)) {
		x->number.value = -x->number.value;
		x->start--;
	}
	read_range(p, false, x);
	*ret_end = x->end;
	if (read_share(p, floor, x, ret))
		return true;
	end = money_behind(p, x->end, x->number.scaled, &code);
	if (end == x->end)
		return read_counted(p, floor, x, ret);
	x->end = end;
	finish(ret, p, floor, x, FACT_MONEY, code);
	return true;
}

/* The piece behind a fact's last one; facts end where a piece ends. */
static size_t
piece_behind(const struct pieces *p, size_t at, const struct fact *f)
{
	while (at < p->n && p->piece[at].start < f->end)
		at++;
	return at;
}

bool
quantity_read(const struct pieces *p, size_t floor, size_t at, struct fact *ret, size_t *ret_end)
{
	struct amount x = {.start = at};
	struct fact ignored = {0};
	struct span code;
	size_t number = money_before(p, at, &code);
	bool sure = modifiers_before(p, floor, at, &ignored) < at;

	if (number > at) {
		if (!number_read(p, number, true, &x.number))
			return false;
		x.end = x.number.end;
		read_range(p, true, &x);
		finish(ret, p, floor, &x, FACT_MONEY, code);
	} else if (number_fraction(p, at, sure, &x.number)) {
		x.end = x.number.end;
		finish(ret, p, floor, &x, FACT_SHARE, span_of(NULL, 0));
	} else if (number_read(p, at, false, &x.number)) {
		x.end = x.number.end;
		if (!read_plain(p, floor, &x, ret, ret_end))
			return false;
	} else {
		return false;
	}
	*ret_end = piece_behind(p, at, ret);
	return true;
}
