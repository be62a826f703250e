/*
 * choose - the sentences of the summary, one after the other by what each still adds.
 *
 * Greedy: the sentence with the greatest expected gain beside those chosen before it, as in Ren et
 * al., "A Redundancy-Aware Sentence Regression Framework", COLING 2016.
 * Differs: a sentence too like a chosen one is not chosen at all. Only of the CHOOSE_POOL sentences
 * that score best alone is it asked what they add beside the chosen ones, which bounds the cost;
 * those behind them come in the order of their scores.
 */
#ifndef WINNOW_CHOOSE_H
#define WINNOW_CHOOSE_H

#include <stddef.h>
#include <stdint.h>

#include "stages/summarize/budget.h"
#include "stages/summarize/score.h"
#include "stages/summarize/survey.h"
#include "stages/summarize/trees.h"

enum { CHOOSE_POOL = 200 };

/*
 * The lines for a budget, best first. A line that would take from the summary more than it gives
 * ends it, but for the first: five sentences are five at most, and one at least. Headings, repeats
 * and lines without a word are never chosen. A line that is too long for what is left of the budget
 * is passed over: the budget is never exceeded, and of words or bytes none may be chosen.
 *
 * ret    [outline->n]  indexes of lines
 * score  [outline->n]  of score_lines
 *
 * Returns how many. Cost: O(CHOOSE_POOL * CHOOSE_POOL) at most, O(n log n) for n lines, and where
 * the pool does not fill the budget O(topics * ALIKE_MOST) at most.
 */
size_t choose_lines(uint32_t *ret, const struct survey *s, const struct score *score,
    const struct model *model, struct budget budget);

/* All lines in the same order; those that would not be chosen at the end, headings last. */
void choose_all(
    uint32_t *ret, const struct survey *s, const struct score *score, const struct model *model);

#endif
