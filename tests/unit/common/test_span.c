#include "common/span.h"

#include <criterion/criterion.h>

static bool
is(const char *text, uint64_t want)
{
	uint64_t got = 7;

	return span_number(span_str(text), &got) && got == want;
}

static bool
is_none(const char *text)
{
	uint64_t got;

	return !span_number(span_str(text), &got);
}

Test(span, digits_are_a_number)
{
	cr_assert(is("0", 0));
	cr_assert(is("0042", 42));
	cr_assert(is("18446744073709551615", UINT64_MAX));
}

Test(span, anything_else_is_none)
{
	cr_assert(is_none(""));
	cr_assert(is_none("18446744073709551616"));
	cr_assert(is_none("184467440737095516150"));
	cr_assert(is_none("-1"));
	cr_assert(is_none("1 "));
	cr_assert(is_none("4\xD9\xA2"));
}
