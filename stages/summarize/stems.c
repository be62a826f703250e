#include "stages/summarize/stems.h"

#include <libstemmer.h>
#include <stdlib.h>

#include "common/mem.h"

enum { SLOTS = 1 << 15, BYTES = 20, TAIL = 5 }; /* longer words are not remembered */

/* A word and its stem: the first bytes of the word and a tail. */
struct slot {
	uint32_t hash;
	uint8_t n_word, n_kept, n_tail;
	char tail[TAIL];
	char word[BYTES];
};

struct stems {
	struct sb_stemmer *stemmer; /* NULL: none */
	struct slot *slots;         /* [SLOTS], by hash */
	char stem[BYTES + TAIL];
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

/* Put a word and its stem into a slot; false if the tail is too long for it. */
static bool
remember(struct slot *slot, uint32_t hash, struct span word, struct span stem)
{
	size_t kept = 0;

	while (kept < word.n && kept < stem.n && word.p[kept] == stem.p[kept])
		kept++;
	if (stem.n - kept > TAIL)
		return false;
	slot->hash = hash;
	slot->n_word = (uint8_t)word.n;
	slot->n_kept = (uint8_t)kept;
	slot->n_tail = (uint8_t)(stem.n - kept);
	memcpy(slot->word, word.p, word.n);
	memcpy(slot->tail, stem.p + kept, stem.n - kept);
	return true;
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
	if (slot->hash != hash || !span_equal(span_of(slot->word, slot->n_word), word)) {
		x = stem(s, word);
		if (!remember(slot, hash, word, x))
			return x;
	}
	if (slot->n_tail == 0)
		return span_of(slot->word, slot->n_kept);
	memcpy(s->stem, slot->word, slot->n_kept);
	memcpy(s->stem + slot->n_kept, slot->tail, slot->n_tail);
	return span_of(s->stem, (size_t)slot->n_kept + slot->n_tail);
}
