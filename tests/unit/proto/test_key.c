#include "proto/key.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(key, a_key_is_sixteen_lower_case_digits)
{
	char digits[KEY_DIGITS];
	uint64_t key = 0;

	key_print(0x0b5c00ff12345678, digits);
	cr_assert(span_equal(span_of(digits, KEY_DIGITS), SPAN("0b5c00ff12345678")));
	cr_assert(key_parse(span_of(digits, KEY_DIGITS), &key));
	cr_assert_eq(key, 0x0b5c00ff12345678);
	cr_assert(key_parse(SPAN("ffffffffffffffff"), &key));
	cr_assert_eq(key, UINT64_MAX);
}

Test(key, what_is_no_key_is_refused)
{
	static const struct span bad[] = {SPAN(""), SPAN("0"), SPAN("0b5c00ff1234567"),
	    SPAN("0b5c00ff123456780"), SPAN("0B5C00FF12345678"), SPAN("0b5c00ff1234567g"),
	    SPAN("0x5c00ff12345678"), SPAN(" b5c00ff12345678"), SPAN("0b5c00ff1234567\0")};
	uint64_t key = 77;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not(key_parse(bad[i], &key), "%zu", i);
	cr_assert_eq(key, 77, "a failure wrote its result");
}

Test(key, each_digit_stands_for_its_value_at_its_place)
{
	for (int shift = 0; shift < 64; shift += 4)
		for (uint64_t digit = 0; digit < 16; digit++) {
			uint64_t wanted = 0x0123456789abcdef ^ digit << shift, key = 0;
			char digits[KEY_DIGITS], text[KEY_DIGITS + 1];

			key_print(wanted, digits);
			snprintf(text, sizeof(text), "%016llx", (unsigned long long)wanted);
			cr_assert_eq(memcmp(digits, text, KEY_DIGITS), 0, "%s", text);
			cr_assert(key_parse(span_of(digits, KEY_DIGITS), &key));
			cr_assert_eq(key, wanted, "%s", text);
		}
}

Test(key, no_other_byte_is_a_digit_at_any_place)
{
	for (size_t at = 0; at < KEY_DIGITS; at++)
		for (int byte = 0; byte < 256; byte++) {
			char digits[] = "0123456789abcdef";
			bool is_digit = byte != 0 && strchr("0123456789abcdef", byte) != NULL;
			uint64_t key;

			digits[at] = (char)byte;
			cr_assert_eq(key_parse(span_of(digits, KEY_DIGITS), &key), is_digit,
			    "%02x at %zu", (unsigned)byte, at);
		}
}
