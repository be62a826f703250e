#include <criterion/criterion.h>

#include "stages/summarize/budget.h"

static void
check(const char *text, enum measure measure, uint64_t amount)
{
	struct budget b = {0};

	cr_assert_eq(budget_parse(&b, text), 0, "%s", text);
	cr_assert_eq(b.measure, measure, "%s", text);
	cr_assert_eq(b.amount, amount, "%s", text);
}

Test(budget, every_form_is_read)
{
	check("5", MEASURE_SENTENCES, 5);
	check("60w", MEASURE_WORDS, 60);
	check("400b", MEASURE_BYTES, 400);
	check("10%", MEASURE_SHARE, 10);
	check("all", MEASURE_ALL, UINT64_MAX);
	check("0", MEASURE_SENTENCES, 0);
	check("999999999", MEASURE_SENTENCES, 999999999);
}

Test(budget, other_forms_are_refused_by_name)
{
	static const char *const wrong[] = {"", "-5", "5 ", " 5", "w", "5x", "60words", "101%",
	    "1000000000", "99999999999999999999", "ALL", "5.5", "0x5", "+5"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct budget b = {.measure = MEASURE_BYTES, .amount = 77};

		cr_assert_eq(budget_parse(&b, wrong[i]), ERR_USAGE, "%s", wrong[i]);
		cr_assert_eq(b.amount, 77);
		cr_assert_not_null(strstr(err_text(), "--summary"));
		cr_assert_not_null(strstr(err_text(), "60w"));
	}
}

Test(budget, zero_of_anything_is_none)
{
	struct budget b;

	cr_assert_eq(budget_parse(&b, "0"), 0);
	cr_assert(budget_is_none(b));
	cr_assert_eq(budget_parse(&b, "0%"), 0);
	cr_assert(budget_is_none(budget_for(b, 50)));
	cr_assert_eq(budget_parse(&b, "all"), 0);
	cr_assert_not(budget_is_none(b));
}

Test(budget, a_share_is_not_exceeded_and_at_least_one)
{
	struct budget b = {.measure = MEASURE_SHARE, .amount = 10};

	cr_assert_eq(budget_for(b, 24).amount, 2);
	cr_assert_eq(budget_for(b, 25).amount, 2);
	cr_assert_eq(budget_for(b, 29).amount, 2);
	cr_assert_eq(budget_for(b, 30).amount, 3);
	cr_assert_eq(budget_for(b, 1).amount, 1);
	cr_assert_eq(budget_for(b, 24).measure, MEASURE_SENTENCES);
}

Test(budget, a_line_costs_what_is_measured)
{
	struct line line = {.start = 10, .end = 50, .n_words = 7};

	cr_assert_eq(budget_cost((struct budget){MEASURE_SENTENCES, 5}, &line, 0), 1);
	cr_assert_eq(budget_cost((struct budget){MEASURE_WORDS, 5}, &line, 0), 7);
	cr_assert_eq(budget_cost((struct budget){MEASURE_BYTES, 5}, &line, 0), 40);
	cr_assert_eq(budget_cost((struct budget){MEASURE_BYTES, 5}, &line, 1), 41);
}
