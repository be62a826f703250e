#include "stages/summarize/letters.h"

#include <stddef.h>

#include "common/utf8.h"

#define SP LETTER_SPACE
#define DI LETTER_DIGIT
#define CA LETTER_CAPITAL
#define SM LETTER_SMALL

/* clang-format off */
const uint8_t letter_ascii[128] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, SP, SP, SP, SP, SP, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	SP, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	DI, DI, DI, DI, DI, DI, DI, DI, DI, DI, 0, 0, 0, 0, 0, 0,
	0, CA, CA, CA, CA, CA, CA, CA, CA, CA, CA, CA, CA, CA, CA, CA,
	CA, CA, CA, CA, CA, CA, CA, CA, CA, CA, CA, 0, 0, 0, 0, 0,
	0, SM, SM, SM, SM, SM, SM, SM, SM, SM, SM, SM, SM, SM, SM, SM,
	SM, SM, SM, SM, SM, SM, SM, SM, SM, SM, SM, 0, 0, 0, 0, 0,
};

struct range {
	uint32_t first, last;
};

/* In rising order. */
static const struct range marks[] = {
    {0x80, 0xA9}, {0xAB, 0xAC}, {0xAE, 0xB4}, {0xB6, 0xB9}, {0xBB, 0xBF}, {0xD7, 0xD7},
    {0xF7, 0xF7}, {0x2B9, 0x2DF}, {0x55A, 0x55F}, {0x589, 0x58F}, {0x5BE, 0x5BE},
    {0x5C0, 0x5C0}, {0x5C3, 0x5C3}, {0x5F3, 0x5F4}, {0x600, 0x60F}, {0x61B, 0x61F},
    {0x66A, 0x66D}, {0x6D4, 0x6D4}, {0x964, 0x965}, {0x104A, 0x104F}, {0x1361, 0x1368},
    {0x17D4, 0x17DA}, {0x2010, 0x205E}, {0x2060, 0x2064}, {0x20A0, 0x20CF}, {0x2100, 0x214F},
    {0x2190, 0x2BFF}, {0x2E00, 0x2E7F}, {0x3001, 0x3004}, {0x3008, 0x3020}, {0x30FB, 0x30FB},
    {0xE000, 0xF8FF}, {0xFE10, 0xFE6F}, {0xFEFF, 0xFEFF}, {0xFF01, 0xFF0F}, {0xFF1A, 0xFF20},
    {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF},
};

static const struct range ideographs[] = {
    {0x3005, 0x3007}, {0x3021, 0x3029}, {0x3040, 0x30FF}, {0x3400, 0x4DBF}, {0x4E00, 0x9FFF},
    {0xF900, 0xFAFF}, {0x20000, 0x3FFFF},
};

/* Blocks in which capital and small letter alternate; the first is a capital. */
static const struct range pairs[] = {
    {0x100, 0x12F}, {0x132, 0x137}, {0x139, 0x148}, {0x14A, 0x177}, {0x179, 0x17E},
    {0x1CD, 0x1DC}, {0x1DE, 0x1EF}, {0x1F8, 0x21F}, {0x222, 0x233}, {0x460, 0x481},
    {0x48A, 0x4BF}, {0x4D0, 0x52F}, {0x1E00, 0x1E95}, {0x1EA0, 0x1EFF},
};

/* Small letters in blocks of their own. */
static const struct range smalls[] = {
    {0xB5, 0xB5}, {0xDF, 0xF6}, {0xF8, 0xFF}, {0x3AC, 0x3CE}, {0x430, 0x45F}, {0x561, 0x586},
};

/* The zeros of the known rows of digits. */
static const uint32_t zeros[] = {'0', 0x660, 0x6F0, 0x966, 0xFF10};
/* clang-format on */

/* The range that holds c, or NULL. */
static const struct range *
find(const struct range *ranges, size_t n, uint32_t c)
{
	while (n > 0) {
		size_t half = n / 2;

		if (c < ranges[half].first) {
			n = half;
		} else if (c > ranges[half].last) {
			ranges += half + 1;
			n -= half + 1;
		} else {
			return &ranges[half];
		}
	}
	return NULL;
}

#define IN(ranges, c) find(ranges, sizeof(ranges) / sizeof(*(ranges)), c)

int
letter_digit(uint32_t c)
{
	for (size_t i = 0; i < sizeof(zeros) / sizeof(*zeros); i++) {
		if (c >= zeros[i] && c <= zeros[i] + 9)
			return (int)(c - zeros[i]);
	}
	return -1;
}

uint32_t
letter_fold(uint32_t c)
{
	const struct range *r;

	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
	if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3AB) ||
	    (c >= 0x410 && c <= 0x42F))
		return c + 0x20;
	if (c >= 0x400 && c <= 0x40F)
		return c + 0x50;
	if (c >= 0x531 && c <= 0x556)
		return c + 0x30;
	r = IN(pairs, c);
	return r != NULL && (c - r->first) % 2 == 0 ? c + 1 : c;
}

/* Whether c is the small form of a capital; of what is not a capital itself. */
static bool
is_small(uint32_t c)
{
	return IN(smalls, c) != NULL || IN(pairs, c) != NULL;
}

enum letter
letter_of_other(uint32_t c)
{
	if (utf8_is_space(c))
		return LETTER_SPACE;
	if (IN(marks, c) != NULL)
		return LETTER_MARK;
	if (letter_digit(c) >= 0)
		return LETTER_DIGIT;
	if (IN(ideographs, c) != NULL)
		return LETTER_IDEOGRAPH;
	if (letter_fold(c) != c)
		return LETTER_CAPITAL;
	return is_small(c) ? LETTER_SMALL : LETTER_PLAIN;
}
