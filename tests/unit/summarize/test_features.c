#include <criterion/criterion.h>

#include "stages/summarize/features.h"
#include "tests/unit/summarize/sample_document.h"

enum { LINES = 8, STRIDE = 3 };

static struct sample_document *
features_of(
    int16_t ret[LINES][FEATURES_OF_ONE * STRIDE], const char *title, const char *const *texts)
{
	struct sample_document *s = sample_document_open(texts);
	struct survey survey;

	s->document.title = span_str(title);
	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	survey = survey_of(&s->outline);
	for (size_t i = 0; i < s->outline.n; i++) {
		if (survey_is_prose(&s->outline.line[i]))
			features_put(ret[i], STRIDE, &survey, i);
	}
	return s;
}

#define AT(line, name) (f[line][FEATURE_##name * STRIDE])

static const char *const news[] = {"# Fire", "The mill at Ulm burnt on 3 May 1911. Was it old?",
    "“The mill of Ulm was old”, said the miller of Ulm, and it cost £40 million.", NULL};

Test(features, are_shares_and_counts)
{
	int16_t f[LINES][FEATURES_OF_ONE * STRIDE];
	struct sample_document *s = features_of(f, "Old mill burnt", news);

	cr_assert_eq(AT(1, order), 0);
	cr_assert_eq(AT(3, order), 2);
	cr_assert_eq(AT(1, from_end), 2);
	cr_assert_eq(AT(1, sentences), 3);
	cr_assert_eq(AT(1, paragraphs), 2);
	cr_assert_eq(AT(2, place), 1);
	cr_assert_eq(AT(1, words), 9);
	cr_assert_eq(AT(2, question), 1);
	cr_assert_eq(AT(3, quoted), 1);
	cr_assert_eq(AT(3, says), 1);
	cr_assert_eq(AT(3, quantities), 1);
	cr_assert_eq(AT(1, dates), 1);
	cr_assert_eq(AT(1, titled), 3);
	cr_assert_eq(AT(1, of_title), 6666);
	cr_assert_eq(AT(1, like_first), UNIT);
	cr_assert_gt(AT(3, like_first), 0);
	cr_assert_eq(AT(1, fresh_share), UNIT);
	cr_assert_eq(AT(1, depth), 0);
	sample_document_close(s);
}

Test(features, a_line_without_topics_divides_by_nothing)
{
	static const char *const bare[] = {"* * *", "It was.", NULL};
	int16_t f[LINES][FEATURES_OF_ONE * STRIDE];
	struct sample_document *s = features_of(f, "", bare);

	cr_assert_eq(AT(0, topics), 0);
	cr_assert_eq(AT(0, title_share), 0);
	cr_assert_eq(AT(1, central_of_most), 0);
	sample_document_close(s);
}

Test(features, end_where_sixteen_bits_do)
{
	cr_assert_eq(feature_clamp(40000), FEATURE_MOST);
	cr_assert_eq(feature_clamp(-40000), -FEATURE_MOST);
	cr_assert_eq(feature_clamp(-3), -3);
}

Test(features, names_and_parts_belong_together)
{
	cr_assert_str_eq(feature_names[FEATURE_order], "order");
	cr_assert_eq(feature_parts[FEATURE_order], PART_POSITION);
	cr_assert_eq(feature_parts[FEATURE_title_share], PART_TITLE);
	cr_assert_str_eq(feature_names[FEATURE_likeness], "likeness");
	cr_assert_eq(FEATURES_OF_ONE, FEATURE_alone);
}
