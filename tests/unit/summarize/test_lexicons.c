#include <criterion/criterion.h>

#include "stages/summarize/lexicons.h"

Test(lexicons, a_tag_gets_the_lexicon_of_its_language)
{
	struct lexicons *all = lexicons_open();

	cr_assert_eq(lexicon_language(lexicons_for(all, SPAN("fr"))), LANGUAGE_FR);
	cr_assert_eq(lexicon_language(lexicons_for(all, SPAN("nn-NO"))), LANGUAGE_NO);
	lexicons_close(all);
}

Test(lexicons, no_tag_is_read_as_english_and_a_strange_one_as_none)
{
	struct lexicons *all = lexicons_open();

	cr_assert_eq(lexicon_language(lexicons_for(all, SPAN(""))), LANGUAGE_EN);
	cr_assert_eq(lexicon_language(lexicons_for(all, SPAN("tlh"))), LANGUAGE_NONE);
	lexicons_close(all);
}

Test(lexicons, every_stemmer_is_there)
{
	struct lexicons *all = lexicons_open();

	for (int i = 0; i < LANGUAGE_COUNT; i++) {
		struct span tag = span_str(language_traits[i].code);

		if (language_traits[i].stemmer != NULL)
			cr_assert(stems_has(lexicon_stems(lexicons_for(all, tag))), "%s", tag.p);
	}
	lexicons_close(all);
}

Test(lexicons, close_takes_null)
{
	lexicons_close(NULL);
}
