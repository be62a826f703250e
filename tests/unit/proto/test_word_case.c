#include "proto/word_case.h"

#include "proto/guard_words.h"
#include "samples.h"

static bool
same(const char *a, const char *b)
{
	return word_case_hash(span_str(a)) == word_case_hash(span_str(b));
}

Test(word_case, case_does_not_matter)
{
	cr_assert(same("Reuters", "REUTERS"));
	cr_assert(same("\u00C9cole", "\u00E9COLE"));
	cr_assert(same("\u0416\u0416", "\u0436\u0416"));
	cr_assert_not(same("Reuters", "Reuter"));
	cr_assert_not(same("A@", "A`"));
	cr_assert_eq(word_case_hash(SPAN("The")), guard_hash("the", 3));
}

Test(word_case, a_word_without_end_is_cut)
{
	char word[1000];

	memset(word, 'A', sizeof(word));
	cr_assert_eq(word_case_hash(span_of(word, 1000)), word_case_hash(span_of(word, 999)));
	cr_assert_neq(word_case_hash(span_of(word, 60)), word_case_hash(span_of(word, 61)));
}
