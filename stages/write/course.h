/*
 * course - places between two batches: how far write has come in taking, in bringing to a boundary,
 * in committing, and what is durable.
 */
#ifndef WINNOW_COURSE_H
#define WINNOW_COURSE_H

#include "proto/checkpoint.h"
#include "stages/write/count.h"

struct mark {
	uint64_t next; /* the seq behind it */
	struct counts counts;
	struct token token;
	struct buf state; /* the bytes of the token */
};

/* Starts as {0}. Each place is at or behind the next one. */
struct course {
	struct mark taken, boundary, under_way, durable;
	struct tallies fresh, settled; /* since the boundary, and up to it */
};

/* `to` has the bytes of the token in a buffer of its own; from may be the same mark. */
void mark_copy(struct mark *to, const struct mark *from);

/* All that was taken may be committed. */
void course_boundary(struct course *c);

/* Nothing is taken yet, or any more. */
void course_forget(struct course *c);

/* As it was when the checkpoint was written; the tallies move out of that. */
void course_go_on(struct course *c, struct checkpoint *from);

/* What a checkpoint of the boundary says; its tallies and token still belong to c. */
void course_describe(const struct course *c, struct checkpoint *to);

void course_done(struct course *c);

#endif
