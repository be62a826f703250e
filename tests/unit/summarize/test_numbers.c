#include <criterion/criterion.h>

#include "stages/summarize/numbers.h"
#include "tests/unit/summarize/sample_sentence.h"

enum { ONE = 10000 }; /* ten-thousandths */

/* Check the number that text begins with; `rest` pieces follow it. */
static void
check_in(enum language language, const char *text, int64_t value, size_t rest)
{
	struct sample *s = sample_open_in(language, text);
	struct number number;

	cr_assert(number_read(&s->pieces, 0, false, &number), "%s", text);
	cr_assert(number.has_value, "%s", text);
	cr_assert_eq(number.value, value, "%s: %lld", text, (long long)number.value);
	cr_assert_eq(number.end + rest, s->pieces.n, "%s", text);
	sample_close(s);
}

static void
check(const char *text, int64_t value, size_t rest)
{
	check_in(LANGUAGE_EN, text, value, rest);
}

static void
check_none(const char *text)
{
	struct sample *s = sample_open(text);
	struct number number = {.end = 77};

	cr_assert_not(number_read(&s->pieces, 0, false, &number), "%s", text);
	cr_assert_eq(number.end, 77);
	sample_close(s);
}

static void
check_fraction(const char *text, bool sure, int32_t value)
{
	struct sample *s = sample_open(text);
	struct number number = {0};

	cr_assert_eq(number_fraction(&s->pieces, 0, sure, &number), value > 0, "%s", text);
	cr_assert_eq(number.value, value, "%s", text);
	sample_close(s);
}

Test(numbers, digits_have_their_value)
{
	check("123", 123 * ONE, 0);
	check("1,234,567", 1234567LL * ONE, 0);
	check("3.5", 35000, 0);
	check("0.00005", 1, 0);
	check("1.234.567,8", 12345678000LL, 0);
	check("1,5", 15000, 0);
	check("12,34,567", 1234567LL * ONE, 0);
	check("９０", 90 * ONE, 0);
}

Test(numbers, a_single_mark_is_read_as_the_language_writes_it)
{
	check("1.200", 12000, 0);
	check("1,200", 1200 * ONE, 0);
	check("0,125", 1250, 0);
	check_in(LANGUAGE_DE, "1.200 Kilometer", 1200 * ONE, 1);
	check_in(LANGUAGE_NO, "12.500", 12500 * ONE, 0);
	check_in(LANGUAGE_FR, "1,200", 12000, 0);
	check_in(LANGUAGE_DE, "2.000.000", 2000000LL * ONE, 0);
	check_in(LANGUAGE_DE, "1.234,5", 12345000, 0);
	check_in(LANGUAGE_DE, "0.125", 1250, 0);
	check_in(LANGUAGE_DE, "3.5", 35000, 0);
	check_in(LANGUAGE_UR, "1.200", 12000, 0);
}

Test(numbers, digits_take_scales)
{
	check("20 million", 20000000LL * ONE, 0);
	check("1.5bn", 1500000000LL * ONE, 0);
	check("4.5-billion deal", 4500000000LL * ONE, 1);
	check("5 m", 5 * ONE, 1);
}

Test(numbers, words_have_their_value)
{
	check("two million", 2000000LL * ONE, 0);
	check("twenty-five", 25 * ONE, 0);
	check("two hundred and five thousand", 205000LL * ONE, 0);
	check("one hundred and five", 105 * ONE, 0);
	check("three thousand and six", 3006LL * ONE, 0);
	check("a hundred", 100 * ONE, 0);
	check("half a million", 500000LL * ONE, 0);
	check("two and a half million", 2500000LL * ONE, 0);
	check("two dozen", 24 * ONE, 0);
	check("a thousand a thousand", 1000LL * ONE, 2);
	check("two three", 2 * ONE, 1);
}

Test(numbers, vague_words_are_no_numbers)
{
	check_none("dozens");
	check_none("a few");
	check_none("fifth");
	check_none("million");
	check_none("barrels");
}

Test(numbers, malformed_digits_are_no_numbers)
{
	check_none("1,2.3,4");
	check_none("1.2.3");
	check_none("1,23,4");
	check_none("1234,567,890");
}

Test(numbers, what_does_not_fit_has_no_value)
{
	char digits[401];
	struct sample *s;
	struct number number;

	memset(digits, '9', sizeof(digits) - 1);
	digits[400] = '\0';
	s = sample_open(digits);
	cr_assert(number_read(&s->pieces, 0, false, &number));
	cr_assert_not(number.has_value);
	sample_close(s);
	s = sample_open(
	    "two hundred hundred hundred hundred hundred hundred hundred hundred hundred "
	    "hundred hundred");
	cr_assert(number_read(&s->pieces, 0, false, &number));
	cr_assert_not(number.has_value);
	cr_assert_eq(number.end, s->pieces.n);
	sample_close(s);
}

Test(numbers, m_is_million_for_money_only)
{
	struct sample *s = sample_open("30m");
	struct number number;

	cr_assert(number_read(&s->pieces, 0, true, &number));
	cr_assert_eq(number.value, 30000000LL * ONE);
	cr_assert(number_read(&s->pieces, 0, false, &number));
	cr_assert_eq(number.value, 30LL * ONE);
	sample_close(s);
	check("2m people", 2000000LL * ONE, 1);
	check("100m hurdles", 100LL * ONE, 2);
}

Test(numbers, fractions_are_shares)
{
	check_fraction("a third of it", false, 3333);
	check_fraction("two-thirds", false, 6667);
	check_fraction("half of them", false, 5000);
	check_fraction("one quarter", true, 2500);
	check_fraction("three quarters of", false, 7500);
}

Test(numbers, ordinals_are_no_fractions)
{
	check_fraction("a third term", false, 0);
	check_fraction("a third term", true, 0);
	check_fraction("third", false, 0);
	check_fraction("half time", false, 0);
	check_fraction("five thirds of", false, 0);
	check_fraction("a tenths of", false, 0);
}
