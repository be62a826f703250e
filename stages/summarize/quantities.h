/*
 * quantities - numbers as facts: so many of something, a share, an amount of money.
 */
#ifndef WINNOW_QUANTITIES_H
#define WINNOW_QUANTITIES_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/sentence.h"
#include "stages/summarize/pieces.h"

/*
 * The quantity, share or money whose number or currency begins at piece `at`.
 *
 * floor     the piece behind the last fact: words before the number are taken from here on
 * ret_end   the piece behind what was read; also set when a number was read that is no fact, such
 *           as a time of day, an ordinal or a score
 *
 * Returns whether *ret was made; otherwise it is untouched. A range ("5 to 10 people") has no
 * value. Years are not asked for here: see dates.h, which comes first.
 */
bool
quantity_read(const struct pieces *p, size_t floor, size_t at, struct fact *ret, size_t *ret_end);

#endif
