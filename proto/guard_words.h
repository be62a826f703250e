/*
 * guard_words - the closed lists by which two paragraphs that are alike are told apart: number
 * words, negations, words with an opposite, and words that are no names though written large.
 *
 * The lists are in guard_words_table.c, merged over languages; a word that means something else
 * in another language of theirs is in none.
 */
#ifndef WINNOW_GUARD_WORDS_H
#define WINNOW_GUARD_WORDS_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

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

/* 1 to 8 bytes, the first lowest. */
static inline uint64_t
guard_load(const char *p, size_t n)
{
	const unsigned char *b = (const unsigned char *)p;
	uint32_t low, high;

	if (n < 4)
		return b[0] | (uint64_t)b[n / 2] << 8 * (n / 2) | (uint64_t)b[n - 1] << 8 * (n - 1);
	memcpy(&low, p, sizeof(low));
	memcpy(&high, p + n - 4, sizeof(high));
	return le32toh(low) | (uint64_t)le32toh(high) << 8 * (n - 4);
}

static inline uint64_t
guard_mix(uint64_t x)
{
	x *= UINT64_C(0x9E3779B97F4A7C15);
	return x ^ x >> 32;
}

/* The hash of a word, of a byte or more, in its normal form; the same on all machines. */
static inline uint64_t
guard_hash(const char *p, size_t n)
{
	uint64_t h = n;

	for (; n > 8; p += 8, n -= 8)
		h = guard_mix(h + guard_load(p, 8)) * UINT64_C(0xD6E8FEB86659FD93);
	return guard_mix(h + guard_load(p, n)) * UINT64_C(0xD6E8FEB86659FD93);
}

/* Whether a word with this hash may have a role; most others have not. */
bool guard_may_have_role(uint64_t hash);

/* What the lists say of a word, by its hash; never NULL. */
const struct guard_word *guard_find(uint64_t hash);

#endif
