#include <criterion/criterion.h>

#include "stages/summarize/dates.h"
#include "tests/unit/summarize/sample_sentence.h"

/* Check the date at piece `at` of text, and its `when` ("" if it says no year). */
static void
check(const char *text, size_t at, const char *date, const char *when)
{
	struct sample *s = sample_open(text);
	struct fact f = {0};
	size_t end = 0;

	cr_assert(date_read(&s->pieces, at, &s->arena, &f, &end), "%s", text);
	cr_assert_eq(f.kind, FACT_DATE);
	cr_assert(says(f.text, date), "%s: %.*s", text, (int)f.text.n, f.text.p);
	cr_assert(says(f.when, when), "%s: %.*s", text, (int)f.when.n, f.when.p);
	cr_assert_gt(end, at);
	sample_close(s);
}

static void
check_none(const char *text, size_t at)
{
	struct sample *s = sample_open(text);
	struct fact f = {0};
	size_t end = 77;

	cr_assert_not(date_read(&s->pieces, at, &s->arena, &f, &end), "%s", text);
	cr_assert_eq(end, 77);
	sample_close(s);
}

Test(dates, days_are_read_in_both_orders)
{
	check("17 October 2023 was dry", 0, "17 October 2023", "2023-10-17");
	check("October 17, 2023 was dry", 0, "October 17, 2023", "2023-10-17");
	check("6th of April 1996", 0, "6th of April 1996", "1996-04-06");
	check("Sept. 3, 2001,", 0, "Sept. 3, 2001", "2001-09-03");
	check("2023-10-07", 0, "2023-10-07", "2023-10-07");
}

Test(dates, months_and_years_are_read)
{
	check("February 2022", 0, "February 2022", "2022-02");
	check("in 2019 it", 1, "2019", "2019");
	check("the 2019 elections", 1, "2019", "2019");
	check("it rained (2014)", 3, "2014", "2014");
}

Test(dates, without_a_year_there_is_no_when)
{
	check("17 October.", 0, "17 October", "");
	check("on Tuesday, October 17,", 1, "Tuesday, October 17", "");
	check("Tuesday was dry", 0, "Tuesday", "");
	check("in March.", 1, "March", "");
	check("the 1990s", 1, "1990s", "");
}

Test(dates, counts_are_no_years)
{
	check_none("2000 people", 0);
	check_none("2,019", 0);
	check_none("1998 million", 0);
	check_none("3000", 0);
	check_none("1200", 0);
	check_none("2019km", 0);
}

Test(dates, other_words_are_no_months)
{
	check_none("March on", 0);
	check_none("it may rain", 1);
	check_none("May I", 0);
	check_none("in March Madness", 2);
}

Test(dates, impossible_days_are_not_read)
{
	check_none("45 October", 0);
	check("October 45", 0, "October", "");
	check_none("5:30 October", 0);
	check("2023-13-07", 0, "2023", "2023");
}
