/*
 * index_control - the socket DIR/control of an index that a dedup has open, by which others ask it
 * about the index or to change it: one line there, a few lines back, as proto/README.md has it.
 */
#ifndef WINNOW_INDEX_CONTROL_H
#define WINNOW_INDEX_CONTROL_H

#include <stdbool.h>

#include "common/buf.h"
#include "common/err.h"

#define INDEX_CONTROL "control"
#define INDEX_CONTROL_WORDS "winnow-index 1 " /* what a question begins with: name and version */

enum { INDEX_CONTROL_LINE = 8192 }; /* bytes of a question at most */

/*
 * Listen in the folder `dir`, whose lock is held: what is left of a predecessor goes. Only our own
 * user can connect, and the path may be of any length. The descriptor does not block. ERR_SYS.
 */
int index_control_listen(int *ret_fd, int dir) WARN_UNUSED;

/* Take who connects: a descriptor that does not block, or -1 if nobody does who may. */
int index_control_accept(int fd);

/*
 * Ask, as "compact" or "forget oldest 10", and wait for the answer up to wait_ms. What it says goes
 * to `answer` without "ok". ERR_STOP: nobody listens there; else as the other side says it, or
 * ERR_SYS with words.
 */
int index_control_ask(
    const char *folder, const char *question, unsigned wait_ms, struct buf *answer) WARN_UNUSED;

#endif
