/*
 * forecast - what a run would take, reckoned from a sample, and whether there is room for it.
 */
#ifndef WINNOW_FORECAST_H
#define WINNOW_FORECAST_H

#include <stdbool.h>

#include "common/buf.h"
#include "stages/winnow/forecast_sample.h"
#include "stages/winnow/forecast_trial.h"

struct forecast {
	double share; /* of the whole that was in the sample */
	double bytes, documents, paragraphs;
	double seconds;
	/* at most: a whole repeats more than a part of it */
	double kept, output_bytes;
	double exact_bytes, near_bytes; /* memory of the index; 0: there is none */
	double index_bytes;             /* on disk, with a new snapshot beside the old files */
};

struct forecast forecast_of(const struct forecast_sample *sample, const struct forecast_trial *t);

/* What there is. UINT64_MAX: not known, or nothing is written there. */
struct forecast_room {
	uint64_t memory; /* bytes that the index may take */
	uint64_t output; /* free bytes where the output goes */
	uint64_t index;  /* free bytes where the index goes */
	bool one_disk;   /* which are the same ones */
};

/* Append a line for people to each thing that does not fit, with what to do. */
void forecast_warn(
    struct buf *out, const struct forecast *f, const struct forecast_room *room, bool near);

/* Append a number of bytes, in units of 1000. */
void forecast_bytes(struct buf *out, double bytes);

/* Append a number in words: 950, 12.3 thousand, 4.1 million. */
void forecast_count(struct buf *out, double n);

/* Append a time: seconds, minutes, hours or days. */
void forecast_time(struct buf *out, double seconds);

#endif
