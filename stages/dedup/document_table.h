/*
 * document_table - the documents of an index by their ordinal: 32 bytes each, 8 more with their
 * ids, which lie one behind the other. A block of them goes when all in it are forgotten.
 */
#ifndef WINNOW_DOCUMENT_TABLE_H
#define WINNOW_DOCUMENT_TABLE_H

#include <stdint.h>

#include "common/hash.h"

/* A document in the index. */
struct owning_document {
	struct hash identity; /* what makes it the same one: its occurrence, id or url, hashed */
	uint64_t key;
	char *text; /* the bytes of the id (4), how many entries it owns (4), then the id; NULL:
		       gone */
};

enum { DOCUMENT_BLOCK = 1024 };

struct document_block {
	struct owning_document documents[DOCUMENT_BLOCK];
	char **chunks; /* of ids */
	size_t n_chunks;
	size_t used, room; /* bytes of the newest chunk */
	uint64_t bytes;    /* of all chunks */
	uint32_t n;        /* that are not gone */
};

struct document_table {
	struct document_block **blocks; /* ordinal 1 lies at 0; NULL: all of it is gone */
	size_t cap;                     /* of blocks */
	uint32_t n;                     /* ordinals given */
	uint64_t n_blocks;              /* that are there */
	uint64_t bytes;                 /* of their ids */
};

/* A table starts as {0}. */

void document_table_done(struct document_table *t);

/* Add one; its ordinal. The id is copied. */
uint32_t document_table_add(
    struct document_table *t, const struct hash *identity, uint64_t key, struct span id);

/* Pass over so many ordinals: they are gone from the beginning. */
void document_table_gap(struct document_table *t, uint32_t n);

/* NULL: it is gone. */
static inline struct owning_document *
document_table_get(const struct document_table *t, uint32_t ordinal)
{
	struct document_block *b = t->blocks[(ordinal - 1) / DOCUMENT_BLOCK];
	struct owning_document *d;

	if (b == NULL)
		return NULL;
	d = &b->documents[(ordinal - 1) % DOCUMENT_BLOCK];
	return d->text == NULL ? NULL : d;
}

/* Documents [first, end) go; some may be gone already. */
void document_table_remove(struct document_table *t, uint32_t first, uint32_t end);

static inline struct span
owning_document_id(const struct owning_document *d)
{
	uint32_t n;

	memcpy(&n, d->text, sizeof(n));
	return span_of(d->text + 2 * sizeof(n), n);
}

/* How many entries it owns. */
static inline uint32_t
owning_document_owns(const struct owning_document *d)
{
	uint32_t n;

	memcpy(&n, d->text + sizeof(n), sizeof(n));
	return n;
}

static inline void
owning_document_count(struct owning_document *d, uint32_t owns)
{
	memcpy(d->text + sizeof(owns), &owns, sizeof(owns));
}

/* The memory, in bytes, that it takes to add n documents with so many bytes of ids. */
uint64_t document_table_bytes(const struct document_table *t, uint64_t n, uint64_t id_bytes);

/* The same for n documents in a table of their own, whatever the size of its blocks. */
uint64_t document_table_most(uint64_t n, uint64_t id_bytes);

#endif
