/*
 * index_snapshot - all that an index holds at one moment, in one file, so that its log can begin
 * anew.
 *
 * Behind its head (index_head.h) lie blocks: type (4), bytes of the content (4), XXH3-64 of the id
 * of the index, the place of the block in the file and its bytes but for these eight (8), content.
 *
 *   'N'  numbers: documents with the gaps (8), entries (8); the first block
 *   'D'  documents, in order: identity (16), key (8), length of id (4), id
 *   'G'  between those: so many ordinals whose documents were forgotten: number (4)
 *   'E'  owners, in any order: hash (16), ordinal of the document (4), paragraph (4)
 *   'K'  with --dedup near: the sketch of an owner, in the order in which they came, as near.h has
 *        it
 *   'L'  with --dedup near: a paragraph that was near an owner, likewise
 *   'R'  runs, as run_table.h packs them
 *   'Z'  the end; the last block
 *
 * Numbers are little-endian.
 */
#ifndef WINNOW_INDEX_SNAPSHOT_H
#define WINNOW_INDEX_SNAPSHOT_H

#include "proto/index_files.h"
#include "proto/owner_log.h"
#include "proto/run_table.h"

/* One that is being written. */
struct snapshot {
	struct index_files *files;
	int fd;      /* of the unfinished file */
	uint64_t at; /* its length */
	struct buf block;
	int error; /* the first errno, or 0 */
};

/* Begin the snapshot from which the last segment, which is empty, goes on. */
void index_snapshot_begin(
    struct snapshot *s, struct index_files *files, uint64_t documents, uint64_t entries);

/* All documents, in order, with gaps for those forgotten, then all entries. */
void index_snapshot_document(
    struct snapshot *s, const struct hash *identity, uint64_t key, struct span id);
void index_snapshot_gap(struct snapshot *s, uint32_t n);
void index_snapshot_entry(struct snapshot *s, const struct entry *e);

/* Then what is kept for near-duplicates: all owners, then all drops. */
void index_snapshot_near_owner(struct snapshot *s, const struct near_owner *o);
void index_snapshot_near_drop(struct snapshot *s, const struct near_drop *d);

/*
 * Add the runs, sync it and give it its name: what it replaces is removed. Returns 0 or an errno:
 * then there is no such snapshot, and the log is as good as before.
 */
int index_snapshot_end(struct snapshot *s, const struct run_table *runs) WARN_UNUSED;

/* Instead of that: nothing has happened. */
void index_snapshot_drop(struct snapshot *s);

/*
 * Read a snapshot of the index with this id: numbers, documents and entries are told, `runs` is
 * filled behind them. Returns 0, or ERR_RECORD with *ret_at at the damage.
 */
int index_snapshot_read(struct span file, uint64_t index, const struct index_reader *reader,
    struct run_table *runs, size_t *ret_at) WARN_UNUSED;

/* The checksum of the block at `at`, by the first eight bytes of its head and its content. */
uint64_t index_snapshot_sum(uint64_t index, uint64_t at, const char *head, struct span content);

#endif
