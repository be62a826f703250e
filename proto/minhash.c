#include "proto/minhash.h"

#include <string.h>
#if defined(__x86_64__)
#	include <immintrin.h>
#endif

#define SEED UINT64_C(0x77696E6E6F77) /* never to change: indexes keep what comes of it */

/* The orders: x goes to factor * x + shift. */
struct orders {
	uint32_t factor[MINHASH_LANES], shift[MINHASH_LANES];
};

typedef void adder(uint32_t *least, const struct orders *o, const uint32_t *hashes, size_t n);

/* Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014, figure 17. */
static uint64_t
next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static const struct orders *
orders(void)
{
	static struct orders o;
	uint64_t state = SEED;

	if (o.factor[0] != 0)
		return &o;
	for (size_t i = MINHASH_LANES; i-- > 0;) {
		uint64_t r = next_random(&state);

		o.shift[i] = (uint32_t)(r >> 32);
		o.factor[i] = (uint32_t)r | 1;
	}
	return &o;
}

static void
add_plain(uint32_t *least, const struct orders *o, const uint32_t *hashes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t lane = 0; lane < MINHASH_LANES; lane++) {
			uint32_t x = hashes[i] * o->factor[lane] + o->shift[lane];

			least[lane] = x < least[lane] ? x : least[lane];
		}
}

#if defined(__x86_64__)
/* Four vectors at a time, which stay in registers with their orders while all hashes pass. */
#	define ADD_BY(NAME, TARGET, VECTOR, LANES, LOAD, STORE, SET, MUL, ADD, MIN)               \
		__attribute__((target(TARGET))) static void NAME(                                  \
		    uint32_t *least, const struct orders *o, const uint32_t *hashes, size_t n)     \
		{                                                                                  \
			for (size_t at = 0; at < MINHASH_LANES; at += 4 * (LANES)) {               \
				VECTOR f[4], s[4], m[4];                                           \
                                                                                                   \
				for (size_t j = 0; j < 4; j++) {                                   \
					f[j] = LOAD((const void *)(o->factor + at + j * (LANES))); \
					s[j] = LOAD((const void *)(o->shift + at + j * (LANES)));  \
					m[j] = LOAD((const void *)(least + at + j * (LANES)));     \
				}                                                                  \
				for (size_t i = 0; i < n; i++) {                                   \
					VECTOR x = SET((int)hashes[i]);                            \
                                                                                                   \
					for (size_t j = 0; j < 4; j++)                             \
						m[j] = MIN(m[j], ADD(MUL(x, f[j]), s[j]));         \
				}                                                                  \
				for (size_t j = 0; j < 4; j++)                                     \
					STORE((void *)(least + at + j * (LANES)), m[j]);           \
			}                                                                          \
		}

ADD_BY(add_sse41, "sse4.1", __m128i, 4, _mm_loadu_si128, _mm_storeu_si128, _mm_set1_epi32,
    _mm_mullo_epi32, _mm_add_epi32, _mm_min_epu32)
ADD_BY(add_avx2, "avx2", __m256i, 8, _mm256_loadu_si256, _mm256_storeu_si256, _mm256_set1_epi32,
    _mm256_mullo_epi32, _mm256_add_epi32, _mm256_min_epu32)
ADD_BY(add_avx512, "avx512f", __m512i, 16, _mm512_loadu_si512, _mm512_storeu_si512,
    _mm512_set1_epi32, _mm512_mullo_epi32, _mm512_add_epi32, _mm512_min_epu32)

static adder *const adders[MINHASH_CODES] = {add_plain, add_sse41, add_avx2, add_avx512};

bool
minhash_has(enum minhash_code code)
{
	switch (code) {
	case MINHASH_SSE41: return __builtin_cpu_supports("sse4.1");
	case MINHASH_AVX2: return __builtin_cpu_supports("avx2");
	case MINHASH_AVX512: return __builtin_cpu_supports("avx512f");
	default: return code == MINHASH_PLAIN;
	}
}
#else
static adder *const adders[MINHASH_CODES] = {add_plain, add_plain, add_plain, add_plain};

bool
minhash_has(enum minhash_code code)
{
	return code == MINHASH_PLAIN;
}
#endif

void
minhash_init(struct minhash *m)
{
	memset(m->least, 0xFF, sizeof(m->least));
}

void
minhash_add_by(enum minhash_code code, struct minhash *m, const uint32_t *hashes, size_t n)
{
	adders[code](m->least, orders(), hashes, n);
}

void
minhash_add(struct minhash *m, const uint32_t *hashes, size_t n)
{
	static adder *best;

	if (best == NULL) {
		enum minhash_code code = MINHASH_AVX512;

		while (!minhash_has(code))
			code--;
		best = adders[code];
	}
	best(m->least, orders(), hashes, n);
}

/* The smallest values are alike in their high bits, and their low ones come of low ones only. */
void
minhash_bytes(unsigned char ret_bytes[MINHASH_LANES], const struct minhash *m)
{
	for (size_t i = 0; i < MINHASH_LANES; i++)
		ret_bytes[i] = (unsigned char)((m->least[i] * UINT32_C(0x9E3779B1)) >> 24);
}
