/*
 * numbers - what a number says, in digits or in English words.
 *
 * "123" "1,234.5" "1.234.567,8" "1.5bn" "20 million" "twenty-five" "two and a half million"
 * "a hundred and five" "two dozen" "half a million"; not "dozens", "fifth" or "1,2.3,4".
 */
#ifndef WINNOW_NUMBERS_H
#define WINNOW_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stages/summarize/pieces.h"

struct number {
	int64_t value;  /* ten-thousandths; more decimals are rounded half up */
	size_t end;     /* the piece behind it */
	bool has_value; /* false: it does not fit into value */
	bool digits;    /* it is written with digits */
	bool scaled;    /* "million" and the like are part of it */
};

/*
 * The number that begins at piece `at`. money: "m" behind digits is million, not metre.
 * False, with *ret untouched, if there is none. Cost: O(1) pieces, the digits it has.
 */
bool number_read(const struct pieces *p, size_t at, bool money, struct number *ret);

/*
 * The fraction that begins at piece `at`: "a third", "two-thirds", "half"; at the singular it must
 * be one by what follows ("a third of", but not "a third term"). sure: something before it, such
 * as "more than", says that it is a number. *ret as above; value is the share.
 */
bool number_fraction(const struct pieces *p, size_t at, bool sure, struct number *ret);

/*
 * The value of digits with points and commas, in ten-thousandths. The last sort of separator is
 * the decimal one; several of one sort group thousands, and so does a single one with three digits
 * behind it, but for mark, with which the language parts decimals ('.' or ','), and behind a 0.
 * False if they make no number. *ret_fits is false if it is too large.
 */
bool number_digits(struct span s, char mark, int64_t *ret, bool *ret_fits);

#endif
