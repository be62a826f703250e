/*
 * sink - where records go: a file, a pipe or a terminal, plain or compressed.
 *
 * A compressed sink ends a member after the batch at which it holds 1 MiB, and also after 32
 * batches or 8 MiB of input, so that what the window holds always comes to an end. It is durable
 * only there, and its bytes depend on the input alone, never on timing.
 */
#ifndef WINNOW_SINK_H
#define WINNOW_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/deflate.h"
#include "common/err.h"

enum {
	MEMBER_BYTES = 1 << 20,       /* before compression */
	MEMBER_BATCHES = 32,          /* half of the window */
	MEMBER_INPUT_BYTES = 8 << 20, /* half of the window */
};

struct sink {
	const char *name; /* for people */
	int fd;
	bool regular;            /* a file: written at `length`; else a stream */
	struct deflate *deflate; /* NULL: plain */
	struct buf pending;      /* not written yet */
	size_t ended;            /* of pending: bytes that end with a member */
	uint64_t length;         /* bytes written */
	uint64_t next;           /* the seq behind the newest batch */
	uint64_t member_next;    /* the seq behind the last batch of the last ended member */
	uint64_t member_input;   /* raw bytes of the batches since then */
};

/*
 * Open a file, NULL for standard output. A file that is there and not empty is refused without
 * `force`, else emptied. Returns 0, ERR_USAGE, ERR_SYS.
 */
int
sink_open(struct sink *s, const char *path, enum compression compression, bool force) WARN_UNUSED;

/* Append bytes; they are written by sink_flush. */
int sink_put(struct sink *s, struct span bytes) WARN_UNUSED;

/* The batch seq, read from so many raw bytes, is complete. */
int sink_end_batch(struct sink *s, uint64_t seq, uint64_t input_bytes) WARN_UNUSED;

/*
 * Write what may be written, with `final` everything. *ret_next is the seq below
 * which all is in the sink. Returns 0, ERR_HOLD (full, away, or a stream that nobody reads; ask
 * again), ERR_SYS.
 */
int sink_flush(struct sink *s, bool final, uint64_t *ret_next) WARN_UNUSED;

/* Right for {.fd = -1} too. */
void sink_close(struct sink *s);

#endif
