#include "stages/summarize/trees.h"

#include <string.h>

enum { LANES = 8 };

/* A vector of gcc and clang: a plain loop over the rows is left scalar by gcc 12. */
typedef int16_t lanes __attribute__((vector_size(LANES * sizeof(int16_t))));

void
trees_add_plain(
    int32_t ret[TREES_BLOCK], struct trees trees, const int16_t *features, size_t stride)
{
	for (size_t i = 0; i < trees.n; i++) {
		const struct tree *tree = &trees.tree[i];
		lanes leaf[TREES_BLOCK / LANES] = {{0}};

		for (int level = 0; level < TREE_LEVELS; level++) {
			const int16_t *row = features + tree->feature[level] * stride;
			lanes above = (lanes){0} + tree->above[level];

			for (int k = 0; k < TREES_BLOCK / LANES; k++) {
				lanes value;

				memcpy(&value, row + (size_t)k * LANES, sizeof(value));
				leaf[k] = leaf[k] + leaf[k] - (value > above); /* yes is -1 */
			}
		}
		for (int j = 0; j < TREES_BLOCK; j++)
			ret[j] += tree->leaf[leaf[j / LANES][j % LANES]];
	}
}

void
trees_add(int32_t ret[TREES_BLOCK], struct trees trees, const int16_t *features, size_t stride)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2")) {
		trees_add_avx2(ret, trees, features, stride);
		return;
	}
#endif
	trees_add_plain(ret, trees, features, stride);
}

void
trees_explain(int32_t parts[PART_COUNT], struct trees trees, const int16_t *features, size_t stride)
{
	for (size_t i = 0; i < trees.n; i++) {
		const struct tree *tree = &trees.tree[i];
		int32_t before = tree->mean[1];
		size_t node = 1;

		parts[PART_BASE] += before;
		for (int level = 0; level < TREE_LEVELS; level++) {
			size_t feature = tree->feature[level];
			int32_t now;

			node = 2 * node + (features[feature * stride] > tree->above[level]);
			now =
			    node < TREE_LEAVES ? tree->mean[node] : tree->leaf[node - TREE_LEAVES];
			parts[feature_parts[feature]] += now - before;
			before = now;
		}
	}
}
