/*
 * paragraphs - a text cut into its paragraphs.
 */
#ifndef WINNOW_PARAGRAPHS_H
#define WINNOW_PARAGRAPHS_H

#include "common/arena.h"
#include "common/err.h"
#include "common/span.h"
#include "proto/paragraph.h"
#include "stages/settings.h"

enum { PARAGRAPHS_MAX = 1 << 20 }; /* of one document */

/*
 * Cut a text into paragraphs: text, n (from 0) and kind are set, hash and chars are cleared.
 *
 * text     valid UTF-8; \n, \r\n and \r each end a line
 * mode     LINE: every line is a paragraph. BLANK: lines of only white space are between
 *          paragraphs, and the line breaks in one, with the white space around, become one space.
 *          AUTO: BLANK if there is such a line between others, else LINE
 * ret      [*ret_n] in the arena; each text has neither white space at its ends nor is it empty,
 *          and is a part of the given text unless line breaks in it were replaced
 *
 * Kinds: LIST begins with a bullet ("- ", "* ") or a number or letter ("1. ", "2) ", "a) ");
 * HEADING is short (120 characters and 16 words; 40 characters where words have no spaces), has a
 * letter and does not end like a sentence or a clause; else TEXT.
 *
 * Returns 0, also for no paragraphs, or ERR_RECORD if there are more than PARAGRAPHS_MAX.
 * Cost: linear.
 */
int paragraphs_split(struct arena *a, struct span text, enum paragraphs_mode mode,
    struct paragraph **ret, size_t *ret_n) WARN_UNUSED;

/* What a trimmed paragraph looks like: KIND_LIST, KIND_HEADING or KIND_TEXT, also for none. */
enum kind paragraph_kind(struct span text);

#endif
