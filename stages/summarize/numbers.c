#include "stages/summarize/numbers.h"

#include "common/utf8.h"
#include "proto/sentence.h"
#include "stages/summarize/letters.h"

/* Separators of the digits s: how many, where the last one is. */
struct separators {
	size_t points, commas; /* counts */
	size_t last;           /* its byte */
	char last_sort;        /* '.', ',', or 0 if there is none */
};

/* A number in words while it is read, in ten-thousandths. */
struct sum {
	int64_t total;   /* of the groups with a scale that are complete */
	int64_t current; /* of the group that is being read */
	int64_t limit;   /* the next scale must be below; 0: none yet */
	bool fits;
};

static struct separators
separators_of(struct span s)
{
	struct separators x = {0};

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '.' && s.p[i] != ',')
			continue;
		x.points += s.p[i] == '.';
		x.commas += s.p[i] == ',';
		x.last = i;
		x.last_sort = s.p[i];
	}
	return x;
}

/* The number of digits (code points) in s from `from` to the next separator. */
static size_t
group_length(struct span s, size_t from)
{
	size_t n = 0;

	while (from < s.n && s.p[from] != '.' && s.p[from] != ',') {
		utf8_next(s, &from, NULL);
		n++;
	}
	return n;
}

/* Whether s is digits in groups: one to three, then two (lakhs) or three, three at the end. */
static bool
is_grouped(struct span s, char separator)
{
	size_t i = 0;

	if (group_length(s, 0) > 3)
		return false;
	while (i < s.n) {
		size_t start = i + 1, n;

		if (s.p[i++] != separator)
			continue;
		n = group_length(s, start);
		if (n != 3 && (n != 2 || memchr(s.p + start, separator, s.n - start) == NULL))
			return false;
	}
	return true;
}

static bool
append_digit(int64_t *value, int digit)
{
	return !__builtin_mul_overflow(*value, 10, value) &&
	       !__builtin_add_overflow(*value, digit, value);
}

/* The digits of s with the decimal point at byte `point` (s.n: none); other marks are skipped. */
static bool
sum_digits(struct span s, size_t point, int64_t *ret)
{
	int64_t value = 0;
	size_t at = 0;
	int decimals = 0;

	while (at < s.n) {
		bool behind = at > point;
		int digit = letter_digit(utf8_next(s, &at, NULL));

		if (digit < 0)
			continue;
		if (behind && decimals == 4) {
			value += digit >= 5;
			break;
		}
		decimals += behind;
		if (!append_digit(&value, digit))
			return false;
	}
	for (; decimals < 4; decimals++) {
		if (!append_digit(&value, 0))
			return false;
	}
	*ret = value;
	return true;
}

bool
number_digits(struct span s, char mark, int64_t *ret, bool *ret_fits)
{
	struct separators x = separators_of(s);
	size_t sort = x.last_sort == '.' ? x.points : x.commas, point = s.n;
	size_t other = x.points + x.commas - sort;
	bool decimal = other > 0 || x.last_sort == mark;

	if (x.last_sort != mark && other == 0)
		decimal = sort == 1 && (group_length(s, x.last + 1) != 3 || s.p[0] == '0');
	if (decimal && sort == 1)
		point = x.last;
	else if (x.last_sort != 0 && (other > 0 || !is_grouped(s, x.last_sort)))
		return false;
	if (point < s.n && other > 0 &&
	    !is_grouped(span_cut(s, 0, point), x.last_sort == '.' ? ',' : '.'))
		return false;
	*ret_fits = sum_digits(s, point, ret);
	return true;
}

/* Multiply by a whole number, if it still fits. */
static void
times(int64_t *value, int64_t by, bool *fits)
{
	if (__builtin_mul_overflow(*value, by, value)) {
		*fits = false;
		*value = 0;
	}
}

/* Behind a hyphen, if one joins the next piece to the one before it. */
static size_t
skip_hyphen(const struct pieces *p, size_t at)
{
	return piece_is_mark(p, at, '-') && piece_has(p, at, PIECE_JOINED) &&
		       piece_has(p, at + 1, PIECE_JOINED)
		   ? at + 1
		   : at;
}

/*
 * Whether "m" or "b" at `at`, behind digits, can be a million or a billion: written right behind
 * them, for money or before what is counted. Else it may be a metre.
 */
static bool
is_short_scale(const struct pieces *p, size_t at, bool money)
{
	if (at == 0 || p->piece[at - 1].kind != PIECE_NUMBER)
		return false;
	if (p->piece[at].end - p->piece[at].start > 1 && !piece_says(p, at, "mm"))
		return true;
	return piece_has(p, at, PIECE_JOINED) &&
	       (money || piece_says(p, at, "k") || piece_is(p, at + 1, LEX_CURRENCY | LEX_MEASURE));
}

/* "million" or, behind digits, "bn" at `at`: its value, or 0. */
static int64_t
scale_at(const struct pieces *p, size_t at, bool money)
{
	if (piece_is(p, at, LEX_SCALE) ||
	    (piece_is(p, at, LEX_SCALE_SHORT) && is_short_scale(p, at, money)))
		return p->piece[at].lex->value;
	return 0;
}

static bool
read_digits(const struct pieces *p, size_t at, bool money, struct number *ret)
{
	struct number x = {.end = at + 1, .digits = true};
	bool comma = (lexicon_writes(p->words->lexicon) & LANGUAGE_DECIMAL_COMMA) != 0;
	int64_t scale;

	if (!number_digits(pieces_text(p, at, at + 1), comma ? ',' : '.', &x.value, &x.has_value))
		return false;
	while ((scale = scale_at(p, skip_hyphen(p, x.end), money)) > 0) {
		x.end = skip_hyphen(p, x.end) + 1;
		x.scaled = true;
		times(&x.value, scale, &x.has_value);
	}
	if (x.scaled && comma && piece_is_inner_stop(p, x.end))
		x.end++; /* "Mio. Euro"; in English it may end a sentence that was not parted */
	*ret = x;
	return true;
}

/* "and a half" behind a number that counts what follows. */
static size_t
read_and_half(const struct pieces *p, size_t at, struct sum *sum)
{
	if (!piece_says(p, at, "and") || !piece_says(p, at + 1, "a") ||
	    !piece_says(p, at + 2, "half"))
		return at;
	sum->current += UNIT / 2;
	return at + 3;
}

/* A number below a hundred: "twelve", "twenty-five"; at if there is none. */
static size_t
read_small(const struct pieces *p, size_t at, struct sum *sum)
{
	int64_t value;
	size_t ones;

	if (!piece_is(p, at, LEX_NUMBER))
		return at;
	value = p->piece[at++].lex->value;
	ones = skip_hyphen(p, at);
	if (value >= 20 && piece_says(p, ones, "one")) {
		value++;
		at = ones + 1;
	} else if (value >= 20 && piece_is(p, ones, LEX_NUMBER) && p->piece[ones].lex->value < 10) {
		value += p->piece[ones].lex->value;
		at = ones + 1;
	}
	sum->current += value * UNIT;
	return read_and_half(p, at, sum);
}

static void
add_group(struct sum *sum, int64_t scale)
{
	if (__builtin_add_overflow(sum->total, sum->current, &sum->total)) {
		sum->fits = false;
		sum->total = 0;
	}
	sum->current = 0;
	sum->limit = scale;
}

/* The scales behind a group: "hundred and five thousand". */
static size_t
read_scales(const struct pieces *p, size_t at, struct sum *sum)
{
	size_t next = skip_hyphen(p, at);

	while (piece_is(p, next, LEX_SCALE)) {
		int64_t scale = p->piece[next].lex->value;

		if (sum->limit > 0 && scale >= sum->limit)
			break;
		times(&sum->current, scale, &sum->fits);
		at = next + 1;
		if (scale >= 1000) {
			add_group(sum, scale);
			break;
		}
		next = at + piece_says(p, at, "and");
		if (scale == 100 && piece_is(p, next, LEX_NUMBER))
			at = read_small(p, next, sum);
		next = skip_hyphen(p, at);
	}
	return at;
}

/* "a", "one", "half a" before a scale: where the scale is; at if it is none of these. */
static size_t
read_article(const struct pieces *p, size_t at, struct sum *sum)
{
	size_t next = at;

	if (piece_says(p, at, "half"))
		next = skip_hyphen(p, at + 1);
	if (piece_says(p, next, "a") || piece_says(p, next, "one"))
		next++;
	if (next == at || !piece_is(p, skip_hyphen(p, next), LEX_SCALE))
		return at;
	sum->current = piece_says(p, at, "half") ? UNIT / 2 : UNIT;
	return next;
}

/* One group, "two hundred and five thousand"; at if there is none. */
static size_t
read_group(const struct pieces *p, size_t at, struct sum *sum)
{
	size_t end = read_article(p, at, sum), scaled;

	if (end == at) {
		end = read_small(p, at, sum);
		return end == at ? at : read_scales(p, end, sum);
	}
	scaled = read_scales(p, end, sum);
	if (scaled > end)
		return scaled;
	sum->current = 0; /* "a thousand a thousand" are two numbers */
	return at;
}

bool
number_read(const struct pieces *p, size_t at, bool money, struct number *ret)
{
	struct sum sum = {.fits = true};
	size_t end = at, next;

	if (piece_is_number(p, at))
		return read_digits(p, at, money, ret);
	if (!piece_is_word(p, at))
		return false;
	while ((next = read_group(p, end, &sum)) > end) {
		end = next;
		if (sum.current != 0)
			break;
		if (sum.limit == 1000 && piece_says(p, end, "and") &&
		    piece_is(p, end + 1, LEX_NUMBER))
			end++;
	}
	if (end == at)
		return false;
	*ret = (struct number){.end = end, .has_value = sum.fits, .scaled = sum.limit > 0};
	ret->has_value &= !__builtin_add_overflow(sum.total, sum.current, &ret->value);
	return true;
}

/* Whether the words at `at` show that the singular before them is a fraction. */
static bool
follows_fraction(const struct pieces *p, size_t at, bool sure)
{
	if (sure)
		return !piece_is_word(p, at) || piece_is(p, at, LEX_STOP);
	return piece_says(p, at, "of") || piece_says(p, at, "the") || piece_says(p, at, "its") ||
	       piece_says(p, at, "their") || piece_says(p, at, "his") || piece_says(p, at, "her");
}

/* The denominator at `at`, in the plural or not, or 0. */
static int64_t
denominator(const struct pieces *p, size_t at, bool plural)
{
	const struct lexeme *x;

	if (!piece_is(p, at, LEX_FRACTION))
		return 0;
	x = p->piece[at].lex;
	return span_ends(x->text, SPAN("s")) == plural ? x->value : 0;
}

bool
number_fraction(const struct pieces *p, size_t at, bool sure, struct number *ret)
{
	int64_t count = 1, parts;
	size_t end = at;
	bool plural = piece_is(p, at, LEX_NUMBER);

	if (plural)
		count = p->piece[at].lex->value;
	else if (!piece_says(p, at, "a") && !piece_says(p, at, "one") && !piece_says(p, at, "half"))
		return false;
	if (!piece_says(p, at, "half"))
		end = skip_hyphen(p, at + 1);
	parts = denominator(p, end, plural);
	if (count > parts || (!plural && !follows_fraction(p, end + 1, sure)))
		return false;
	*ret = (struct number){.end = end + 1, .has_value = true};
	ret->value = (2 * count * UNIT + parts) / (2 * parts);
	return true;
}
