/*
 * sentences - where one sentence of a paragraph ends and the next begins.
 *
 * One forward pass of rules over stops (. ! ? and those of other scripts) and the words beside
 * them; abbreviations and typical openings come from the lexicon. Look-back and look-ahead are
 * bounded, so the cost is linear in the text.
 * Texts in scripts without rules, of languages without a lexicon, are left to ICU (breaks.h).
 * A line break is white space, except that an empty line, and a line or a place in it that begins
 * with a bullet, begin a sentence.
 */
#ifndef WINNOW_SENTENCES_H
#define WINNOW_SENTENCES_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/span.h"
#include "stages/summarize/lexicon.h"

/* A sentence: bytes of the text it was cut from, without white space at its ends, never empty. */
struct cut {
	uint32_t start, end;
};

/* A growing array in an arena; starts as {0}. */
struct cuts {
	struct cut *cut; /* [n], in reading order, not overlapping */
	size_t n, cap;
};

/*
 * Make *ret the sentences of text, using what room it has; grows it in a.
 *
 * text  valid UTF-8, below 4 GiB; may hold NUL and line breaks
 *
 * All that is not white space is in exactly one sentence. Cost: O(text.n).
 */
void sentences_split(struct cuts *ret, struct arena *a, const struct lexicon *l, struct span text);

#endif
