/*
 * owner_table - hash -> entry: an open-addressing table in memory, 24 bytes a slot and one for its
 * tag.
 *
 * It is OWNER_PARTS tables by some bits of the hash. Each is filled to 92 %, then grows by a
 * quarter where it stands, and no two at the same time: so it takes 27 to 32 MB a million entries,
 * also while it grows, and nobody waits for more than a sixteenth of it to be moved. (Fuller, it
 * would take 28 MB and half as long again for each new entry.) A row has sixteen slots with their
 * tags in front, which are a byte of the hash each: a look-up compares a row's tags at once, and of
 * its entries only the right one is touched. An entry lies in the first free slot from its home row
 * on.
 *
 * Source: Knuth, The Art of Computer Programming, vol. 3, 6.4 (buckets); tag_row.h;
 *         Dietzfelbinger et al., "A Reliable Randomized Algorithm for the Closest-Pair Problem",
 *         1997 (a random odd factor: nobody can choose paragraphs that share a home).
 */
#ifndef WINNOW_OWNER_TABLE_H
#define WINNOW_OWNER_TABLE_H

#include <stdbool.h>

#include "common/area.h"
#include "proto/owner_log.h"
#include "stages/dedup/tag_row.h"

enum { OWNER_PARTS_BITS = 4, OWNER_PARTS = 1 << OWNER_PARTS_BITS };

struct owner_row {
	unsigned char tags[TAG_ROW]; /* 0: the slot is empty */
	struct entry slots[TAG_ROW];
};

struct owner_part {
	struct owner_row *rows;
	uint64_t n_rows, n;
	uint64_t size; /* slots that it should have; the area is whole pages */
	struct area area;
};

struct owner_table {
	struct owner_part parts[OWNER_PARTS];
	uint64_t n;
	uint64_t factor; /* odd */
};

void owner_table_init(struct owner_table *t);
void owner_table_done(struct owner_table *t);

/* The entry of the hash, or NULL; good until the next one is put. */
const struct entry *owner_table_find(const struct owner_table *t, const struct hash *hash);

/*
 * Fetch what owner_table_find will look at: first the tags, and when these have come, the entry.
 * Between the two calls, and before the search, other hashes should have their turn.
 */
void owner_table_prefetch(const struct owner_table *t, const struct hash *hash);
void owner_table_prefetch_entry(const struct owner_table *t, const struct hash *hash);

/* The next entry in an order of its own, or NULL; *io_place is 0 at first. */
const struct entry *owner_table_next(const struct owner_table *t, uint64_t *io_place);

/* Add an entry; one with its hash is replaced. */
void owner_table_put(struct owner_table *t, const struct entry *e);

/* The same, but one with its hash stays, and is returned; NULL: there was none. */
const struct entry *owner_table_add(struct owner_table *t, const struct entry *e);

/* Make room for n entries in all. */
void owner_table_reserve(struct owner_table *t, uint64_t n);

/* The most memory, in bytes, that it takes to come to n entries. */
uint64_t owner_table_bytes(const struct owner_table *t, uint64_t n);

/* About the same from an empty table on, whatever was before: by the number alone. */
uint64_t owner_table_most(uint64_t n);
/* The memory, in bytes, that it takes now. */
uint64_t owner_table_bytes_now(const struct owner_table *t);

/* Remove the entries of which `goes` is true. */
void owner_table_remove(struct owner_table *t,
    bool (*goes)(const void *object, const struct entry *e), const void *object);

#endif
