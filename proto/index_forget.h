/*
 * index_forget - which documents an index is to forget, and to make it forget them while nobody has
 * it open.
 */
#ifndef WINNOW_INDEX_FORGET_H
#define WINNOW_INDEX_FORGET_H

#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/span.h"
#include "proto/run_table.h"

/* What to forget: by age, or by number. */
struct forget_wish {
	uint32_t before;    /* documents first seen before this minute since 1970; 0: by number */
	uint64_t documents; /* so many of the oldest */
};

/* As text, "before MINUTE" or "oldest N", for a question to a dedup that has the index open. */
void forget_wish_print(struct buf *out, const struct forget_wish *w);
int forget_wish_parse(struct forget_wish *ret_w, struct span text) WARN_UNUSED; /* ERR_RECORD */

/*
 * The documents below `end` that a wish means and that are there, as ranges behind batch 0. How
 * many they are. A document of which no age is known is not older than anything.
 */
uint64_t forget_choose(struct forgotten *ret_ranges, const struct run_table *runs,
    const struct forget_wish *w, uint32_t end);

/*
 * Do it in a folder, as one group of its log. *ret_n documents are forgotten. ERR_USAGE: damaged,
 * in use, or no index; ERR_HOLD: the disk is full; ERR_SYS.
 */
int index_forget_folder(
    const char *folder, const struct forget_wish *w, unsigned wait_ms, uint64_t *ret_n) WARN_UNUSED;

#endif
