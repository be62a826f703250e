/*
 * claims - the sentences of a document most worth checking, each with its typed facts.
 */
#ifndef WINNOW_CLAIMS_H
#define WINNOW_CLAIMS_H

#include <stdint.h>

#include "common/arena.h"
#include "proto/document.h"
#include "stages/summarize/outline.h"

/*
 * Set d->claims and d->n_claims: the best lines, best first, at most `most`; not headings, not
 * tables or code, not two that say the same, and none that says nothing to be checked (a question,
 * an opinion).
 *
 * A claim's score joins its check-worthiness (line->claim), where it stands, how central its words
 * are, and its names, numbers and quotations: the more sentences of the document have a name, the
 * more it counts, and what a better claim has already said does not count. Ten-thousandths.
 *
 * The claims are allocated in a, scratch in o->arena; they point into a, o's text and its lexicon
 * only. Cost: O(o->n log o->n + min(most, 200) * (most + lines)).
 */
void claims_find(struct document *d, struct arena *a, struct outline *o, uint64_t most);

#endif
