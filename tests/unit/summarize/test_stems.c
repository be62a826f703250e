#include <criterion/criterion.h>

#include "stages/summarize/stems.h"

static bool
stems_to(struct stems *s, const char *word, const char *stem)
{
	return span_equal(stems_of(s, span_str(word)), span_str(stem));
}

Test(stems, forms_of_a_word_share_one)
{
	struct stems *s = stems_open("english");

	cr_assert(stems_to(s, "announced", "announc"));
	cr_assert(stems_to(s, "announcing", "announc"));
	cr_assert(stems_to(s, "barrels", "barrel"));
	stems_close(s);
}

Test(stems, each_language_has_its_own)
{
	struct stems *s = stems_open("norwegian");

	cr_assert(stems_to(s, "avtalene", "avtal"));
	cr_assert(stems_to(s, "announced", "announced"));
	stems_close(s);
}

Test(stems, long_words_are_stemmed_too)
{
	struct stems *s = stems_open("english");

	cr_assert(stems_to(
	    s, "extraordinarilyextraordinarilylongs", "extraordinarilyextraordinarilylong"));
	stems_close(s);
}

Test(stems, without_a_stemmer_words_stay)
{
	struct stems *s = stems_open(NULL);

	cr_assert_not(stems_has(s));
	cr_assert(stems_to(s, "barrels", "barrels"));
	cr_assert(stems_to(s, "", ""));
	stems_close(s);
	stems_close(NULL);
}
