#include <criterion/criterion.h>

#include "common/err.h"
#include "stages/stage.h"
#include "tests/unit/summarize/sample_document.h"

static const char *const news[] = {"# Fire at the old mill",
    "The old mill at Ulm burnt down on Tuesday after a fire in its flour store. Firemen of three "
    "towns fought the fire for two hours.",
    "# Prices",
    "Bakers at Ulm use about 40 tonnes of flour a week, which is more than half of what the mill "
    "made. The price of bread will rise, said Jane Miller of the bakers’ guild.",
    "“We will miss the mill,” she said.", "Was the mill insured?", NULL};

/* Run the stage over a document. */
static void
run(struct sample_document *s, const struct settings *settings)
{
	void *state = NULL;

	cr_assert_eq(stage.open(&state, settings), 0);
	cr_assert_eq(stage.document(state, &s->arena, &s->document), 0);
	stage.close(state);
}

static struct sample_document *
run_news(const char *summary, uint64_t claims)
{
	struct settings settings = {.summary = summary, .claims = claims, .lang = "en"};
	struct sample_document *s = sample_document_open(news);

	run(s, &settings);
	return s;
}

static int32_t
sum_of_parts(const struct sentence *x)
{
	int32_t sum = 0;

	for (int part = 0; part < PART_COUNT; part++)
		sum += x->parts[part];
	return sum;
}

Test(summarize, the_descriptor_is_a_worker)
{
	cr_assert_str_eq(stage.name, "summarize");
	cr_assert_eq(stage.role, ROLE_WORKER);
	cr_assert_not_null(stage.document);
	cr_assert_null(stage.batch);
}

Test(summarize, sentences_are_in_document_order_with_ranks)
{
	struct sample_document *s = run_news("3", 0);
	const struct document *d = &s->document;
	uint32_t ranks = 0;

	cr_assert_eq(d->n_summary, 3);
	cr_assert_eq(d->n_claims, 0);
	for (size_t i = 0; i < d->n_summary; i++) {
		const struct sentence *x = &d->summary[i];

		ranks |= 1u << x->rank;
		cr_assert(
		    span_equal(x->text, span_cut(s->paragraphs[x->n].text, x->start, x->end)));
		cr_assert_eq(x->score, sum_of_parts(x));
		cr_assert_eq(x->fresh, -1);
		cr_assert(i == 0 || x[-1].n < x->n || (x[-1].n == x->n && x[-1].end <= x->start));
	}
	cr_assert_eq(ranks, 1u << 1 | 1u << 2 | 1u << 3);
	cr_assert_eq(d->summary[0].n, 1);
	sample_document_close(s);
}

Test(summarize, no_heading_is_in_a_summary_or_a_claim)
{
	struct sample_document *s = run_news("100", 100);

	cr_assert_gt(s->document.n_summary, 3);
	for (size_t i = 0; i < s->document.n_summary; i++)
		cr_assert_neq(s->paragraphs[s->document.summary[i].n].kind, KIND_HEADING);
	for (size_t i = 0; i < s->document.n_claims; i++)
		cr_assert_neq(s->paragraphs[s->document.claims[i].n].kind, KIND_HEADING);
	sample_document_close(s);
}

Test(summarize, all_gives_every_sentence_and_headings_last)
{
	struct sample_document *s = run_news("all", 0);
	const struct sentence *summary = s->document.summary;

	cr_assert_eq(s->document.n_summary, 8);
	cr_assert_eq(summary[0].n, 0);
	cr_assert_eq(summary[0].rank, 7);
	cr_assert_eq(summary[3].rank, 8);
	cr_assert_gt(summary[0].claim, 0);
	sample_document_close(s);
}

/* Whether the stage has nothing to do with these options. */
static bool
is_idle(const char *summary, uint64_t claims)
{
	struct settings settings = {.summary = summary, .claims = claims};
	void *state = NULL;
	bool idle;

	cr_assert_eq(stage.open(&state, &settings), 0);
	idle = stage.idle(state);
	stage.close(state);
	return idle;
}

Test(summarize, nothing_asked_for_is_nothing_to_do)
{
	cr_assert(is_idle("0", 0));
	cr_assert(is_idle("0w", 0));
	cr_assert_not(is_idle("0", 1));
	cr_assert_not(is_idle("all", 0));
}

Test(summarize, claims_come_without_a_summary)
{
	struct sample_document *s = run_news("0", 2);

	cr_assert_eq(s->document.n_summary, 0);
	cr_assert_eq(s->document.n_claims, 2);
	sample_document_close(s);
}

Test(summarize, a_share_is_of_the_sentences)
{
	struct sample_document *s = run_news("50%", 0);

	cr_assert_eq(s->document.n_summary, 3);
	sample_document_close(s);
}

Test(summarize, without_a_length_there_are_five)
{
	struct sample_document *s = run_news(NULL, 0);

	cr_assert_eq(s->document.n_summary, 5);
	sample_document_close(s);
}

Test(summarize, a_wrong_length_is_a_usage_error)
{
	struct settings settings = {.summary = "5 lines"};
	void *state = &settings;

	cr_assert_eq(stage.open(&state, &settings), ERR_USAGE);
	cr_assert_eq(state, &settings);
	cr_assert_not_null(strstr(err_text(), "--summary 5 lines"));
}

Test(summarize, dropped_paragraphs_are_passed_over)
{
	struct settings settings = {.summary = "all", .claims = 9};
	struct sample_document *s = sample_document_open(news);

	sample_document_drop(s, 1);
	run(s, &settings);
	for (size_t i = 0; i < s->document.n_summary; i++) {
		cr_assert_neq(s->document.summary[i].n, 1);
		cr_assert_eq(s->document.summary[i].fresh, -1);
	}
	for (size_t i = 0; i < s->document.n_claims; i++)
		cr_assert_neq(s->document.claims[i].n, 1);
	sample_document_close(s);
}

Test(summarize, the_whole_document_says_what_is_new)
{
	struct settings settings = {.summary = "all", .summarize = SUMMARIZE_DOCUMENT};
	struct sample_document *s = sample_document_open(news);

	sample_document_drop(s, 1);
	run(s, &settings);
	cr_assert_eq(s->document.n_summary, 8);
	for (size_t i = 0; i < s->document.n_summary; i++) {
		const struct sentence *x = &s->document.summary[i];
		cr_assert_eq(x->fresh, x->n == 1 ? 0 : 1);
	}
	sample_document_close(s);
}

Test(summarize, a_document_without_sentences_is_fine)
{
	static const char *const none[] = {NULL};
	static const char *const bare[] = {"***", "# Only a heading", "", NULL};
	struct settings settings = {.summary = "5", .claims = 5};
	struct sample_document *s = sample_document_open(none);

	run(s, &settings);
	cr_assert_eq(s->document.n_summary, 0);
	sample_document_close(s);
	s = sample_document_open(bare);
	run(s, &settings);
	cr_assert_eq(s->document.n_summary, 0);
	cr_assert_eq(s->document.n_claims, 0);
	sample_document_close(s);
}

Test(summarize, the_same_document_gives_the_same_result)
{
	struct sample_document *a = run_news("all", 9), *b = run_news("all", 9);

	cr_assert_eq(a->document.n_summary, b->document.n_summary);
	for (size_t i = 0; i < a->document.n_summary; i++) {
		cr_assert_eq(a->document.summary[i].score, b->document.summary[i].score);
		cr_assert_eq(a->document.summary[i].rank, b->document.summary[i].rank);
	}
	cr_assert_eq(a->document.n_claims, b->document.n_claims);
	sample_document_close(a);
	sample_document_close(b);
}

Test(summarize, close_takes_null)
{
	stage.close(NULL);
}
