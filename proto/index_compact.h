/*
 * index_compact - a snapshot made of the files alone: what the old snapshot and the closed segments
 * hold, without what was forgotten, taken back or torn. Whoever writes the log goes on meanwhile.
 */
#ifndef WINNOW_INDEX_COMPACT_H
#define WINNOW_INDEX_COMPACT_H

#include "proto/index_files.h"

/*
 * Make the snapshot that replaces all before segment `number`, which is there, and give it its
 * name. *f is listed, and only this function's: it leaves with the snapshot in it. What was
 * replaced is removed. ERR_HOLD: the disk is full, the old files count on; ERR_USAGE: damaged;
 * ERR_SYS.
 */
int index_compact(struct index_files *f, uint64_t number) WARN_UNUSED;

/*
 * The same for a folder that nobody has open: the log is closed first. *ret_before and *ret_after
 * are bytes of all its files. ERR_USAGE: damaged, in use, or no index.
 */
int index_compact_folder(
    const char *folder, unsigned wait_ms, uint64_t *ret_before, uint64_t *ret_after) WARN_UNUSED;

#endif
