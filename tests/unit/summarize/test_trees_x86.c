#include <criterion/criterion.h>

#include "stages/summarize/trees.h"

#if defined(__x86_64__)
enum { STRIDE = 2 * TREES_BLOCK };

static void
compare(struct trees trees, const int16_t *features)
{
	int32_t plain[TREES_BLOCK], fast[TREES_BLOCK];

	for (int32_t row = 0; row < TREES_BLOCK; row++)
		plain[row] = fast[row] = 100000 * row;
	trees_add_plain(plain, trees, features, STRIDE);
	trees_add_avx2(fast, trees, features, STRIDE);
	for (size_t row = 0; row < TREES_BLOCK; row++)
		cr_assert_eq(fast[row], plain[row]);
}

/* The models of score_table.c, asked with all sorts of rows. */
Test(trees_x86, the_value_is_the_plain_one)
{
	int16_t features[FEATURE_COUNT * STRIDE];
	uint32_t seed = 11;

	if (!__builtin_cpu_supports("avx2"))
		cr_skip_test("this processor has no AVX2");
	for (int round = 0; round < 50; round++) {
		for (size_t i = 0; i < FEATURE_COUNT * STRIDE; i++) {
			seed = seed * 1664525 + 1013904223;
			features[i] = (int16_t)((int32_t)seed >> 16 >> round % 16);
		}
		compare(score_model.alone, features);
		compare(score_model.beside, features + TREES_BLOCK);
	}
}

/* Leaves that are nothing like each other, in each of their places. */
Test(trees_x86, every_leaf_is_found)
{
	int16_t features[FEATURE_COUNT * STRIDE] = {0};
	struct tree tree = {.feature = {0, 1, 2, 3, 4}};

	if (!__builtin_cpu_supports("avx2"))
		cr_skip_test("this processor has no AVX2");
	for (int leaf = 0; leaf < TREE_LEAVES; leaf++)
		tree.leaf[leaf] = (int16_t)(leaf * 4099 - 32768);
	for (int half = 0; half < 2; half++) {
		for (int row = 0; row < TREES_BLOCK; row++) {
			for (int level = 0; level < TREE_LEVELS; level++)
				features[level * STRIDE + row] =
				    (int16_t)((half * TREES_BLOCK + row) >>
						  (TREE_LEVELS - 1 - level) &
					      1);
		}
		compare((struct trees){&tree, 1}, features);
	}
}
#endif
