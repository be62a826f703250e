/*
 * ledger - what of a run is durable: its state folder, its checkpoint, and the commits that move
 * it on, one at a time on a thread of their own.
 *
 * An output that cannot be resumed has no ledger.
 *
 * A run is found again by its checkpoint. Files are cut to the lengths in it; options, file names
 * and lengths that do not fit are refused by name. A new run needs an OUTPUT and dead letters that
 * are absent or empty, or --force, which empties them; its first checkpoint is durable before that
 * and before it is accepted, so that no OUTPUT exists without state. Where the checkpoint of a sink
 * by URI lies beside its records, that one counts, and the one in the folder is a copy, which may
 * be one commit behind. The same holds for a second run that greets a process which has finished
 * one: what the first has written is somebody's, so the second is refused unless nothing was
 * written, or by --force.
 */
#ifndef WINNOW_LEDGER_H
#define WINNOW_LEDGER_H

#include "proto/checkpoint.h"
#include "stages/settings.h"
#include "stages/write/commit.h"

struct background;

struct ledger {
	const struct settings *settings;
	char *folder; /* of the state */
	char *fingerprint;
	int folder_fd, lock; /* -1: not made yet */
	bool begun;          /* there is a checkpoint */
	struct background *background;
	struct commit commit; /* under way, or to be tried again */
	bool again;           /* it was held */
	char why[512];        /* for what; of a sink by URI */
};

/* What one commit takes. */
struct cargo {
	struct sink *output, *dead;
	struct parcel *parcel; /* of a sink by URI */
	const char *dead_path; /* or NULL */
};

/*
 * Takes folder, allocated. `carrier`: of a sink by URI, else NULL; the caller closes it, behind the
 * ledger. Nothing is made or read yet. Returns 0 or ERR_SYS.
 */
int ledger_open(
    struct ledger *l, const struct settings *s, char *folder, struct carrier *carrier) WARN_UNUSED;

/*
 * Lock the state and read the checkpoint, if there is one, and check that it is of this output,
 * these dead letters (NULL: none) and these options. Returns 0, ERR_USAGE, ERR_HOLD, ERR_SYS.
 */
int ledger_find(
    struct ledger *l, const char *dead_path, struct checkpoint *ret_c, bool *ret_found) WARN_UNUSED;

/*
 * Make folder, lock and the first checkpoint of a run, at once; file names and options are set
 * here. Returns as ledger_find.
 */
int ledger_begin(struct ledger *l, struct checkpoint *c, const char *dead_path) WARN_UNUSED;

/*
 * Whether the folder, and the files that are written, are where they were opened: what is written
 * where nobody finds it is lost with the last descriptor of its disk. Returns 0; ERR_HOLD: the disk
 * may come back; ERR_SYS: one was removed.
 */
int ledger_check_folder(const struct ledger *l) WARN_UNUSED;
int ledger_check_place(
    const struct ledger *l, const struct sink *output, const struct sink *dead) WARN_UNUSED;

/*
 * A file of the state says that the dead letters are this run's, also where no commit says so yet:
 * it is made before the first letter, and what is in their file then may be cut by whoever goes on.
 * Returns 0, ERR_HOLD, ERR_SYS.
 */
int ledger_claim(const struct ledger *l, const char *dead_path) WARN_UNUSED;
bool ledger_has_claim(const struct ledger *l);

/*
 * Where the output is a folder: remember, in a list beside the checkpoint, that the file of that
 * name is the run's. Returns 0, ERR_HOLD, ERR_SYS.
 */
int ledger_note_part(const struct ledger *l, const char *name) WARN_UNUSED;

/* The output's file is another one from now on. No commit may be under way. */
void ledger_forget_output(struct ledger *l);

/*
 * Commit what the sinks may write, and c, whose lengths and file names are set here, and to whose
 * counts.bytes_out the output's length is added. None may be under way. Returns as
 * ledger_check_place.
 */
int ledger_start(struct ledger *l, struct checkpoint *c, const struct cargo *cargo) WARN_UNUSED;

/*
 * How the commit is. 0: *ret_done says whether one that was under way is durable now. ERR_HOLD: it
 * waits, ask again, which tries again (with a sink by URI on the other thread: the descriptor that
 * wakes is of no use then); ERR_SYS: a disk or a server has failed.
 */
int ledger_settle(struct ledger *l, bool *ret_done) WARN_UNUSED;

/* Whether a commit is under way or held. */
bool ledger_busy(const struct ledger *l);

/* Waits for a commit that is under way. Right for {0} too. */
void ledger_close(struct ledger *l);

#endif
