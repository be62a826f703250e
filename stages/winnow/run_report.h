/*
 * run_report - run.json: what a run was and what happened, in the folder of its state.
 */
#ifndef WINNOW_RUN_REPORT_H
#define WINNOW_RUN_REPORT_H

#include <time.h>

#include "stages/settings.h"

struct options;

/*
 * Write STATE/run.json: version, options and inputs as given, but passwords in URIs masked, start,
 * seconds, exit status, and the counts of the checkpoint. Returns as file_replace.
 */
int run_report_save(const char *state, const struct settings *s, const struct options *o,
    time_t started, double seconds, int status);

#endif
