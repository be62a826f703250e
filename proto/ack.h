/*
 * ack - what read asks of dedup and write, and what they report.
 *
 * Nothing but read remembers batches. dedup and write say how far they are; read sends again what
 * the one that needs it lacks. Frame 1 of FRAME_ASK and FRAME_REPORT is a MessagePack map.
 */
#ifndef WINNOW_ACK_H
#define WINNOW_ACK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "proto/token.h"

struct ask {
	bool hello;     /* this run begins: accept it, and only it, from here on */
	uint64_t base;  /* the oldest seq that read may still send */
	uint64_t last;  /* how many batches there will be; UINT64_MAX: not known yet */
	bool drain;     /* last is where read stops for now: the input has more */
	uint64_t index; /* the id of dedup's index, for write to keep; 0: none */
};

/* Documents and paragraphs that are durable, counted by write. */
struct counts {
	uint64_t in; /* documents, as read counted them when it made their batches */
	uint64_t
	    documents; /* that came in these batches; = records + refused + skipped + filtered */
	uint64_t records, refused, failed;
	uint64_t skipped;                       /* empty ones, with --empty skip */
	uint64_t filtered;                      /* not wanted, by --filter */
	uint64_t earlier;                       /* drops whose owner came in an earlier run */
	uint64_t paragraphs, kept, exact, near; /* paragraphs = kept + exact + near */
	uint64_t bytes_in, bytes_out;
};

struct report {
	uint64_t run;         /* the run it is about; 0 before any hello */
	uint64_t incarnation; /* random, new for each process: when it changes, `have` is void */
	uint64_t next;        /* batches below are done for good */
	uint64_t have;        /* bit i: batch next + i waits in memory */
	uint64_t losses;      /* connections to workers downstream that broke */
	uint64_t sources;     /* runs this index has seen, this one included */
	uint64_t index;     /* of dedup: the id of its index; of write: the one of its checkpoint */
	bool finished;      /* nothing is left to be done below the last batch */
	struct token token; /* of write: where read goes on behind next */
	struct span hold;   /* why nothing moves, or n == 0 */
	struct counts counts; /* of write only */
};

void ask_pack(struct buf *out, const struct ask *a);
int ask_unpack(struct ask *ret_a, struct span body) WARN_UNUSED;

void report_pack(struct buf *out, const struct report *r);
int report_unpack(struct report *ret_r, struct span body) WARN_UNUSED;

/* Add b to a. */
void counts_add(struct counts *a, const struct counts *b);

/* Append the counts as one JSON object. */
void counts_json(struct buf *out, const struct counts *c);

/* Read them from a map; keys that are not known are skipped. Returns 0 or ERR_RECORD. */
int counts_unpack(struct counts *ret_counts, struct scan *s) WARN_UNUSED;

#endif
