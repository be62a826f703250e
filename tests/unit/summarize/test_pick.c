#include <criterion/criterion.h>

#include <stdio.h>

#include "stages/summarize/pick.h"
#include "tests/unit/summarize/sample_document.h"

enum { LINES = 8 };

static const char *const texts[] = {"The old mill burnt down.", "A bakery opened nearby.",
    "The old mill burnt down again.", "Prices of bread doubled.", NULL};

static struct sample_document *
read_texts(const char *const *from)
{
	struct sample_document *s = sample_document_open(from);

	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	return s;
}

static struct budget
budget_of(const char *text)
{
	struct budget b;

	cr_assert_eq(budget_parse(&b, text), 0);
	return b;
}

Test(pick, the_best_come_first)
{
	static const int32_t score[] = {100, 300, 50, 200};
	struct sample_document *s = read_texts(texts);
	uint32_t picked[LINES];

	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("2")), 2);
	cr_assert_eq(picked[0], 1);
	cr_assert_eq(picked[1], 3);
	sample_document_close(s);
}

Test(pick, equal_scores_keep_their_order)
{
	static const int32_t score[] = {100, 100, 100, 100};
	struct sample_document *s = read_texts(texts);
	uint32_t picked[LINES];

	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("2")), 2);
	cr_assert_eq(picked[0], 0);
	cr_assert_eq(picked[1], 1);
	sample_document_close(s);
}

Test(pick, what_says_the_same_is_not_picked)
{
	static const int32_t score[] = {400, 100, 300, 50};
	struct sample_document *s = read_texts(texts);
	uint32_t picked[LINES];

	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("8")), 3);
	cr_assert_eq(picked[0], 0);
	cr_assert_eq(picked[1], 1);
	cr_assert_eq(picked[2], 3);
	sample_document_close(s);
}

Test(pick, an_overlap_lowers_the_rank)
{
	static const char *const mills[] = {"The old mill burnt down.",
	    "The owner of the mill burnt wood at home every day.", "A bakery opened nearby.", NULL};
	static const int32_t score[] = {400, 210, 200};
	struct sample_document *s = read_texts(mills);
	uint32_t picked[LINES];

	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("3")), 3);
	cr_assert_eq(picked[1], 2);
	cr_assert_eq(picked[2], 1);
	sample_document_close(s);
}

Test(pick, lines_below_zero_are_never_picked)
{
	static const int32_t score[] = {PICK_HEADING, PICK_BARE, PICK_REPEAT, 0};
	struct sample_document *s = read_texts(texts);
	uint32_t picked[LINES];

	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("8")), 1);
	cr_assert_eq(picked[0], 3);
	sample_document_close(s);
}

Test(pick, a_budget_of_words_is_never_exceeded)
{
	static const int32_t score[] = {400, 300, 200, 100};
	struct sample_document *s = read_texts(texts);
	uint32_t picked[LINES];

	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("9w")), 2);
	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("8w")), 1);
	cr_assert_eq(picked[0], 0);
	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("4w")), 1);
	cr_assert_eq(picked[0], 1); /* the best that fits */
	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("3w")), 0);
	sample_document_close(s);
}

Test(pick, a_budget_of_bytes_counts_a_space_between)
{
	static const int32_t score[] = {400, 300, 200, 100};
	struct sample_document *s = read_texts(texts);
	uint32_t picked[LINES];

	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("48b")), 2);
	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("47b")), 1);
	sample_document_close(s);
}

Test(pick, flags_say_what_is_never_picked)
{
	static const char *const mixed[] = {
	    "# The mill", "The mill burnt down.", "* * *", "The mill burnt down.", NULL};
	struct sample_document *s = read_texts(mixed);
	const struct line *line = s->outline.line;

	cr_assert_eq(pick_score(&line[0], 900), PICK_HEADING);
	cr_assert_eq(pick_score(&line[1], 900), 900);
	cr_assert_eq(pick_score(&line[2], 900), PICK_BARE);
	cr_assert_eq(pick_score(&line[3], 900), PICK_REPEAT);
	sample_document_close(s);
}

Test(pick, beyond_the_compared_ones_the_order_goes_on)
{
	enum { N = PICK_COMPARED + 50, BYTES = 32 };
	char *text = mem_alloc(N * BYTES);
	const char *const many[] = {text, NULL};
	struct sample_document *s;
	int32_t score[N];
	uint32_t picked[N];
	size_t at = 0;

	for (int i = 0; i < N; i++) {
		at += (size_t)snprintf(text + at, BYTES, "Mill%d stood at Ulm%d. ", i, i);
		score[i] = 10 * i;
	}
	s = read_texts(many);
	cr_assert_eq(s->outline.n, N);
	cr_assert_eq(pick_best(picked, &s->arena, &s->outline, score, budget_of("240")), 240);
	cr_assert_eq(picked[0], N - 1);
	cr_assert_eq(picked[PICK_COMPARED - 1], 50);
	cr_assert_eq(picked[PICK_COMPARED], 49);
	cr_assert_eq(picked[239], 10);
	sample_document_close(s);
	free(text);
}
