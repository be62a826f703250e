#include "stages/summarize/stops.h"

#include "common/utf8.h"
#include "stages/summarize/letters.h"
#include "stages/summarize/marks.h"
#include "stages/summarize/sides.h"

enum {
	LEFT_QUOTE = 0x201C, /* opens in English, closes in German */
	WIDE_POINT = 0xFF0E, /* also in numbers */
	SURE_WORD = 6,       /* letters; hardly an abbreviation */
};

/* Marks that go on with a sentence. */
static bool
goes_on(uint32_t c)
{
	return c != 0 && c < 0x80 && strchr(",;:)]}/=", (int)c) != NULL;
}

/* Behind the stops at `at`; spaces may stand between full stops. */
static size_t
skip_stops(struct span s, size_t at)
{
	bool spaced = false;

	while (at < s.n) {
		size_t next = at;
		uint32_t c = utf8_next(s, &next, NULL);

		if (!mark_is_stop(c) || (spaced && letter_is_alnum(sides_peek(s, next))))
			break;
		at = next;
		spaced = c == '.' && next + 1 < s.n && s.p[next] == ' ' && s.p[next + 1] == '.' &&
			 !(next + 2 < s.n && s.p[next + 2] == '.');
		if (spaced && !(next + 2 < s.n && letter_is_alnum(sides_peek(s, next + 2))))
			at++;
	}
	return at;
}

/* Behind closing quotes, brackets and references such as "[12]". */
static size_t
skip_closers(struct span s, size_t at)
{
	while (at < s.n) {
		size_t next = at;
		uint32_t c = utf8_next(s, &next, NULL);

		if (c == '[') {
			while (next < s.n && s.p[next] >= '0' && s.p[next] <= '9')
				next++;
			if (next == at + 1 || next >= s.n || s.p[next] != ']')
				break;
			next++;
		} else if (!mark_is_closer(c) && c != LEFT_QUOTE) {
			break;
		} else if ((c == '"' || c == '\'' || c == LEFT_QUOTE) &&
			   letter_is_alnum(sides_peek(s, next))) {
			break; /* it opens the next sentence */
		}
		at = next;
	}
	return at;
}

struct stop
stop_read(struct span text, size_t first, size_t at)
{
	struct stop s = {.text = text, .first = first, .at = at};

	s.end = skip_stops(text, at);
	if (s.end == at) /* a stop of one script, mark_is_stop_of */
		s.end = at + 1;
	s.after = skip_closers(text, s.end);
	return s;
}

/* Only digits, at most `most` of them. */
static bool
is_digits(struct span word, size_t most)
{
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] < '0' || word.p[i] > '9')
			return false;
	}
	return word.n > 0 && word.n <= most;
}

/* "technologies.The": a sentence that ends without a space behind it. */
static bool
is_glued(const struct stop *s, const struct sides *x)
{
	struct span t = s->text, next = sides_word_at(t, s->after);
	size_t second = s->after, behind = s->after + next.n, at = s->at;

	if (s->end - s->at != 1 || s->after >= t.n || s->at == s->first || !sides_is_capital(next))
		return false;
	utf8_next(t, &second, NULL);
	if (letter_of(sides_peek(t, second)) != LETTER_SMALL &&
	    !sides_has(x->following, LEX_STARTER))
		return false;
	if (is_digits(x->word, 2))
		return false; /* "1.Bread, 2.Salt" */
	if (memchr(x->word.p, '.', x->word.n) != NULL || (size_t)(x->word.p - t.p) <= s->first ||
	    sides_has(x->before, LEX_ABBR_INNER | LEX_ABBR_NUMBER))
		return false; /* part of a name of a machine, the first word, or "St.Louis" */
	if (sides_peek(t, behind) == '@' ||
	    (sides_peek(t, behind) == '.' && letter_of(sides_peek(t, behind + 1)) == LETTER_SMALL))
		return false;
	if (t.p[s->at] != '.')
		return sides_has(x->following, LEX_STARTER);
	return x->closed || letter_digit(utf8_previous(t, &at)) >= 0 ||
	       (letter_of(sides_peek(t, at)) == LETTER_SMALL && at > s->first &&
		   letter_of(utf8_previous(t, &at)) == LETTER_SMALL);
}

/* `"Why?" Smith asked`: the name of the speaker and a verb of saying follow the quotation. */
static bool
is_speaker(const struct lexicon *l, const struct stop *s, const struct sides *x)
{
	size_t at = x->next;

	if (!x->closed || sides_has(x->following, LEX_STARTER))
		return false;
	for (int i = 0; i < 3; i++) {
		struct span word = sides_word_at(s->text, at);
		if (i > 0 && sides_has(sides_look_up(l, word), LEX_SAY))
			return true;
		if (!sides_is_capital(word))
			return false;
		at = sides_skip_spaces(s->text, at + word.n);
	}
	return false;
}

/* "1. First": the word is the number of an item of a list, and all there is so far. */
static bool
is_item(const struct stop *s, const struct sides *x)
{
	size_t first = sides_skip_spaces(s->text, s->first),
	       start = (size_t)(x->word.p - s->text.p);

	for (int i = 0; i < SIDES_OPENERS && mark_is_opener(sides_peek(s->text, first)); i++) {
		utf8_next(s->text, &first, NULL);
		first = sides_skip_spaces(s->text, first);
	}
	return first >= start && (is_digits(x->word, 3) || x->word.n == 1);
}

/* "120 °C", "90 km/h": one letter that is a unit. */
static bool
is_unit(const struct stop *s, const struct sides *x)
{
	size_t at = (size_t)(x->word.p - s->text.p);
	uint32_t before = at > s->first ? utf8_previous(s->text, &at) : 0;

	return before == 0xB0 || before == '/';
}

/* "12. Juni", and "Das 20. Jahrhundert" where nouns have capitals. */
static bool
is_ordinal(const struct sides *x)
{
	if ((x->writes & LANGUAGE_ORDINAL_STOPS) == 0 || !is_digits(x->word, 2))
		return false;
	return sides_has(x->following, LEX_MONTH) ||
	       ((x->writes & LANGUAGE_CAPITAL_NOUNS) != 0 && !sides_has(x->following, LEX_STARTER));
}

/* "N°. 5", "1ª. Parte": the word ends with a mark. */
static bool
is_marked_ordinal(const struct stop *s, const struct sides *x)
{
	size_t at = s->at;
	uint32_t before = at > s->first ? utf8_previous(s->text, &at) : 0;

	return (before == 0xB0 || before == 0xBA || before == 0xAA) && letter_digit(x->c) >= 0;
}

/* Single letters with full stops between: "U.S". */
static bool
is_initials(struct span word)
{
	size_t at = 0;

	while (at < word.n) {
		if (letter_of(utf8_next(word, &at, NULL)) < LETTER_SMALL)
			return false;
		if (at < word.n && word.p[at++] != '.')
			return false;
	}
	return word.n > 2;
}

/* "5 p.m." before a word with a capital: not before a day, a month or a zone. */
static bool
hour_ends(const struct sides *x)
{
	return !sides_has(x->following, LEX_WEEKDAY | LEX_MONTH | LEX_ZONE) &&
	       letter_digit(x->c) < 0;
}

static bool
abbreviation_ends(const struct sides *x)
{
	bool starter = sides_has(x->following, LEX_STARTER), digit = letter_digit(x->c) >= 0;
	size_t n = 0;

	if (sides_has(x->before, LEX_ABBR_INNER))
		return false;
	if (sides_has(x->before, LEX_ABBR_NUMBER) && digit)
		return false;
	if (span_equal(x->before->text, SPAN("a.m")) || span_equal(x->before->text, SPAN("p.m")))
		return starter || hour_ends(x);
	if (sides_has(x->before, LEX_ABBR_EITHER) || is_initials(x->word))
		return starter;
	if (sides_has(x->before, LEX_ABBR_CAPITAL) && sides_is_capital(x->word))
		return starter;
	if (letter_of(utf8_next(x->word, &n, NULL)) < LETTER_SMALL)
		return true;
	return n < x->word.n || starter; /* "J. Smith", "z. B." */
}

/* Whether a single full stop ends its sentence. */
static bool
period_ends(const struct stop *s, const struct sides *x)
{
	if (is_marked_ordinal(s, x))
		return false;
	if (x->word.n == 0)
		return true;
	if (is_item(s, x) || is_ordinal(x))
		return false;
	return x->closed || is_unit(s, x) || abbreviation_ends(x);
}

/* An ellipsis ends no sentence if it stands apart from the word before it, or for left out text. */
static bool
is_loose_ellipsis(const struct stop *s, const struct sides *x)
{
	size_t at = s->at;
	uint32_t before;

	if ((s->text.p[at] != '.' && sides_peek(s->text, at) != 0x2026) || at == s->first)
		return false;
	before = utf8_previous(s->text, &at);
	if (before == '[' || before == '(')
		return true;
	return utf8_is_space(before) &&
	       (!sides_has(x->following, LEX_STARTER) || sides_has(x->following, LEX_SELF));
}

/*
 * Whether a sentence can begin at x->next: not with a small letter, but for "iPhone" and the items
 * of a list, "(b) Second".
 */
static bool
can_begin(const struct stop *s, const struct sides *x)
{
	size_t second = x->next;

	if (x->c == 0 || goes_on(x->c))
		return false;
	utf8_next(s->text, &second, NULL);
	return letter_of(x->c) != LETTER_SMALL ||
	       letter_of(sides_peek(s->text, second)) == LETTER_CAPITAL;
}

/* "the house. then": no capital, but hardly an abbreviation. */
static bool
is_sloppy(const struct stop *s, const struct sides *x)
{
	size_t at = 0, n = 0;

	if (s->end - s->at != 1 || s->text.p[s->at] != '.' || x->closed ||
	    x->next != sides_skip_spaces(s->text, s->after) ||
	    (x->before->classes & ~LEX_STOP) != 0)
		return false;
	while (at < x->word.n && letter_of(utf8_next(x->word, &at, NULL)) == LETTER_SMALL)
		n++;
	return at == x->word.n && n >= SURE_WORD && letter_of(x->c) == LETTER_SMALL;
}

bool
stop_ends(const struct lexicon *l, const struct stop *s)
{
	struct sides x;
	size_t last = s->end;
	uint32_t c;

	if (s->after >= s->text.n)
		return false;
	c = utf8_previous(s->text, &last);
	if (mark_is_wide_stop(c))
		return c != WIDE_POINT || letter_digit(sides_peek(s->text, s->end)) < 0;
	x = sides_look(l, s);
	if (!utf8_is_space(sides_peek(s->text, s->after)))
		return is_glued(s, &x);
	if (!can_begin(s, &x))
		return is_sloppy(s, &x);
	if (s->end - s->at == 1 && s->text.p[s->at] == '.')
		return period_ends(s, &x);
	return !is_loose_ellipsis(s, &x) && !is_speaker(l, s, &x);
}
