/*
 * claims - the sentences of a document most worth checking, each with its typed facts.
 */
#ifndef WINNOW_CLAIMS_H
#define WINNOW_CLAIMS_H

#include <stdint.h>

#include "common/arena.h"
#include "proto/document.h"
#include "stages/summarize/outline.h"
#include "stages/summarize/score.h"

/*
 * Set d->claims and d->n_claims: the best lines, best first, at most `most`; not headings, not
 * tables or code, not two that say the same (pick.h), and none that says nothing to be checked
 * (a question, an opinion). A claim's score is its check-worthiness, for a third that of the
 * document in it: claim and score of the line.
 *
 * score  [o->n]
 *
 * Everything is allocated in a.
 */
void claims_find(struct document *d, struct arena *a, struct outline *o, const struct score *score,
    uint64_t most);

#endif
