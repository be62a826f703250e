/*
 * brackets - whether a stop stands inside brackets, of which no sentence ends.
 */
#ifndef WINNOW_BRACKETS_H
#define WINNOW_BRACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/span.h"

/* The outermost open bracket of a sentence; starts as {0}. */
struct bracket {
	size_t at;       /* where it opened */
	uint32_t closer; /* what closes it; 0: none is open */
	uint32_t depth;  /* how many of its kind are open */
};

/* Whether c is a bracket, or one of the corner quotes, that brackets_see wants to see. */
bool bracket_is(uint32_t c);

/* The character c at `at`: brackets that open and close. */
void bracket_see(struct bracket *b, uint32_t c, size_t at);

/*
 * Whether the stop that ends at `end` is inside a bracket that closes: within BRACKET_REACH bytes
 * of its opening and of the stop. A bracket that the sentence opened with, at `first`, does not
 * count: it holds sentences.
 */
bool bracket_holds(const struct bracket *b, struct span text, size_t first, size_t end);

enum { BRACKET_REACH = 300 };

#endif
