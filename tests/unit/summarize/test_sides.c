#include <criterion/criterion.h>

#include "stages/summarize/sides.h"

static struct sides
look(const struct lexicon *l, const char *text, size_t at)
{
	struct stop s = stop_read(span_str(text), 0, at);

	return sides_look(l, &s);
}

Test(sides, the_words_before_and_behind_are_known)
{
	struct lexicon *l = lexicon_open();
	struct sides x = look(l, "At 5 p.m. \"They left", 8);

	cr_assert(span_equal(x.word, SPAN("p.m")));
	cr_assert(sides_has(x.before, LEX_ABBR_EITHER));
	cr_assert(sides_has(x.following, LEX_STARTER));
	cr_assert_eq(x.c, 'T');
	cr_assert_eq(x.next, 11);
	cr_assert_not(x.closed);
	lexicon_close(l);
}

Test(sides, an_elided_article_is_no_part_of_the_word)
{
	struct lexicon *l = lexicon_open_for(LANGUAGE_IT);

	cr_assert(sides_has(look(l, "Sono l'Ing. Rossi", 10).before, LEX_ABBR_INNER));
	cr_assert(sides_has(look(l, "Sono l’Ing. Rossi", 12).before, LEX_ABBR_INNER));
	lexicon_close(l);
}

Test(sides, at_the_ends_there_is_nothing)
{
	struct lexicon *l = lexicon_open();
	struct sides x = look(l, ".", 0);

	cr_assert_eq(x.word.n, 0);
	cr_assert_eq(x.before->classes, 0);
	cr_assert_eq(x.following->classes, 0);
	cr_assert_eq(x.c, 0);
	lexicon_close(l);
}
