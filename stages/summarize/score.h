/*
 * score - how well a sentence stands for its document.
 *
 * A weighted sum of four parts, after Edmundson, "New Methods in Automatic Extracting", JACM 16
 * (1969), section 4 (cue, key, title, location): position, centrality (how many sentences share
 * its words), words of the title, facts. The sum is scaled down for sentences that read badly
 * alone or are long. The weights are ours, checked on news in three languages.
 * Differs: no cue words but facts; no document frequencies from elsewhere.
 */
#ifndef WINNOW_SCORE_H
#define WINNOW_SCORE_H

#include <stdint.h>

#include "proto/sentence.h"
#include "stages/summarize/outline.h"

struct score {
	int32_t parts[PART_COUNT]; /* ten-thousandths, none below 0 */
	int32_t total;             /* exactly their sum, 0 to UNIT */
};

/*
 * Score the lines of an outline. Headings and lines of tables and code get 0.
 *
 * ret  [o->n]
 *
 * Cost: O(o->n + o->n_topics); a byte a distinct word of scratch from o->arena.
 */
void score_lines(struct score *ret, const struct outline *o);

#endif
