#include <criterion/criterion.h>

#include "stages/summarize/vocabulary.h"

static struct known
find(struct vocabulary *v, const char *word)
{
	return vocabulary_find(v, span_str(word), lexicon_hash(span_str(word)));
}

/* Whether what is said of a word is what the lexicon and the stemmer say. */
static bool
is_right(const struct lexicon *l, struct vocabulary *v, const char *word)
{
	struct known x = find(v, word);
	struct span stem = stems_of(lexicon_stems(l), span_str(word));
	uint32_t key = lexicon_hash(stem);

	return x.lex == lexicon_find(l, span_str(word), lexicon_hash(span_str(word))) &&
	       span_equal(x.stem, stem) && x.stem_key == key &&
	       x.stem_lex == lexicon_find(l, stem, key);
}

Test(vocabulary, what_is_remembered_is_what_was_worked_out)
{
	static const char *const words[] = {"announced", "barrels", "million", "percent", "zürich",
	    "", "extraordinarilyextraordinarilyextraordinarily"};
	struct lexicon *l = lexicon_open();
	struct vocabulary *v = vocabulary_open(l);

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			cr_assert(is_right(l, v, words[i]), "%s", words[i]);
	}
	vocabulary_close(v);
	lexicon_close(l);
}

Test(vocabulary, a_function_word_is_its_own_stem)
{
	struct lexicon *l = lexicon_open();
	struct known x = find(lexicon_vocabulary(l), "does");

	cr_assert(x.lex->classes & LEX_STOP);
	cr_assert(span_equal(x.stem, SPAN("does")));
	cr_assert_eq(x.stem_key, lexicon_hash(SPAN("does")));
	lexicon_close(l);
}

Test(vocabulary, words_with_one_key_do_not_mix)
{
	static const char *const words[] = {
	    "barrels", "nations", "barrels", "grains", "mills", "nations", "barrels"};
	struct lexicon *l = lexicon_open();
	struct vocabulary *v = vocabulary_open(l);

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct known x = vocabulary_find(v, span_str(words[i]), 7);

		cr_assert(span_equal(x.stem, span_of(words[i], strlen(words[i]) - 1)));
	}
	vocabulary_close(v);
	lexicon_close(l);
}

Test(vocabulary, stems_that_end_otherwise_are_whole)
{
	struct lexicon *l = lexicon_open();

	for (int round = 0; round < 2; round++) {
		cr_assert(span_equal(find(lexicon_vocabulary(l), "cities").stem, SPAN("citi")));
		cr_assert(span_equal(find(lexicon_vocabulary(l), "dying").stem, SPAN("die")));
	}
	lexicon_close(l);
	vocabulary_close(NULL);
}
