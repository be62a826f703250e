/*
 * worth - how much a sentence asks to be checked; only the sentence itself counts.
 *
 * English: a logistic model over stems, pairs of stems, shape and facts (worth_features.h), trained
 * on sentences of debates that people labelled (train/CLAIMS.md), in fixed point. Other languages:
 * numbers with units, money, shares, dates and names speak for a sentence, questions against it,
 * with weights set by hand.
 * Source: Hassan et al., "Toward Automated Fact-Checking: Detecting Check-worthy Factual Claims by
 *         ClaimBuster", KDD 2017 (the task and the labels; theirs is an SVM over tf-idf and tags).
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
