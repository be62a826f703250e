/*
 * state - the folder beside an output in which a run keeps what it needs to go on: rules that the
 * front command, read and write share.
 *
 * Only regular files can be cut back to where the run was, so only such an output has a state; a
 * folder of them, OUTPUT/ (parts.h), whose name is taken without the slash; and a sink by URI,
 * which has a checkpoint beside it. It lies in --state DIR, by default in OUTPUT.winnow/, and one
 * process at a time has it. A URI has no place beside it: there DIR must be given.
 */
#ifndef WINNOW_STATE_H
#define WINNOW_STATE_H

#include "common/err.h"
#include "stages/settings.h"

/*
 * The folder of the state of the output, allocated; it need not be there. NULL where the output
 * cannot be resumed: standard output, a pipe, a device.
 */
char *state_folder(const struct settings *s);

/* ERR_USAGE if the output is a URI and no --state is given. */
int state_check(const struct settings *s) WARN_UNUSED;

/*
 * Where refused documents go, allocated: --dead-letters, by default OUTPUT.dead.jsonl, and of a
 * sink by URI DIR/dead.jsonl. NULL: only into the log, where the output has no state and the option
 * is not given.
 */
char *state_dead_letters(const struct settings *s);

/*
 * Make the folder if it is not there, to last. Returns 0, ERR_HOLD (no room now) or ERR_USAGE.
 */
int state_make(const char *folder) WARN_UNUSED;

/*
 * Lock the folder, which is there, for as long as *ret_fd is open or this process lives; waits up
 * to 5 s for a predecessor that is still dying. Returns 0, ERR_HOLD, or ERR_USAGE if somebody else
 * has it: mostly the same command given twice, which is told so and not waited for. Who restarts a
 * dead process (winnow run, systemd, a container's runtime) does so when it is gone.
 */
int state_lock(const char *folder, int *ret_fd) WARN_UNUSED;

/*
 * The same of the folder itself, for the whole run: without it, of two runs one's write and the
 * other's dedup may have what the other one waits for.
 */
int state_lock_run(const char *folder, int *ret_fd) WARN_UNUSED;

/* The same by a file of this name, for what another stage keeps in the folder. */
int state_lock_name(const char *folder, const char *name, int *ret_fd) WARN_UNUSED;

#endif
