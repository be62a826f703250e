/*
 * guard_words - the closed lists by which two paragraphs that are alike are told apart: number
 * words, negations, words with an opposite, and words that are no names though written large.
 *
 * The lists are in guard_words_table.c, merged over languages; a word that means something else
 * in another language of theirs is in none.
 */
#ifndef WINNOW_GUARD_WORDS_H
#define WINNOW_GUARD_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/span.h"

enum { GUARD_CLASSES = 16 };

enum guard_role {
	GUARD_NONE,
	GUARD_NUMBER,   /* "three" */
	GUARD_NEGATION, /* "never" */
	GUARD_SIDE,     /* "rose", "fell": one or the other side of a class */
};

struct guard_word {
	enum guard_role role;
	unsigned class; /* of GUARD_SIDE, below GUARD_CLASSES */
	bool other;     /* of GUARD_SIDE: which side */
	bool function;  /* articles, conjunctions and the like: a capital does not make it a name */
};

/* A line of the lists: words with spaces between, in their normal form. */
struct guard_list {
	enum guard_role role; /* GUARD_NONE: function words */
	unsigned class;
	const char *words, *others;
};

extern const struct guard_list guard_lists[];
extern const unsigned n_guard_lists;

/* The hash of a word in its normal form; the same on all machines. */
uint64_t guard_hash(const char *p, size_t n);

/* What the lists say of a word, by its hash; never NULL. */
const struct guard_word *guard_find(uint64_t hash);

#endif
