/*
 * near_table - the sketches of the paragraphs that the index owns, and those among them that may be
 * near another: locality-sensitive hashing, 16 bands of three lanes of the MinHash.
 *
 * A band's key is of its lanes and of the traits in which near paragraphs must be equal, so that
 * only what the guards let pass meets in a bucket. A bucket is a tag in a group of twelve places,
 * 64 bytes; one bucket takes six of them at most, and a full group takes no more: the oldest stay.
 * So a search costs at most 96 comparisons whatever was put in.
 *
 * What is found depends on the sketches in their order and on nothing else: the groups are made
 * anew from them when the table grows, by a third at a time.
 *
 * Source: P. Indyk, R. Motwani, "Approximate nearest neighbors", 1998, by bands as in Leskovec,
 *         Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4.
 * Differs: buckets are bounded, as above; with similarity s a pair is found with odds of
 *          1 - (1 - s^3)^16: 0.87 at 0.5, 0.98 at 0.6, 0.999 at 0.7, while there is room.
 */
#ifndef WINNOW_NEAR_TABLE_H
#define WINNOW_NEAR_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/near.h"

enum { NEAR_BANDS = 16, NEAR_ROWS = 3, NEAR_PLACES = 12, NEAR_BUCKET = 6 };

struct near_group;

struct near_table {
	struct near_owner *owners; /* in the order in which they came */
	uint32_t n, cap;
	struct near_group *groups; /* NULL: to be made at the first search */
	uint32_t n_groups;
};

/* A paragraph that another is near. */
struct near_found {
	const struct near_owner *owner; /* NULL: none */
	int32_t similarity;             /* ten-thousandths */
};

/* A table starts as {0}. */

void near_table_done(struct near_table *t);

/* Add a paragraph that was kept. */
void near_table_add(struct near_table *t, const struct near_owner *owner);

/* Fetch what near_table_find will look at. */
void near_table_prefetch(struct near_table *t, const struct sketch *sketch);

/*
 * The paragraph most similar to this one, at `least` in ten-thousandths (see sketch_least), that no
 * guard tells apart and whose document `skips` does not want; the oldest of several. It is good
 * until the next change.
 */
struct near_found near_table_find(struct near_table *t, const struct sketch *sketch, int32_t least,
    bool (*skips)(const void *object, uint32_t document), const void *object);

/* Remove the paragraphs of documents of which `goes` is true. */
void near_table_remove(
    struct near_table *t, bool (*goes)(const void *object, uint32_t document), const void *object);

/* The memory, in bytes, that n paragraphs take; not more is used while it grows. */
uint64_t near_table_bytes(uint64_t n);

#endif
