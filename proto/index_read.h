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

/*
 * Read what is there; nothing is changed. `runs` is filled; of the reader expect, document, entry
 * and take_back are called, this when all that a run brought is to be forgotten. If f->parameters
 * are given, others are refused. ERR_USAGE: damaged, by file and byte, or made by another version;
 * ERR_SYS.
 */
int index_read(struct index_files *f, struct run_table *runs, const struct index_reader *reader,
    index_file_told *told) WARN_UNUSED;

#endif
