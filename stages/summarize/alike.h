/*
 * alike - whether a sentence says what one of some others says, by their shared topics.
 *
 * beside.h compares a pool with each choice, at a cost of the pool each time. This compares one
 * sentence with all choices at once, and so goes through a whole document.
 */
#ifndef WINNOW_ALIKE_H
#define WINNOW_ALIKE_H

#include <stddef.h>
#include <stdint.h>

#include "stages/summarize/outline.h"

enum { ALIKE_SETS = 4, ALIKE_MOST = 64 * ALIKE_SETS };

struct alike {
	const struct outline *outline;
	uint64_t (*has)[ALIKE_SETS]; /* [outline->words.n] by topic: bit i of the others' i-th */
	uint32_t n_topics[ALIKE_MOST];
	size_t n; /* others, at most ALIKE_MOST */
};

/* Begin without others. Takes 8 * ALIKE_SETS bytes a word of the document from o->arena. */
void alike_init(struct alike *ret, const struct outline *o);

/* One more of the others; behind ALIKE_MOST they are not looked at. */
void alike_add(struct alike *a, const struct line *line);

/*
 * Dice's coefficient of a line's topics with those of the other most like it, ten-thousandths; 0 if
 * it shares none. Cost: O(its topics * ALIKE_MOST) at most.
 */
int32_t alike_most(const struct alike *a, const struct line *line);

#endif
