/* The form for arm64: vectors of 16 bytes. */
#include "common/fold_ascii.h"

#if defined(__ARM_NEON) && defined(__aarch64__)
#	include <arm_neon.h>
#	include <stdint.h>

/* Four bits for each byte of a comparison. */
static uint64_t
mask_of(uint8x16_t v)
{
	return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(v), 4)), 0);
}

size_t
fold_ascii_neon(char *out, const char *in, size_t n)
{
	const uint8x16_t space = vdupq_n_u8(' '), letters = vdupq_n_u8(26);

	if (n < 16)
		return fold_ascii_plain(out, in, n);
	for (size_t i = 0, at = 0; i < n; i = at + 16) {
		uint8x16_t v, upper, low;
		uint64_t spaces, stop;

		at = n - i >= 16 ? i : n - 16; /* the last ones once more */
		v = vld1q_u8((const uint8_t *)in + at);
		upper = vcltq_u8(vsubq_u8(v, vdupq_n_u8('A')), letters);
		low = vcltq_s8(vreinterpretq_s8_u8(v), vreinterpretq_s8_u8(space));
		spaces = mask_of(vceqq_u8(v, space));
		stop = mask_of(low) |
		       (spaces & (spaces << 4 | (at > 0 && in[at - 1] == ' ' ? 0xF : 0)));
		vst1q_u8((uint8_t *)out + at, vorrq_u8(v, vandq_u8(upper, space)));
		if (stop != 0)
			return at + (size_t)__builtin_ctzll(stop) / 4;
	}
	return n;
}
#endif
