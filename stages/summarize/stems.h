/*
 * stems - the stem of a word by the Snowball stemmer of its language, remembered.
 *
 * Source: Porter, "Snowball: A language for stemming algorithms", 2001; libstemmer 2.2.
 *
 * What is remembered is a function of the word alone: a fixed table, in which later words take the
 * place of those that were not asked for of late.
 */
#ifndef WINNOW_STEMS_H
#define WINNOW_STEMS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/span.h"

struct stems;

struct stem {
	struct span text; /* good until the next call */
	uint32_t key;     /* lexicon_hash(text) */
};

/* For a name of Snowball's, or NULL: words are their own stems. Never NULL. */
struct stems *stems_open(const char *name);

/* NULL is allowed. */
void stems_close(struct stems *s);

/* Whether there is a stemmer. */
bool stems_has(const struct stems *s);

/*
 * The stem of a lower-case word. hash: lexicon_hash(word). Not for several threads at once.
 */
struct stem stems_of(struct stems *s, struct span word, uint32_t hash);

#endif
