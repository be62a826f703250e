/*
 * forecast_trial - a whole run over a sample, in a folder of its own, and what it took.
 */
#ifndef WINNOW_FORECAST_TRIAL_H
#define WINNOW_FORECAST_TRIAL_H

#include "proto/ack.h"
#include "stages/settings.h"

struct options;

struct forecast_trial {
	double seconds; /* without what it takes to start and end */
	struct counts counts;
	uint64_t output_bytes; /* as written, dead letters too */
	/* the index; 0 without one */
	uint64_t owners, documents, id_bytes;
	uint64_t index_bytes; /* on disk */
};

/*
 * Run `program`, which is winnow, over FOLDER/in with these options, but all that it writes goes
 * into the folder; and once over nothing, to see what that takes. ERR_USAGE or ERR_SYS as the run
 * ended; what it said is on standard error then. ERR_SYS also if SIGINT or SIGTERM ended it: their
 * handlers are this function's from then on.
 */
int forecast_trial_run(struct forecast_trial *ret_trial, const char *program, const char *folder,
    const struct settings *s, const struct options *o) WARN_UNUSED;

#endif
