/*
 * index_read - read all files of an index: who owns what, and how far its runs are.
 */
#ifndef WINNOW_INDEX_READ_H
#define WINNOW_INDEX_READ_H

#include "proto/index_files.h"
#include "proto/owner_log.h"
#include "proto/run_table.h"

/* What is told of each file that was read; for verify. */
typedef void
index_file_told(void *object, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn);

/* One that passes over it, and a reader that passes over all. */
index_file_told index_pass_file;
struct index_reader index_pass_over(void *object);

/*
 * Read what is there; nothing is changed. `runs` is filled; of the reader expect, document, entry
 * and take_back are called, this when all that a run brought is to be forgotten. If f->parameters
 * are given, others are refused, but of an index that holds nothing at all: it is as if it were not
 * there. ERR_USAGE: damaged, by file and byte, or made by another version;
 * ERR_SYS.
 */
int index_read(struct index_files *f, struct run_table *runs, const struct index_reader *reader,
    index_file_told *told) WARN_UNUSED;

/* Read no more than the runs and what goes with them. As index_read. */
int index_read_runs(struct index_files *f, struct run_table *runs) WARN_UNUSED;

/*
 * Take one group, as owner_log_sync ends it, as if it had been read from the log: into `runs` and
 * the reader. ERR_RECORD: it cannot be.
 */
int index_read_group(struct index_files *f, struct run_table *runs,
    const struct index_reader *reader, struct span group) WARN_UNUSED;

/*
 * The same in two steps: the files as they are now, mapped, which can be read several times and
 * say the same each time, whatever a process that writes does meanwhile.
 */
struct index_view_file {
	char name[INDEX_NAME_BYTES];
	enum index_file kind;
	uint64_t number;
	struct span bytes;
	size_t counts; /* of a segment that was read: up to its last whole group */
};

struct index_view {
	struct index_view_file *list;
	size_t n, cap;
	bool open_end; /* the last segment may have a torn end */
};

/*
 * Map what index_files_list has found; of the segments those below number `behind`, or all (0).
 * ERR_STOP: one is missing, a process that writes may have replaced it; ERR_SYS.
 */
int index_view_map(struct index_view *ret_v, struct index_files *f, uint64_t behind) WARN_UNUSED;

/*
 * Look at a folder that others may write to meanwhile, and map it. Both have to be closed, also
 * after a failure. ERR_USAGE: there is no index in it; ERR_SYS.
 */
int index_view_open(
    struct index_view *ret_v, struct index_files *ret_f, const char *folder) WARN_UNUSED;

/* As index_read, into a new run table each time. */
int index_view_read(struct index_view *v, struct index_files *f, struct run_table *runs,
    const struct index_reader *reader, index_file_told *told) WARN_UNUSED;

/* What its files were made with, as index_head has it; empty if there is none. */
struct span index_view_parameters(const struct index_view *v);

/* Nothing is mapped: a no-op. */
void index_view_unmap(struct index_view *v);

#endif
