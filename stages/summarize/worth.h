/*
 * worth - how much a sentence asks to be checked: a small linear scorer with weights set by hand.
 *
 * Numbers with units, money, shares, dates, names, verbs of events and comparisons speak for it;
 * questions, opinions and the first and second person against it. Only the sentence itself counts.
 * The task is that of Hassan et al., "Toward Automated Fact-Checking: Detecting Check-worthy
 * Factual Claims by ClaimBuster", KDD 2017; the scorer is ours.
 */
#ifndef WINNOW_WORTH_H
#define WINNOW_WORTH_H

#include <stddef.h>
#include <stdint.h>

#include "proto/sentence.h"
#include "stages/summarize/pieces.h"

/* The check-worthiness of a sentence and its n facts, 0 to UNIT. Cost: O(p->n). */
int32_t worth_of(const struct pieces *p, const struct fact *facts, size_t n);

#endif
