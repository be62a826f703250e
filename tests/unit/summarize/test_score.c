#include <criterion/criterion.h>

#include <stdio.h>

#include "stages/summarize/score.h"
#include "tests/unit/summarize/sample_document.h"

enum { LINES = 64 };

struct scored {
	struct sample_document *d;
	struct survey survey;
	struct score score[LINES];
};

static struct scored
score_texts(const char *title, const char *const *texts)
{
	struct scored s = {.d = sample_document_open(texts)};

	s.d->document.title = span_str(title);
	outline_read(&s.d->outline, &s.d->arena, s.d->lexicon, &s.d->document, false);
	cr_assert_leq(s.d->outline.n, LINES);
	s.survey = survey_of(&s.d->outline);
	score_lines(s.score, &s.survey, score_model.alone);
	return s;
}

static const char *const news[] = {"# Fire at the old mill",
    "The old mill at Ulm burnt down on Tuesday after a fire in its flour store.",
    "Firemen of three towns fought the fire in the mill for two hours. It was cold.",
    "Was the mill insured?", "A bakery two streets away stayed open for all of its customers.",
    NULL};

Test(score, parts_add_up_exactly)
{
	struct scored s = score_texts("Mill fire", news);

	for (size_t i = 0; i < s.d->outline.n; i++) {
		int32_t parts[PART_COUNT], sum = 0;

		score_parts(parts, &s.score[i], score_model.alone);
		for (int part = 0; part < PART_COUNT; part++)
			sum += parts[part];
		cr_assert_eq(sum, s.score[i].total, "line %zu", i);
	}
	sample_document_close(s.d);
}

Test(score, a_heading_has_none)
{
	struct scored s = score_texts("", news);
	int32_t parts[PART_COUNT];

	cr_assert_eq(s.score[0].total, 0);
	cr_assert_neq(s.score[1].total, 0);
	score_parts(parts, &s.score[0], score_model.alone);
	for (int part = 0; part < PART_COUNT; part++)
		cr_assert_eq(parts[part], 0);
	sample_document_close(s.d);
}

Test(score, the_lead_is_worth_more_than_an_aside)
{
	struct scored s = score_texts("", news);

	cr_assert_gt(s.score[1].total, s.score[3].total); /* "It was cold." */
	cr_assert_gt(s.score[1].total, s.score[4].total); /* "Was the mill insured?" */
	cr_assert_gt(s.score[1].total, s.score[5].total);
	sample_document_close(s.d);
}

/* Blocks of sixteen lines: a line's score does not hang on its place in one. */
Test(score, lines_in_every_block_are_scored)
{
	char text[40 * 32];
	const char *const many[] = {text, NULL};
	struct scored s;
	size_t at = 0;

	for (int i = 0; i < 40; i++)
		at += (size_t)snprintf(text + at, 32, "Mill%d stood at Ulm%d. ", i, i);
	s = score_texts("", many);
	cr_assert_eq(s.d->outline.n, 40);
	for (size_t i = 0; i < 40; i++) {
		int32_t parts[PART_COUNT], sum = 0;

		score_parts(parts, &s.score[i], score_model.alone);
		for (int part = 0; part < PART_COUNT; part++)
			sum += parts[part];
		cr_assert_eq(sum, s.score[i].total, "line %zu", i);
	}
	sample_document_close(s.d);
}

Test(score, an_empty_outline_is_fine)
{
	static const char *const none[] = {NULL};
	struct scored s = score_texts("Title", none);

	cr_assert_eq(s.d->outline.n, 0);
	sample_document_close(s.d);
}
