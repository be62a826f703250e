/*
 * words - the distinct words of one document, numbered in the order in which they appear.
 *
 * A word is kept as it is folded: lower case, at most WORD_BYTES long. Its forms share a topic: the
 * number of their stem. What is in the lexicon as a function word is its own topic.
 */
#ifndef WINNOW_WORDS_H
#define WINNOW_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/span.h"
#include "stages/summarize/lexicon.h"

enum { WORD_BYTES = 48 }; /* longer words are cut: they are addresses and noise */

struct word {
	const struct lexeme *lex; /* never NULL */
	struct span text;         /* folded */
	struct span singular;     /* of what looks like a plural in "s"; else n == 0 */
	uint32_t key;             /* lexicon_hash(text) */
	uint32_t topic;           /* a word id: its own, or that of its stem */
	uint32_t sentences;       /* of a topic: how many sentences have it */
	uint32_t seen;            /* of a topic: the last sentence that had it, from 1 */
	uint32_t names;           /* how often with a capital that no sentence start explains */
	uint32_t plain;           /* how often without one */
};

struct word_slot {
	uint32_t hash;
	uint32_t id; /* + 1; 0: free */
};

struct words {
	const struct lexicon *lexicon;
	struct arena *arena;
	struct word *word; /* [n], by id */
	struct word_slot *slots;
	size_t n, cap, n_slots;
};

/* Make an empty table that lives in a, for words of l's language. */
void words_init(struct words *w, struct arena *a, const struct lexicon *l);

/*
 * The id of a folded word of at most WORD_BYTES, which is added if it is new. text need not live
 * longer than the call.
 * A word that finds no place within 64 slots of its own, as only a hostile text has, gets the id
 * 0, that of the empty word.
 */
uint32_t words_id(struct words *w, struct span text);

/* The same of a text whose lexicon_hash is known; better after words_expect with it. */
uint32_t words_id_of(struct words *w, struct span text, uint32_t hash);

/* That a text of this hash will be asked for soon. */
void words_expect(const struct words *w, uint32_t hash);

/*
 * The singular of a lower-case plural in "s": written to p, which has room for n bytes, or the
 * word as it is. Returns its length. "barrels" barrel, "cities" city, "crashes" crash.
 */
size_t words_singular(char *p, const char *word, size_t n);

#endif
