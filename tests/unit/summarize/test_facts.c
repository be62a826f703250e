#include <criterion/criterion.h>

#include "stages/summarize/facts.h"
#include "tests/unit/summarize/sample_sentence.h"

enum { ONE = 10000 }; /* ten-thousandths */

/* The first fact of a kind; kind FACT_COUNT if there is none. */
static struct fact
first_of(struct sample *s, enum fact_kind kind)
{
	struct fact facts[FACTS_MAX];
	size_t n = facts_find(facts, &s->arena, &s->pieces);

	for (size_t i = 0; i < n; i++) {
		if (facts[i].kind == kind)
			return facts[i];
	}
	return (struct fact){.kind = FACT_COUNT};
}

/* Check how many facts of each kind a sentence has. */
static void
check_counts(const char *text, size_t quantities, size_t shares, size_t money, size_t dates)
{
	struct sample *s = sample_open(text);
	struct fact facts[FACTS_MAX];
	size_t n = facts_find(facts, &s->arena, &s->pieces), count[FACT_COUNT] = {0};

	for (size_t i = 0; i < n; i++)
		count[facts[i].kind]++;
	cr_assert_eq(count[FACT_QUANTITY], quantities, "%s", text);
	cr_assert_eq(count[FACT_SHARE], shares, "%s", text);
	cr_assert_eq(count[FACT_MONEY], money, "%s", text);
	cr_assert_eq(count[FACT_DATE], dates, "%s", text);
	sample_close(s);
}

Test(facts, two_million_barrels_daily_has_value_unit_and_per)
{
	struct sample *s = sample_open("The port loads around two million barrels of oil daily.");
	struct fact f = first_of(s, FACT_QUANTITY);

	cr_assert(says(f.text, "around two million barrels of oil daily"));
	cr_assert_eq(f.value, 20000000000LL);
	cr_assert(says(f.unit, "barrel"));
	cr_assert(says(f.per, "day"));
	cr_assert(f.has_value && f.approximate);
	cr_assert_eq(f.bound, BOUND_NONE);
	sample_close(s);
}

Test(facts, every_text_is_where_its_offsets_say)
{
	static const char text[] =
	    "“We sold $5m of flour,” said Ann Miller in May 2020; a third went "
	    "to 40 bakers in Old Mill.";
	struct sample *s = sample_open(text);
	struct fact facts[FACTS_MAX];
	size_t n = facts_find(facts, &s->arena, &s->pieces);

	cr_assert_eq(n, 6);
	for (size_t i = 0; i < n; i++) {
		cr_assert(span_equal(
		    facts[i].text, span_of(text + facts[i].start, facts[i].end - facts[i].start)));
		cr_assert(i == 0 || facts[i - 1].start <= facts[i].start);
	}
	sample_close(s);
}

Test(facts, a_number_is_one_fact_only)
{
	check_counts("It cost $5 million on 17 October 2023.", 0, 0, 1, 1);
	check_counts("It rose 12 percent in 2019.", 0, 1, 0, 1);
	check_counts("In 2019 it sold 2019 loaves.", 1, 0, 0, 1);
}

Test(facts, modifiers_belong_to_one_number)
{
	struct sample *s = sample_open("It owns 40 mills or more than 5 bakeries.");
	struct fact facts[FACTS_MAX];

	cr_assert_eq(facts_find(facts, &s->arena, &s->pieces), 2);
	cr_assert_leq(facts[0].end, facts[1].start);
	sample_close(s);
}

Test(facts, plain_words_have_no_facts)
{
	check_counts("it was a good day and nobody came", 0, 0, 0, 0);
	check_counts("", 0, 0, 0, 0);
}

Test(facts, hostile_numbers_are_safe)
{
	check_counts("1,2.3,4e999 , .. %% $ $$ -- 0x7f ½ ² 1/0 --5-- 9:9:9 5%%", 1, 1, 0, 0);
}

Test(facts, a_number_word_that_is_vague_is_no_fact)
{
	check_counts("dozens of people and hundreds of thousands of birds", 0, 0, 0, 0);
}

Test(facts, quotations_hold_other_facts)
{
	struct sample *s = sample_open("It gave \"50 jobs to Mill Town\" last year.");

	cr_assert(says(first_of(s, FACT_QUOTATION).text, "50 jobs to Mill Town"));
	cr_assert(says(first_of(s, FACT_QUANTITY).text, "50 jobs"));
	cr_assert(says(first_of(s, FACT_NAME).text, "Mill Town"));
	sample_close(s);
}

Test(facts, there_are_at_most_so_many)
{
	enum { N = 3 * FACTS_MAX };
	char *text = mem_alloc(8 * N + 1);
	struct sample *s;
	struct fact facts[FACTS_MAX];

	for (size_t i = 0; i < N; i++)
		memcpy(text + 8 * i, "7 cats, ", 8);
	text[8 * N] = '\0';
	s = sample_open(text);
	cr_assert_eq(facts_find(facts, &s->arena, &s->pieces), FACTS_MAX);
	cr_assert_eq(facts[FACTS_MAX - 1].value, 7 * ONE);
	sample_close(s);
	free(text);
}

/* Check that the first fact of a text in a language is of this kind, with this text. */
static void
check_first(enum language language, const char *text, enum fact_kind kind, const char *expected)
{
	struct sample *s = sample_open_in(language, text);
	struct fact facts[FACTS_MAX];
	size_t n = facts_find(facts, &s->arena, &s->pieces);

	cr_assert_geq(n, 1, "%s", text);
	cr_assert_eq(facts[0].kind, kind, "%s", text);
	cr_assert(says(facts[0].text, expected), "%.*s", (int)facts[0].text.n, facts[0].text.p);
	sample_close(s);
}

Test(facts, other_languages_have_dates_shares_and_money)
{
	check_first(LANGUAGE_DE, "es war am 17. Oktober 2023 da", FACT_DATE, "17. Oktober 2023");
	check_first(LANGUAGE_FR, "né le 17 octobre 2023 ici", FACT_DATE, "17 octobre 2023");
	check_first(
	    LANGUAGE_ES, "fue el 17 de octubre de 2023", FACT_DATE, "17 de octubre de 2023");
	check_first(LANGUAGE_NO, "det var 30 prosent", FACT_SHARE, "30 prosent");
	check_first(LANGUAGE_NO, "det var 3 millioner kroner", FACT_MONEY, "3 millioner kroner");
	check_first(LANGUAGE_FR, "c'est 30 pour cent", FACT_SHARE, "30 pour cent");
}

Test(facts, hostile_numbers_keep_their_places)
{
	struct sample *s = sample_open("It was 1,2.3,4e999 or ９０％ of it.");
	struct fact facts[FACTS_MAX];
	size_t n = facts_find(facts, &s->arena, &s->pieces), shares = 0;

	for (size_t i = 0; i < n; i++) {
		cr_assert(span_equal(
		    facts[i].text, span_cut(s->pieces.text, facts[i].start, facts[i].end)));
		shares += facts[i].kind == FACT_SHARE && says(facts[i].text, "９０％") &&
			  facts[i].value == 9000;
	}
	cr_assert_eq(shares, 1);
	sample_close(s);
}
