#include <criterion/criterion.h>

#include "stages/summarize/letters.h"

Test(letters, ascii_is_told_apart)
{
	cr_assert_eq(letter_of('a'), LETTER_SMALL);
	cr_assert_eq(letter_of('Z'), LETTER_CAPITAL);
	cr_assert_eq(letter_of('7'), LETTER_DIGIT);
	cr_assert_eq(letter_of('\n'), LETTER_SPACE);
	cr_assert_eq(letter_of('-'), LETTER_MARK);
	cr_assert_eq(letter_of(0), LETTER_MARK);
}

Test(letters, other_scripts_are_told_apart)
{
	cr_assert_eq(letter_of(0xC9), LETTER_CAPITAL); /* Latin E acute */
	cr_assert_eq(letter_of(0xE9), LETTER_SMALL);
	cr_assert_eq(letter_of(0x160), LETTER_CAPITAL); /* Latin S caron */
	cr_assert_eq(letter_of(0x161), LETTER_SMALL);
	cr_assert_eq(letter_of(0x416), LETTER_CAPITAL); /* Cyrillic */
	cr_assert_eq(letter_of(0x436), LETTER_SMALL);
	cr_assert_eq(letter_of(0x4E2D), LETTER_IDEOGRAPH);
	cr_assert_eq(letter_of(0x627), LETTER_PLAIN); /* Arabic alef */
	cr_assert_eq(letter_of(0x3000), LETTER_SPACE);
	cr_assert_eq(letter_of(0x201C), LETTER_MARK);
	cr_assert_eq(letter_of(0x20AC), LETTER_MARK);
	cr_assert_eq(letter_of(0x1F600), LETTER_MARK);
}

Test(letters, capitals_fold_to_small_letters)
{
	cr_assert_eq(letter_fold('Q'), 'q');
	cr_assert_eq(letter_fold(0xC9), 0xE9u);
	cr_assert_eq(letter_fold(0x160), 0x161u);
	cr_assert_eq(letter_fold(0x141), 0x142u); /* Polish L, a capital with an odd number */
	cr_assert_eq(letter_fold(0x3A9), 0x3C9u);
	cr_assert_eq(letter_fold(0x401), 0x451u);
	cr_assert_eq(letter_fold(0x416), 0x436u);
}

Test(letters, what_has_no_capital_stays)
{
	cr_assert_eq(letter_fold('q'), 'q');
	cr_assert_eq(letter_fold(0xD7), 0xD7u); /* the multiplication sign */
	cr_assert_eq(letter_fold(0x142), 0x142u);
	cr_assert_eq(letter_fold(0x4E2D), 0x4E2Du);
}

Test(letters, digits_of_five_scripts_have_values)
{
	cr_assert_eq(letter_digit('9'), 9);
	cr_assert_eq(letter_digit(0x663), 3);
	cr_assert_eq(letter_digit(0x6F0), 0);
	cr_assert_eq(letter_digit(0x966), 0);
	cr_assert_eq(letter_digit(0xFF19), 9);
	cr_assert_eq(letter_digit('a'), -1);
	cr_assert_eq(letter_digit(0xB2), -1); /* superscript two */
}

Test(letters, eight_at_a_time_are_told_as_one_by_one)
{
	for (unsigned c = 0; c < 256; c++) {
		uint64_t one = letter_eight('-') ^ (uint64_t)(c ^ '-') << 24;
		enum letter kind = c < 0x80 ? (enum letter)letter_ascii[c] : LETTER_MARK;
		bool letter = kind == LETTER_SMALL || kind == LETTER_CAPITAL;

		cr_assert_eq(letter_eight_letters(one), letter ? UINT64_C(1) << 31 : 0, "%u", c);
		cr_assert_eq(
		    letter_eight_count(letter_eight_letters(letter_eight((unsigned char)c))),
		    letter ? 8 : 0);
		if (c < 0x80)
			cr_assert_eq(letter_eight_spaces(one),
			    kind == LETTER_SPACE ? UINT64_C(1) << 31 : 0, "%u", c);
	}
}
