/*
 * group_commit - what the loop notes for the log is written and synced by a thread, a group at a
 * time, while the loop takes further batches.
 *
 * Nothing is forgotten before it is synced. A full disk is a hold: the same group is tried again. A
 * descriptor whose sync failed is never trusted again: the segment is cut back to what was synced,
 * and the same bytes go into the next one.
 */
#ifndef WINNOW_GROUP_COMMIT_H
#define WINNOW_GROUP_COMMIT_H

#include <stdbool.h>

#include "common/buf.h"
#include "proto/index_files.h"
#include "proto/owner_log.h"

struct group_commit;

/*
 * Begin to write behind what was read of an index. `files` is its own from now on, except between
 * group_commit_drain and the next note. ERR_HOLD, ERR_SYS.
 */
int group_commit_open(struct group_commit **ret_g, struct index_files *files) WARN_UNUSED;

/* Waits for the group on its way; what was noted behind it is gone. NULL is a no-op. */
void group_commit_close(struct group_commit *g);

/* Where records are noted, as by owner_log.h. */
struct buf *group_commit_notes(struct group_commit *g);

/* All that was noted for a batch is there: the seq behind it. */
void group_commit_mark(struct group_commit *g, uint64_t next);

/* Behind a drain: the marks begin at next. */
void group_commit_begin(struct group_commit *g, uint64_t next);

/*
 * See how far it is: *ret_next is the mark of what was synced last; if nothing is on its way, what
 * was noted since starts. Returns how many groups are on their way, 0 or 1; ERR_HOLD, ERR_SYS.
 */
int group_commit_turn(struct group_commit *g, uint64_t *ret_next) WARN_UNUSED;

/* Wait until all that was noted is synced. ERR_HOLD, ERR_SYS. */
int group_commit_drain(struct group_commit *g) WARN_UNUSED;

/* Behind a drain: begin another segment. ERR_HOLD, ERR_SYS. */
int group_commit_segment(struct group_commit *g) WARN_UNUSED;

/* How much of the log lies behind the last snapshot, in bytes, as of the last turn. */
uint64_t group_commit_log_bytes(const struct group_commit *g);

/* Whether a group is on its way: the files are the thread's. */
bool group_commit_flies(struct group_commit *g);

/* Whether all that was noted is synced, as a turn has seen it. */
bool group_commit_rests(struct group_commit *g);

/* Can be read when a turn may be of use. */
int group_commit_wake(const struct group_commit *g);

#endif
