/*
 * holdings - what an index holds in memory: owners, documents, runs; and how documents are
 * forgotten.
 *
 * Forgetting is a record of the log between two batches. Those behind it do not find what was
 * forgotten; those before it that come again do, so that their verdicts stay what they were. For
 * them a forgotten owner stays in memory until WINDOW_BATCHES more were taken, for no batch that is
 * older comes again; if another document owns the paragraph by then, the old owner stands beside
 * the table. The same holds for paragraphs that were near another; the sketches of forgotten
 * paragraphs go at once, for only new batches search.
 */
#ifndef WINNOW_HOLDINGS_H
#define WINNOW_HOLDINGS_H

#include "proto/run_table.h"
#include "stages/dedup/document_table.h"
#include "stages/dedup/near_drops.h"
#include "stages/dedup/near_table.h"
#include "stages/dedup/owner_table.h"

struct holdings {
	struct owner_table owners;
	struct document_table documents;
	struct run_table runs;
	uint64_t entries; /* that were not forgotten */
	uint64_t n_documents, id_bytes;
	struct entry *displaced; /* forgotten owners whose place another one has */
	size_t n_displaced, cap_displaced;
	uint32_t ghost_end; /* documents from here on are not forgotten */
	uint64_t purge_at; /* so many batches are taken: what was forgotten first may go; 0: none */
	bool has_near;     /* with --dedup near: */
	struct near_table near;
	struct near_drops drops;
	uint64_t n_drops;                  /* that were not forgotten */
	struct near_drop *displaced_drops; /* forgotten ones whose place another one has */
	size_t n_displaced_drops, cap_displaced_drops;
	bool near_stale; /* some was forgotten: the sketches have to go, n_drops is too large */
};

void holdings_init(struct holdings *h);
void holdings_done(struct holdings *h);

/* The owner of a hash for a batch that is new, or NULL. Good until the next change. */
const struct entry *holdings_find(const struct holdings *h, const struct hash *hash);

/* The same as the batch with this count (struct run_batch) found it. */
const struct entry *
holdings_find_then(const struct holdings *h, const struct hash *hash, uint64_t count);

/*
 * Add an owner. ERR_RECORD: the hash has one that is not forgotten; or the document is not there.
 */
int holdings_put(struct holdings *h, const struct entry *e) WARN_UNUSED;

/* Add a document of the newest run; its ordinal. Those of the files are counted by index_read. */
uint32_t
holdings_document(struct holdings *h, const struct hash *identity, uint64_t key, struct span id);

/* As near_table_find, among those that were not forgotten. */
struct near_found holdings_near_find(struct holdings *h, const struct sketch *sketch, int32_t least,
    bool (*skips)(const void *object, uint32_t document), const void *object);

/* Add the sketch of an owner. ERR_RECORD: its document is not there. */
int holdings_put_near_owner(struct holdings *h, const struct near_owner *o) WARN_UNUSED;

/* The near paragraph with this hash for a batch that is new, or NULL; as one taken before did. */
const struct near_drop *holdings_near_drop(const struct holdings *h, const struct hash *hash);
const struct near_drop *
holdings_near_drop_then(const struct holdings *h, const struct hash *hash, uint64_t count);

/* Add one. ERR_RECORD: there is one that is not forgotten; or one of its documents is not there. */
int holdings_put_near_drop(struct holdings *h, const struct near_drop *d) WARN_UNUSED;

/* Documents [first, end), which are there, and what they own are forgotten for batches to come. */
void holdings_forget(struct holdings *h, uint32_t first, uint32_t end);

/* Free what no batch needs any more; with `all`, all that was forgotten. */
void holdings_purge(struct holdings *h, bool all);

/* What a run that was taken back brought is gone. */
void holdings_take_back(struct holdings *h);

/*
 * The memory, in bytes, that these come to at most, by their numbers alone: the same whatever
 * happened before, so that what is forgotten at a limit is the same, too.
 */
uint64_t holdings_most(uint64_t entries, uint64_t documents, uint64_t id_bytes);

/* What near-duplicates add to that; 0 where none are kept. */
uint64_t holdings_near_most(const struct holdings *h, uint64_t entries, uint64_t drops);

/*
 * Which documents have to be forgotten, the oldest first, so that so much more fits into the limit
 * with an eighth to spare: those below *ret_end; 1 if none. False: not even all are enough.
 */
bool holdings_oldest(struct holdings *h, uint64_t limit, uint64_t entries, uint64_t documents,
    uint64_t id_bytes, uint32_t *ret_end);

#endif
