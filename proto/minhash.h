/*
 * minhash - of a set of hashes, for each of 64 orders the smallest: two sets agree in as many as
 * they have in common.
 *
 * Source: A. Z. Broder, "On the resemblance and containment of documents", 1997, section 2.
 * Differs: an order is that of a * x + b mod 2^32 with an odd a, on hashes x that are mixed
 *          already; not min-wise independent, and as good on text (test_minhash.c measures it).
 *
 * All variants give the same bytes; the fastest that the processor has is chosen at run time.
 */
#ifndef WINNOW_MINHASH_H
#define WINNOW_MINHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MINHASH_LANES = 64 };

struct minhash {
	uint32_t least[MINHASH_LANES];
};

/* The code for it. Those that this build or processor does not have are refused by minhash_has. */
enum minhash_code { MINHASH_PLAIN, MINHASH_SSE41, MINHASH_AVX2, MINHASH_AVX512, MINHASH_CODES };

/* Of the empty set. */
void minhash_init(struct minhash *m);

/* Add n hashes, which are mixed well in all their bits. */
void minhash_add(struct minhash *m, const uint32_t *hashes, size_t n);

/* A byte a lane: two that differ do so with odds of 255 to 256. */
void minhash_bytes(unsigned char ret_bytes[MINHASH_LANES], const struct minhash *m);

/* For tests: whether there is such code here, and minhash_add by it. */
bool minhash_has(enum minhash_code code);
void minhash_add_by(enum minhash_code code, struct minhash *m, const uint32_t *hashes, size_t n);

#endif
