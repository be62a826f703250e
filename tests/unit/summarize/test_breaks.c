#include <criterion/criterion.h>

#include "stages/summarize/breaks.h"

Test(breaks, only_scripts_without_rules_are_wanted)
{
	cr_assert(breaks_wants(SPAN("เรือออกจากท่า")));
	cr_assert(breaks_wants(SPAN("(2) ᠮᠣᠩᠭᠣᠯ")));
	cr_assert_not(breaks_wants(SPAN("The ship เรือ left the harbour")));
	cr_assert_not(breaks_wants(SPAN("Корабль вышел")));
	cr_assert_not(breaks_wants(SPAN("船は港を出た")));
	cr_assert_not(breaks_wants(SPAN("배가 항구를 떠났다")));
	cr_assert_not(breaks_wants(SPAN("")));
}

Test(breaks, sentences_end_where_icu_says)
{
	struct breaks *b = breaks_open();

	cr_assert_not_null(b);
	cr_assert(breaks_begin(b, SPAN("ᠮᠣᠩ᠃ ᠭᠣᠯ᠃")));
	cr_assert_eq(breaks_next(b), 13);
	cr_assert_eq(breaks_next(b), 25);
	cr_assert_eq(breaks_next(b), 0);
	cr_assert(breaks_begin(b, SPAN("A b. C d.")));
	cr_assert_eq(breaks_next(b), 5);
	breaks_close(b);
}

Test(breaks, a_text_with_nothing_in_it_has_no_sentence)
{
	struct breaks *b = breaks_open();

	cr_assert(breaks_begin(b, SPAN("")));
	cr_assert_eq(breaks_next(b), 0);
	breaks_close(b);
	breaks_close(NULL);
}
