#include "stages/summarize/stops.h"

#include "common/utf8.h"
#include "stages/summarize/letters.h"
#include "stages/summarize/marks.h"

enum {
	BACK_BYTES = 64,     /* how far back a word is followed */
	WORD_BYTES = 24,     /* longer than any word of the lexicon that is asked for here */
	OPENERS = 8,         /* quotes and brackets in front of a word */
	LEFT_QUOTE = 0x201C, /* opens in English, closes in German */
};

/* What stands on both sides of a stop. */
struct sides {
	struct span word;               /* before it, with inner full stops */
	const struct lexeme *before;    /* that word in the lexicon */
	const struct lexeme *following; /* the next word */
	uint32_t c;                     /* the next character behind spaces and openers; 0: none */
	size_t next;                    /* where it is */
	bool closed;                    /* quotes or brackets close with the stop */
};

/* Marks that go on with a sentence. */
static bool
goes_on(uint32_t c)
{
	return c != 0 && c < 0x80 && strchr(",;:)]}/=", (int)c) != NULL;
}

/* The code point at `at`, or 0 behind the end. */
static uint32_t
peek(struct span s, size_t at)
{
	return at < s.n ? utf8_next(s, &at, NULL) : 0;
}

static size_t
skip_spaces(struct span s, size_t at)
{
	while (at < s.n) {
		size_t next = at;
		if (!utf8_is_space(utf8_next(s, &next, NULL)))
			break;
		at = next;
	}
	return at;
}

/* Behind the stops at `at`; spaces may stand between full stops. */
static size_t
skip_stops(struct span s, size_t at)
{
	bool spaced = false;

	while (at < s.n) {
		size_t next = at;
		uint32_t c = utf8_next(s, &next, NULL);

		if (!mark_is_stop(c) || (spaced && letter_is_alnum(peek(s, next))))
			break;
		at = next;
		spaced = c == '.' && next + 1 < s.n && s.p[next] == ' ' && s.p[next + 1] == '.';
		if (spaced && !(next + 2 < s.n && letter_is_alnum(peek(s, next + 2))))
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
			   letter_is_alnum(peek(s, next))) {
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
	s.after = skip_closers(text, s.end);
	return s;
}

static bool
in_word(uint32_t c)
{
	return letter_is_alnum(c) || c == '.' || c == '-' || c == '\'' || c == '&' || c == 0x2019;
}

/* The word that ends at `at`, at most BACK_BYTES long. */
static struct span
word_before(struct span s, size_t first, size_t at)
{
	size_t start = at;

	while (start > first && at - start < BACK_BYTES) {
		size_t before = start;
		if (!in_word(utf8_previous(s, &before)))
			break;
		start = before;
	}
	while (start < at && !letter_is_alnum(peek(s, start)))
		utf8_next(s, &start, NULL);
	return span_cut(s, start, at);
}

/* The letters and inner apostrophes at `at`. */
static struct span
word_at(struct span s, size_t at)
{
	size_t end = at;

	while (end < s.n && end - at < BACK_BYTES) {
		size_t next = end;
		uint32_t c = utf8_next(s, &next, NULL);
		if (letter_of(c) < LETTER_SMALL &&
		    !((c == '\'' || c == 0x2019) && letter_is_alnum(peek(s, next))))
			break;
		end = next;
	}
	return span_cut(s, at, end);
}

/* What the lexicon says of a word of any case. */
static const struct lexeme *
look_up(const struct lexicon *l, struct span word)
{
	char folded[WORD_BYTES + 4];
	size_t at = 0, n = 0;

	while (at < word.n && n < WORD_BYTES) {
		uint32_t c = letter_fold(utf8_next(word, &at, NULL));
		n += utf8_put(folded + n, c == 0x2019 ? '\'' : c);
	}
	word = span_of(folded, at < word.n ? 0 : n);
	return lexicon_find(l, word, lexicon_hash(word));
}

static bool
is_capital(struct span word)
{
	return letter_of(peek(word, 0)) == LETTER_CAPITAL;
}

static bool
has(const struct lexeme *x, uint32_t classes)
{
	return (x->classes & classes) != 0;
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

static struct sides
look(const struct lexicon *l, const struct stop *s)
{
	struct sides x = {.closed = s->after > s->end};
	struct span t = s->text;

	x.word = word_before(t, s->first, s->at);
	x.before = look_up(l, x.word);
	x.next = skip_spaces(t, s->after);
	for (int i = 0; i < OPENERS && mark_is_opener(peek(t, x.next)); i++) {
		utf8_next(t, &x.next, NULL);
		x.next = skip_spaces(t, x.next);
	}
	x.c = peek(t, x.next);
	x.following = look_up(l, word_at(t, x.next));
	return x;
}

/* "technologies.The": a sentence that ends without a space behind it. */
static bool
is_glued(const struct stop *s, const struct sides *x)
{
	struct span t = s->text, next = word_at(t, s->after);
	size_t second = s->after, behind = s->after + next.n, at = s->at;

	if (s->end - s->at != 1 || s->after >= t.n || s->at == s->first || !is_capital(next))
		return false;
	utf8_next(t, &second, NULL);
	if (letter_of(peek(t, second)) != LETTER_SMALL)
		return false;
	if (memchr(x->word.p, '.', x->word.n) != NULL || (size_t)(x->word.p - t.p) <= s->first ||
	    has(x->before, LEX_ABBR_INNER | LEX_ABBR_NUMBER))
		return false; /* part of a name of a machine, the first word, or "St.Louis" */
	if (peek(t, behind) == '@' ||
	    (peek(t, behind) == '.' && letter_of(peek(t, behind + 1)) == LETTER_SMALL))
		return false;
	if (t.p[s->at] != '.')
		return has(x->following, LEX_STARTER);
	return x->closed || letter_digit(utf8_previous(t, &at)) >= 0 ||
	       (letter_of(peek(t, at)) == LETTER_SMALL && at > s->first &&
		   letter_of(utf8_previous(t, &at)) == LETTER_SMALL);
}

/* `"Why?" Smith asked`: the name of the speaker and a verb of saying follow the quotation. */
static bool
is_speaker(const struct lexicon *l, const struct stop *s, const struct sides *x)
{
	size_t at = x->next;

	if (!x->closed || has(x->following, LEX_STARTER))
		return false;
	for (int i = 0; i < 3; i++) {
		struct span word = word_at(s->text, at);
		if (i > 0 && has(look_up(l, word), LEX_SAY))
			return true;
		if (!is_capital(word))
			return false;
		at = skip_spaces(s->text, at + word.n);
	}
	return false;
}

/* "1. First": the word is the number of an item of a list, and all there is so far. */
static bool
is_item(const struct stop *s, const struct sides *x)
{
	size_t first = skip_spaces(s->text, s->first), start = (size_t)(x->word.p - s->text.p);

	for (int i = 0; i < OPENERS && mark_is_opener(peek(s->text, first)); i++) {
		utf8_next(s->text, &first, NULL);
		first = skip_spaces(s->text, first);
	}
	return first >= start && (is_digits(x->word, 3) || x->word.n == 1);
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
	return !has(x->following, LEX_WEEKDAY | LEX_MONTH | LEX_ZONE) && letter_digit(x->c) < 0;
}

static bool
abbreviation_ends(const struct sides *x)
{
	bool starter = has(x->following, LEX_STARTER), digit = letter_digit(x->c) >= 0;
	size_t n = 0;

	if (has(x->before, LEX_ABBR_INNER))
		return false;
	if (has(x->before, LEX_ABBR_NUMBER) && digit)
		return false;
	if (span_equal(x->before->text, SPAN("a.m")) || span_equal(x->before->text, SPAN("p.m")))
		return starter || hour_ends(x);
	if (has(x->before, LEX_ABBR_EITHER) || is_initials(x->word))
		return starter;
	if (has(x->before, LEX_ABBR_CAPITAL) && is_capital(x->word))
		return starter;
	if (letter_of(utf8_next(x->word, &n, NULL)) < LETTER_SMALL)
		return true;
	return n < x->word.n || starter; /* "J. Smith", "z. B." */
}

/* Whether a single full stop ends its sentence. */
static bool
period_ends(const struct stop *s, const struct sides *x)
{
	if (x->word.n == 0)
		return true;
	if (is_item(s, x))
		return false;
	return x->closed || abbreviation_ends(x);
}

/* An ellipsis ends no sentence if it stands apart from the word before it, or for left out text. */
static bool
is_loose_ellipsis(const struct stop *s, const struct sides *x)
{
	size_t at = s->at;
	uint32_t before;

	if ((s->text.p[at] != '.' && peek(s->text, at) != 0x2026) || at == s->first)
		return false;
	before = utf8_previous(s->text, &at);
	if (before == '[' || before == '(')
		return true;
	return utf8_is_space(before) &&
	       (!has(x->following, LEX_STARTER) || has(x->following, LEX_SELF));
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
	       letter_of(peek(s->text, second)) == LETTER_CAPITAL;
}

bool
stop_ends(const struct lexicon *l, const struct stop *s)
{
	struct sides x;
	size_t last = s->end;

	if (s->after >= s->text.n)
		return false;
	if (mark_is_wide_stop(utf8_previous(s->text, &last)))
		return letter_digit(peek(s->text, s->end)) < 0;
	x = look(l, s);
	if (!utf8_is_space(peek(s->text, s->after)))
		return is_glued(s, &x);
	if (!can_begin(s, &x))
		return false;
	if (s->end - s->at == 1 && s->text.p[s->at] == '.')
		return period_ends(s, &x);
	return !is_loose_ellipsis(s, &x) && !is_speaker(l, s, &x);
}
