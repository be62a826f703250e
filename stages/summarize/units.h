/*
 * units - of what there are so many, and per what.
 */
#ifndef WINNOW_UNITS_H
#define WINNOW_UNITS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/span.h"
#include "stages/summarize/pieces.h"

/*
 * The unit of a number that ends before piece `at`: "barrels", "km", "-year-old", "new hospitals".
 * The first word that is a measure, a period, or looks like a plural, at most three words on.
 *
 * ret_unit  singular, lower case; lives as long as p's words
 *
 * Returns the piece behind it, or `at`, with *ret_unit untouched, if there is none.
 */
size_t unit_read(const struct pieces *p, size_t at, struct span *ret_unit);

/*
 * Per what, from piece `at` on: "daily", "a year", "per head", "/h"; with `of`, also behind
 * "of crude oil". As unit_read.
 */
size_t unit_per(const struct pieces *p, size_t at, bool of, struct span *ret_per);

#endif
