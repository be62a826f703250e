#include <criterion/criterion.h>

#include "proto/sentence.h"
#include "stages/summarize/alike.h"
#include "tests/unit/summarize/sample_document.h"

static const char *const texts[] = {"The old mill burnt down.", "Bread and flour are dear.",
    "The old mill burnt down again.", "A mill sold bread.", "He did.", NULL};

static struct sample_document *
open_sample(struct alike *a)
{
	struct sample_document *d = sample_document_open(texts);

	outline_read(&d->outline, &d->arena, d->lexicon, &d->document, false);
	cr_assert_eq(d->outline.n, 5);
	alike_init(a, &d->outline);
	return d;
}

Test(alike, without_others_nothing_is)
{
	struct alike a;
	struct sample_document *d = open_sample(&a);

	for (size_t i = 0; i < d->outline.n; i++)
		cr_assert_eq(alike_most(&a, &d->outline.line[i]), 0);
	sample_document_close(d);
}

Test(alike, the_nearest_of_the_others_counts)
{
	struct alike a;
	struct sample_document *d = open_sample(&a);
	const struct line *line = d->outline.line;

	alike_add(&a, &line[1]);
	cr_assert_eq(alike_most(&a, &line[0]), 0);
	cr_assert_eq(alike_most(&a, &line[1]), UNIT);
	alike_add(&a, &line[0]);
	cr_assert_eq(alike_most(&a, &line[2]), UNIT);
	cr_assert_eq(
	    alike_most(&a, &line[3]), 2 * UNIT / (int32_t)(line[1].n_topics + line[3].n_topics));
	sample_document_close(d);
}

Test(alike, what_has_no_topic_is_like_nothing)
{
	struct alike a;
	struct sample_document *d = open_sample(&a);
	const struct line *line = d->outline.line;

	cr_assert_eq(line[4].n_topics, 0);
	alike_add(&a, &line[4]);
	cr_assert_eq(alike_most(&a, &line[4]), 0);
	sample_document_close(d);
}

Test(alike, so_many_others_are_looked_at_and_no_more)
{
	struct alike a;
	struct sample_document *d = open_sample(&a);
	const struct line *line = d->outline.line;

	for (int i = 0; i < ALIKE_MOST - 1; i++)
		alike_add(&a, &line[1]);
	alike_add(&a, &line[0]);
	cr_assert_eq(alike_most(&a, &line[0]), UNIT, "the last one that there is room for");
	alike_add(&a, &line[4]);
	alike_add(&a, &line[3]);
	cr_assert_eq(a.n, ALIKE_MOST);
	cr_assert_lt(alike_most(&a, &line[3]), UNIT);
	sample_document_close(d);
}
