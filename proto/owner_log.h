/*
 * owner_log - the records of an index's log: who owns what, which batch brought it, what is synced.
 *
 * Behind its head (index_head.h) a segment of the log is groups: each is what one sync made
 * durable. A group is records, and ends with an 'S'; what lies behind the last whole one was never
 * handed on and counts for nothing. Each group is written when the one before it is synced, so a
 * group that is not whole with a whole one behind it is damage.
 *
 *   'D'  a document: identity (16), key (8), length of id (4), id; the n-th of all is n, for ever
 *   'A'  what follows was first seen in this minute since 1970: minute (4)
 *   'G'  so many ordinals are passed over, their documents were forgotten elsewhere: number (4)
 *   'O'  an owner: hash (16), ordinal of the document (4), paragraph (4)
 *   'K'  with --dedup near: the sketch of an owner, as near.h packs it
 *   'L'  with --dedup near: a paragraph that is near an owner, likewise
 *   'R'  a run begins or goes on: run id (8); what follows is its
 *   'C'  a batch was taken: run id (8), seq (8), digest of its input (8); it brought what came
 *        since the last one
 *   'T'  all that this run, the newest, brought is taken back: run id (8)
 *   'F'  documents are forgotten with what they own: ordinals [first (4), end (4))
 *   'S'  the group ends: its bytes with this record (8), XXH3-64 of the id of the index and the
 *        group's bytes but for these eight (8)
 *
 * Numbers are little-endian.
 */
#ifndef WINNOW_OWNER_LOG_H
#define WINNOW_OWNER_LOG_H

#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/hash.h"
#include "proto/index_head.h"
#include "proto/near.h"

struct entry {
	struct hash hash;
	uint32_t document;  /* its ordinal, from 1 */
	uint32_t paragraph; /* its number there, or INDEX_WHOLE */
};

/* The paragraph number of an entry that stands for all paragraphs of a document together. */
#define INDEX_WHOLE UINT32_MAX

/* Who takes what an index holds, in its order. A negative result says that it cannot be. */
struct index_reader {
	void *object;
	void (*expect)(void *object, uint64_t documents, uint64_t entries); /* at least */
	void (*document)(void *object, const struct hash *identity, uint64_t key, struct span id);
	void (*ahead)(void *object, const struct hash *hash); /* an entry will come; may be NULL */
	int (*entry)(void *object, const struct entry *e);
	int (*run)(void *object, uint64_t run);
	int (*batch)(void *object, uint64_t run, uint64_t seq, uint64_t digest);
	int (*take_back)(void *object, uint64_t run);
	int (*seen)(void *object, uint32_t minute);                  /* may be NULL */
	int (*gap)(void *object, uint32_t n);                        /* may be NULL */
	int (*forget)(void *object, uint32_t first, uint32_t end);   /* may be NULL */
	int (*near_owner)(void *object, const struct near_owner *o); /* may be NULL */
	int (*near_drop)(void *object, const struct near_drop *d);   /* may be NULL */
};

/* Append a record. */
void owner_log_document(struct buf *b, const struct hash *identity, uint64_t key, struct span id);
void owner_log_entry(struct buf *b, const struct entry *e);
void owner_log_near_owner(struct buf *b, const struct near_owner *o);
void owner_log_near_drop(struct buf *b, const struct near_drop *d);
void owner_log_run(struct buf *b, uint64_t run);
void owner_log_batch(struct buf *b, uint64_t run, uint64_t seq, uint64_t digest);
void owner_log_take_back(struct buf *b, uint64_t run);
void owner_log_seen(struct buf *b, uint32_t minute);
void owner_log_gap(struct buf *b, uint32_t n);
void owner_log_forget(struct buf *b, uint32_t first, uint32_t end);

/* Append the end of a group that is all of b. */
void owner_log_sync(struct buf *b, uint64_t index);

/*
 * Read the groups of a segment of the index with this id, [from, segment.n). Returns 0 with
 * *ret_end behind the last whole group: what follows is a torn end. ERR_RECORD with *ret_end at the
 * damage. *io_groups grows by their number.
 */
int owner_log_read(struct span segment, size_t from, uint64_t index,
    const struct index_reader *reader, size_t *ret_end, uint64_t *io_groups) WARN_UNUSED;

#endif
