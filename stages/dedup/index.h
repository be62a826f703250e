/*
 * index - who owns a paragraph: hash -> the document that was first to bring it, and its number
 * there.
 *
 * An open-addressing table in memory, rebuilt from an append-only owner log where there is one.
 * A document is its ordinal: the n-th one that came is n, for ever.
 */
#ifndef WINNOW_INDEX_H
#define WINNOW_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/hash.h"

/* A document in the index. */
struct owning_document {
	struct hash identity; /* what makes it the same one: its occurrence, id or url, hashed */
	uint64_t key;
	struct span id; /* lives as long as the index */
};

struct entry {
	struct hash hash;
	uint32_t document;  /* its ordinal, from 1 */
	uint32_t paragraph; /* its number there, or INDEX_WHOLE */
};

/* The paragraph number of an entry that stands for all paragraphs of a document together. */
#define INDEX_WHOLE UINT32_MAX

struct index;

/* An index in memory, for one run; uri "file:DIR" keeps it there too. ERR_USAGE, ERR_SYS. */
int index_open(struct index **ret_index, const char *uri) WARN_UNUSED;

/* NULL is a no-op. */
void index_close(struct index *ix);

/* The entry of a hash, or NULL. Good until the next index_add. */
const struct entry *index_find(const struct index *ix, const struct hash *hash);

/* Fetch what index_find will look at, so that many look-ups wait for memory together. */
void index_prefetch(const struct index *ix, const struct hash *hash);

/* Add an owner; the hash must not be there. */
void index_add(struct index *ix, const struct hash *hash, uint32_t document, uint32_t paragraph);

/* A new document; its ordinal. The id is copied. */
uint32_t
index_add_document(struct index *ix, const struct hash *identity, uint64_t key, struct span id);

const struct owning_document *index_document(const struct index *ix, uint32_t ordinal);

/* The number of entries and of documents. */
uint64_t index_entries(const struct index *ix);
uint64_t index_documents(const struct index *ix);

/* A run begins; the number of runs that the index has seen, this one included. */
uint64_t index_begin(struct index *ix, uint64_t run);

/* The first ordinal that the newest run has given or will give. */
uint32_t index_first_of_run(const struct index *ix);

/*
 * Make what was added so far durable, as the work of the batches of `run` below `next`. Returns 0,
 * ERR_HOLD if the disk is full or away (ask again), ERR_SYS.
 */
int index_commit(struct index *ix, uint64_t run, uint64_t next) WARN_UNUSED;

#endif
