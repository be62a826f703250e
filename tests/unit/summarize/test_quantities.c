#include <criterion/criterion.h>

#include "stages/summarize/quantities.h"
#include "tests/unit/summarize/sample_sentence.h"

enum { ONE = 10000 }; /* ten-thousandths */

/* The fact that begins, with its number, at piece `at`; kind FACT_COUNT if there is none. */
static struct fact
read_at(struct sample *s, size_t at)
{
	struct fact f = {.kind = FACT_COUNT};
	size_t end = at;

	if (!quantity_read(&s->pieces, 0, at, &f, &end))
		cr_assert_eq(f.kind, FACT_COUNT);
	else
		cr_assert_gt(end, at);
	return f;
}

static void
check_none(const char *text, size_t at)
{
	struct sample *s = sample_open(text);

	cr_assert_eq(read_at(s, at).kind, FACT_COUNT, "%s", text);
	sample_close(s);
}

Test(quantities, a_count_has_value_unit_and_per)
{
	struct sample *s = sample_open("It sells about 40 loaves of rye bread a day here.");
	struct fact f = read_at(s, 3);

	cr_assert_eq(f.kind, FACT_QUANTITY);
	cr_assert(says(f.text, "about 40 loaves of rye bread a day"));
	cr_assert_eq(f.start, 9);
	cr_assert_eq(f.end, 43);
	cr_assert_eq(f.value, 40 * ONE);
	cr_assert(says(f.unit, "loave"));
	cr_assert(says(f.per, "day"));
	cr_assert(f.approximate && f.has_value);
	cr_assert_eq(f.bound, BOUND_NONE);
	sample_close(s);
}

Test(quantities, percent_is_a_share)
{
	struct sample *s = sample_open("rose by more than 12.5 per cent a year");
	struct fact f = read_at(s, 4);

	cr_assert_eq(f.kind, FACT_SHARE);
	cr_assert(says(f.text, "more than 12.5 per cent a year"));
	cr_assert_eq(f.value, 1250);
	cr_assert_eq(f.bound, BOUND_MORE);
	cr_assert(says(f.per, "year"));
	sample_close(s);
	s = sample_open("９０％ of it");
	cr_assert_eq(read_at(s, 0).value, 9000);
	sample_close(s);
}

Test(quantities, a_fraction_is_a_share)
{
	struct sample *s = sample_open("more than a third of its bread");
	struct fact f = read_at(s, 2);

	cr_assert_eq(f.kind, FACT_SHARE);
	cr_assert(says(f.text, "more than a third"));
	cr_assert_eq(f.value, 3333);
	cr_assert_eq(f.bound, BOUND_MORE);
	sample_close(s);
}

Test(quantities, money_has_a_currency)
{
	struct sample *s = sample_open("$4.5 billion 30m euros");
	struct fact f = read_at(s, 0);

	cr_assert_eq(f.kind, FACT_MONEY);
	cr_assert(says(f.text, "$4.5 billion"));
	cr_assert(says(f.unit, "USD"));
	cr_assert_eq(f.value, 4500000000LL * ONE);
	f = read_at(s, 3);
	cr_assert(says(f.text, "30m euros"));
	cr_assert(says(f.unit, "EUR"));
	cr_assert_eq(f.value, 30000000LL * ONE);
	sample_close(s);
}

Test(quantities, a_range_has_no_value)
{
	struct sample *s = sample_open("5 to 10 people");
	struct fact f = read_at(s, 0);

	cr_assert(says(f.text, "5 to 10 people"));
	cr_assert_not(f.has_value);
	cr_assert_eq(f.value, 0);
	sample_close(s);
}

Test(quantities, a_minus_sign_counts)
{
	struct sample *s = sample_open("fell to -3 degrees");
	struct fact f = read_at(s, 3);

	cr_assert(says(f.text, "-3 degrees"));
	cr_assert_eq(f.value, -3 * ONE);
	sample_close(s);
}

Test(quantities, too_large_a_number_has_no_value)
{
	struct sample *s = sample_open("99999999999999999999999 stars");
	struct fact f = read_at(s, 0);

	cr_assert_eq(f.kind, FACT_QUANTITY);
	cr_assert_not(f.has_value);
	cr_assert(says(f.unit, "star"));
	sample_close(s);
}

Test(quantities, times_ordinals_and_scores_are_none)
{
	check_none("5 p.m.", 0);
	check_none("10:30", 0);
	check_none("10:30", 2);
	check_none("5th place", 0);
	check_none("1990s", 0);
	check_none("2-1", 2);
	check_none("covid-19", 2);
	check_none("#5", 1);
	check_none("29A Mill Lane", 0);
}

Test(quantities, labels_are_none)
{
	check_none("page 5", 1);
	check_none("No. 5", 2);
	check_none("in Apollo 11", 2);
}

Test(quantities, small_words_need_something_to_count)
{
	check_none("two of them", 0);
	check_none("the two towns", 1);
	check_none("barrels", 0);
}

Test(quantities, a_refused_number_is_passed_over)
{
	struct sample *s = sample_open("5 p.m. people");
	struct fact f;
	size_t end = 0;

	cr_assert_not(quantity_read(&s->pieces, 0, 0, &f, &end));
	cr_assert_eq(end, 2);
	sample_close(s);
}

Test(quantities, a_scale_with_a_stop_has_its_unit_behind_it)
{
	struct sample *s = sample_open_in(LANGUAGE_DE, "rund 4,5 Mio. Euro, nicht 3 Mrd.");
	struct fact f = read_at(s, 1);

	cr_assert_eq(f.kind, FACT_MONEY);
	cr_assert(says(f.text, "rund 4,5 Mio. Euro"));
	cr_assert(says(f.unit, "EUR"));
	cr_assert_eq(f.value, 4500000 * (int64_t)ONE);
	f = read_at(s, 7);
	cr_assert(says(f.text, "3 Mrd"), "%.*s", (int)f.text.n, f.text.p);
	sample_close(s);
}
