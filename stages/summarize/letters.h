/*
 * letters - what a code point is to this stage: letter, digit, mark or space.
 *
 * Source: the blocks of The Unicode Standard 15.0.
 * Differs: no table of every character. What is not known as a mark, a digit or a space counts as
 *          a letter without case; upper and lower case are known in Latin, Greek, Cyrillic and
 *          Armenian, but for a few rare letters.
 */
#ifndef WINNOW_LETTERS_H
#define WINNOW_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

enum letter {
	LETTER_MARK,  /* punctuation, symbols, controls */
	LETTER_SPACE, /* White_Space */
	LETTER_DIGIT,
	LETTER_SMALL,
	LETTER_CAPITAL,
	LETTER_PLAIN,     /* without case */
	LETTER_IDEOGRAPH, /* a word of its own: Han and kana */
};

/* letter_of for ASCII. */
extern const uint8_t letter_ascii[128];

/* What letter_of says of code points from 0x80 on. */
enum letter letter_of_other(uint32_t c);

static inline enum letter
letter_of(uint32_t c)
{
	return c < 0x80 ? (enum letter)letter_ascii[c] : letter_of_other(c);
}

/* Eight bytes that are all c. */
static inline uint64_t
letter_eight(unsigned char c)
{
	return c * UINT64_C(0x0101010101010101);
}

/* Of eight bytes: the highest bit of each that is an ASCII letter. */
static inline uint64_t
letter_eight_letters(uint64_t bytes)
{
	uint64_t small = (bytes | letter_eight(0x20)) & ~letter_eight(0x80);

	return (small + letter_eight(0x80 - 'a')) & ~(small + letter_eight(0x80 - 'z' - 1)) &
	       ~bytes & letter_eight(0x80);
}

/* The same of white space; all eight must be ASCII. */
static inline uint64_t
letter_eight_spaces(uint64_t bytes)
{
	uint64_t others = (bytes ^ letter_eight(' ')) + letter_eight(0x7F);
	uint64_t breaks =
	    (bytes + letter_eight(0x80 - '\t')) & ~(bytes + letter_eight(0x80 - '\r' - 1));

	return (~others | breaks) & letter_eight(0x80);
}

/* How many of the highest bits are set, and no other is. */
static inline uint32_t
letter_eight_count(uint64_t bits)
{
	return (uint32_t)((bits >> 7) * letter_eight(1) >> 56);
}

/* The lower-case form of c, or c. */
uint32_t letter_fold(uint32_t c);

/* The value of a decimal digit (ASCII, Arabic-Indic, Persian, Devanagari, full width), or -1. */
int letter_digit(uint32_t c);

static inline bool
letter_is_alnum(uint32_t c)
{
	return letter_of(c) >= LETTER_DIGIT;
}

#endif
