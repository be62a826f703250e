/*
 * json - printing JSON: the same bytes everywhere.
 *
 * Source: RFC 8259. Strings are printed as UTF-8; only what must be escaped is. What is not
 *         well-formed UTF-8 becomes U+FFFD.
 */
#ifndef WINNOW_JSON_H
#define WINNOW_JSON_H

#include <stdint.h>

#include "common/buf.h"

/* Append s as a quoted string. */
void json_string(struct buf *b, struct span s);

/* Append an integer in ten-thousandths as a decimal without trailing zeros: 8312 -> 0.8312. */
void json_decimal(struct buf *b, int64_t ten_thousandths);

/*
 * Append v in the fewest digits that read back as v; null for what JSON has no number for.
 */
void json_double(struct buf *b, double v);

#endif
