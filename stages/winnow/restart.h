/*
 * restart - `--restart`: forget the run that an output has, so that the next one begins anew; and
 * what is left of one that never began.
 */
#ifndef WINNOW_RESTART_H
#define WINNOW_RESTART_H

#include "common/err.h"
#include "stages/settings.h"

/*
 * Remove the output, its dead letters and its state, the index in it too. A named index may hold
 * owners that the run brought, whose text goes with the output: then this is refused, but with
 * --take-back they are taken out of the index first. Returns 0; ERR_USAGE, also while another
 * process has the state; ERR_HOLD on a disk that is read-only: what is gone is gone, and the rest
 * goes when it is asked again; ERR_SYS.
 */
int restart_forget(const struct settings *s) WARN_UNUSED;

/*
 * Remove the folder of a state that this process has made, if no run has come to begin in it: then
 * it holds nothing, or an index that nobody has anything in. Whatever else is there stays.
 */
void restart_tidy(const char *folder);

#endif
