/*
 * items - the numbers and letters of lists that run on within a paragraph: "1. One 2. Two",
 * "(a) one (b) two".
 */
#ifndef WINNOW_ITEMS_H
#define WINNOW_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/span.h"

/* The marker of an item; number 0: none. */
struct item {
	unsigned number; /* "c" is 3 */
	unsigned style;  /* digits or letters, and the marks around them */
};

/*
 * The marker at `at`: up to three digits or a small letter, between brackets or before one, a full
 * stop or both, and a space. Capital letters only beside a bracket: "A." is an initial.
 */
struct item item_read(struct span text, size_t at);

/*
 * Where the marker begins whose last mark, "." or ")", is at `at`; text.n if none can be there. It
 * begins at `first` or later, behind white space.
 */
size_t item_start(struct span text, size_t first, size_t at);

/* Whether b is the marker that follows a in its list. */
static inline bool
item_follows(struct item a, struct item b)
{
	return a.number > 0 && b.number == a.number + 1 && a.style == b.style;
}

#endif
