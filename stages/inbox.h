/*
 * inbox - batches that came, until their turn: a reorder buffer as large as the window.
 */
#ifndef WINNOW_INBOX_H
#define WINNOW_INBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/batch.h"
#include "proto/link.h"

struct inbox {
	uint64_t run;  /* the run it takes, 0 for none */
	uint64_t next; /* the seq whose turn it is */
	bool full[WINDOW_BATCHES];
	struct frame frames[WINDOW_BATCHES]; /* seq s lies at s % WINDOW_BATCHES */
};

enum inbox_verdict {
	INBOX_KEPT,    /* the frame is the inbox's now */
	INBOX_REPLAY,  /* its turn was before: still the caller's */
	INBOX_TWICE,   /* one of its seq waits already: still the caller's */
	INBOX_FOREIGN, /* another run, or a seq far ahead: still the caller's */
};

/* Begin with a run: forget what waits. */
void inbox_begin(struct inbox *in, uint64_t run, uint64_t next);

enum inbox_verdict inbox_put(struct inbox *in, struct frame *f);

/* The frame whose turn it is, or NULL; it stays the inbox's until inbox_advance. */
struct frame *inbox_front(struct inbox *in);

/* The oldest frame that waits, in or out of turn, or NULL; it stays the inbox's. */
struct frame *inbox_first(struct inbox *in);

/* Release the frame of a seq, whose turn need not be. */
void inbox_remove(struct inbox *in, uint64_t seq);

/* Go on to the next seq; the front, if it is there, is released. */
void inbox_advance(struct inbox *in);

/* Nothing below base will come any more: what was awaited there is passed over. */
void inbox_skip(struct inbox *in, uint64_t base);

/* Bit i: batch next + i waits. */
uint64_t inbox_have(const struct inbox *in);

/* Release all frames. */
void inbox_done(struct inbox *in);

#endif
