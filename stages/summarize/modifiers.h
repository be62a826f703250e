/*
 * modifiers - how exact a number is: "around", "more than", "up to", "or so".
 *
 * Source: the lists and patterns are ours; words are in the lexicon of each language. "up to" and
 *         "as many as" are upper bounds, "no fewer than" is a lower one.
 */
#ifndef WINNOW_MODIFIERS_H
#define WINNOW_MODIFIERS_H

#include <stddef.h>

#include "proto/sentence.h"
#include "stages/summarize/pieces.h"

/*
 * The piece at which the words that modify the number at piece `at` begin, not before floor; sets
 * approximate and bound of *f. `at` if there are none.
 */
size_t modifiers_before(const struct pieces *p, size_t floor, size_t at, struct fact *f);

/* The piece behind the words at `at` that modify what stands before them; otherwise the same. */
size_t modifiers_behind(const struct pieces *p, size_t at, struct fact *f);

#endif
