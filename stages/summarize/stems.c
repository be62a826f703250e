#include "stages/summarize/stems.h"

#include <libstemmer.h>
#include <stdlib.h>

#include "common/mem.h"

enum { SLOTS = 1 << 12, BYTES = 24 }; /* longer words are not remembered */

struct slot {
	uint32_t hash;
	uint8_t n_word, n_stem;
	char word[BYTES], stem[BYTES];
};

struct stems {
	struct sb_stemmer *stemmer; /* NULL: none */
	struct slot *slots;         /* [SLOTS], by hash */
};

struct stems *
stems_open(const char *name)
{
	struct stems *s = mem_zero(1, sizeof(*s));

	if (name != NULL)
		s->stemmer = sb_stemmer_new(name, "UTF_8");
	if (s->stemmer != NULL)
		s->slots = mem_zero(SLOTS, sizeof(*s->slots));
	return s;
}

void
stems_close(struct stems *s)
{
	if (s == NULL)
		return;
	if (s->stemmer != NULL)
		sb_stemmer_delete(s->stemmer);
	free(s->slots);
	free(s);
}

bool
stems_has(const struct stems *s)
{
	return s->stemmer != NULL;
}

static struct span
stem(struct stems *s, struct span word)
{
	const sb_symbol *p = sb_stemmer_stem(s->stemmer, (const sb_symbol *)word.p, (int)word.n);

	if (p == NULL)
		mem_exhausted();
	return span_of((const char *)p, (size_t)sb_stemmer_length(s->stemmer));
}

struct span
stems_of(struct stems *s, struct span word, uint32_t hash)
{
	struct slot *slot;
	struct span x;

	if (s->stemmer == NULL || word.n == 0)
		return word;
	if (word.n > BYTES)
		return stem(s, word);
	slot = &s->slots[hash & (SLOTS - 1)];
	if (slot->hash == hash && span_equal(span_of(slot->word, slot->n_word), word))
		return span_of(slot->stem, slot->n_stem);
	x = stem(s, word);
	if (x.n > BYTES)
		return x;
	slot->hash = hash;
	slot->n_word = (uint8_t)word.n;
	slot->n_stem = (uint8_t)x.n;
	memcpy(slot->word, word.p, word.n);
	memcpy(slot->stem, x.p, x.n);
	return span_of(slot->stem, slot->n_stem);
}
