/*
 * index_export - an index as lines of text: sorted, with its ordinals, for other machines, other
 * versions and other tools. proto/README.md describes the form.
 */
#ifndef WINNOW_INDEX_EXPORT_H
#define WINNOW_INDEX_EXPORT_H

#include "proto/index_read.h"

#define EXPORT_WORD "winnow-index" /* the first word of the first line, then the version: */
#define EXPORT_VERSION 1

/* Takes what was printed, a piece at a time. 0, or an error with words. */
typedef int export_writer(void *object, struct span lines);

struct export_counts {
	uint64_t documents, owners;
};

/*
 * Print an index that is mapped. Memory: 64 MB, whatever its size; owners are sorted in so many
 * passes. Returns as index_view_read, or what the writer returned; ERR_USAGE too for an index made
 * with --dedup near, whose sketches have no form as text.
 */
int index_export(struct index_view *v, struct index_files *f, export_writer *write, void *object,
    struct export_counts *ret_counts) WARN_UNUSED;

/* Append an id so that it holds no tab, newline or other control character: those, and %, as %XX.
 */
void export_id(struct buf *out, struct span id);

/* Append a minute since 1970 as 2026-11-23T14:05Z, or - for 0. */
void export_minute(struct buf *out, uint32_t minute);

#endif
