#include <criterion/criterion.h>

#include "common/utf8.h"
#include "stages/summarize/brackets.h"

/* Whether the first full stop of text is held by a bracket. */
static bool
holds(const char *p)
{
	struct span text = span_str(p);
	struct bracket b = {0};
	size_t at = 0;

	for (;;) {
		size_t start = at;
		uint32_t c = utf8_next(text, &at, NULL);

		if (c == '.')
			return bracket_holds(&b, text, 0, at);
		if (bracket_is(c))
			bracket_see(&b, c, start);
	}
}

Test(brackets, a_stop_inside_is_held)
{
	cr_assert(holds("He (a man. Tall) left"));
	cr_assert(holds("He (a (b) man. Tall) left"));
	cr_assert(holds("木（山.）"));
	cr_assert(holds("木「山.」"));
}

Test(brackets, a_stop_outside_is_not)
{
	cr_assert_not(holds("He (a man) left. So"));
	cr_assert_not(holds("He) left. So"));
	cr_assert_not(holds("He left. (So)"));
}

Test(brackets, one_that_does_not_close_holds_nothing)
{
	cr_assert_not(holds("He (a man. So"));
	cr_assert_not(holds("He (a man. So (b) c"));
}

Test(brackets, one_that_opens_the_sentence_holds_sentences)
{
	cr_assert_not(holds("(He left. She stayed.)"));
	cr_assert_not(holds(" \n(He left. She stayed.)"));
}

Test(brackets, only_near_ones_count)
{
	char text[BRACKET_REACH + 32];

	memset(text, 'a', sizeof(text));
	memcpy(text, "He (", 4);
	text[BRACKET_REACH + 8] = '.';
	memcpy(text + BRACKET_REACH + 10, ")\0", 2);
	cr_assert_not(holds(text));
	memset(text, 'a', sizeof(text));
	memcpy(text, "He (a.", 6);
	memcpy(text + BRACKET_REACH + 10, ")\0", 2);
	cr_assert_not(holds(text));
}
