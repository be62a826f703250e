/*
 * owner_table - hash -> entry: an open-addressing table in memory, 24 bytes a slot, at most three
 * quarters full.
 */
#ifndef WINNOW_OWNER_TABLE_H
#define WINNOW_OWNER_TABLE_H

#include <stdbool.h>

#include "proto/owner_log.h"

struct owner_table {
	struct entry *slots; /* document 0: empty */
	uint64_t mask;
	uint64_t n;
};

void owner_table_init(struct owner_table *t);
void owner_table_done(struct owner_table *t);

static inline uint64_t
owner_table_home(const struct owner_table *t, const struct hash *hash)
{
	uint64_t v;

	memcpy(&v, hash->bytes, sizeof(v));
	return v & t->mask;
}

/* The slot of the hash: its entry, or the empty one where it would be. */
static inline struct entry *
owner_table_slot(const struct owner_table *t, const struct hash *hash)
{
	uint64_t at = owner_table_home(t, hash);

	while (t->slots[at].document != 0 &&
	       memcmp(t->slots[at].hash.bytes, hash->bytes, HASH_BYTES) != 0)
		at = (at + 1) & t->mask;
	return &t->slots[at];
}

/* Add an entry; one with its hash is replaced. */
void owner_table_put(struct owner_table *t, const struct entry *e);

/* Make room for n entries in all. */
void owner_table_reserve(struct owner_table *t, uint64_t n);

/* The most memory, in bytes, that it takes to come to n entries: while it grows, both sizes. */
uint64_t owner_table_bytes(const struct owner_table *t, uint64_t n);

/* The same from an empty table on, whatever was before. */
uint64_t owner_table_most(uint64_t n);

/* Remove the entries of which `goes` is true. */
void owner_table_remove(struct owner_table *t,
    bool (*goes)(const void *object, const struct entry *e), const void *object);

#endif
