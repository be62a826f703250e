/*
 * register - the inputs of a run in their order, as they were when it first met them: what a later
 * process needs to go on behind the same ones, and to see that one has changed.
 *
 * A text file in the folder of the run's state: a line "winnow inputs 1" and the run id, then a
 * line an input: its bytes, the time of its last change (ns since 1970), its path. Bytes of a path
 * below 0x21, 0x7F and '%' are written as %XX.
 */
#ifndef WINNOW_REGISTER_H
#define WINNOW_REGISTER_H

#include "common/err.h"
#include "proto/token.h"
#include "stages/inputs.h"

/*
 * Read the register of a run. Returns 0; ERR_STOP if there is none, or one of another run;
 * ERR_USAGE if it is damaged; ERR_SYS.
 */
int register_load(struct inputs *ret_inputs, const char *path, uint64_t run) WARN_UNUSED;

/* Write it, durably and whole. Returns 0, ERR_HOLD (disk full: ask again), ERR_SYS. */
int register_save(const struct inputs *in, const char *path, uint64_t run) WARN_UNUSED;

/*
 * Put the inputs of now into the order of then: those that the register has first, then what was
 * added, and what could not be read then and can be now. What was read up to `at` must be as it
 * was: ERR_USAGE names the first input that has changed or that cannot be read twice. One that is
 * not given any more is marked as gone: that it was moved away changes nothing that was written.
 */
int register_order(struct inputs *now, struct inputs *then, const struct token *at) WARN_UNUSED;

#endif
