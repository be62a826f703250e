#include "stages/summarize/dates.h"

#include "stages/summarize/facts.h"
#include "stages/summarize/units.h"

/* A date while it is read; 0 is "not given". */
struct date {
	unsigned year, month, day;
};

/* The plain whole number of at most `most` digits at `at`, or 0. */
static unsigned
digits_at(const struct pieces *p, size_t at, size_t most)
{
	struct span s;
	unsigned value = 0;

	if (!piece_is_number(p, at))
		return 0;
	s = pieces_text(p, at, at + 1);
	for (size_t i = 0; i < s.n; i++) {
		if (i >= most || s.p[i] < '0' || s.p[i] > '9')
			return 0;
		value = 10 * value + (unsigned)(s.p[i] - '0');
	}
	return value;
}

/* The year at `at`, or 0: four digits from 1000 to 2100. */
static unsigned
year_at(const struct pieces *p, size_t at)
{
	unsigned year = digits_at(p, at, 4);

	return year >= 1000 && year <= 2100 ? year : 0;
}

static bool
is_ordinal_end(const struct pieces *p, size_t at)
{
	return piece_has(p, at, PIECE_JOINED) &&
	       (piece_says(p, at, "th") || piece_says(p, at, "st") || piece_says(p, at, "nd") ||
		   piece_says(p, at, "rd"));
}

/* The day of a month at `at`, "17" or "17th"; the piece behind it, or at. */
static size_t
read_day(const struct pieces *p, size_t at, struct date *d)
{
	unsigned day = digits_at(p, at, 2);

	if (day < 1 || day > 31)
		return at;
	at++;
	if (is_ordinal_end(p, at))
		at++;
	else if (piece_has(p, at, PIECE_JOINED) && !piece_is_mark(p, at, ',') &&
		 !piece_is_mark(p, at, '.') && !piece_is_mark(p, at, ')') &&
		 !piece_is_mark(p, at, ';'))
		return at - 1; /* "12:30", "5km", "3-1" */
	d->day = day;
	return at;
}

static bool
is_month(const struct pieces *p, size_t at)
{
	return piece_is(p, at, LEX_MONTH) &&
	       (piece_has(p, at, PIECE_CAPITAL) ||
		   lexicon_language(p->words->lexicon) != LANGUAGE_EN);
}

/* Behind the year that may follow at `at`, also behind a comma or "of"; or at. */
static size_t
read_year(const struct pieces *p, size_t at, struct date *d)
{
	size_t year = at;

	if (piece_is_mark(p, at, ',') || piece_says(p, at, "of") || piece_says(p, at, "de"))
		year++;
	if (year_at(p, year) == 0)
		return at;
	d->year = year_at(p, year);
	return year + 1;
}

/* The month at `at` and the full stop of its abbreviation. */
static size_t
read_month(const struct pieces *p, size_t at, struct date *d)
{
	d->month = (unsigned)p->piece[at].lex->value;
	at++;
	if (piece_is_mark(p, at, '.') && piece_has(p, at, PIECE_JOINED) && at + 1 < p->n)
		at++;
	return at;
}

/* "17 October [2023]", "17th of October". */
static size_t
read_day_first(const struct pieces *p, size_t at, struct date *d)
{
	struct date x = {0};
	size_t end = read_day(p, at, &x);

	if (end == at)
		return at;
	if (piece_says(p, end, "of") || piece_says(p, end, "de") ||
	    (piece_is_mark(p, end, '.') && piece_has(p, end, PIECE_JOINED)))
		end++;
	if (!is_month(p, end))
		return at;
	end = read_month(p, end, &x);
	end = read_year(p, end, &x);
	*d = x;
	return end;
}

/* Whether "May" or "March" at `at` is a month: it has no day and no year beside it. */
static bool
is_sure_month(const struct pieces *p, size_t at)
{
	if (!piece_has(p, at, PIECE_CAPITAL))
		return false;
	if (!piece_says(p, at, "may") && !piece_says(p, at, "march") && !piece_says(p, at, "mar") &&
	    !piece_says(p, at, "jan") && !piece_says(p, at, "august"))
		return true;
	return at > 0 && (piece_is(p, at - 1, LEX_YEAR_CUE) || piece_says(p, at - 1, "last") ||
			     piece_says(p, at - 1, "next") || piece_says(p, at - 1, "this"));
}

/* "October [17][, 2023]", "February 2022", "in March". */
static size_t
read_month_first(const struct pieces *p, size_t at, struct date *d)
{
	struct date x = {0};
	size_t month, day, end;

	if (!is_month(p, at))
		return at;
	month = read_month(p, at, &x);
	day = read_day(p, month, &x);
	end = read_year(p, day, &x);
	if (end == month && month > at + 1)
		end = month = at + 1; /* the full stop ends a sentence */
	if (end == month && !is_sure_month(p, at))
		return at;
	*d = x;
	return end;
}

/* "2023-10-17" */
static size_t
read_iso(const struct pieces *p, size_t at, struct date *d)
{
	unsigned month = digits_at(p, at + 2, 2), day = digits_at(p, at + 4, 2);

	if (year_at(p, at) == 0 || !piece_is_mark(p, at + 1, '-') || !piece_is_mark(p, at + 3, '-'))
		return at;
	for (size_t i = 1; i <= 4; i++) {
		if (!piece_has(p, at + i, PIECE_JOINED))
			return at;
	}
	if (month < 1 || month > 12 || day < 1 || day > 31)
		return at;
	*d = (struct date){year_at(p, at), month, day};
	return at + 5;
}

/* Whether a year cannot be meant at `at`: it is part of something, or counts what follows. */
static bool
is_no_year(const struct pieces *p, size_t at)
{
	struct span unit;

	if (piece_has(p, at, PIECE_JOINED) && at > 0 && !piece_is_mark(p, at - 1, '(') &&
	    !piece_is_mark(p, at - 1, '-') && !piece_is_mark(p, at - 1, 0x2013) &&
	    !piece_is_mark(p, at - 1, '/') && !piece_is_mark(p, at - 1, '\'') &&
	    !piece_is_mark(p, at - 1, '"'))
		return true;
	if (piece_is_mark(p, at + 1, '%') || piece_is(p, at + 1, LEX_SCALE | LEX_CURRENCY))
		return true;
	if (at > 0 && (piece_is(p, at - 1, LEX_YEAR_CUE) || piece_says(p, at - 1, "the")))
		return false;
	return unit_read(p, at + 1, &unit) == at + 2; /* "2000 people" */
}

/* "2019", "1990s" */
static size_t
read_lone_year(const struct pieces *p, size_t at, struct date *d)
{
	unsigned year = year_at(p, at);

	if (year == 0)
		return at;
	if (piece_says(p, at + 1, "s") && piece_has(p, at + 1, PIECE_JOINED)) {
		*d = (struct date){0};
		return at + 2;
	}
	if (year < 1500 && !(at > 0 && piece_is(p, at - 1, LEX_YEAR_CUE)))
		return at;
	if (is_no_year(p, at) || (piece_has(p, at + 1, PIECE_JOINED) && piece_is_word(p, at + 1)))
		return at;
	*d = (struct date){.year = year};
	return at + 1;
}

/* A date without a day of the week. */
static size_t
read_date(const struct pieces *p, size_t at, struct date *d)
{
	size_t end = read_iso(p, at, d);

	if (end == at)
		end = read_day_first(p, at, d);
	if (end == at)
		end = read_month_first(p, at, d);
	return end == at ? read_lone_year(p, at, d) : end;
}

/* v as n digits at out. */
static void
put_digits(char *out, unsigned v, size_t n)
{
	while (n > 0) {
		out[--n] = (char)('0' + v % 10);
		v /= 10;
	}
}

/* As much of ISO 8601 as the date gives, from the year on. */
static struct span
print_when(struct arena *a, const struct date *d)
{
	size_t n = d->year == 0 ? 0 : d->month == 0 ? 4 : d->day == 0 ? 7 : 10;
	char *out;

	if (n == 0)
		return span_of(NULL, 0);
	out = arena_alloc(a, n);
	put_digits(out, d->year, 4);
	if (n > 4) {
		out[4] = '-';
		put_digits(out + 5, d->month, 2);
	}
	if (n > 7) {
		out[7] = '-';
		put_digits(out + 8, d->day, 2);
	}
	return span_of(out, n);
}

bool
date_read(const struct pieces *p, size_t at, struct arena *a, struct fact *ret, size_t *ret_end)
{
	struct date d = {0};
	size_t date = at, end;

	if (piece_is(p, at, LEX_WEEKDAY) && piece_has(p, at, PIECE_CAPITAL)) {
		date = at + 1 + piece_is_mark(p, at + 1, ',');
		end = read_date(p, date, &d);
		if (end == date || d.month == 0) {
			d = (struct date){0};
			end = at + 1;
		}
	} else {
		end = read_date(p, at, &d);
	}
	if (end == at)
		return false;
	*ret = fact_of(FACT_DATE, p, at, end);
	ret->when = print_when(a, &d);
	*ret_end = end;
	return true;
}
