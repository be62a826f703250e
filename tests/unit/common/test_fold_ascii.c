#include "tests/unit/common/folds.h"

Test(fold_ascii, plain_folds_letters_and_nothing_else)
{
	static const char in[] = "The QUICK @[`{ (Fox) ~", want[] = "the quick @[`{ (fox) ~";
	char out[sizeof(in)];

	cr_assert_eq(fold_ascii_plain(out, in, sizeof(in) - 1), sizeof(in) - 1);
	cr_assert(memcmp(out, want, sizeof(want) - 1) == 0);
}

Test(fold_ascii, plain_stops_where_more_is_needed)
{
	char out[16];

	cr_assert_eq(fold_ascii_plain(out, "a b  c", 6), 4, "the second space");
	cr_assert_eq(fold_ascii_plain(out, "ab\tc", 4), 2);
	cr_assert_eq(fold_ascii_plain(out, "abc\xC3\xA9", 5), 3);
	cr_assert_eq(fold_ascii_plain(out, "", 0), 0);
}

Test(fold_ascii, the_best_is_one_that_works)
{
	bool is_one = false;

	for (const struct fold_form *form = fold_ascii_forms(); form->name != NULL; form++)
		is_one = is_one || (form->works && form->fold == fold_ascii_best());
	cr_assert(is_one);
	cr_assert_str_eq(fold_ascii_forms()->name, "plain");
}
