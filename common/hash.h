/*
 * hash - XXH3, in the fastest form that the processor has; the same values everywhere.
 *
 * Source: xxHash 0.8, XXH3-64 and XXH3-128 without seed.
 * Odds: n distinct texts under the 64-bit hash give about n^2 / 2^65 false matches (10^10: 2.7);
 *       under the 128-bit hash they are negligible (10^12: 10^-15).
 */
#ifndef WINNOW_HASH_H
#define WINNOW_HASH_H

#include <stdint.h>

#include "common/span.h"

enum { HASH_BYTES = 16 };

/* XXH3-128 in canonical form: big-endian, the high half first. */
struct hash {
	unsigned char bytes[HASH_BYTES];
};

uint64_t hash64(struct span s);

/* The hash of a followed by b, without joining them. */
uint64_t hash64_pair(struct span a, struct span b);

struct hash hash128(struct span s);

#endif
