/*
 * document_table - the documents of an index by their ordinal: 32 bytes each, and their ids, which
 * lie one behind the other.
 */
#ifndef WINNOW_DOCUMENT_TABLE_H
#define WINNOW_DOCUMENT_TABLE_H

#include <stdint.h>

#include "common/hash.h"

/* A document in the index. */
struct owning_document {
	struct hash identity; /* what makes it the same one: its occurrence, id or url, hashed */
	uint64_t key;
	const char *text; /* the bytes of the id (4), then the id */
};

struct document_table {
	struct owning_document *documents; /* ordinal 1 lies at 0 */
	uint32_t n, cap;
	char **chunks; /* of ids */
	size_t n_chunks;
	size_t used, room; /* bytes of the newest chunk */
	uint64_t bytes;    /* of all chunks */
};

/* A table starts as {0}. */

void document_table_done(struct document_table *t);

/* Add one; its ordinal. The id is copied. */
uint32_t document_table_add(
    struct document_table *t, const struct hash *identity, uint64_t key, struct span id);

static inline struct span
owning_document_id(const struct owning_document *d)
{
	uint32_t n;

	memcpy(&n, d->text, sizeof(n));
	return span_of(d->text + sizeof(n), n);
}

/* The memory, in bytes, that it takes to add n documents with so many bytes of ids. */
uint64_t document_table_bytes(const struct document_table *t, uint64_t n, uint64_t id_bytes);

#endif
