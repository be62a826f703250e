/*
 * refusals - the dead letters of a run: where they go, and what may become of a file that is there.
 */
#ifndef WINNOW_REFUSALS_H
#define WINNOW_REFUSALS_H

#include "proto/batch.h"
#include "stages/settings.h"
#include "stages/write/ledger.h"

struct refusals {
	const struct settings *settings;
	struct ledger *ledger; /* NULL: the output has no state */
	char *path;            /* NULL: refusals are log lines */
	struct sink sink;      /* not open before the first one */
};

/* Nothing is made or opened yet. */
void refusals_open(struct refusals *l, const struct settings *s);

/*
 * Before a run begins: their file has nothing that somebody may want, or --force; and it is not the
 * output. Returns 0 or ERR_USAGE.
 */
int refusals_check(const struct refusals *l) WARN_UNUSED;

/*
 * Before anything of the batch is taken, so that it can be tried again: open the file if a document
 * of the batch is refused, or `always`. `output`: the sink of the records, which must be another
 * file. Returns 0, ERR_USAGE, ERR_HOLD, ERR_SYS.
 */
int refusals_prepare(
    struct refusals *l, const struct batch *b, const struct sink *output, bool always) WARN_UNUSED;

/* A refused document: into the log, and to the letters if they have a place. */
int refusals_put(struct refusals *l, const struct document *d) WARN_UNUSED;

/* A record that the sink cannot take, whole, with d->error, which says so. */
int refusals_put_record(struct refusals *l, const struct document *d) WARN_UNUSED;

/* Go on behind the first `bytes` of the file, whatever is open now. */
int refusals_resume(struct refusals *l, uint64_t bytes) WARN_UNUSED;

/* Remove the file of an earlier run. */
int refusals_remove(const struct refusals *l) WARN_UNUSED;

/* Right for {.sink.fd = -1} too. */
void refusals_close(struct refusals *l);

#endif
