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
