/*
 * facts - the typed facts of a sentence: quantities, shares, money, dates, names, quotations.
 *
 * By rules over the pieces of the sentence (dates.h, proper_names.h, quantities.h, quotes.h),
 * English ones where they need words. Each fact's text is a verbatim part of the paragraph. Facts
 * do not overlap, except that a quotation may hold others.
 */
#ifndef WINNOW_FACTS_H
#define WINNOW_FACTS_H

#include <stddef.h>

#include "common/arena.h"
#include "proto/sentence.h"
#include "stages/summarize/pieces.h"

enum { FACTS_MAX = 64 }; /* a sentence; what comes behind these is left out */

/*
 * The facts of one sentence, in the order in which they begin.
 *
 * ret  [FACTS_MAX]  spans point into p->text, p->words and a
 *
 * Returns their number. Lone capitalised words at the start of a sentence are names if p->words
 * has seen them with a capital inside a sentence and never without one: read the whole document
 * first. Cost: O(p->n).
 */
size_t facts_find(struct fact *ret, struct arena *a, const struct pieces *p);

/* A fact whose text is the pieces [from, to). */
static inline struct fact
fact_of(enum fact_kind kind, const struct pieces *p, size_t from, size_t to)
{
	return (struct fact){
	    .kind = kind,
	    .text = pieces_text(p, from, to),
	    .start = p->piece[from].start,
	    .end = p->piece[to - 1].end,
	};
}

#endif
