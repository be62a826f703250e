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

Test(lexicon, every_row_is_found_word_by_word)
{
	struct lexicon *l = lexicon_open();

	for (size_t i = 0; i < lexicon_table_rows; i++) {
		const char *word = lexicon_table[i].words;

		for (;;) {
			struct span s = span_of(word, strcspn(word, " "));
			const struct lexeme *x = lexicon_find(l, s, lexicon_hash(s));

			cr_assert_gt(s.n, 0, "row %zu", i);
			cr_assert(x->classes & lexicon_table[i].classes, "%.*s", (int)s.n, s.p);
			if (word[s.n] == '\0')
				break;
			word += s.n + 1;
		}
	}
	lexicon_close(l);
}

Test(lexicon, close_takes_null)
{
	lexicon_close(NULL);
}
