/*
 * own_output - no run reads what it is about to overwrite.
 */
#ifndef WINNOW_OWN_OUTPUT_H
#define WINNOW_OWN_OUTPUT_H

#include "common/err.h"
#include "stages/settings.h"

/*
 * 0, or ERR_USAGE if the output or the file of dead letters (--dead-letters, or OUT.dead.jsonl) is
 * one of the sources: opening it would destroy what is to be read. ERR_SYS without memory.
 */
int own_output_check(const struct settings *s) WARN_UNUSED;

#endif
