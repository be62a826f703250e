/* The forms for x86: vectors of 16, 32 and 64 bytes. */
#include "common/fold_ascii.h"

#if defined(__x86_64__)
#	include <immintrin.h>

/*
 * In each: bytes below a space, as signed numbers, are control characters or not ASCII. A space at
 * the end of one vector may have another one at the start of the next. The last vector is the last
 * bytes once more, where there are so many.
 */

size_t
fold_ascii_sse2(char *out, const char *in, size_t n)
{
	const __m128i before_a = _mm_set1_epi8('A' - 1), behind_z = _mm_set1_epi8('Z' + 1);
	const __m128i space = _mm_set1_epi8(' ');

	if (n < 16)
		return fold_ascii_plain(out, in, n);
	for (size_t i = 0, at = 0; i < n; i = at + 16) {
		__m128i v, upper;
		unsigned spaces, stop;

		at = n - i >= 16 ? i : n - 16;
		v = _mm_loadu_si128((const __m128i *)(const void *)(in + at));
		upper = _mm_and_si128(_mm_cmpgt_epi8(v, before_a), _mm_cmplt_epi8(v, behind_z));
		spaces = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, space));
		stop = (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(v, space)) |
		       (spaces & (spaces << 1 | (at > 0 && in[at - 1] == ' ')));
		v = _mm_or_si128(v, _mm_and_si128(upper, space));
		_mm_storeu_si128((__m128i *)(void *)(out + at), v);
		if (stop != 0)
			return at + (size_t)__builtin_ctz(stop);
	}
	return n;
}

__attribute__((target("avx2,bmi"))) size_t
fold_ascii_avx2(char *out, const char *in, size_t n)
{
	const __m256i before_a = _mm256_set1_epi8('A' - 1), behind_z = _mm256_set1_epi8('Z' + 1);
	const __m256i space = _mm256_set1_epi8(' ');

	if (n < 32)
		return fold_ascii_sse2(out, in, n);
	for (size_t i = 0, at = 0; i < n; i = at + 32) {
		__m256i v, upper;
		unsigned spaces, stop;

		at = n - i >= 32 ? i : n - 32;
		v = _mm256_loadu_si256((const __m256i *)(const void *)(in + at));
		upper = _mm256_and_si256(
		    _mm256_cmpgt_epi8(v, before_a), _mm256_cmpgt_epi8(behind_z, v));
		spaces = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, space));
		stop = (unsigned)_mm256_movemask_epi8(_mm256_cmpgt_epi8(space, v)) |
		       (spaces & (spaces << 1 | (at > 0 && in[at - 1] == ' ')));
		v = _mm256_or_si256(v, _mm256_and_si256(upper, space));
		_mm256_storeu_si256((__m256i *)(void *)(out + at), v);
		if (stop != 0)
			return at + (size_t)__builtin_ctz(stop);
	}
	return n;
}

/* What is not a whole vector is loaded and stored by a mask. */
__attribute__((target("avx512bw,avx512vl,bmi"))) size_t
fold_ascii_avx512(char *out, const char *in, size_t n)
{
	const __m512i first = _mm512_set1_epi8('A'), letters = _mm512_set1_epi8(26);
	const __m512i space = _mm512_set1_epi8(' ');
	unsigned long long before = 0;

	for (size_t i = 0; i < n; i += 64) {
		size_t left = n - i;
		__mmask64 all = left >= 64 ? ~0ULL : (1ULL << left) - 1;
		__m512i v = _mm512_maskz_loadu_epi8(all, in + i);
		__mmask64 upper = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, first), letters);
		__mmask64 spaces = _mm512_cmpeq_epi8_mask(v, space);
		__mmask64 stop =
		    _mm512_mask_cmplt_epi8_mask(all, v, space) | (spaces & (spaces << 1 | before));

		v = _mm512_mask_add_epi8(v, upper, v, space);
		_mm512_mask_storeu_epi8(out + i, all, v);
		if (stop != 0)
			return i + (size_t)__builtin_ctzll(stop);
		before = spaces >> 63;
	}
	return n;
}
#endif
