#include "stages/summarize/vocabulary.h"

#include <stdbool.h>
#include <stdlib.h>

#include "common/mem.h"

enum {
	SETS = 1 << 14,
	WAYS = 2,   /* words of a set, the one that was asked for last first */
	BYTES = 36, /* longer words are not remembered */
	TAIL = 8,
	CACHE_LINE = 64, /* bytes */
};

/* A word and its stem: the first bytes of the word and a tail. 64 bytes. */
struct slot {
	uint32_t key, stem_key;
	uint16_t lex, stem_lex; /* as lexicon_index numbers them */
	uint8_t n_word, n_kept, n_tail;
	char tail[TAIL];
	char word[BYTES];
};

struct set {
	struct slot slots[WAYS];
};

struct vocabulary {
	const struct lexicon *lexicon;
	struct set *sets; /* [SETS], by key; at the start of a line of the cache */
	void *memory;     /* they lie in it */
	char stem[BYTES + TAIL];
};

struct vocabulary *
vocabulary_open(const struct lexicon *l)
{
	struct vocabulary *v = mem_zero(1, sizeof(*v));

	v->lexicon = l;
	v->memory = mem_zero(SETS + 1, sizeof(*v->sets));
	v->sets =
	    (struct set *)(((uintptr_t)v->memory + CACHE_LINE - 1) & ~(uintptr_t)(CACHE_LINE - 1));
	return v;
}

void
vocabulary_close(struct vocabulary *v)
{
	if (v == NULL)
		return;
	free(v->memory);
	free(v);
}

void
vocabulary_expect(const struct vocabulary *v, uint32_t key)
{
	const struct slot *slots = v->sets[key & (SETS - 1)].slots;

	__builtin_prefetch(&slots[0]);
	__builtin_prefetch(&slots[1]);
}

static struct known
work_out(const struct vocabulary *v, struct span word, uint32_t key)
{
	const struct lexeme *lex = lexicon_find(v->lexicon, word, key);
	struct known x = {lex, word, lex, key};

	if ((lex->classes & LEX_STOP) != 0)
		return x;
	x.stem = stems_of(lexicon_stems(v->lexicon), word);
	x.stem_key = lexicon_hash(x.stem);
	x.stem_lex = lexicon_find(v->lexicon, x.stem, x.stem_key);
	return x;
}

/* How many bytes a word and its stem begin with together. */
static size_t
shared(struct span word, struct span stem)
{
	size_t n = 0;

	while (n < word.n && n < stem.n && word.p[n] == stem.p[n])
		n++;
	return n;
}

/* Put a word first in its set, unless its stem's tail is too long; the last one goes. */
static void
remember(struct slot *slots, const struct vocabulary *v, struct span word, uint32_t key,
    const struct known *x)
{
	size_t kept = shared(word, x->stem), tail = x->stem.n - kept;
	struct slot slot = {.key = key, .stem_key = x->stem_key};

	if (tail > TAIL)
		return;
	slot.lex = lexicon_index(v->lexicon, x->lex);
	slot.stem_lex = lexicon_index(v->lexicon, x->stem_lex);
	slot.n_word = (uint8_t)word.n;
	slot.n_kept = (uint8_t)kept;
	slot.n_tail = (uint8_t)tail;
	memcpy(slot.word, word.p, word.n);
	memcpy(slot.tail, x->stem.p + kept, tail);
	slots[1] = slots[0];
	slots[0] = slot;
}

static struct known
recall(struct vocabulary *v, const struct slot *slot)
{
	struct known x = {.stem = span_of(slot->word, slot->n_kept), .stem_key = slot->stem_key};

	x.lex = lexicon_at(v->lexicon, slot->lex);
	x.stem_lex = lexicon_at(v->lexicon, slot->stem_lex);
	if (slot->n_tail > 0) {
		memcpy(v->stem, slot->word, slot->n_kept);
		memcpy(v->stem + slot->n_kept, slot->tail, slot->n_tail);
		x.stem = span_of(v->stem, (size_t)slot->n_kept + slot->n_tail);
	}
	return x;
}

static bool
holds(const struct slot *slot, struct span word, uint32_t key)
{
	return slot->key == key && lexicon_same(span_of(slot->word, slot->n_word), word);
}

struct known
vocabulary_find(struct vocabulary *v, struct span word, uint32_t key)
{
	struct slot *slots = v->sets[key & (SETS - 1)].slots, second;
	struct known x;

	if (word.n == 0 || word.n > BYTES)
		return work_out(v, word, key);
	if (holds(&slots[0], word, key))
		return recall(v, &slots[0]);
	if (holds(&slots[1], word, key)) {
		second = slots[1];
		slots[1] = slots[0];
		slots[0] = second;
		return recall(v, &slots[0]);
	}
	x = work_out(v, word, key);
	remember(slots, v, word, key, &x);
	return x;
}
