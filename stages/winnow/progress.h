/*
 * progress - how far a run is, as read tells it, and the one line of it on a terminal.
 */
#ifndef WINNOW_PROGRESS_H
#define WINNOW_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "proto/ack.h"

struct progress_line {
	uint64_t before;           /* documents that earlier processes read and write has */
	uint64_t read, read_bytes; /* documents and raw bytes that were read by this one */
	uint64_t at, of;           /* bytes of the inputs as stored; of 0: not known */
	uint64_t resent;           /* batches */
	bool last;                 /* all is durable that can be: the counts are final */
	bool drained;              /* there is more in the inputs */
	struct counts counts;      /* what is durable */
};

/* Read a line of read's --status-fd. False if it is none. */
bool progress_parse(struct progress_line *ret_line, struct span line);

/* Append one line for people, without its end: documents, MB/s, dropped, what is left. */
void progress_print(struct buf *out, const struct progress_line *p, double seconds);

/* The last line of a run: what came in and what became of it. */
void progress_summary(struct buf *out, const struct progress_line *p, double seconds);

/* Whether nothing vanished and nothing doubled, in documents and in paragraphs. */
bool progress_balances(const struct progress_line *p);

#endif
