/*
 * restart - `--restart`: forget the run that an output has, so that the next one begins anew.
 */
#ifndef WINNOW_RESTART_H
#define WINNOW_RESTART_H

#include "common/err.h"
#include "stages/settings.h"

/*
 * Remove the output, its dead letters and its state, the index in it too. A named index may hold
 * owners that the run brought, whose text goes with the output: then this is refused, but with
 * --take-back they are taken out of the index first. Returns 0; ERR_USAGE, also while another
 * process has the state; ERR_SYS.
 */
int restart_forget(const struct settings *s) WARN_UNUSED;

#endif
