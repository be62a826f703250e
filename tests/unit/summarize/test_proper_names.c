#include <criterion/criterion.h>

#include "stages/summarize/proper_names.h"
#include "tests/unit/summarize/sample_sentence.h"

static void
check(const char *text, size_t at, const char *name)
{
	struct sample *s = sample_open(text);
	struct fact f = {0};
	size_t end = 0;

	cr_assert(name_read(&s->pieces, at, &f, &end), "%s", text);
	cr_assert_eq(f.kind, FACT_NAME);
	cr_assert(says(f.text, name), "%s: %.*s", text, (int)f.text.n, f.text.p);
	sample_close(s);
}

static void
check_none(const char *text, size_t at)
{
	struct sample *s = sample_open(text);
	struct fact f = {0};
	size_t end = 77;

	cr_assert_not(name_read(&s->pieces, at, &f, &end), "%s", text);
	cr_assert_eq(end, 77);
	sample_close(s);
}

Test(proper_names, capitals_in_a_row_are_one_name)
{
	check("the Grain Harvest Court sat", 1, "Grain Harvest Court");
	check("Jane Miller came", 0, "Jane Miller");
}

Test(proper_names, links_initials_and_hyphens_stay_inside)
{
	check("the Bank of Mill spoke", 1, "Bank of Mill");
	check("with Ludwig van der Mill", 1, "Ludwig van der Mill");
	check("with J. K. Miller", 1, "J. K. Miller");
	check("with Dr. Jane Miller", 1, "Dr. Jane Miller");
	check("with Jean-Pierre Mill", 1, "Jean-Pierre Mill");
	check("in The Hague", 1, "The Hague");
}

Test(proper_names, a_person_of_a_place_is_two_names)
{
	check("with Dr. Jane Miller of Mill", 1, "Dr. Jane Miller");
}

Test(proper_names, a_possessive_is_left_out)
{
	check("near Mill's gate", 1, "Mill");
	check("near Mill’s gate", 1, "Mill");
}

Test(proper_names, capitals_alone_are_a_name_anywhere)
{
	check("NATO spoke", 0, "NATO");
}

Test(proper_names, the_first_word_alone_is_none)
{
	check_none("Bread is dear", 0);
	check_none("It said: Bread is dear", 3);
	check_none("The bread", 0);
}

Test(proper_names, a_known_name_may_open_the_sentence)
{
	struct sample *s = sample_open("Miller left");
	struct fact f = {0};
	size_t end;

	cr_assert_not(name_read(&s->pieces, 0, &f, &end));
	s->words.word[s->pieces.piece[0].id].names = 1;
	cr_assert(name_read(&s->pieces, 0, &f, &end));
	s->words.word[s->pieces.piece[0].id].plain = 1;
	cr_assert_not(name_read(&s->pieces, 0, &f, &end));
	sample_close(s);
}

Test(proper_names, learning_counts_capitals_inside_a_sentence)
{
	struct sample *s = sample_open("Miller met Miller in town, \"Town hall\"");
	uint32_t miller, town;

	names_learn(&s->words, &s->pieces);
	miller = s->pieces.piece[0].id;
	town = s->pieces.piece[4].id;
	cr_assert_eq(s->words.word[miller].names, 1);
	cr_assert_eq(s->words.word[miller].plain, 0);
	cr_assert_eq(s->words.word[town].plain, 1);
	cr_assert_eq(s->words.word[town].names, 0);
	sample_close(s);
}

Test(proper_names, days_months_and_i_are_none)
{
	check_none("on Tuesday", 1);
	check_none("in March", 1);
	check_none("what I saw", 1);
	check_none("small words", 0);
}
