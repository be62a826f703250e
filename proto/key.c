#include "proto/key.h"

/* Eight digits at a time, as the eight bytes of a word: each dropped paragraph has a key. */
enum { HALF = KEY_DIGITS / 2 };

static const uint64_t ones = 0x0101010101010101;

static void
print_half(uint32_t v, char *digits)
{
	uint64_t x = (uint64_t)(v >> 16) << 32 | (v & 0xFFFF), letters;

	x = (x | x << 8) & 0x00FF00FF00FF00FF;
	x = (x | x << 4) & 0x0F0F0F0F0F0F0F0F;
	letters = (x + 6 * ones) >> 4 & ones;
	x += '0' * ones + ('a' - '0' - 10) * letters;
	for (int i = 0; i < HALF; i++)
		digits[i] = (char)(x >> (56 - 8 * i));
}

/* The value of eight digits; of other bytes, anything. */
static uint32_t
parse_half(const char *digits)
{
	uint64_t x = 0, letters;

	for (int i = 0; i < HALF; i++)
		x = x << 8 | (unsigned char)digits[i];
	letters = x >> 6 & ones;
	x = ((x & 15 * ones) + 9 * letters) & 15 * ones;
	x = (x | x >> 4) & 0x00FF00FF00FF00FF;
	x = (x | x >> 8) & 0x0000FFFF0000FFFF;
	return (uint32_t)(x | x >> 16);
}

void
key_print(uint64_t key, char digits[KEY_DIGITS])
{
	print_half((uint32_t)(key >> 32), digits);
	print_half((uint32_t)key, digits + HALF);
}

bool
key_parse(struct span s, uint64_t *ret_key)
{
	char digits[KEY_DIGITS];
	uint64_t key;

	if (s.n != KEY_DIGITS)
		return false;
	key = (uint64_t)parse_half(s.p) << 32 | parse_half(s.p + HALF);
	key_print(key, digits);
	if (memcmp(digits, s.p, KEY_DIGITS) != 0)
		return false; /* not digits, or not lower-case ones */
	*ret_key = key;
	return true;
}
