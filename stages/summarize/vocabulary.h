/*
 * vocabulary - what is the same of a word in every document of its language: what the lexicon says
 * of it, and its stem.
 *
 * What is said is a function of the word alone. It is remembered in a fixed table, in which later
 * words take the place of those that were not asked for of late.
 */
#ifndef WINNOW_VOCABULARY_H
#define WINNOW_VOCABULARY_H

#include <stdint.h>

#include "common/span.h"
#include "stages/summarize/lexicon.h"

struct known {
	const struct lexeme *lex; /* never NULL */
	struct span stem;         /* of a function word: the word; good until the next call */
	const struct lexeme *stem_lex;
	uint32_t stem_key; /* lexicon_hash(stem) */
};

struct vocabulary;

/* Of the words of l, which must live as long. Never NULL. */
struct vocabulary *vocabulary_open(const struct lexicon *l);

/* NULL is allowed. */
void vocabulary_close(struct vocabulary *v);

/* That a word of this key will be asked for soon: its place is fetched from memory meanwhile. */
void vocabulary_expect(const struct vocabulary *v, uint32_t key);

/* What is known of a lower-case word. key: lexicon_hash(word). Not for several threads at once. */
struct known vocabulary_find(struct vocabulary *v, struct span word, uint32_t key);

#endif
