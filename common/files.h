/*
 * files - small files that are read and replaced whole.
 */
#ifndef WINNOW_FILES_H
#define WINNOW_FILES_H

#include "common/buf.h"
#include "common/err.h"
#include "common/span.h"

/*
 * Append all of a file. Returns 0; ERR_STOP if there is none; ERR_USAGE if it may not be read;
 * ERR_HOLD (no descriptor left and the like: ask again); ERR_SYS.
 */
int file_read(const char *path, struct buf *out) WARN_UNUSED;

/*
 * Put a file in the place of what is there, durably: a fresh file, fsync, rename, fsync of the
 * folder, so that after a crash it is the old or the new one, whole. Returns 0; ERR_HOLD if the
 * disk is full or read-only (nothing has changed; ask again); ERR_SYS.
 */
int file_replace(const char *path, struct span content) WARN_UNUSED;

/*
 * The same in a folder that is open. Returns 0, or -1 with errno: then the old file is still there,
 * or the new one is, but may not last.
 */
int file_replace_at(int folder, const char *name, struct span content) WARN_UNUSED;

/*
 * Make the entry of a file or folder in the folder above it durable. Returns 0 or -1 with errno.
 */
int file_sync_entry(const char *path) WARN_UNUSED;

enum file_place {
	FILE_THERE,
	FILE_AWAY, /* moved, or its disk is unmounted: it may come back */
	FILE_REMOVED,
};

/* Whether the path still leads to what fd is open on. */
enum file_place file_place(int fd, const char *path);

#endif
