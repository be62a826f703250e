/*
 * window - the batches that are not yet durable, and which of them to send again.
 *
 * Only read has one. dedup and write report how far they are; a batch is sent again when the one
 * that needs it lacks it and its time is up: at first after max(FIRST_MS, 4 x round trip), then
 * doubling to LAST_MS. The clock stands still while a hold is reported. Where a connection to a
 * worker broke, what was sent before is asked for again soon.
 */
#ifndef WINNOW_WINDOW_H
#define WINNOW_WINDOW_H

#include <stdbool.h>
#include <stdint.h>
#include <zmq.h>

#include "common/err.h"
#include "proto/ack.h"
#include "proto/batch.h"

enum {
	WINDOW_FIRST_MS =
	    2000, /* two: a document that takes five seconds costs one extra attempt */
	WINDOW_LAST_MS = 60000,
	WINDOW_HURRY_MS = 50, /* after a worker was lost */
};

enum reporter { REPORTER_DEDUP, REPORTER_WRITE, REPORTERS };

struct waiting {
	zmq_msg_t body;
	uint64_t sent_at, due; /* ms */
	uint32_t n_documents;
	uint32_t attempts; /* how often it was sent */
	uint32_t wait_ms;  /* before the next attempt */
};

struct window {
	uint64_t base, next; /* seqs [base, next) are in flight */
	uint64_t bytes;      /* of their bodies */
	uint64_t round_trip; /* ms, smoothed: from the first sending to durable */
	uint64_t resent;     /* how many batches were sent again */
	uint64_t held_at;    /* ms: a hold began then, or 0 */
	struct report reports[REPORTERS];
	struct waiting batches[WINDOW_BATCHES]; /* seq s lies at s % WINDOW_BATCHES */
};

/* Begin at seq next. */
void window_begin(struct window *w, uint64_t next);

/* Whether another batch may come in: 64 of them and 16 MiB, or one larger batch alone. */
bool window_room(const struct window *w);

/* Take a body, its message becomes the window's; it is due at once. Its seq. */
uint64_t window_add(struct window *w, zmq_msg_t *body, uint32_t n_documents);

/*
 * Take a report. Batches that are durable leave. ERR_SYS if next fell below what was already
 * released: state was lost, and nobody can send those batches again.
 */
int window_report(
    struct window *w, enum reporter who, const struct report *r, uint64_t now) WARN_UNUSED;

/* A connection to a worker broke: what was sent so far may be lost. */
void window_hurry(struct window *w, uint64_t now);

/*
 * The oldest batch that is due, or UINT64_MAX. *ret_wait_ms: how long until one will be,
 * UINT64_MAX if none waits.
 */
uint64_t window_due(const struct window *w, uint64_t now, uint64_t *ret_wait_ms);

struct waiting *window_at(struct window *w, uint64_t seq);

/* It was sent just now. */
void window_sent(struct window *w, uint64_t seq, uint64_t now);

void window_done(struct window *w);

#endif
