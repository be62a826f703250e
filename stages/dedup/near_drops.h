/*
 * near_drops - the paragraphs that were near another when they first came, by their hash.
 */
#ifndef WINNOW_NEAR_DROPS_H
#define WINNOW_NEAR_DROPS_H

#include <stdbool.h>

#include "proto/near.h"

struct near_drops {
	struct near_drop *drops; /* in the order in which they came */
	uint32_t n, cap;
	uint32_t *slots; /* a place in drops, from 1; 0: empty */
	uint32_t mask;
};

/* A table starts as {0}. */

void near_drops_done(struct near_drops *t);

/* The one with this hash, or NULL. Good until the next change. */
const struct near_drop *near_drops_find(const struct near_drops *t, const struct hash *hash);

/* Add one; it takes the place of another one with its hash. */
void near_drops_add(struct near_drops *t, const struct near_drop *drop);

/* Remove those that came in, or are owned by, documents of which `goes` is true. */
void near_drops_remove(
    struct near_drops *t, bool (*goes)(const void *object, uint32_t document), const void *object);

/* The memory, in bytes, that n take. */
uint64_t near_drops_bytes(const struct near_drops *t, uint64_t n);

/* The same in a table of their own. */
uint64_t near_drops_most(uint64_t n);

#endif
