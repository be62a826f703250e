/*
 * normalise - the form under which two paragraphs are the same paragraph.
 *
 *   NFKC case folding, except that superscripts, subscripts, fractions and circled characters
 *   stay themselves; white space runs become one space, none at the ends; typographic quotes and
 *   dashes become ' " -; then outer punctuation (category P) and the spaces between go from both
 *   ends, except # - + ( / . before a digit (category N), or before a . before a digit, and
 *   % U+2030 # - ( ) / after one. What consists of punctuation alone keeps its characters.
 *
 * Source: Unicode 15.0 (ICU 72): NFKC_Casefold, The Unicode Standard, section 3.13, which also
 *         removes default ignorable characters (soft hyphen, zero width space, variation
 *         selectors); White_Space; UAX #15, section 13, for the limit on runs.
 * Differs: a run of characters that are not normalised each on its own (combining marks) is cut
 *         after every NORMALISE_RUN characters and each part is normalised alone, because
 *         canonical ordering takes the square of the length of a run.
 */
#ifndef WINNOW_NORMALISE_H
#define WINNOW_NORMALISE_H

#include <stdint.h>

#include "common/err.h"
#include "common/fold_ascii.h"
#include "common/span.h"

enum { NORMALISE_RUN = 64 }; /* characters; no language has a third of it */

struct normaliser;

/*
 * Returns 0, or ERR_SYS if ICU cannot load its data. Later calls open no file. A normaliser
 * belongs to one thread.
 */
int normalise_open(struct normaliser **ret) WARN_UNUSED;

/* NULL is a no-op. */
void normalise_close(struct normaliser *n);

/*
 * text        valid UTF-8 of any length, NUL too
 * ret_chars   code points of the result
 *
 * The result is UTF-8 and lies in n until the next call; it is empty only for text of white space
 * and default ignorable characters. Cost: linear; scratch up to 11 bytes a byte of text, as NFKC
 * may need, and once and a half of it for text of letters. The same text gives the same bytes,
 * whatever was normalised before.
 */
struct span normalise(struct normaliser *n, struct span text, uint32_t *ret_chars);

/* The same result, every character through ICU: to test the short cuts of normalise. */
struct span normalise_slow(struct normaliser *n, struct span text, uint32_t *ret_chars);

/* Fold ASCII by this form instead of the best one: to test each. */
void normalise_with(struct normaliser *n, fold_ascii *fold);

#endif
