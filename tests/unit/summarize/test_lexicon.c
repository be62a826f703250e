#include <criterion/criterion.h>

#include "stages/summarize/lexicon.h"

static const struct lexeme *
find(const struct lexicon *l, const char *word)
{
	return lexicon_find(l, span_str(word), lexicon_hash(span_str(word)));
}

Test(lexicon, a_word_has_its_classes_value_and_name)
{
	struct lexicon *l = lexicon_open();

	cr_assert_eq(find(l, "march")->value, 3);
	cr_assert(find(l, "march")->classes & LEX_MONTH);
	cr_assert(span_equal(find(l, "dollars")->name, SPAN("USD")));
	cr_assert(span_equal(find(l, "daily")->name, SPAN("day")));
	lexicon_close(l);
}

Test(lexicon, a_word_of_several_lists_has_all_their_classes)
{
	struct lexicon *l = lexicon_open();
	const struct lexeme *quarter = find(l, "quarter");

	cr_assert(quarter->classes & LEX_FRACTION);
	cr_assert(quarter->classes & LEX_PERIOD);
	cr_assert_eq(quarter->value, 4);
	cr_assert(span_equal(quarter->name, SPAN("quarter")));
	lexicon_close(l);
}

Test(lexicon, an_unknown_word_has_no_class)
{
	struct lexicon *l = lexicon_open();

	cr_assert_eq(find(l, "winnowing")->classes, 0);
	cr_assert_eq(find(l, "")->classes, 0);
	cr_assert_eq(find(l, "marc")->classes, 0);
	lexicon_close(l);
}

/* Check that each word of a table has the classes of its rows in the lexicon of its language. */
static void
check_table(enum language language, const struct lexicon_row *row)
{
	struct lexicon *l = lexicon_open_for(language);

	for (; row->words != NULL; row++) {
		const char *word = row->words;

		for (;;) {
			struct span s = span_of(word, strcspn(word, " "));
			const struct lexeme *x = lexicon_find(l, s, lexicon_hash(s));

			cr_assert_gt(s.n, 0, "%s", row->words);
			cr_assert_eq(
			    x->classes & row->classes, row->classes, "%.*s", (int)s.n, s.p);
			if (word[s.n] == '\0')
				break;
			word += s.n + 1;
		}
	}
	lexicon_close(l);
}

Test(lexicon, every_row_is_found_word_by_word)
{
	check_table(LANGUAGE_EN, lexicon_en_table);
	check_table(LANGUAGE_DE, lexicon_de_table);
	check_table(LANGUAGE_NO, lexicon_no_table);
	check_table(LANGUAGE_DA, lexicon_da_table);
	check_table(LANGUAGE_SV, lexicon_sv_table);
	check_table(LANGUAGE_NL, lexicon_nl_table);
	check_table(LANGUAGE_FR, lexicon_fr_table);
	check_table(LANGUAGE_ES, lexicon_es_table);
	check_table(LANGUAGE_IT, lexicon_it_table);
	check_table(LANGUAGE_PT, lexicon_pt_table);
	check_table(LANGUAGE_RU, lexicon_ru_table);
	check_table(LANGUAGE_BG, lexicon_bg_table);
	check_table(LANGUAGE_UK, lexicon_uk_table);
	check_table(LANGUAGE_KK, lexicon_kk_table);
	check_table(LANGUAGE_PL, lexicon_pl_table);
	check_table(LANGUAGE_FI, lexicon_fi_table);
	check_table(LANGUAGE_TR, lexicon_tr_table);
	check_table(LANGUAGE_UR, lexicon_ur_table);
	check_table(LANGUAGE_AR, lexicon_ar_table);
}

Test(lexicon, other_languages_share_names_and_abbreviations_but_no_function_words)
{
	struct lexicon *l = lexicon_open_for(LANGUAGE_NO);

	cr_assert(find(l, "prof")->classes & LEX_ABBR_INNER);
	cr_assert(find(l, "inc")->classes & LEX_ABBR_EITHER);
	cr_assert_not(find(l, "with")->classes & LEX_STOP);
	cr_assert_not(find(l, "second")->classes & LEX_PERIOD);
	cr_assert(lexicon_has_stops(l));
	lexicon_close(l);
}

Test(lexicon, a_function_word_is_no_abbreviation_of_english)
{
	struct lexicon *l = lexicon_open_for(LANGUAGE_FR);

	cr_assert(find(l, "est")->classes & LEX_STOP);
	cr_assert_not(find(l, "est")->classes & LEX_ABBR_INNER);
	lexicon_close(l);
}

Test(lexicon, an_unknown_language_has_no_function_words)
{
	struct lexicon *l = lexicon_open_for(LANGUAGE_NONE);

	cr_assert_not(lexicon_has_stops(l));
	cr_assert_eq(find(l, "of")->classes & LEX_STOP, 0);
	lexicon_close(l);
}

Test(lexicon, close_takes_null)
{
	lexicon_close(NULL);
}
