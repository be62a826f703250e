#include "stages/summarize/trees.h"

void
trees_add(int32_t ret[TREES_BLOCK], struct trees trees, const int16_t *features, size_t stride)
{
	for (size_t i = 0; i < trees.n; i++) {
		const struct tree *tree = &trees.tree[i];
		int16_t leaf[TREES_BLOCK] = {0};

		for (int level = 0; level < TREE_LEVELS; level++) {
			const int16_t *value = features + tree->feature[level] * stride;
			int16_t above = tree->above[level];

			for (int j = 0; j < TREES_BLOCK; j++)
				leaf[j] = (int16_t)(leaf[j] + leaf[j] + (value[j] > above));
		}
		for (int j = 0; j < TREES_BLOCK; j++)
			ret[j] += tree->leaf[leaf[j]];
	}
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
