/*
 * age_table - when each document of an index was first seen, to the minute.
 *
 * Documents come in order, so a minute stands once for all that came in it: a busy year is half a
 * million entries of 8 bytes, whatever the number of documents. The clock is asked once, when a
 * document is new; from then on its minute comes from the files.
 */
#ifndef WINNOW_AGE_TABLE_H
#define WINNOW_AGE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/span.h"

/* From this ordinal on, documents were first seen in that minute. */
struct age {
	uint32_t first;
	uint32_t minute; /* since 1970, UTC; 0: not known */
};

struct age_table {
	struct age *ages;
	size_t n, cap;
};

/* A table starts as {0}. */

void age_table_done(struct age_table *t);

/* The documents from `first` on, which is not below any before, are seen in this minute. */
void age_table_seen(struct age_table *t, uint32_t first, uint32_t minute);

/* The minute of the newest documents; 0 if there is none. */
uint32_t age_table_newest(const struct age_table *t);

/* The minute of a document; 0: not known. */
uint32_t age_table_minute(const struct age_table *t, uint32_t ordinal);

/* Append the table: number of entries (8), each: first (4), minute (4). Little-endian. */
void age_table_pack(struct buf *out, const struct age_table *t);

/*
 * Read one into an empty table from the front of *io_left, which is cut. ERR_RECORD: these bytes
 * are none, or do not go with so many documents.
 */
int age_table_unpack(struct age_table *t, struct span *io_left, uint32_t documents) WARN_UNUSED;

#endif
