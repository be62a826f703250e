#include "stages/summarize/sides.h"

#include "stages/summarize/letters.h"
#include "stages/summarize/marks.h"

enum {
	BACK_BYTES = 64, /* how far back a word is followed */
	WORD_BYTES = 24, /* longer than any word of the lexicon that is asked for here */
};

size_t
sides_skip_spaces(struct span s, size_t at)
{
	while (at < s.n) {
		size_t next = at;
		if (letter_of(sides_next(s, &next)) != LETTER_SPACE)
			break;
		at = next;
	}
	return at;
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
	while (start < at && !letter_is_alnum(sides_peek(s, start)))
		sides_next(s, &start);
	return span_cut(s, start, at);
}

/* The letters and inner apostrophes at `at`. */
struct span
sides_word_at(struct span s, size_t at)
{
	size_t end = at;

	while (end < s.n && end - at < BACK_BYTES) {
		size_t next = end;
		uint32_t c = sides_next(s, &next);
		if (letter_of(c) < LETTER_SMALL &&
		    !((c == '\'' || c == 0x2019) && letter_is_alnum(sides_peek(s, next))))
			break;
		end = next;
	}
	return span_cut(s, at, end);
}

/* What the lexicon says of a word of any case. */
const struct lexeme *
sides_look_up(const struct lexicon *l, struct span word)
{
	char folded[WORD_BYTES + 4];
	size_t at = 0, n = 0;

	while (at < word.n && n < WORD_BYTES) {
		uint32_t c = letter_fold(sides_next(word, &at));
		n += utf8_put(folded + n, c == 0x2019 ? '\'' : c);
	}
	word = span_of(folded, at < word.n ? 0 : n);
	return lexicon_find(l, word, lexicon_hash(word));
}

/* The same; of what is not there, the part behind an apostrophe: "l'Ing". */
static const struct lexeme *
look_up_elided(const struct lexicon *l, struct span word)
{
	const struct lexeme *x = sides_look_up(l, word);
	size_t at = word.n;

	while (x->classes == 0 && at > 0) {
		uint32_t c = utf8_previous(word, &at);

		if (c == '\'')
			return sides_look_up(l, span_cut(word, at + 1, word.n));
		if (c == 0x2019)
			return sides_look_up(l, span_cut(word, at + 3, word.n));
	}
	return x;
}

bool
sides_is_capital(struct span word)
{
	return letter_of(sides_peek(word, 0)) == LETTER_CAPITAL;
}

struct sides
sides_look(const struct lexicon *l, const struct stop *s)
{
	struct sides x = {.closed = s->after > s->end};
	struct span t = s->text;

	x.word = word_before(t, s->first, s->at);
	x.before = look_up_elided(l, x.word);
	x.writes = lexicon_writes(l);
	x.next = sides_skip_spaces(t, s->after);
	for (int i = 0; i < SIDES_OPENERS && mark_is_opener(sides_peek(t, x.next)); i++) {
		sides_next(t, &x.next);
		x.next = sides_skip_spaces(t, x.next);
	}
	x.c = sides_peek(t, x.next);
	x.following = sides_look_up(l, sides_word_at(t, x.next));
	return x;
}
