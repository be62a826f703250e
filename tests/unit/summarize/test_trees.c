#include <criterion/criterion.h>

#include "stages/summarize/trees.h"

enum { NEVER = 32767 };

/* Asks whether `words` is above 20, then whether `order` is above 2; nothing else. */
static const struct tree two_questions = {
    .feature = {FEATURE_words, FEATURE_order, 0, 0, 0},
    .above = {20, 2, NEVER, NEVER, NEVER},
    .leaf = {[0] = 100, [8] = -300, [16] = 500, [24] = 700},
    .mean = {[1] = 250,
	[2] = -100,
	[3] = 600,
	[4] = 100,
	[5] = -300,
	[6] = 500,
	[7] = 700,
	[8] = 100,
	[10] = -300,
	[12] = 500,
	[14] = 700,
	[16] = 100,
	[20] = -300,
	[24] = 500,
	[28] = 700},
};

static const struct trees trees = {&two_questions, 1};

static void
put(int16_t *features, size_t row, int16_t words, int16_t order)
{
	features[FEATURE_words * TREES_BLOCK + row] = words;
	features[FEATURE_order * TREES_BLOCK + row] = order;
}

Test(trees, every_row_finds_its_leaf)
{
	int16_t features[FEATURE_COUNT * TREES_BLOCK] = {0};
	int32_t value[TREES_BLOCK] = {0};

	put(features, 0, 20, 2);
	put(features, 1, 20, 3);
	put(features, 2, 21, 2);
	put(features, 15, 32767, 32767);
	trees_add(value, trees, features, TREES_BLOCK);
	cr_assert_eq(value[0], 100);
	cr_assert_eq(value[1], -300);
	cr_assert_eq(value[2], 500);
	cr_assert_eq(value[3], 100);
	cr_assert_eq(value[15], 700);
	trees_add(value, trees, features, TREES_BLOCK);
	cr_assert_eq(value[15], 1400);
}

Test(trees, answers_explain_the_value)
{
	int16_t features[FEATURE_COUNT * TREES_BLOCK] = {0};
	int32_t parts[PART_COUNT] = {0};

	put(features, 0, 30, 1);
	trees_explain(parts, trees, features, TREES_BLOCK);
	cr_assert_eq(parts[PART_BASE], 250);
	cr_assert_eq(parts[PART_LENGTH], 350);
	cr_assert_eq(parts[PART_POSITION], -100);
}

/* The model of score_table.c: what it says of some row is the sum of what explains it. */
Test(trees, the_parts_of_the_model_add_up)
{
	int16_t features[FEATURE_COUNT * TREES_BLOCK];
	int32_t value[TREES_BLOCK] = {0};
	uint32_t seed = 7;

	cr_assert_gt(score_model.alone.n, 0);
	cr_assert_gt(score_model.beside.n, 0);
	for (size_t i = 0; i < FEATURE_COUNT * TREES_BLOCK; i++) {
		seed = seed * 1664525 + 1013904223;
		features[i] = (int16_t)(seed >> 18);
	}
	trees_add(value, score_model.alone, features, TREES_BLOCK);
	for (size_t row = 0; row < TREES_BLOCK; row++) {
		int32_t parts[PART_COUNT] = {0}, sum = 0;

		trees_explain(parts, score_model.alone, features + row, TREES_BLOCK);
		for (int part = 0; part < PART_COUNT; part++)
			sum += parts[part];
		cr_assert_eq(sum, value[row]);
	}
}

Test(trees, the_model_asks_only_for_features_that_there_are)
{
	for (size_t i = 0; i < score_model.alone.n; i++) {
		for (int k = 0; k < TREE_LEVELS; k++)
			cr_assert_lt(score_model.alone.tree[i].feature[k], FEATURES_OF_ONE);
	}
	for (size_t i = 0; i < score_model.beside.n; i++) {
		for (int k = 0; k < TREE_LEVELS; k++)
			cr_assert_lt(score_model.beside.tree[i].feature[k], FEATURE_COUNT);
	}
}
