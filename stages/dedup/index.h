/*
 * index - who owns a paragraph: hash -> the document that was first to bring it, and its number
 * there; and how far each run is.
 *
 * A table in memory, rebuilt from an append-only owner log and a snapshot where there is a folder.
 * A document is its ordinal: the n-th one that came is n, for ever.
 */
#ifndef WINNOW_INDEX_H
#define WINNOW_INDEX_H

#include "proto/index_import.h"
#include "stages/dedup/holdings.h"

struct index;

/*
 * An index in memory, for one process; uri "file:DIR" keeps it there too. It is read, and nothing
 * is written before index_begin. limit: bytes of memory that index_room keeps to. ERR_USAGE,
 * ERR_SYS.
 */
int index_open(struct index **ret_index, const char *uri, uint64_t limit) WARN_UNUSED;

/* The same; with has_near it also keeps, and needs, what near-duplicates are found by. */
int index_open_near(
    struct index **ret_index, const char *uri, uint64_t limit, bool has_near) WARN_UNUSED;

/* NULL is a no-op. What was not committed is gone. */
void index_close(struct index *ix);

/* The entry of a hash, or NULL. Good until the next index_add. */
const struct entry *index_find(const struct index *ix, const struct hash *hash);

/*
 * Fetch what index_find will look at, so that many look-ups wait for memory together: first this,
 * some hashes later that, and as many later the search.
 */
void index_prefetch(const struct index *ix, const struct hash *hash);
void index_prefetch_entry(const struct index *ix, const struct hash *hash);

/* The entry as a batch that was taken before found it; count: its place among all batches. */
const struct entry *
index_find_then(const struct index *ix, const struct hash *hash, uint64_t count);

/*
 * Whether so many entries, and documents with so many bytes of ids, have room in the memory that
 * the index may take. ERR_HOLD with a message if not.
 */
int index_room(
    const struct index *ix, uint64_t entries, uint64_t documents, uint64_t id_bytes) WARN_UNUSED;

/*
 * The same for an index that forgets its oldest documents at the limit: it does so, as many as it
 * takes. What goes depends on nothing but what came. ERR_HOLD: not even an empty one has room.
 */
int index_make_room(
    struct index *ix, uint64_t entries, uint64_t documents, uint64_t id_bytes) WARN_UNUSED;

/* Forget documents [first, end), between two batches. ERR_RECORD: there are no such. */
int index_forget(struct index *ix, uint32_t first, uint32_t end) WARN_UNUSED;

/* Add an owner; the hash must not be there. */
void index_add(struct index *ix, const struct hash *hash, uint32_t document, uint32_t paragraph);

/* Of which paragraph the one with this hash was near when it first came, or NULL. */
const struct near_drop *index_near_drop(const struct index *ix, const struct hash *hash);

/* The same as a batch that was taken before found it; count: its place among all batches. */
const struct near_drop *
index_near_drop_then(const struct index *ix, const struct hash *hash, uint64_t count);

/* As near_table_prefetch, near_table_find. */
void index_near_prefetch(struct index *ix, const struct sketch *sketch);
struct near_found index_near_find(struct index *ix, const struct sketch *sketch, int32_t least,
    bool (*skips)(const void *object, uint32_t document), const void *object);

/* Add the sketch of a paragraph that index_add just added; one that was near another. */
void index_add_near_owner(struct index *ix, const struct near_owner *o);
void index_add_near_drop(struct index *ix, const struct near_drop *d);

/* A new document of the newest run; its ordinal. The id is copied. */
uint32_t
index_add_document(struct index *ix, const struct hash *identity, uint64_t key, struct span id);

/* Good until the next index_add_document. */
const struct owning_document *index_document(const struct index *ix, uint32_t ordinal);

/* What it holds, for those who look. */
const struct holdings *index_holdings(const struct index *ix);

/* The id of the index: random, not 0; kept in the folder, or else new for each process. */
uint64_t index_id(const struct index *ix);

/* Its runs. */
const struct run_table *index_runs(const struct index *ix);

/*
 * A run begins or goes on, when all of before is durable. With run 0: the newest one that is known,
 * if there is one. ERR_HOLD: not now, ask again; ERR_SYS.
 */
int index_begin(struct index *ix, uint64_t run) WARN_UNUSED;

/* The newest run has taken the batch seq, whose input has this digest; its owners were added. */
int index_take(struct index *ix, uint64_t seq, uint64_t digest) WARN_UNUSED;

/*
 * Go on with making durable what was added; with `last` nothing will follow soon. *io_next leaves
 * as the seq of the newest run below which all is, if that is less. Returns how many writes are on
 * their way, 0 or 1; ERR_HOLD: the disk is full or away, nothing is lost, ask again; ERR_SYS.
 */
int index_commit(struct index *ix, bool last, uint64_t *io_next) WARN_UNUSED;

/*
 * Begin a new segment and let a thread put a snapshot in the place of all before; what is written
 * meanwhile goes on. Nothing if one is under way. ERR_HOLD, ERR_SYS.
 */
int index_compact_begin(struct index *ix) WARN_UNUSED;

/* Whether a snapshot is under way; and how the last one ended, as index_turn returned it. */
bool index_compacts(const struct index *ix);
int index_compact_result(const struct index *ix);

/*
 * Whether a snapshot can have all that counts: what was forgotten is needed by no batch any more,
 * for all of the newest run below base are done for good. It is freed then.
 */
bool index_settle(struct index *ix, uint64_t base);

/*
 * Put what was imported into an index in a folder, between two batches. ERR_USAGE: it was made with
 * other parameters; ERR_SYS.
 */
int index_import(
    struct index *ix, struct import *im, uint64_t *ret_documents, uint64_t *ret_owners) WARN_UNUSED;

/* Whether all that was noted is synced. */
bool index_is_durable(struct index *ix);

/* Have one more descriptor wake index_wake. ERR_SYS. */
int index_watch(struct index *ix, int fd) WARN_UNUSED;

/* What the hashes of this program depend on, as index_head has it. */
const char *index_parameters(void);

/* Its folder, as a descriptor; -1: it is in memory. */
int index_folder_of(const struct index *ix);

/* Bytes: the memory it takes now, the memory it may take, its files behind the last snapshot. */
uint64_t index_memory_bytes(const struct index *ix);
uint64_t index_limit_bytes(const struct index *ix);
uint64_t index_disk_bytes(const struct index *ix);

/*
 * Between two batches: take a snapshot that is ready, free what nobody needs. Returns 0, or how the
 * snapshot failed, which changes nothing: ERR_HOLD, ERR_USAGE (damaged), ERR_SYS.
 */
int index_turn(struct index *ix) WARN_UNUSED;

/* Can be read when index_commit or index_turn may come further. */
int index_wake(const struct index *ix);

#endif
