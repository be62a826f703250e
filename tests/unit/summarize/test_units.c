#include <criterion/criterion.h>

#include "stages/summarize/units.h"
#include "tests/unit/summarize/sample_sentence.h"

/* Check the unit behind the number that text begins with, and its pieces; NULL: none. */
static void
check(const char *text, const char *unit, size_t pieces)
{
	struct sample *s = sample_open(text);
	struct span found = {0};

	cr_assert_eq(unit_read(&s->pieces, 1, &found), 1 + pieces, "%s", text);
	if (unit != NULL)
		cr_assert(says(found, unit), "%s: %.*s", text, (int)found.n, found.p);
	else
		cr_assert_eq(found.n, 0);
	sample_close(s);
}

static void
check_per(const char *text, bool of, const char *per, size_t pieces)
{
	struct sample *s = sample_open(text);
	struct span found = {0};

	cr_assert_eq(unit_per(&s->pieces, 0, of, &found), pieces, "%s", text);
	if (per != NULL)
		cr_assert(says(found, per), "%s: %.*s", text, (int)found.n, found.p);
	else
		cr_assert_eq(found.n, 0);
	sample_close(s);
}

Test(units, a_plural_is_a_unit)
{
	check("7 barrels of it", "barrel", 1);
	check("7 new hospitals", "hospital", 2);
	check("7 Palestinians fled", "palestinian", 1);
	check("7 newly built-up towns", "town", 5);
}

Test(units, measures_are_units_in_any_form)
{
	check("7 km away", "km", 1);
	check("7 people came", "person", 1);
	check("7 other women", "woman", 2);
	check("7 years old", "year", 1);
	check("7 percentage points", "percentage point", 2);
}

Test(units, a_hyphen_joins_a_unit)
{
	check("7-year-old boy", "year", 4);
	check("7-mile road", "mile", 2);
	check("7- and", NULL, 0);
}

Test(units, what_does_not_count_is_no_unit)
{
	check("7 of the towns", NULL, 0);
	check("7, towns", NULL, 0);
	check("7 very quickly went towns", NULL, 0);
	check("7 Texas farmers", "farmer", 2);
	check("7", NULL, 0);
}

Test(units, per_follows)
{
	check_per("daily", true, "day", 1);
	check_per("a year", true, "year", 2);
	check_per("per hour", false, "hour", 2);
	check_per("per head", false, "head", 2);
	check_per("/h", false, "hour", 2);
	check_per("of crude oil a day", true, "day", 5);
}

Test(units, per_needs_a_period)
{
	check_per("a town", true, NULL, 0);
	check_per("of oil", true, NULL, 0);
	check_per("of oil daily", false, NULL, 0);
	check_per("of one two three four daily", true, NULL, 0);
	check_per("per the law", true, NULL, 0);
	check_per("and/or", true, NULL, 0);
}
