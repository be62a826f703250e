#include <criterion/criterion.h>

#include <stdio.h>

#include "stages/summarize/choose.h"
#include "tests/unit/summarize/sample_document.h"

enum { LINES = 8, NEVER = 32767, MANY = CHOOSE_POOL + 50, LINE_BYTES = 64 };

static const char *const texts[] = {"The old mill burnt down.", "A bakery opened nearby.",
    "The old mill burnt down again.", "Prices of bread doubled.", NULL};

/* Beside a chosen sentence, one with a covered topic is worth 300 less. */
static const struct tree less_if_covered = {
    .feature = {FEATURE_covered, 0, 0, 0, 0},
    .above = {0, NEVER, NEVER, NEVER, NEVER},
    .leaf = {[16] = -300},
};

static const struct model plain = {.alone = {NULL, 0}};
static const struct model choosy = {.beside = {&less_if_covered, 1}};

static struct survey
read_texts(struct sample_document *s)
{
	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	return survey_of(&s->outline);
}

static size_t
choose(uint32_t *ret, const char *const *document, const int32_t *values, const struct model *model,
    const char *text)
{
	struct sample_document *d = sample_document_open(document);
	struct survey s = read_texts(d);
	struct score score[LINES];
	struct budget budget;
	size_t n;

	score_lines(score, &s, model->alone);
	for (size_t i = 0; i < d->outline.n; i++)
		score[i].total = values[i];
	cr_assert_eq(budget_parse(&budget, text), 0);
	if (budget.measure == MEASURE_ALL) {
		choose_all(ret, &s, score, model);
		n = d->outline.n;
	} else {
		n = choose_lines(ret, &s, score, model, budget);
	}
	sample_document_close(d);
	return n;
}

Test(choose, the_best_come_first_and_none_twice)
{
	static const int32_t values[] = {400, 100, 390, 300};
	uint32_t c[LINES];

	cr_assert_eq(choose(c, texts, values, &plain, "2"), 2);
	cr_assert_eq(c[0], 0);
	cr_assert_eq(c[1], 3); /* 2 says the same as 0 */
	cr_assert_eq(choose(c, texts, values, &plain, "9"), 3);
	cr_assert_eq(c[2], 1);
}

Test(choose, the_earlier_of_equals_wins)
{
	static const int32_t values[] = {100, 200, 100, 200};
	uint32_t c[LINES];

	cr_assert_eq(choose(c, texts, values, &plain, "1"), 1);
	cr_assert_eq(c[0], 1);
}

Test(choose, what_is_chosen_changes_what_the_others_add)
{
	static const char *const mills[] = {"The old mill burnt down.",
	    "The owner of the mill burnt wood at home every day.", "A bakery opened nearby.", NULL};
	static const int32_t values[] = {500, 400, 200};
	uint32_t c[LINES];

	cr_assert_eq(choose(c, mills, values, &plain, "3"), 3);
	cr_assert_eq(c[1], 1);
	cr_assert_eq(choose(c, mills, values, &choosy, "3"), 3);
	cr_assert_eq(c[1], 2);
	cr_assert_eq(c[2], 1);
}

Test(choose, what_takes_more_than_it_gives_ends_the_summary)
{
	static const char *const mills[] = {"The old mill burnt down.",
	    "The owner of the mill burnt wood at home every day.", "A bakery opened nearby.", NULL};
	static const int32_t values[] = {500, 250, -1}, none[] = {-7, -9, -8};
	uint32_t c[LINES];

	cr_assert_eq(choose(c, mills, values, &plain, "3"), 2);
	cr_assert_eq(choose(c, mills, values, &choosy, "3"), 1); /* beside 0, 250 less 300 */
	cr_assert_eq(choose(c, mills, none, &plain, "3"), 1);    /* one there always is */
	cr_assert_eq(choose(c, mills, values, &plain, "100w"), 2);
	cr_assert_eq(choose(c, mills, values, &choosy, "all"), 3);
}

Test(choose, a_budget_is_never_exceeded)
{
	static const int32_t values[] = {400, 300, 200, 100};
	uint32_t c[LINES];

	cr_assert_eq(choose(c, texts, values, &plain, "9w"), 2);
	cr_assert_eq(choose(c, texts, values, &plain, "8w"), 1);
	cr_assert_eq(choose(c, texts, values, &plain, "4w"), 1);
	cr_assert_eq(c[0], 1); /* the best that fits */
	cr_assert_eq(choose(c, texts, values, &plain, "3w"), 0);
	cr_assert_eq(choose(c, texts, values, &plain, "48b"), 2);
	cr_assert_eq(choose(c, texts, values, &plain, "47b"), 1);
}

static const char *const mixed[] = {
    "# The mill", "The mill burnt down.", "* * *", "The mill burnt down.", "Bread is dear.", NULL};

Test(choose, headings_repeats_and_bare_lines_are_never_chosen)
{
	static const int32_t values[] = {900, 100, 900, 900, 200};
	uint32_t c[LINES];

	cr_assert_eq(choose(c, mixed, values, &plain, "9"), 2);
	cr_assert_eq(c[0], 4);
	cr_assert_eq(c[1], 1);
}

Test(choose, all_are_ranked_and_headings_last)
{
	static const int32_t values[] = {900, 100, 900, 900, 200};
	static const uint32_t expected[] = {4, 1, 3, 2, 0};
	uint32_t c[LINES];

	cr_assert_eq(choose(c, mixed, values, &choosy, "all"), 5);
	for (size_t i = 0; i < 5; i++)
		cr_assert_eq(c[i], expected[i], "rank %zu is %u", i + 1, c[i]);
}

/* MANY lines of one format, each with its number. */
static struct sample_document *
numbered(struct survey *ret, const char *format)
{
	static char text[MANY * LINE_BYTES];
	static const char *const paragraphs[] = {text, NULL};
	struct sample_document *d;
	size_t at = 0;

	for (int i = 0; i < MANY; i++)
		at += (size_t)snprintf(text + at, LINE_BYTES, format, i);
	d = sample_document_open(paragraphs);
	*ret = read_texts(d);
	cr_assert_eq(d->outline.n, MANY);
	return d;
}

Test(choose, beyond_the_pool_the_order_goes_on)
{
	struct survey s;
	struct sample_document *d = numbered(&s, "Mill%1$d stood at Ulm%1$d. ");
	struct score score[MANY];
	uint32_t c[MANY];

	score_lines(score, &s, plain.alone);
	for (int i = 0; i < MANY; i++)
		score[i].total = 10 * i;
	cr_assert_eq(
	    choose_lines(c, &s, score, &plain, (struct budget){MEASURE_SENTENCES, 240}), 240);
	cr_assert_eq(c[0], MANY - 1);
	cr_assert_eq(c[CHOOSE_POOL - 1], 50);
	cr_assert_eq(c[CHOOSE_POOL], 49);
	cr_assert_eq(c[239], 10);
	sample_document_close(d);
}

Test(choose, beyond_the_pool_nothing_is_said_twice)
{
	struct survey s;
	struct sample_document *d = numbered(&s, "The mill stood near Ulm in 16%03d. ");
	struct score score[MANY];
	uint32_t c[MANY];

	score_lines(score, &s, plain.alone);
	cr_assert_eq(choose_lines(c, &s, score, &plain, (struct budget){MEASURE_SENTENCES, 3}), 1);
	choose_all(c, &s, score, &plain);
	cr_assert_eq(c[MANY - 1], MANY - 1);
	sample_document_close(d);
}

Test(choose, an_empty_document_has_nothing_to_choose)
{
	static const char *const none[] = {NULL};
	uint32_t c[1];

	cr_assert_eq(choose(c, none, NULL, &plain, "3"), 0);
	cr_assert_eq(choose(c, none, NULL, &plain, "all"), 0);
}
