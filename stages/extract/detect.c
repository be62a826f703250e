#include "stages/extract/detect.h"

#include <stdlib.h>

#include "common/hash.h"
#include "common/mem.h"
#include "common/utf8.h"
#include "stages/extract/cld2.h"

enum {
	SLOTS = 1024, /* a power of two, more than twice the words of the table */
	LANGUAGES = 16,
	WORD_BYTES = 12,      /* longer than all words of the table */
	LEAST_WORDS = 20,     /* fewer do not settle it */
	LEAST_SHARE = 4,      /* one word in so many is in the list */
	CLEARLY = 2,          /* so many times as often as those of the next language */
	LEAST_RARE_SHARE = 5, /* the same where hardly one is another language's: */
	RARELY = 4,
	LOOK_EACH = 48,   /* words: after so many it is looked whether they settle it */
	LEAST_BYTES = 24, /* of less, CLD2 only guesses */
};

struct slot {
	char word[WORD_BYTES];
	uint16_t n;
	uint16_t languages; /* a bit a row of the table; 0: free */
};

struct detector {
	struct slot slots[SLOTS];
};

static struct slot *
find(const struct detector *d, struct span word)
{
	size_t i = hash64(word) & (SLOTS - 1);

	while (d->slots[i].languages != 0 &&
	       !span_equal(span_of(d->slots[i].word, d->slots[i].n), word))
		i = (i + 1) & (SLOTS - 1);
	return (struct slot *)&d->slots[i];
}

static void
add_row(struct detector *d, size_t row)
{
	const char *word = detect_table[row].words;

	for (;;) {
		size_t n = strcspn(word, " ");
		struct slot *slot = find(d, span_of(word, n));

		memcpy(slot->word, word, n);
		slot->n = (uint16_t)n;
		slot->languages |= (uint16_t)(1u << row);
		if (word[n] == '\0')
			return;
		word += n + 1;
	}
}

struct detector *
detect_open(void)
{
	static const char warm[] =
	    "Det er ikke noe å si på dette, mente han da vi spurte om været.";
	struct detector *d = mem_zero(1, sizeof(*d));

	for (size_t i = 0; i < detect_table_rows; i++)
		add_row(d, i);
	cld2_language(warm, sizeof(warm) - 1);
	return d;
}

void
detect_close(struct detector *d)
{
	free(d);
}

/* As much of text as fits into n bytes and ends with a character. */
static size_t
cut(struct span text, size_t n)
{
	if (text.n <= n)
		return text.n;
	while (n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
		n--;
	return n;
}

/* Append the paragraphs that are text, or those that are not, to a sample of n bytes. */
static size_t
sample(char *ret, size_t n, const struct paragraph *p, size_t n_paragraphs, bool text)
{
	for (size_t i = 0; i < n_paragraphs && n + 2 < DETECT_BYTES; i++) {
		size_t room;

		if ((p[i].kind == KIND_TEXT) != text)
			continue;
		room = cut(p[i].text, DETECT_BYTES - 1 - n);
		memcpy(ret + n, p[i].text.p, room);
		n += room;
		ret[n++] = '\n';
	}
	return n;
}

static bool
is_letter(unsigned char c)
{
	return c >= 0x80 || (c | 0x20u) - 'a' < 26u;
}

/* The languages of the word at *at, which is moved behind it; words in capitals are not folded. */
static uint16_t
word_languages(const struct detector *d, struct span s, size_t *at)
{
	char word[WORD_BYTES];
	size_t n = 0;

	while (*at < s.n && is_letter((unsigned char)s.p[*at])) {
		if (n < WORD_BYTES)
			word[n] = s.p[*at];
		n++;
		(*at)++;
	}
	if (n >= WORD_BYTES)
		return 0;
	if (word[0] >= 'A' && word[0] <= 'Z')
		word[0] = (char)(word[0] | 0x20);
	return find(d, span_of(word, n))->languages;
}

/* What the words counted so far say. */
struct tally {
	unsigned hits[LANGUAGES], words;
};

/*
 * The row of the table whose words are clearly the commonest, or that of none: of one in
 * LEAST_SHARE words, and CLEARLY as often as those of the next language; or of fewer (figures and
 * names stand between them), and hardly ever those of another.
 */
static size_t
clearest(const struct tally *t)
{
	size_t best = 0;
	unsigned next = 0, most;

	for (size_t i = 1; i < detect_table_rows; i++)
		if (t->hits[i] > t->hits[best])
			best = i;
	for (size_t i = 0; i < detect_table_rows; i++)
		if (i != best && t->hits[i] > next)
			next = t->hits[i];
	most = t->hits[best];
	if (t->words >= LEAST_WORDS &&
	    ((most * LEAST_SHARE >= t->words && most >= CLEARLY * next) ||
		(most * LEAST_RARE_SHARE >= t->words && most >= RARELY * next)))
		return best;
	return detect_table_rows;
}

/* The row of the language that the words of the text settle, or that of none. */
static size_t
by_words(const struct detector *d, struct span s)
{
	struct tally t = {0};

	for (size_t at = 0; at < s.n;) {
		uint16_t languages;

		if (!is_letter((unsigned char)s.p[at])) {
			at++;
			continue;
		}
		t.words++;
		languages = word_languages(d, s, &at);
		for (size_t i = 0; languages >> i != 0; i++)
			t.hits[i] += languages >> i & 1;
		if (t.words % LOOK_EACH == 0) {
			size_t row = clearest(&t);

			if (row < detect_table_rows)
				return row;
		}
	}
	return clearest(&t);
}

struct span
detect_language(const struct detector *d, const struct paragraph *paragraphs, size_t n_paragraphs)
{
	char text[DETECT_BYTES];
	size_t n = sample(text, 0, paragraphs, n_paragraphs, true), row;

	n = sample(text, n, paragraphs, n_paragraphs, false);
	if (n < LEAST_BYTES)
		return span_of(NULL, 0);
	row = by_words(d, span_of(text, n));
	if (row < detect_table_rows)
		return span_str(detect_table[row].code);
	return span_str(cld2_language(text, n));
}
