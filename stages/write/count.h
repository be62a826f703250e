/*
 * count - what came in and what became of it: totals, and documents by source, site, language and
 * reason.
 *
 * Each side of a balance is counted by itself: documents as read counted them and as they are
 * found, paragraphs as extract counted them and as they are found in the record. So a balance can
 * fail.
 */
#ifndef WINNOW_COUNT_H
#define WINNOW_COUNT_H

#include "proto/batch.h"
#include "proto/checkpoint.h"

/* Starts as {0}. */
struct tallies {
	struct tally by[TALLIES];
	struct tally dead; /* refusals by reason, of this process alone */
};

/* A batch is complete: documents, bytes. */
void count_batch(struct counts *c, const struct batch *b);

/* A document that was not refused; `skipped` ones leave no record. */
void count_record(struct counts *c, struct tallies *t, const struct document *d, bool skipped);

/* One that was not wanted: it leaves nothing else. */
void count_filtered(struct counts *c, struct tallies *t, const struct document *d);

void count_refused(struct counts *c, struct tallies *t, const struct document *d);

void tallies_move(struct tallies *to, struct tallies *from);

void tallies_done(struct tallies *t);

#endif
