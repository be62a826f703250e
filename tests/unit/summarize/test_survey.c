#include <criterion/criterion.h>

#include "stages/summarize/survey.h"
#include "tests/unit/summarize/sample_document.h"

static struct sample_document *
survey_texts(struct survey *ret, const char *title, const char *const *texts)
{
	struct sample_document *s = sample_document_open(texts);

	s->document.title = span_str(title);
	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	*ret = survey_of(&s->outline);
	return s;
}

static const char *const news[] = {"# Fire", "The mill at Ulm burnt. Bread is dear.",
    "The mill was old.", "Owls sleep. The mill stood by owls near Ulm.", NULL};

Test(survey, places_and_words_are_those_of_prose)
{
	struct survey s;
	struct sample_document *d = survey_texts(&s, "", news);

	cr_assert_eq(s.n_paragraphs, 3);
	cr_assert_eq(s.n_words, 21);
	cr_assert_eq(s.line[2].place, 1);
	cr_assert_eq(s.line[1].of, 2);
	cr_assert_eq(s.line[2].of, 2);
	cr_assert_eq(s.line[3].of, 1);
	cr_assert_eq(s.line[2].before, 5);
	cr_assert_eq(s.line[4].paragraph, 2);
	sample_document_close(d);
}

Test(survey, shared_topics_are_counted_before_and_behind)
{
	struct survey s;
	struct sample_document *d = survey_texts(&s, "", news);

	cr_assert_eq(s.line[1].earlier, 0);
	cr_assert_eq(s.line[1].later, 3); /* mill twice, Ulm once */
	cr_assert_eq(s.line[3].earlier, 1);
	cr_assert_eq(s.line[3].later, 1);
	cr_assert_eq(s.line[2].earlier + s.line[2].later, 0);
	cr_assert_geq(s.line[5].fresh, 1); /* stood */
	cr_assert_eq(s.line[3].fresh, 1);  /* old */
	sample_document_close(d);
}

Test(survey, a_shared_topic_makes_central)
{
	struct survey s;
	struct sample_document *d = survey_texts(&s, "", news);

	cr_assert_gt(s.line[1].central, s.line[2].central);
	cr_assert_gt(s.line[3].second, s.line[2].second);
	cr_assert_eq(s.line[2].second, 0);
	cr_assert_geq(s.most_central, s.line[5].central);
	sample_document_close(d);
}

static uint8_t
marks_of(const struct survey *s, const char *word)
{
	for (size_t i = 0; i < s->outline->words.n; i++) {
		if (span_equal(s->outline->words.word[i].text, span_str(word)))
			return s->topic[i];
	}
	cr_assert_fail("no word %s", word);
	return 0;
}

Test(survey, topics_are_marked)
{
	struct survey s;
	struct sample_document *d = survey_texts(&s, "Owls at Ulm", news);

	cr_assert_eq(
	    marks_of(&s, "ulm"), TOPIC_TITLE | TOPIC_FIRST | TOPIC_LEAD | TOPIC_TOP | TOPIC_NAME);
	cr_assert_eq(marks_of(&s, "bread"), TOPIC_LEAD);
	cr_assert_eq(marks_of(&s, "sleep"), 0);
	sample_document_close(d);
}

Test(survey, nothing_is_surveyed_too)
{
	static const char *const none[] = {NULL}, *const headings[] = {"# One", "# Two", NULL};
	struct survey s;
	struct sample_document *d = survey_texts(&s, "", none);

	cr_assert_eq(s.n_paragraphs, 0);
	sample_document_close(d);
	d = survey_texts(&s, "", headings);
	cr_assert_eq(s.n_words, 0);
	cr_assert_eq(s.line[1].central, 0);
	sample_document_close(d);
}
