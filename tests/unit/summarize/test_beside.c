#include <criterion/criterion.h>

#include "stages/summarize/beside.h"
#include "stages/summarize/trees.h"
#include "tests/unit/summarize/sample_document.h"

static const char *const texts[] = {"The old mill at Ulm burnt down. Bread is dear.",
    "The old mill burnt again. The mill of Ulm stood.", NULL};
static const uint32_t lines[] = {0, 1, 2, 3};
static const int32_t alone[] = {5000, 100, 2000, 1500};

struct sample {
	struct sample_document *d;
	struct survey survey;
	struct score score[4];
	struct beside beside;
};

static struct sample *
open_sample(void)
{
	struct sample *s = mem_zero(1, sizeof(*s));

	s->d = sample_document_open(texts);
	outline_read(&s->d->outline, &s->d->arena, s->d->lexicon, &s->d->document, false);
	cr_assert_eq(s->d->outline.n, 4);
	s->survey = survey_of(&s->d->outline);
	score_lines(s->score, &s->survey, score_model.alone);
	for (size_t i = 0; i < 4; i++)
		s->score[i].total = alone[i];
	beside_init(&s->beside, &s->survey, lines, 4, s->score, 4);
	return s;
}

static void
close_sample(struct sample *s)
{
	sample_document_close(s->d);
	free(s);
}

#define AT(k, name) (b->features[FEATURE_##name * b->stride + (k)])

Test(beside, begins_with_what_each_line_has_alone)
{
	struct sample *s = open_sample();
	const struct beside *b = &s->beside;

	cr_assert_eq(b->stride, TREES_BLOCK);
	cr_assert_eq(AT(0, alone), 5000);
	cr_assert_eq(AT(2, order), 2);
	cr_assert_eq(AT(2, chosen), 0);
	cr_assert_eq(beside_likeness(b, 2), 0);
	close_sample(s);
}

Test(beside, a_chosen_line_changes_what_the_others_add)
{
	struct sample *s = open_sample();
	const struct beside *b = &s->beside;

	beside_take(&s->beside, 0);
	cr_assert_eq(AT(2, chosen), 1);
	cr_assert_eq(AT(2, chosen_words), 7);
	cr_assert_eq(AT(2, alone_of_best), -3000);
	cr_assert_gt(beside_likeness(b, 2), 6000);
	cr_assert_eq(beside_likeness(b, 1), 0);
	cr_assert_eq(AT(1, covered), 0);
	cr_assert_eq(AT(3, covered), 6666); /* mill, Ulm; not stood */
	cr_assert_eq(AT(3, uncovered), 1);
	cr_assert_eq(AT(3, gap), 3);
	close_sample(s);
}

Test(beside, several_are_taken_together)
{
	struct sample *s = open_sample();
	const struct beside *b = &s->beside;

	beside_take(&s->beside, 3);
	beside_take(&s->beside, 1);
	cr_assert_eq(AT(0, chosen), 2);
	cr_assert_eq(AT(0, gap), -3);
	cr_assert_eq(AT(0, nearest), 1);
	cr_assert_eq(AT(0, covered), 5000);        /* mill, Ulm of old, mill, Ulm, burnt */
	cr_assert_gt(beside_likeness(b, 0), 4000); /* still that with the first */
	close_sample(s);
}

Test(beside, nothing_to_compare_is_fine)
{
	struct sample *s = open_sample();

	beside_init(&s->beside, &s->survey, lines, 0, s->score, 0);
	cr_assert_eq(s->beside.stride, 0);
	close_sample(s);
}
