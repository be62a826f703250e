/*
 * index_take_back - what an abandoned run brought to an index leaves it again; also, whether there
 * is anything to take back. The index is nobody's meanwhile: a process that has it open makes both
 * wait for wait_ms, and then refuse.
 */
#ifndef WINNOW_INDEX_TAKE_BACK_H
#define WINNOW_INDEX_TAKE_BACK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

/*
 * Whether the run has taken batches into the index of this folder; false if there is no such
 * folder. Nothing is changed. ERR_USAGE: damaged, or in use; ERR_SYS.
 */
int index_has_run(bool *ret_has, const char *folder, uint64_t run, unsigned wait_ms) WARN_UNUSED;

/*
 * Take back all documents and owners that the run brought, and forget it. Only the newest run can
 * be: others that came after it may have dropped what it owns. A run that the index does not know
 * has brought nothing. ERR_USAGE: another run came after it, damaged, or in use; ERR_HOLD: the disk
 * is full; ERR_SYS.
 */
int index_take_back(const char *folder, uint64_t run, unsigned wait_ms) WARN_UNUSED;

#endif
