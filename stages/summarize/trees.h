/*
 * trees - the value of a sum of regression trees over features of 16 bits.
 *
 * Source: Friedman, "Greedy Function Approximation: A Gradient Boosting Machine", Annals of
 *         Statistics 29 (2001). All nodes of a level ask the same question ("oblivious" trees), as
 *         in Prokhorenkova et al., "CatBoost", NeurIPS 2018, section 4: without branches, and for
 *         TREES_BLOCK sentences at a time.
 * Numbers: whole ones, ten-thousandths; the same on every machine.
 */
#ifndef WINNOW_TREES_H
#define WINNOW_TREES_H

#include <stddef.h>
#include <stdint.h>

#include "proto/sentence.h"
#include "stages/summarize/features.h"

enum { TREE_LEVELS = 5, TREE_LEAVES = 1 << TREE_LEVELS, TREES_BLOCK = 16 };

/*
 * Level k asks whether feature[k] is above above[k]; the answers, the first one highest, are the
 * number of the leaf. mean[1] is the tree's mean over the training sentences, mean[2 * m] and
 * mean[2 * m + 1] those below node m.
 */
struct tree {
	uint8_t feature[TREE_LEVELS];
	int16_t above[TREE_LEVELS];
	int16_t leaf[TREE_LEAVES];
	int16_t mean[TREE_LEAVES];
};

struct trees {
	const struct tree *tree; /* [n] */
	size_t n;
};

/* A model: made by train/train.py. */
struct model {
	struct trees alone;  /* the gain of a sentence of which none is chosen yet */
	struct trees beside; /* what changes it when some are */
};

extern const struct model score_model;

/*
 * Add the value of the trees for TREES_BLOCK rows to ret. Feature f of row j is
 * features[f * stride + j].
 */
void
trees_add(int32_t ret[TREES_BLOCK], struct trees trees, const int16_t *features, size_t stride);

/* Its forms, which give the same; it takes the fastest that the processor has. */
void trees_add_plain(
    int32_t ret[TREES_BLOCK], struct trees trees, const int16_t *features, size_t stride);
#if defined(__x86_64__)
void trees_add_avx2(
    int32_t ret[TREES_BLOCK], struct trees trees, const int16_t *features, size_t stride);
#endif

/*
 * Add the same for one row to parts: what each answer changes goes to the part of the feature that
 * it asks about, what is there before any to PART_BASE. Their sum is the value, exactly.
 */
void trees_explain(
    int32_t parts[PART_COUNT], struct trees trees, const int16_t *features, size_t stride);

#endif
