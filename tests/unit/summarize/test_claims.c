#include <criterion/criterion.h>

#include "stages/summarize/claims.h"
#include "tests/unit/summarize/sample_document.h"

static const char *const texts[] = {"# The mill burnt 400 tonnes of flour in 2019",
    "People like the town.",
    "The mill at Ulm burnt 400 tonnes of flour in 2019, which cost 3 million euros.",
    "What do you think of it?",
    "The mill at Ulm burnt 400 tonnes of flour in 2019, which cost 3 million euros!",
    "The bakery of Jane Miller raised the price of bread by 12 percent.", NULL};

static struct sample_document *
find(uint64_t most)
{
	struct sample_document *s = sample_document_open(texts);

	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	claims_find(&s->document, &s->arena, &s->outline, most);
	return s;
}

Test(claims, two_without_a_topic_say_not_the_same)
{
	static const char *const bare[] = {
	    "They had 45 of them in 2001 for $3.", "They had 17.5% of it in 2004 for $9.", NULL};
	struct sample_document *s = sample_document_open(bare);

	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	cr_assert_eq(s->outline.line[0].n_topics + s->outline.line[1].n_topics, 0);
	claims_find(&s->document, &s->arena, &s->outline, 5);
	cr_assert_eq(s->document.n_claims, 2);
	sample_document_close(s);
}

Test(claims, the_best_comes_first)
{
	struct sample_document *s = find(2);
	const struct claim *claims = s->document.claims;

	cr_assert_eq(s->document.n_claims, 2);
	cr_assert_eq(claims[0].n, 2);
	cr_assert_eq(claims[1].n, 5);
	cr_assert_gt(claims[0].score, claims[1].score);
	cr_assert_leq(claims[0].score, UNIT);
	cr_assert(span_equal(claims[0].text, s->paragraphs[2].text));
	sample_document_close(s);
}

Test(claims, facts_come_with_their_claim)
{
	struct sample_document *s = find(1);
	const struct claim *claim = s->document.claims;
	size_t money = 0;

	cr_assert_eq(claim->n_facts, 4);
	for (size_t i = 0; i < claim->n_facts; i++) {
		const struct fact *f = &claim->facts[i];

		cr_assert(span_equal(f->text, span_cut(s->paragraphs[2].text, f->start, f->end)));
		money += f->kind == FACT_MONEY && f->value == 30000000000LL;
	}
	cr_assert_eq(money, 1);
	sample_document_close(s);
}

Test(claims, headings_questions_and_doubles_are_none)
{
	struct sample_document *s = find(100);

	for (size_t i = 0; i < s->document.n_claims; i++) {
		cr_assert_neq(s->document.claims[i].n, 0);
		cr_assert_neq(s->document.claims[i].n, 3);
		cr_assert_neq(s->document.claims[i].n, 4);
	}
	sample_document_close(s);
}

Test(claims, tables_make_none)
{
	static const char *const table[] = {"In 2019 the mill at Ulm sold 400 tonnes.", NULL};
	struct sample_document *s = sample_document_open(table);

	s->paragraphs[0].kind = KIND_TABLE;
	outline_read(&s->outline, &s->arena, s->lexicon, &s->document, false);
	claims_find(&s->document, &s->arena, &s->outline, 5);
	cr_assert_eq(s->document.n_claims, 0);
	sample_document_close(s);
}

Test(claims, none_are_made_of_nothing)
{
	struct sample_document *s = find(0);

	cr_assert_eq(s->document.n_claims, 0);
	sample_document_close(s);
}
