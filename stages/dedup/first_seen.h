/*
 * first_seen - which paragraph of one document was the first with its hash.
 */
#ifndef WINNOW_FIRST_SEEN_H
#define WINNOW_FIRST_SEEN_H

#include "common/arena.h"
#include "proto/paragraph.h"

struct first {
	bool taken;
	struct hash hash;
	uint32_t n;                    /* its number in the document */
	size_t at;                     /* its place among the paragraphs */
	const struct dropped *dropped; /* NULL: it was kept */
};

struct first_seen {
	struct first *slots;
	size_t mask;
};

/* A table for n paragraphs, in a. */
void first_seen_init(struct first_seen *f, struct arena *a, size_t n);

/* The slot of the hash: taken, or free for the caller to take. */
struct first *first_seen_find(struct first_seen *f, const struct hash *hash);

#endif
