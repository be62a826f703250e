/*
 * dates - days, months and years that a sentence names.
 *
 * Source: ISO 8601-1:2019, 4.3.2 and 5.2.2 for `when`: "2022", "2022-02", "2022-02-17".
 */
#ifndef WINNOW_DATES_H
#define WINNOW_DATES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/arena.h"
#include "proto/sentence.h"
#include "stages/summarize/pieces.h"

/*
 * The date that begins at piece `at`: "17 October 2023", "October 17, 2023", "Feb 2022", "2019",
 * "2023-10-17", "the 1990s", "Tuesday, October 17", "March". Without a year (and for decades)
 * there is no `when`; it is never guessed. Four digits from 1000 to 2100 are a year if a word
 * before them, such as "in", or nothing countable behind them says so.
 *
 * Returns whether there is one; then *ret is it, with spans in p->text and a, and *ret_end the
 * piece behind it. Otherwise both are untouched.
 */
bool
date_read(const struct pieces *p, size_t at, struct arena *a, struct fact *ret, size_t *ret_end);

#endif
