/*
 * stems - the stem of a word by the Snowball stemmer of its language.
 *
 * Source: Porter, "Snowball: A language for stemming algorithms", 2001; libstemmer 2.2.
 */
#ifndef WINNOW_STEMS_H
#define WINNOW_STEMS_H

#include <stdbool.h>

#include "common/span.h"

struct stems;

/* For a name of Snowball's, or NULL: words are their own stems. Never NULL. */
struct stems *stems_open(const char *name);

/* NULL is allowed. */
void stems_close(struct stems *s);

/* Whether there is a stemmer. */
bool stems_has(const struct stems *s);

/* The stem of a lower-case word; good until the next call. Not for several threads at once. */
struct span stems_of(struct stems *s, struct span word);

#endif
