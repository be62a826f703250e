#include <criterion/criterion.h>

#include "stages/summarize/traits.h"
#include "tests/unit/summarize/sample_sentence.h"

static struct traits
traits_in(const char *text)
{
	struct sample *s = sample_open(text);
	struct traits t = traits_of(&s->pieces);

	sample_close(s);
	return t;
}

Test(traits, pieces_are_counted_by_kind)
{
	struct traits t = traits_in("“The mill at Ulm burnt in 1911,” said NATO: it was 3 km off.");

	cr_assert_eq(t.words, 12);
	cr_assert_eq(t.numbers, 2);
	cr_assert_eq(t.quotes, 2);
	cr_assert_eq(t.commas, 1);
	cr_assert_eq(t.marks, 2); /* colon and stop */
	cr_assert_eq(t.shouted, 1);
	cr_assert_eq(t.says, 1);
	cr_assert_gt(t.stops, 3);
}

Test(traits, a_capital_at_the_start_is_none)
{
	cr_assert_eq(traits_in("The mill burnt.").capitals, 0);
	cr_assert_eq(traits_in("The Mill burnt.").capitals, 1);
}

Test(traits, first_and_second_persons_are_counted)
{
	cr_assert_geq(traits_in("I told you so.").selves, 2);
	cr_assert_eq(traits_in("The mill burnt.").selves, 0);
}

Test(traits, counts_end_at_what_a_byte_holds)
{
	char text[2 * 400 + 1];

	for (size_t i = 0; i < 400; i++)
		memcpy(text + 2 * i, "7 ", 2);
	text[800] = '\0';
	cr_assert_eq(traits_in(text).numbers, 255);
}

Test(traits, nothing_has_none)
{
	struct traits t = traits_in("");

	cr_assert_eq(t.words + t.numbers + t.marks, 0);
}
