#include "stages/summarize/lexicon.h"

#include <assert.h>
#include <stdlib.h>

#include "common/mem.h"

enum { SLOTS = 4096, MOST = 2048 }; /* SLOTS: a power of two */

struct lexicon {
	uint16_t slots[SLOTS]; /* an index of lexemes; 0: free */
	uint16_t n;
	struct lexeme lexemes[MOST]; /* the first one is that of unknown words */
};

/* The slot that holds word, or the free one where it belongs. */
static size_t
slot_of(const struct lexicon *l, struct span word, uint32_t hash)
{
	size_t i = hash & (SLOTS - 1);

	while (l->slots[i] != 0 && !span_equal(l->lexemes[l->slots[i]].text, word))
		i = (i + 1) & (SLOTS - 1);
	return i;
}

/* The first row that gives a word a value or a name decides it. */
static void
add_word(struct lexicon *l, struct span word, const struct lexicon_row *row)
{
	size_t slot = slot_of(l, word, lexicon_hash(word));
	struct lexeme *x;

	if (l->slots[slot] == 0) {
		assert(l->n < MOST);
		l->slots[slot] = l->n++;
	}
	x = &l->lexemes[l->slots[slot]];
	x->text = word;
	x->classes |= row->classes;
	if (x->value == 0)
		x->value = row->value;
	if (x->name.n == 0)
		x->name = span_str(row->name);
}

static void
add_row(struct lexicon *l, const struct lexicon_row *row)
{
	const char *word = row->words;

	for (;;) {
		size_t n = strcspn(word, " ");

		add_word(l, span_of(word, n), row);
		if (word[n] == '\0')
			return;
		word += n + 1;
	}
}

struct lexicon *
lexicon_open(void)
{
	struct lexicon *l = mem_zero(1, sizeof(*l));

	l->n = 1;
	for (size_t i = 0; i < lexicon_table_rows; i++)
		add_row(l, &lexicon_table[i]);
	return l;
}

void
lexicon_close(struct lexicon *l)
{
	free(l);
}

const struct lexeme *
lexicon_find(const struct lexicon *l, struct span word, uint32_t hash)
{
	return &l->lexemes[l->slots[slot_of(l, word, hash)]];
}
