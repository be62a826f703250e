/*
 * pick - choose the best claims that do not say the same.
 *
 * Source: Carbonell & Goldstein, "The Use of MMR, Diversity-Based Reranking", SIGIR 1998: greedy,
 *         the score less what a sentence shares with the nearest of the chosen ones.
 * Differs: similarity is Dice's coefficient of the sets of topics; it scales the score down instead
 *         of being subtracted; a line too similar to a chosen one is not chosen at all. Only the
 *         first PICK_COMPARED chosen lines are compared with, which bounds the cost.
 */
#ifndef WINNOW_PICK_H
#define WINNOW_PICK_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "stages/summarize/budget.h"
#include "stages/summarize/outline.h"

enum { PICK_COMPARED = 200 };

/* Scores of lines that are never picked. */
enum { PICK_REPEAT = -1, PICK_BARE = -2, PICK_HEADING = -3 };

/*
 * The lines for a budget, best first. A line that is too long for what is left of the budget is
 * passed over: the budget is never exceeded, and empty if no line fits into it.
 *
 * ret    [o->n]  indexes of lines
 * score  [o->n]  what each line is worth, or one of PICK_*
 *
 * Returns how many. Scratch comes from a. Cost: O(PICK_COMPARED * (o->n + o->n_topics)) and
 * O(o->n log o->n) for large budgets, O(k * (o->n + o->n_topics)) for k lines.
 */
size_t pick_best(uint32_t *ret, struct arena *a, const struct outline *o, const int32_t *score,
    struct budget budget);

/* `total`, or the PICK_* that the flags of the line ask for. */
int32_t pick_score(const struct line *line, int32_t total);

#endif
