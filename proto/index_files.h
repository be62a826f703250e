/*
 * index_files - the folder of an index: DIR/lock, the segments of its log, DIR/owners-000001.log
 * and so on, and at most one snapshot that counts, DIR/snapshot-000003.idx, from which segment 3
 * goes on.
 *
 * A file gets its name when its head is synced, so none has half a head. A segment follows when the
 * one before could not be synced, or when a snapshot takes its place.
 */
#ifndef WINNOW_INDEX_FILES_H
#define WINNOW_INDEX_FILES_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/buf.h"
#include "proto/index_head.h"

enum { INDEX_NAME_BYTES = 40 };

/* A file that is being made, before it has its name. */
#define INDEX_UNFINISHED "unfinished"
#define INDEX_UNFINISHED_SNAPSHOT "unfinished-snapshot"

/* The system calls that write, so that a test can make them fail. */
struct index_calls {
	ssize_t (*write)(int fd, const void *p, size_t n, off_t at);
	int (*sync)(int fd);
	int (*truncate)(int fd, off_t n);
};

struct index_files {
	char *folder;
	int dir, lock;          /* descriptors, or -1 */
	struct span parameters; /* if none are given, those that were found */
	char found[INDEX_PARAMETERS_BYTES];
	const struct index_calls *calls;
	uint64_t id;        /* of the index; 0: there is none yet */
	uint64_t snapshot;  /* its number; 0: none */
	uint64_t first;     /* segments [first, last] are there */
	uint64_t last;      /* 0: there is none yet */
	uint64_t bytes;     /* of the last segment, up to its last whole group */
	uint64_t torn;      /* bytes behind that */
	uint64_t log_bytes; /* of the segments that count, without the last */
	uint64_t snapshot_bytes;
};

/* The folder of "file:DIR". ERR_USAGE if uri is none. */
int index_folder(const char **ret_folder, const char *uri) WARN_UNUSED;

/*
 * Open a folder, with its lock; with `make` it is made if it is not there. Waits up to wait_ms for
 * another process that has the lock. ERR_USAGE if it still has it, or there is no such folder;
 * ERR_HOLD if the disk is full or read-only or there is no descriptor left; ERR_SYS.
 */
int index_files_open(
    struct index_files *ret_f, const char *folder, bool make, unsigned wait_ms) WARN_UNUSED;

/*
 * The same without the lock, only to be read, while another process may write. ERR_USAGE: there is
 * no such folder.
 */
int index_files_look(struct index_files *ret_f, const char *folder) WARN_UNUSED;

/* Also after a failure. */
void index_files_close(struct index_files *f);

/* The name of a file. */
void index_file_name(char ret_name[INDEX_NAME_BYTES], enum index_file kind, uint64_t number);

/* Find out which files there are: snapshot, first and last. ERR_USAGE: those of another version. */
int index_files_list(struct index_files *f) WARN_UNUSED;

/* Remove what a snapshot has replaced. What cannot be removed stays. */
void index_files_clear(struct index_files *f);

/* Give an unfinished file, which is synced, its name. Returns 0 or an errno. */
int index_files_name(struct index_files *f, const char *unfinished, const char *name) WARN_UNUSED;

/*
 * Make ready for writing, behind what was read: a torn end is cut, what a snapshot replaced is
 * removed, a new index is begun. *ret_fd is the last segment's, which is synced. ERR_SYS, ERR_HOLD.
 */
int index_files_resume(struct index_files *f, int *ret_fd) WARN_UNUSED;

/* Begin the next segment; the one before counts up to f->bytes. Returns as index_files_resume. */
int index_files_next(struct index_files *f, int *ret_fd) WARN_UNUSED;

/*
 * Write b at the end of the last segment, which is fd, and sync it. Returns 0 or an errno; with
 * *ret_sync it was the sync that failed: then nothing is known of what the descriptor wrote.
 */
int index_files_append(struct index_files *f, int fd, struct span b, bool *ret_sync) WARN_UNUSED;

/*
 * Behind what was read, and while nobody else writes: add the records of b as one group. All of it
 * is there then, or nothing. ERR_HOLD, ERR_SYS.
 */
int index_files_add(struct index_files *f, struct buf *b) WARN_UNUSED;

/* ERR_HOLD or ERR_SYS, by the errno, with a message that names the file. */
int index_files_failed(const struct index_files *f, const char *name, int error);

#endif
