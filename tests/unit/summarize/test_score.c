#include <criterion/criterion.h>

#include "stages/summarize/score.h"
#include "tests/unit/summarize/sample_document.h"

enum { LINES = 16 };

static struct sample_document *
score_texts(struct score *ret, const char *title, const char *const *texts)
{
	struct sample_document *s = sample_document_open(texts);

	s->document.title = span_str(title);
	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	cr_assert_leq(s->outline.n, LINES);
	score_lines(ret, &s->outline);
	return s;
}

static const char *const news[] = {"# Fire at the old mill",
    "The old mill at Ulm burnt down on Tuesday after a fire in its flour store.",
    "Firemen of three towns fought the fire in the mill for two hours. It was cold.",
    "Was the mill insured?", "A bakery two streets away stayed open for all of its customers.",
    NULL};

Test(score, parts_add_up_exactly)
{
	struct score score[LINES];
	struct sample_document *s = score_texts(score, "Mill fire", news);

	for (size_t i = 0; i < s->outline.n; i++) {
		int32_t sum = 0;

		for (int part = 0; part < PART_COUNT; part++) {
			cr_assert_geq(score[i].parts[part], 0);
			sum += score[i].parts[part];
		}
		cr_assert_eq(sum, score[i].total);
		cr_assert_leq(score[i].total, UNIT);
	}
	sample_document_close(s);
}

Test(score, a_heading_has_none)
{
	struct score score[LINES];
	struct sample_document *s = score_texts(score, "", news);

	cr_assert_eq(score[0].total, 0);
	cr_assert_gt(score[1].total, 0);
	sample_document_close(s);
}

Test(score, the_lead_has_the_best_position)
{
	struct score score[LINES];
	struct sample_document *s = score_texts(score, "", news);

	cr_assert_gt(score[1].parts[PART_POSITION], score[2].parts[PART_POSITION]);
	cr_assert_gt(score[2].parts[PART_POSITION], score[5].parts[PART_POSITION]);
	sample_document_close(s);
}

Test(score, shared_words_are_central)
{
	struct score score[LINES];
	struct sample_document *s = score_texts(score, "", news);

	cr_assert_gt(score[2].parts[PART_CENTRALITY], score[5].parts[PART_CENTRALITY]);
	sample_document_close(s);
}

Test(score, words_of_the_title_count)
{
	struct score with[LINES], without[LINES];
	struct sample_document *s = score_texts(with, "Bakery open to customers", news);

	cr_assert_gt(with[5].parts[PART_TITLE], with[1].parts[PART_TITLE]);
	sample_document_close(s);
	s = score_texts(without, "Unrelated", news);
	cr_assert_eq(without[5].parts[PART_TITLE], 0);
	sample_document_close(s);
}

Test(score, questions_and_short_lines_are_low)
{
	struct score score[LINES];
	struct sample_document *s = score_texts(score, "", news);

	cr_assert_lt(score[3].total, score[2].total / 2); /* "It was cold." */
	cr_assert_lt(score[4].total, score[2].total / 2); /* "Was the mill insured?" */
	sample_document_close(s);
}

Test(score, very_short_lines_lose_in_proportion)
{
	static const char *const brief[] = {"Mills burnt.", NULL};
	static const char *const full[] = {
	    "Mills burnt down all night in the south of the land.", NULL};
	struct score a[LINES], b[LINES];
	struct sample_document *s = score_texts(a, "", brief);

	sample_document_close(s);
	s = score_texts(b, "", full);
	cr_assert_lt(a[0].parts[PART_POSITION], b[0].parts[PART_POSITION] / 2);
	sample_document_close(s);
}

Test(score, an_empty_outline_is_fine)
{
	static const char *const none[] = {NULL};
	struct score score[1];
	struct sample_document *s = score_texts(score, "Title", none);

	cr_assert_eq(s->outline.n, 0);
	sample_document_close(s);
}
