#include <criterion/criterion.h>

#include "stages/summarize/lexicon.h"

static bool
stems_to(struct stems *s, const char *word, const char *stem)
{
	struct span x = span_str(word);
	struct stem found = stems_of(s, x, lexicon_hash(x));

	return span_equal(found.text, span_str(stem)) && found.key == lexicon_hash(span_str(stem));
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

Test(stems, words_with_one_hash_do_not_mix)
{
	static const char *const words[] = {
	    "barrels", "nations", "barrels", "grains", "mills", "nations", "barrels"};
	struct stems *s = stems_open("english");

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct span stem = stems_of(s, span_str(words[i]), 7).text;

		cr_assert(span_equal(stem, span_of(words[i], strlen(words[i]) - 1)));
	}
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
