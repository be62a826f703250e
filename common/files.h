/*
 * files - small files that are read and replaced whole.
 */
#ifndef WINNOW_FILES_H
#define WINNOW_FILES_H

#include "common/buf.h"
#include "common/err.h"
#include "common/span.h"

/* Append all of a file. Returns 0; ERR_STOP if there is none; ERR_SYS. */
int file_read(const char *path, struct buf *out) WARN_UNUSED;

/*
 * Put a file in the place of what is there, durably: after a crash it is the old or the new one,
 * whole. Returns 0; ERR_HOLD if the disk is full or read-only (nothing has changed; ask again);
 * ERR_SYS.
 */
int file_replace(const char *path, struct span content) WARN_UNUSED;

#endif
