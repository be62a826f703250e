/*
 * index_memory - what an index takes in memory, for those who plan and those who look: measured by
 * `./dev bench`, corrected here.
 */
#ifndef WINNOW_INDEX_MEMORY_H
#define WINNOW_INDEX_MEMORY_H

#include <stdint.h>

enum {
	INDEX_OWNER_BYTES = 28, /* an owned paragraph in the table, at most, also while it grows */
	INDEX_DOCUMENT_BYTES = 40,  /* a document, without its id */
	INDEX_NEAR_BYTES = 250,     /* more a paragraph with --dedup near: sketch and buckets */
	INDEX_ENTRY_DISK_BYTES = 25 /* an owner in the log; in a snapshot one less */
};

/* Bytes of memory for so many owners and documents with so many bytes of ids. */
static inline uint64_t
index_memory(uint64_t owners, uint64_t documents, uint64_t id_bytes)
{
	return owners * INDEX_OWNER_BYTES + documents * INDEX_DOCUMENT_BYTES + id_bytes;
}

/* How many more paragraphs fit into the limit, if documents come as they came. */
static inline uint64_t
index_memory_left(uint64_t limit, uint64_t owners, uint64_t documents, uint64_t id_bytes)
{
	uint64_t now = index_memory(owners, documents, id_bytes);

	if (now >= limit)
		return 0;
	if (owners == 0)
		return limit / (INDEX_OWNER_BYTES + INDEX_DOCUMENT_BYTES / 8);
	return (uint64_t)((double)(limit - now) / ((double)now / (double)owners));
}

#endif
