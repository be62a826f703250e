/*
 * breaks - sentences by ICU, for scripts of which the rules here know no stops: Thai, Lao, Tibetan,
 * Mongolian and others.
 *
 * Source: Unicode Standard Annex 29, section 5, with the suppressions of CLDR ("ss=standard").
 */
#ifndef WINNOW_BREAKS_H
#define WINNOW_BREAKS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/span.h"

struct breaks;

/* NULL if ICU has no rules for it. */
struct breaks *breaks_open(void);

/* NULL is allowed. */
void breaks_close(struct breaks *b);

/* Whether the first letters of a text are of such a script. */
bool breaks_wants(struct span text);

/* Begin with a text, valid UTF-8; false if ICU refuses it. */
bool breaks_begin(struct breaks *b, struct span text);

/* The end of the next sentence in bytes, or 0 behind the last one. */
size_t breaks_next(struct breaks *b);

#endif
