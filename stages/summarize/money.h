/*
 * money - the currencies that stand beside numbers.
 *
 * Marks, "US$" and its like, codes, and the English names of the larger currencies. "$" alone is
 * USD, the yen mark JPY. "pounds" are money only as millions or "pounds sterling": otherwise they
 * may be a weight.
 */
#ifndef WINNOW_MONEY_H
#define WINNOW_MONEY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/span.h"
#include "stages/summarize/pieces.h"

/*
 * The currency at piece `at`, before its number: "$", "HK$", "EUR", "Rs".
 *
 * ret_code  ISO 4217, static
 *
 * Returns the piece behind it, or `at`, with *ret_code untouched, if there is none.
 */
size_t money_before(const struct pieces *p, size_t at, struct span *ret_code);

/*
 * The currency at piece `at`, behind its number: "dollars", "Canadian dollars", the euro sign.
 * scaled: the number has a word such as "million". As money_before.
 */
size_t money_behind(const struct pieces *p, size_t at, bool scaled, struct span *ret_code);

#endif
