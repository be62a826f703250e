/*
 * beside - how the sentences that may still be chosen stand to those that are.
 */
#ifndef WINNOW_BESIDE_H
#define WINNOW_BESIDE_H

#include <stddef.h>
#include <stdint.h>

#include "stages/summarize/score.h"
#include "stages/summarize/survey.h"

/* Lines that are compared with each other, each with its features. */
struct beside {
	const struct survey *survey;
	const uint32_t *line; /* [n] indexes of lines */
	size_t n;
	size_t stride;     /* n rounded up to whole blocks of trees_add */
	int16_t *features; /* feature f of line[k] is features[f * stride + k] */
	uint32_t *covered; /* by topic: the last chosen line that has it, from 1 */
	uint32_t *taken;   /* [n_taken] orders of the chosen lines */
	size_t n_taken, most_taken;
	uint32_t words; /* of the chosen lines */
	uint32_t last;  /* the greatest order of a chosen line */
	int32_t best;   /* what the first one scored alone */
};

/*
 * Begin with nothing chosen. At most most_taken lines are ever taken.
 *
 * line  [n]  lines of prose; must live as long as ret
 * score [survey->outline->n] of score_lines
 */
void beside_init(struct beside *ret, const struct survey *s, const uint32_t *line, size_t n,
    const struct score *score, size_t most_taken);

/*
 * Line[k] is chosen: set the features from FEATURE_alone on of all lines. Cost: O(n + their topics
 * + n * n_taken).
 */
void beside_take(struct beside *b, size_t k);

/* Dice's coefficient of the topics of line[k] with those of the chosen line most like it. */
static inline int32_t
beside_likeness(const struct beside *b, size_t k)
{
	return b->features[FEATURE_likeness * b->stride + k];
}

#endif
