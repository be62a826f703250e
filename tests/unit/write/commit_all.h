/*
 * commit_all - what the loop of an ordered stage does around a commit, without sockets.
 */
#ifndef WINNOW_COMMIT_ALL_H
#define WINNOW_COMMIT_ALL_H

#include <poll.h>

#include "stages/stage.h"
#include "tests/unit/scratch.h"

/* Commit until nothing is on its way, or a fault. */
static inline int
commit_all(void *state, enum ending ending, uint64_t *io_done)
{
	uint64_t taken = *io_done;
	bool settled = false;

	for (;;) {
		struct pollfd p = {.fd = stage.wake(state), .events = POLLIN};

		*io_done = taken;
		TRY(stage.commit(state, ending, io_done, &settled));
		if (settled)
			return 0;
		cr_assert_eq(poll(&p, 1, 60000), 1, "nothing wakes the loop");
	}
}

#endif
