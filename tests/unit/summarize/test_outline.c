#include <criterion/criterion.h>

#include "tests/unit/summarize/sample_document.h"

static struct sample_document *
read_texts(const char *const *texts)
{
	struct sample_document *s = sample_document_open(texts);

	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	return s;
}

Test(outline, lines_follow_the_document)
{
	static const char *const texts[] = {"One mill stood. It burnt.", "The town grew.", NULL};
	struct sample_document *s = read_texts(texts);
	const struct line *line = s->outline.line;

	cr_assert_eq(s->outline.n, 3);
	cr_assert_eq(line[1].start, 16);
	cr_assert_eq(line[2].paragraph->n, 1);
	cr_assert_eq(line[2].order, 2);
	cr_assert(line[0].flags & LINE_FIRST);
	cr_assert_not(line[1].flags & LINE_FIRST);
	cr_assert(line[1].flags & LINE_POINTING);
	cr_assert(span_equal(line_text(&line[1]), SPAN("It burnt.")));
	sample_document_close(s);
}

Test(outline, headings_are_marked_and_not_counted)
{
	static const char *const texts[] = {"# The Mill", "The mill burnt.", NULL};
	struct sample_document *s = read_texts(texts);

	cr_assert_eq(s->outline.n, 2);
	cr_assert_eq(s->outline.n_prose, 1);
	cr_assert(s->outline.line[0].flags & LINE_HEADING);
	cr_assert_eq(s->outline.line[0].n_topics, 0);
	cr_assert_not(s->outline.line[1].flags & LINE_HEADING);
	cr_assert_eq(s->outline.line[1].order, 0);
	sample_document_close(s);
}

Test(outline, tables_and_code_stand_aside)
{
	static const char *const texts[] = {"The mill burnt.", "int mill;", NULL};
	struct sample_document *s = sample_document_open(texts);

	s->paragraphs[1].kind = KIND_CODE;
	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	cr_assert(s->outline.line[1].flags & LINE_SIDE);
	cr_assert_eq(s->outline.n_prose, 1);
	sample_document_close(s);
}

Test(outline, topics_are_distinct_and_no_function_words)
{
	static const char *const texts[] = {"The mill and the mills of the town.", NULL};
	struct sample_document *s = read_texts(texts);
	const struct outline *o = &s->outline;

	cr_assert_eq(o->line[0].n_topics, 2);
	cr_assert(span_equal(o->words.word[o->topics[0]].text, SPAN("mill")));
	cr_assert(span_equal(o->words.word[o->topics[1]].text, SPAN("town")));
	cr_assert_eq(o->words.word[o->topics[0]].sentences, 1);
	sample_document_close(s);
}

Test(outline, the_first_heading_stands_in_for_a_title)
{
	static const char *const texts[] = {"# Mill fire", "A mill burnt.", NULL};
	struct sample_document *s = sample_document_open(texts);

	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	cr_assert_eq(s->outline.n_title, 2);
	s->document.title = SPAN("Town news today");
	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	cr_assert_eq(s->outline.n_title, 3);
	sample_document_close(s);
}

Test(outline, a_title_without_topics_is_none)
{
	static const char *const texts[] = {"a", NULL};
	struct sample_document *s = sample_document_open(texts);

	s->document.title = SPAN("The");
	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	cr_assert_eq(s->outline.n_title, 0);
	cr_assert_null(s->outline.title);
	sample_document_close(s);
}

Test(outline, repeats_and_bare_lines_are_marked)
{
	static const char *const texts[] = {"A mill burnt.", "* * *", "A mill burnt.", NULL};
	struct sample_document *s = read_texts(texts);

	cr_assert_not(s->outline.line[0].flags & (LINE_REPEAT | LINE_BARE));
	cr_assert(s->outline.line[1].flags & LINE_BARE);
	cr_assert(s->outline.line[2].flags & LINE_REPEAT);
	sample_document_close(s);
}

Test(outline, questions_and_fragments_are_marked)
{
	static const char *const texts[] = {
	    "Did it burn?", "“It burnt.”", "Photo by the mill", NULL};
	struct sample_document *s = read_texts(texts);
	const struct line *line = s->outline.line;

	cr_assert(line[0].flags & LINE_QUESTION);
	cr_assert_not(line[0].flags & LINE_OPEN);
	cr_assert(line[1].flags & LINE_QUOTED);
	cr_assert_not(line[1].flags & (LINE_OPEN | LINE_QUESTION));
	cr_assert(line[2].flags & LINE_OPEN);
	sample_document_close(s);
}

Test(outline, words_are_counted_as_people_do)
{
	static const char *const texts[] = {"It's a  well-known mill — at Ulm.", "中文 字ab", NULL};
	struct sample_document *s = read_texts(texts);

	cr_assert_eq(s->outline.line[0].n_words, 7);
	cr_assert_eq(s->outline.line[1].n_words, 4);
	sample_document_close(s);
}

Test(outline, facts_are_counted)
{
	static const char *const texts[] = {"The mill at Ulm sold 40 loaves in 2019.", NULL};
	struct sample_document *s = read_texts(texts);

	cr_assert_eq(s->outline.line[0].n_facts[FACT_QUANTITY], 1);
	cr_assert_eq(s->outline.line[0].n_facts[FACT_DATE], 1);
	cr_assert_eq(s->outline.line[0].n_facts[FACT_NAME], 1);
	cr_assert_eq(s->outline.line[0].n_facts[FACT_MONEY], 0);
	sample_document_close(s);
}

Test(outline, dropped_paragraphs_are_left_out_unless_asked_for)
{
	static const char *const texts[] = {"A one.", "B two.", "C three.", "D four.", NULL};
	struct sample_document *s = sample_document_open(texts);

	sample_document_drop(s, 1);
	sample_document_drop(s, 3);
	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	cr_assert_eq(s->outline.n, 2);
	cr_assert_eq(s->outline.line[1].paragraph->n, 2);
	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, true);
	cr_assert_eq(s->outline.n, 4);
	cr_assert(outline_is_dropped(&s->document, 3));
	cr_assert_not(outline_is_dropped(&s->document, 2));
	cr_assert_not(outline_is_dropped(&s->document, 4));
	sample_document_close(s);
}

Test(outline, an_empty_document_has_no_lines)
{
	static const char *const none[] = {NULL}, *const empty[] = {"", " \n", NULL};
	struct sample_document *s = read_texts(none);

	cr_assert_eq(s->outline.n, 0);
	sample_document_close(s);
	s = read_texts(empty);
	cr_assert_eq(s->outline.n, 0);
	sample_document_close(s);
}
