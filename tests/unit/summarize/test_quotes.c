#include <criterion/criterion.h>

#include "stages/summarize/facts.h"
#include "stages/summarize/quotes.h"
#include "tests/unit/summarize/sample_sentence.h"

/* Check the quotations of text, parted by '|', and the speaker of the first one. */
static void
check(const char *text, const char *quotations, const char *speaker)
{
	struct sample *s = sample_open(text);
	struct fact facts[FACTS_MAX];
	size_t n = facts_find(facts, &s->arena, &s->pieces), at = 0;
	char joined[256] = "";

	for (size_t i = 0; i < n; i++) {
		if (facts[i].kind != FACT_QUOTATION)
			continue;
		if (at > 0)
			joined[at++] = '|';
		else
			cr_assert(says(facts[i].speaker, speaker), "%s: %.*s", text,
			    (int)facts[i].speaker.n, facts[i].speaker.p);
		memcpy(joined + at, facts[i].text.p, facts[i].text.n);
		at += facts[i].text.n;
		joined[at] = '\0';
	}
	cr_assert_str_eq(joined, quotations);
	sample_close(s);
}

Test(quotes, quotes_of_all_sorts_are_read)
{
	check("a “rainy-day” fund", "rainy-day", "");
	check("a \"rainy-day\" fund", "rainy-day", "");
	check("a «rainy-day» fund", "rainy-day", "");
	check("a „rainy-day“ fund", "rainy-day", "");
	check("a ‘rainy-day’ fund", "rainy-day", "");
	check("a 'rainy-day' fund", "rainy-day", "");
}

Test(quotes, there_may_be_several)
{
	check("“dry” and “wet”", "dry|wet", "");
}

Test(quotes, apostrophes_are_none)
{
	check("the bakers' and the millers' bread", "", "");
	check("don't say it's Miller’s, can’t you", "", "");
	check("‘the miller’s bread’ is dear", "the miller’s bread", "");
}

Test(quotes, a_quote_needs_both_ends)
{
	check("he said “it is dear", "", "");
	check("it is dear” he said", "", "");
	check("an \"empty", "", "");
	check("\"\"", "", "");
}

Test(quotes, the_speaker_stands_beside_a_verb_of_saying)
{
	check("“It is dear,” said Jane Miller.", "It is dear,", "Jane Miller");
	check("“It is dear,” Jane Miller said.", "It is dear,", "Jane Miller");
	check("Jane Miller told us “it is dear”.", "it is dear", "Jane Miller");
	check("It is “dear”, according to Jane Miller.", "dear", "Jane Miller");
}

Test(quotes, a_pronoun_is_no_speaker)
{
	check("“It is dear,” she said of Jane Miller.", "It is dear,", "");
	check("“It is dear” in Jane Miller’s shop.", "It is dear", "");
}
