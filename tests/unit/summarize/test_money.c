#include <criterion/criterion.h>

#include "stages/summarize/money.h"
#include "tests/unit/summarize/sample_sentence.h"

static void
check_before(const char *text, const char *code, size_t pieces)
{
	struct sample *s = sample_open(text);
	struct span found = {0};

	cr_assert_eq(money_before(&s->pieces, 0, &found), pieces, "%s", text);
	cr_assert(says(found, code), "%s", text);
	sample_close(s);
}

static void
check_behind(const char *text, bool scaled, const char *code, size_t pieces)
{
	struct sample *s = sample_open(text);
	struct span found = {0};

	cr_assert_eq(money_behind(&s->pieces, 0, scaled, &found), pieces, "%s", text);
	cr_assert(says(found, code), "%s", text);
	sample_close(s);
}

Test(money, marks_and_codes_stand_before)
{
	check_before("$5", "USD", 1);
	check_before("€5", "EUR", 1);
	check_before("US$5", "USD", 2);
	check_before("HK$5", "HKD", 2);
	check_before("GBP 5", "GBP", 1);
	check_before("Rs 5", "INR", 1);
}

Test(money, other_words_do_not_stand_before)
{
	check_before("dollars 5", "", 0);
	check_before("rub 5", "", 0);
	check_before("X$5", "", 0);
	check_before("% 5", "", 0);
	check_before("", "", 0);
}

Test(money, names_and_marks_stand_behind)
{
	check_behind("dollars", false, "USD", 1);
	check_behind("Canadian dollars", false, "CAD", 2);
	check_behind("US dollars", false, "USD", 2);
	check_behind("€ more", false, "EUR", 1);
	check_behind("yen", false, "JPY", 1);
}

Test(money, pounds_may_be_a_weight)
{
	check_behind("pounds", false, "", 0);
	check_behind("pounds", true, "GBP", 1);
	check_behind("pounds sterling", false, "GBP", 2);
}

Test(money, other_words_do_not_stand_behind)
{
	check_behind("Canadian wolves", true, "", 0);
	check_behind("$5", true, "", 0);
	check_behind("barrels", true, "", 0);
}
