#include "stages/summarize/stems.h"

#include <libstemmer.h>
#include <stdlib.h>

#include "common/mem.h"
#include "stages/summarize/lexicon.h"

enum {
	SETS = 1 << 14,
	WAYS = 2,   /* words of a set, the one that was asked for last first */
	BYTES = 45, /* longer words are not remembered */
	TAIL = 8,
};

/* A word and its stem: the first bytes of the word and a tail. 64 bytes. */
struct slot {
	uint32_t hash;
	uint32_t key; /* of the stem */
	uint8_t n_word, n_kept, n_tail;
	char tail[TAIL];
	char word[BYTES];
};

struct set {
	struct slot slots[WAYS];
};

struct stems {
	struct sb_stemmer *stemmer; /* NULL: none */
	struct set *sets;           /* [SETS], by hash */
	char stem[BYTES + TAIL];
};

struct stems *
stems_open(const char *name)
{
	struct stems *s = mem_zero(1, sizeof(*s));

	if (name != NULL)
		s->stemmer = sb_stemmer_new(name, "UTF_8");
	if (s->stemmer != NULL)
		s->sets = mem_zero(SETS, sizeof(*s->sets));
	return s;
}

void
stems_close(struct stems *s)
{
	if (s == NULL)
		return;
	if (s->stemmer != NULL)
		sb_stemmer_delete(s->stemmer);
	free(s->sets);
	free(s);
}

bool
stems_has(const struct stems *s)
{
	return s->stemmer != NULL;
}

static struct stem
work_out(struct stems *s, struct span word)
{
	const sb_symbol *p = sb_stemmer_stem(s->stemmer, (const sb_symbol *)word.p, (int)word.n);
	struct span text;

	if (p == NULL)
		mem_exhausted();
	text = span_of((const char *)p, (size_t)sb_stemmer_length(s->stemmer));
	return (struct stem){text, lexicon_hash(text)};
}

/* Put a word and its stem into a slot; false if the tail is too long for it. */
static bool
remember(struct slot *slot, uint32_t hash, struct span word, struct stem stem)
{
	size_t kept = 0;

	while (kept < word.n && kept < stem.text.n && word.p[kept] == stem.text.p[kept])
		kept++;
	if (stem.text.n - kept > TAIL)
		return false;
	*slot = (struct slot){.hash = hash, .key = stem.key};
	slot->n_word = (uint8_t)word.n;
	slot->n_kept = (uint8_t)kept;
	slot->n_tail = (uint8_t)(stem.text.n - kept);
	memcpy(slot->word, word.p, word.n);
	memcpy(slot->tail, stem.text.p + kept, stem.text.n - kept);
	return true;
}

static struct stem
recall(struct stems *s, const struct slot *slot)
{
	struct stem x = {span_of(slot->word, slot->n_kept), slot->key};

	if (slot->n_tail > 0) {
		memcpy(s->stem, slot->word, slot->n_kept);
		memcpy(s->stem + slot->n_kept, slot->tail, slot->n_tail);
		x.text = span_of(s->stem, (size_t)slot->n_kept + slot->n_tail);
	}
	return x;
}

static bool
holds(const struct slot *slot, uint32_t hash, struct span word)
{
	return slot->hash == hash && span_equal(span_of(slot->word, slot->n_word), word);
}

struct stem
stems_of(struct stems *s, struct span word, uint32_t hash)
{
	struct slot *slots, other;
	struct stem x;

	if (s->stemmer == NULL || word.n == 0)
		return (struct stem){word, hash};
	if (word.n > BYTES)
		return work_out(s, word);
	slots = s->sets[hash & (SETS - 1)].slots;
	if (holds(&slots[0], hash, word))
		return recall(s, &slots[0]);
	other = slots[0];
	if (holds(&slots[1], hash, word)) {
		slots[0] = slots[1];
	} else {
		x = work_out(s, word);
		if (!remember(&slots[0], hash, word, x))
			return x;
	}
	slots[1] = other;
	return recall(s, &slots[0]);
}
