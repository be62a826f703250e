/*
 * run_table - the runs of an index: how far each is, what its newest batches were made of, and
 * which documents are whose.
 *
 * Several runs may use one index in turn, each going on where it was. Documents are their ordinals.
 */
#ifndef WINNOW_RUN_TABLE_H
#define WINNOW_RUN_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "proto/age_table.h"
#include "proto/batch.h"
#include "proto/forgotten.h"

enum { RUN_BATCHES = 2 * WINDOW_BATCHES }; /* as many of a run are known, at least */

/* A batch that was taken, and the documents that it brought: [first, first + n). */
struct run_batch {
	uint64_t seq;
	uint64_t digest; /* of its input */
	uint64_t count;  /* its place among all batches, from 1 */
	uint32_t first, n;
};

struct run {
	uint64_t id;          /* 0: it was taken back */
	uint64_t next;        /* all below was taken */
	uint64_t began, last; /* its first and newest batch, as a count of all batches; 0: none */
	struct run_batch *batches; /* the newest, in their order */
	size_t n_batches, cap;
};

/* From this ordinal on, documents are of that run, by its place in the table. */
struct range {
	uint32_t first, run;
};

struct run_table {
	struct run *runs;
	size_t n, cap; /* of runs */
	struct range *ranges;
	size_t n_ranges, cap_ranges;
	uint32_t run;         /* the one that is at it: the newest; there is one if n > 0 */
	uint32_t n_documents; /* ordinals given */
	uint32_t n_noted;     /* of them those of batches that were taken */
	uint64_t n_batches;   /* taken by all runs */
	struct age_table ages;
	struct forgotten forgotten;
};

/* A table starts as {0}. */

void run_table_done(struct run_table *t);

/* The run with this id, or NULL. */
const struct run *run_table_find(const struct run_table *t, uint64_t id);

/* The newest run, or NULL. */
const struct run *run_table_newest(const struct run_table *t);

/* How many runs there are, without those taken back. */
uint64_t run_table_count(const struct run_table *t);

/* A run begins, or goes on. ERR_RECORD: 0 is no run. */
int run_table_begin(struct run_table *t, uint64_t id);

/* The newest run has brought a document. */
static inline void
run_table_document(struct run_table *t)
{
	t->n_documents++;
}

/* The newest run has taken a batch. ERR_RECORD: it is not that run, or it has that batch. */
int run_table_batch(struct run_table *t, uint64_t id, uint64_t seq, uint64_t digest) WARN_UNUSED;

/* A batch of the newest run, or NULL if it is not known. */
const struct run_batch *run_table_batch_of(const struct run_table *t, uint64_t seq);

/* Whether a document is of another run than the newest. */
bool run_table_is_foreign(const struct run_table *t, uint32_t ordinal);

/*
 * Forget a run, if no other one has taken a batch since it began: else ERR_RECORD with a message.
 * Its ordinals stay unused: run_table_is_gone.
 */
int run_table_take_back(struct run_table *t, uint64_t id) WARN_UNUSED;

/* The id of the run that brought a document; 0: it was taken back. */
uint64_t run_table_run(const struct run_table *t, uint32_t ordinal);

/* What comes from now on is first seen in this minute. */
void run_table_seen(struct run_table *t, uint32_t minute);

/* So many ordinals are passed over: their documents were forgotten. ERR_RECORD: too many. */
int run_table_gap(struct run_table *t, uint32_t n) WARN_UNUSED;

/* Documents [first, end) are forgotten from now on. ERR_RECORD: there are no such. */
int run_table_forget(struct run_table *t, uint32_t first, uint32_t end) WARN_UNUSED;

/* Whether a document is of a run that was taken back, or was forgotten. */
bool run_table_is_gone(const struct run_table *t, uint32_t ordinal);

/*
 * Whether the batch with this count, of a run that was not taken back, came behind the document's
 * being forgotten.
 */
bool run_table_is_forgotten(const struct run_table *t, uint32_t ordinal, uint64_t count);

/*
 * Append the table: number of runs (8) and ranges (8), place of the newest run (4), n_noted (4),
 * n_batches (8); each run: id, next, began, last and number of batches (8 each), its batches: seq
 * (8), digest (8), count (8), first (4), n (4); the ages, as age_table.h packs them; the ranges:
 * first (4), run (4). Little-endian.
 */
void run_table_pack(struct buf *out, const struct run_table *t);

/*
 * Read it into a table that has only its documents counted. ERR_RECORD: these bytes are none, or do
 * not go with so many documents.
 */
int run_table_unpack(struct run_table *t, struct span s) WARN_UNUSED;

#endif
