/*
 * queue_parts - what the two files of a queue share: queue_open.c opens it and reads its journal,
 * queue.c fetches, forms batches and acknowledges.
 */
#ifndef WINNOW_QUEUE_PARTS_H
#define WINNOW_QUEUE_PARTS_H

#include "stages/read/flights.h"
#include "stages/read/journal.h"
#include "stages/read/known.h"
#include "stages/read/queue.h"

struct queue {
	const struct settings *settings;
	const struct queue_kind *kind;
	void *state; /* of the kind */
	char *name;
	struct journal *journal;
	struct known known;
	struct hand hand;
	struct buf packed, body; /* the batch in hand; one of the journal */
	struct batch scratch;    /* to read names by */
	struct flights flights;
	struct id_list again; /* ids that are done, or gone, and are told at once */
	size_t n_trimmed;     /* entries that were gone before they were read */
	uint64_t next;        /* the seq of the next batch */
	uint64_t durable;     /* batches below have their outcome in the sink */
	uint64_t taken;       /* entries in the batches so far */
	size_t replay;      /* of the batches that the journal holds, those that were given again */
	size_t entry_bytes; /* what an entry takes, of late */
	uint64_t first_at;  /* ms: when the oldest entry in hand came */
	uint64_t quiet_at;  /* ms: since when nothing has come; 0: something has */
	uint64_t looked_at; /* ms */
	bool begun;
};

/* An entry is in this batch. */
void queue_add_id(struct queue *q, struct flight *f, struct span id);

/*
 * Write the journal anew, with what is known and done, as batches of a run from `first` on. As
 * journal_renew.
 */
int queue_renew(struct queue *q, uint64_t run, uint64_t first) WARN_UNUSED;

#endif
