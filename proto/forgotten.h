/*
 * forgotten - which documents of an index were forgotten, by ranges of their ordinals, and when.
 *
 * When is a count of batches: a batch that was taken before and comes again must find what it found
 * then, whatever was forgotten meanwhile.
 */
#ifndef WINNOW_FORGOTTEN_H
#define WINNOW_FORGOTTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The documents [first, end), behind the batch number `at`. */
struct forgotten_range {
	uint32_t first, end;
	uint64_t at;
};

struct forgotten {
	struct forgotten_range *ranges; /* in order, none overlaps */
	size_t n, cap;
};

/* A list starts as {0}. */

void forgotten_done(struct forgotten *f);

/* Forget [first, end) behind the batch `at`; those that were before stay as they are. */
void forgotten_add(struct forgotten *f, uint32_t first, uint32_t end, uint64_t at);

/* The range that a document is in, or NULL. */
const struct forgotten_range *forgotten_find(const struct forgotten *f, uint32_t ordinal);

/* How many documents are forgotten. */
uint64_t forgotten_count(const struct forgotten *f);

#endif
