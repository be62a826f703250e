/*
 * sink - where records go, or dead letters: a file, a pipe or a terminal, plain or compressed.
 *
 * Bytes are put in and gathered; only those that end with a member may be written, so that what is
 * in the sink can always be read. A file that can be resumed is cut to a known length when it is
 * opened, and written at known places by what commits (ledger.h); a stream by sink_flush.
 */
#ifndef WINNOW_SINK_H
#define WINNOW_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/deflate.h"
#include "common/err.h"

struct sink {
	const char *name;        /* for people: the path, or standard output */
	int fd;                  /* -1: not open */
	bool regular;            /* a file, else a stream */
	struct deflate *deflate; /* NULL: plain */
	struct buf pending;      /* not written yet */
	size_t ended;            /* of pending: bytes that end with a member */
	uint64_t length;         /* bytes written, or given to be written */
};

/* A file that somebody may want, one that is not empty, is ERR_USAGE without `force`. */
int sink_check_free(const char *path, bool force) WARN_UNUSED;

/*
 * Open a stream or a file that is not to be resumed, NULL for standard output. A file that is there
 * and not empty is refused without `force`, else emptied. Returns 0, ERR_USAGE, ERR_HOLD, ERR_SYS.
 */
int
sink_open(struct sink *s, const char *path, enum compression compression, bool force) WARN_UNUSED;

/*
 * Open a file to go on behind its first `length` bytes; what is behind them is cut off. It is made
 * if it is not there and length is 0. Returns 0; ERR_USAGE if it is missing, shorter, or no file;
 * ERR_HOLD; ERR_SYS.
 */
int sink_resume(
    struct sink *s, const char *path, enum compression compression, uint64_t length) WARN_UNUSED;

/* Append bytes. */
int sink_put(struct sink *s, struct span bytes) WARN_UNUSED;

/* Bytes before compression of the member that is not ended; 0 if all may be written. */
uint64_t sink_member_bytes(const struct sink *s);

/* End the member: all that was put in may be written. */
int sink_end_member(struct sink *s) WARN_UNUSED;

/*
 * Write to a stream what may be written. Returns 0, ERR_HOLD (full, away, or a stream that nobody
 * reads; ask again), ERR_SYS.
 */
int sink_flush(struct sink *s) WARN_UNUSED;

/* Take out what may be written, in place of what is in *ret_bytes; it counts as written. */
void sink_take(struct sink *s, struct buf *ret_bytes);

/* Right for {.fd = -1} too. */
void sink_close(struct sink *s);

/* As write, but waits a little for a stream's reader. Bytes written, or ERR_HOLD, ERR_SYS. */
long stream_write(int fd, const char *name, struct span bytes) WARN_UNUSED;

#endif
