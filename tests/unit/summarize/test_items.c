#include <criterion/criterion.h>

#include "stages/summarize/items.h"

static unsigned
number(const char *text)
{
	return item_read(span_str(text), 0).number;
}

Test(items, markers_are_numbers_and_letters_before_a_space)
{
	cr_assert_eq(number("1. One"), 1);
	cr_assert_eq(number("12) Twelve"), 12);
	cr_assert_eq(number("3.) Three"), 3);
	cr_assert_eq(number("(b) two"), 2);
	cr_assert_eq(number("c. three"), 3);
	cr_assert_eq(number("(D) four"), 4);
}

Test(items, other_text_has_none)
{
	cr_assert_eq(number("A. Smith"), 0);
	cr_assert_eq(number("1.5 m"), 0);
	cr_assert_eq(number("1987. One"), 0);
	cr_assert_eq(number("1 One"), 0);
	cr_assert_eq(number("(1"), 0);
	cr_assert_eq(number("."), 0);
	cr_assert_eq(number(") a"), 0);
	cr_assert_eq(number(""), 0);
	cr_assert_eq(number("1."), 0);
}

Test(items, the_next_has_the_same_marks_and_the_next_number)
{
	struct item one = item_read(SPAN("1. x"), 0);

	cr_assert(item_follows(one, item_read(SPAN("2. x"), 0)));
	cr_assert_not(item_follows(one, item_read(SPAN("3. x"), 0)));
	cr_assert_not(item_follows(one, item_read(SPAN("2) x"), 0)));
	cr_assert_not(item_follows(one, item_read(SPAN("b. x"), 0)));
	cr_assert_not(item_follows((struct item){0}, one));
}

Test(items, a_marker_is_found_from_its_last_mark)
{
	struct span text = SPAN("ab (b) two 3.) x5.");

	cr_assert_eq(item_start(text, 0, 5), 3);
	cr_assert_eq(item_start(text, 0, 13), 11);
	cr_assert_eq(item_start(text, 0, 17), text.n);
	cr_assert_eq(item_start(text, 4, 5), text.n);
}
