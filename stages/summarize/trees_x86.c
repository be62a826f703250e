/* The form for x86 with AVX2: sixteen rows are one vector, and so are their leaves. */
#include "stages/summarize/trees.h"

#if defined(__x86_64__)
#	include <immintrin.h>

_Static_assert(TREES_BLOCK == 16 && TREE_LEAVES == 32, "a vector of rows, four pieces of leaves");

/* The numbers of the leaves of sixteen rows. */
__attribute__((target("avx2"))) static inline __m256i
find_leaves(const struct tree *tree, const int16_t *features, size_t stride)
{
	__m256i leaf = _mm256_setzero_si256();

	for (int level = 0; level < TREE_LEVELS; level++) {
		const int16_t *row = features + tree->feature[level] * stride;
		__m256i value = _mm256_loadu_si256((const __m256i *)(const void *)row);
		__m256i yes = _mm256_cmpgt_epi16(value, _mm256_set1_epi16(tree->above[level]));

		leaf = _mm256_sub_epi16(_mm256_add_epi16(leaf, leaf), yes); /* yes is -1 */
	}
	return leaf;
}

/* Eight leaves, 16 bytes, in both halves of a vector. */
__attribute__((target("avx2"))) static inline __m256i
eight_leaves(const struct tree *tree, int piece)
{
	const void *p = tree->leaf + 8 * piece;

	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)p));
}

/* The values of leaves by their numbers: each of the four pieces is asked, two bits choose. */
__attribute__((target("avx2"))) static inline __m256i
look_up(const struct tree *tree, __m256i leaf)
{
	__m256i twice = _mm256_mullo_epi16(leaf, _mm256_set1_epi16(0x0202));
	__m256i at = _mm256_add_epi16(twice, _mm256_set1_epi16(0x0100)); /* bytes */
	__m256i odd = _mm256_slli_epi16(at, 3), high = _mm256_slli_epi16(at, 2);
	__m256i low_half = _mm256_blendv_epi8(_mm256_shuffle_epi8(eight_leaves(tree, 0), at),
	    _mm256_shuffle_epi8(eight_leaves(tree, 1), at), odd);
	__m256i high_half = _mm256_blendv_epi8(_mm256_shuffle_epi8(eight_leaves(tree, 2), at),
	    _mm256_shuffle_epi8(eight_leaves(tree, 3), at), odd);

	return _mm256_blendv_epi8(low_half, high_half, high);
}

__attribute__((target("avx2"))) void
trees_add_avx2(int32_t ret[TREES_BLOCK], struct trees trees, const int16_t *features, size_t stride)
{
	__m256i *sums = (__m256i *)(void *)ret;
	__m256i first = _mm256_loadu_si256(sums), second = _mm256_loadu_si256(sums + 1);

	for (size_t i = 0; i < trees.n; i++) {
		__m256i leaf = find_leaves(&trees.tree[i], features, stride);
		__m256i value = look_up(&trees.tree[i], leaf);

		first =
		    _mm256_add_epi32(first, _mm256_cvtepi16_epi32(_mm256_castsi256_si128(value)));
		second = _mm256_add_epi32(
		    second, _mm256_cvtepi16_epi32(_mm256_extracti128_si256(value, 1)));
	}
	_mm256_storeu_si256(sums, first);
	_mm256_storeu_si256(sums + 1, second);
}
#endif
