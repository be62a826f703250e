#include "stages/dedup/near_least.h"

#include <criterion/criterion.h>
#include <string.h>

Test(near_least, a_decimal_number_becomes_ten_thousandths)
{
	static const struct {
		const char *text;
		int32_t least;
	} good[] = {{"0.4", 4000}, {"0.2", 2000}, {"1", 10000}, {"1.0", 10000}, {"0.4567", 4567},
	    {NULL, 4000}};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		int32_t least = 0;

		cr_assert_eq(near_least_parse(good[i].text, &least), 0, "%s", good[i].text);
		cr_assert_eq(least, good[i].least, "%s", good[i].text);
	}
}

Test(near_least, anything_else_is_refused_with_what_it_should_be)
{
	static const char *const bad[] = {"", "0", "0.", "0.1999", "1.0001", "2", ".5", "0,5",
	    "0.45678", "40%", "0.4x", "-0.5", "0.\xFF"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int32_t least = 7;

		cr_assert_eq(near_least_parse(bad[i], &least), ERR_USAGE, "%s", bad[i]);
		cr_assert_eq(least, 7);
		cr_assert(strstr(err_text(), "--similarity") != NULL);
	}
}
