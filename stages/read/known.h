/*
 * known - the newest ids that a queue gave, and in which batch each went: one that comes again
 * leaves no second record.
 *
 * Ids are kept as their XXH3-128. When there are too many the oldest goes.
 */
#ifndef WINNOW_KNOWN_H
#define WINNOW_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/hash.h"

/* Instead of a seq: in no batch yet, and: done in some run, no matter which. */
#define KNOWN_IN_HAND UINT64_MAX
#define KNOWN_DONE (UINT64_MAX - 1)

struct known {
	struct known_slot {
		struct hash id;
		uint64_t seq;
		bool used;
	} * slots;         /* open addressing; [2 * most, rounded up to a power of two] */
	struct hash *ring; /* [most], the oldest at `first` */
	size_t mask, most, n, first;
};

/* Keep so many. */
void known_open(struct known *k, size_t most);

void known_close(struct known *k);

/* Where an id went; false: it is not known. */
bool known_find(const struct known *k, const struct hash *id, uint64_t *ret_seq);

/* Learn it, or where it went by now. */
void known_put(struct known *k, const struct hash *id, uint64_t seq);

/* What is known of batches belongs to a run that is over: all are done. */
void known_settle(struct known *k);

/* The i-th oldest; i < k->n. */
const struct hash *known_at(const struct known *k, size_t i);

#endif
