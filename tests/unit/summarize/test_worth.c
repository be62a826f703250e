#include <criterion/criterion.h>

#include "stages/summarize/facts.h"
#include "stages/summarize/worth.h"
#include "tests/unit/summarize/sample_sentence.h"

static int32_t
worth(const char *text)
{
	struct sample *s = sample_open(text);
	struct fact facts[FACTS_MAX];
	size_t n = facts_find(facts, &s->arena, &s->pieces);
	int32_t w = worth_of(&s->pieces, facts, n);

	sample_close(s);
	cr_assert(w >= 0 && w <= UNIT);
	return w;
}

Test(worth, numbers_speak_for_a_sentence)
{
	cr_assert_gt(
	    worth("The mill made 400 tonnes of flour."), worth("The mill made some flour."));
	cr_assert_gt(worth("Bread cost 12 percent more."), worth("Bread cost a bit more."));
	cr_assert_gt(worth("The mill paid $5 million."), worth("The mill paid everything."));
	cr_assert_gt(worth("The mill burnt in 2019."), worth("The mill burnt again."));
}

Test(worth, events_and_comparisons_speak_for_a_sentence)
{
	cr_assert_gt(
	    worth("The town voted against the tax."), worth("The town is near the tower."));
	cr_assert_gt(worth("It is the largest mill."), worth("It is the pretty mill."));
}

Test(worth, questions_opinions_and_the_self_speak_against_it)
{
	cr_assert_lt(
	    worth("Did the mill make 400 tonnes?"), worth("The mill did make 400 tonnes."));
	cr_assert_lt(worth("We believe the mill should pay."), worth("We know the mill pays."));
	cr_assert_lt(worth("I saw the mill."), worth("Ann saw the mill."));
}

Test(worth, a_claim_is_above_half_and_chatter_below)
{
	cr_assert_gt(worth("The town spent 3 million euros on the mill in 2019."), UNIT / 2);
	cr_assert_lt(worth("Thank you, it was wonderful!"), UNIT / 2);
	cr_assert_lt(worth(""), UNIT / 2);
}

Test(worth, more_and_more_numbers_do_not_leave_the_scale)
{
	cr_assert_leq(worth("5% 6% 7% 8% 9% $1 $2 $3 $4 1 cat 2 cats 3 cats in 1999 and 2000 and "
			    "2001 killed killed killed killed million billion"),
	    UNIT);
}

Test(worth, other_languages_are_judged_by_their_facts)
{
	struct sample *s =
	    sample_open_in(LANGUAGE_NO, "Kommunen brukte 3 millioner kroner i 2019.");
	struct sample *t = sample_open_in(LANGUAGE_NO, "Det var en fin dag på kaia.");
	struct fact facts[FACTS_MAX];
	size_t n = facts_find(facts, &s->arena, &s->pieces);

	cr_assert_gt(worth_of(&s->pieces, facts, n), worth_of(&t->pieces, facts, 0));
	sample_close(s);
	sample_close(t);
}
