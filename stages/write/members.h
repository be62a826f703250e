/*
 * members - after which batches the output and the dead letters may be committed.
 *
 * Plain ones after each. Compressed ones where a member ends: after the batch at which one holds
 * 1 MiB, and also after 32 batches or 8 MiB of the window, so that what the window holds always
 * comes to an end. Both end theirs together, and count from there: so a process that goes on at
 * such a boundary writes what the one before would have, and the bytes depend on the input alone,
 * never on timing.
 */
#ifndef WINNOW_MEMBERS_H
#define WINNOW_MEMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "stages/write/sink.h"

enum {
	MEMBER_BYTES = 1 << 20,       /* before compression */
	MEMBER_BATCHES = 32,          /* half of the window */
	MEMBER_INPUT_BYTES = 8 << 20, /* half of the window */
};

/* Since the last boundary; starts as {0}. */
struct members {
	uint64_t batches, input_bytes;
};

/*
 * A batch that takes so many bytes of the window is complete. *ret_boundary: the members have been
 * ended behind it. Returns 0 or ERR_SYS.
 */
int members_batch(struct members *m, struct sink *output, struct sink *dead, uint64_t input_bytes,
    bool *ret_boundary) WARN_UNUSED;

/* End the members here. */
int members_end(struct members *m, struct sink *output, struct sink *dead) WARN_UNUSED;

#endif
