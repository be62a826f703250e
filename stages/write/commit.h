/*
 * commit - one group of batches made durable: the bytes of the output, those of the dead letters,
 * both on the disk, and only then the checkpoint that speaks of them. Of a sink by URI the records
 * arrive in place of the output's bytes, before the checkpoint or, where none may come twice,
 * behind it.
 *
 * It runs on a thread of its own and touches nothing but what is in it. Whatever fails, what was
 * durable before stays so: bytes are written behind it, at known places, and written again as a
 * whole when it is tried again, so that no failed sync is trusted.
 */
#ifndef WINNOW_COMMIT_H
#define WINNOW_COMMIT_H

#include "stages/write/carrier.h"
#include "stages/write/sink.h"

/* One of the two files. */
struct commit_part {
	const char *name;
	int fd;
	bool regular;
	uint64_t at;      /* a file's bytes that are durable */
	size_t done;      /* of a stream: bytes that are written */
	struct buf bytes; /* what comes behind them */
};

enum { PART_OUTPUT, PART_DEAD, PARTS };

struct commit {
	struct commit_part parts[PARTS];
	int folder;              /* of the state */
	const char *folder_name; /* for people */
	struct buf text;         /* the checkpoint */
	struct carrier *carrier; /* NULL: the output is a file */
	struct parcel parcel;
	bool delivered; /* the parcel has arrived */
};

/*
 * A background_job. Returns 0; ERR_HOLD: the same again later; ERR_SYS: a disk has failed, and
 * another process may go on from what was durable. If a file has failed both are cut back to that;
 * not if the checkpoint has, since the new one may be there.
 */
int commit_run(void *commit) WARN_UNUSED;

void commit_done(struct commit *c);

#endif
