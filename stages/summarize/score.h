/*
 * score - how well a sentence stands for its document.
 *
 * The gain that the model (trees.h, score_table.c) expects of it: what it adds to the overlap of
 * the summary with one that people wrote, and to the facts that both have.
 *
 * Source: features after Edmundson, "New Methods in Automatic Extracting", JACM 16 (1969), and
 *         later work; a regression on the gain after Ren et al., "A Redundancy-Aware Sentence
 *         Regression Framework", COLING 2016. train/README.md says what it is trained on.
 */
#ifndef WINNOW_SCORE_H
#define WINNOW_SCORE_H

#include <stdint.h>

#include "proto/sentence.h"
#include "stages/summarize/survey.h"
#include "stages/summarize/trees.h"

struct score {
	int32_t total;           /* ten-thousandths; what the line scores alone, about 0 to UNIT */
	const int16_t *features; /* feature f: [f * TREES_BLOCK]; of headings and the like NULL */
};

/*
 * Score the lines of an outline, each as if none were chosen yet. Headings and lines of tables and
 * code get 0.
 *
 * ret  [s->outline->n]  the features live as long as the outline
 *
 * Cost: O(lines * trees + topics).
 */
void score_lines(struct score *ret, const struct survey *s, struct trees trees);

/* What the score of a line is made of: the parts add up to score_lines' total, exactly. */
void score_parts(int32_t ret[PART_COUNT], const struct score *score, struct trees trees);

#endif
