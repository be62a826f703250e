#include <criterion/criterion.h>

#include "stages/summarize/stops.h"

/* Whether the last stop before the mark | in text ends its sentence; | itself is taken out. */
static bool
ends_in(enum language language, const char *marked)
{
	struct lexicon *l = lexicon_open_for(language);
	size_t n = strlen(marked), bar = strcspn(marked, "|"), at = bar;
	char text[256];
	struct stop stop;
	bool result;

	memcpy(text, marked, bar);
	memcpy(text + bar, marked + bar + 1, n - bar - 1);
	while (at > 0 && strchr(".!?", text[at - 1]) == NULL)
		at--;
	while (at > 0 && strchr(".!?", text[at - 1]) != NULL)
		at--;
	stop = stop_read(span_of(text, n - 1), 0, at);
	result = stop_ends(l, &stop);
	lexicon_close(l);
	return result;
}

static bool
ends(const char *marked)
{
	return ends_in(LANGUAGE_EN, marked);
}

Test(stops, a_stop_before_a_capital_ends)
{
	cr_assert(ends("The sun rose.| Birds sang."));
	cr_assert(ends("Did it rain?| Nobody knows."));
	cr_assert(ends("It rained in 1987.| 20 streets were closed."));
	cr_assert(ends("(It rained.)| The street was wet."));
}

Test(stops, a_stop_before_a_small_letter_does_not)
{
	cr_assert_not(ends("He works at Yoyo!| in the sales office."));
	cr_assert_not(ends("\"Is it?\"| she asked."));
	cr_assert_not(ends("The tax (est.| two euros) rose."));
}

Test(stops, a_brand_with_a_small_first_letter_begins_a_sentence)
{
	cr_assert(ends("The shares fell.| eBay said nothing."));
}

Test(stops, titles_never_end)
{
	cr_assert_not(ends("We met Dr.| Miller there."));
	cr_assert_not(ends("Ask Sen.| The Reverend."));
}

Test(stops, initials_do_not_end_before_a_name)
{
	cr_assert_not(ends("The author J.| K. Writer came."));
	cr_assert_not(ends("A house in the U.S.| Virgin Islands."));
	cr_assert(ends("She lives in the U.S.| He does not."));
}

Test(stops, company_forms_end_before_a_typical_opening)
{
	cr_assert(ends("They sold Grain Inc.| The buyer is unknown."));
	cr_assert_not(ends("They sold Grain Inc.| Chicago to a fund."));
}

Test(stops, no_abbreviates_only_before_a_number)
{
	cr_assert_not(ends("He lives at No.| 5 Mill Lane."));
	cr_assert(ends("He said no.| Then he left."));
}

Test(stops, hours_end_before_a_capital_but_not_before_a_day)
{
	cr_assert(ends("It closes at 6 p.m.| Visitors may stay."));
	cr_assert_not(ends("It closes at 6 p.m.| Tuesday and Friday."));
}

Test(stops, the_number_of_an_item_does_not_end)
{
	cr_assert_not(ends("1.| Fill the cup."));
	cr_assert(ends("It scored 1.| Fill the cup."));
}

Test(stops, a_missing_space_is_seen)
{
	cr_assert(ends("They said hello.|I did not answer."));
	cr_assert_not(ends("We need 1.|Bread, and oil."));
	cr_assert(ends("They use new technologies.|The town grew."));
	cr_assert_not(ends("See www.mill.|Grain.org for it."));
	cr_assert_not(ends("They use version 2.|5 of it."));
	cr_assert_not(ends("Write to jane.|Doe@mill.example now."));
}

Test(stops, a_loose_ellipsis_does_not_end_before_a_name)
{
	cr_assert_not(ends("They sold it to ...| Paul."));
	cr_assert_not(ends("The quote [...|] Goes on."));
	cr_assert(ends("I never meant that...| She left."));
}

Test(stops, the_speaker_behind_a_question_belongs_to_it)
{
	cr_assert_not(ends("\"Who is he?\"| Miller asked."));
	cr_assert(ends("\"Who is he?\"| Miller laughed."));
}

Test(stops, the_last_stop_of_a_text_ends_nothing)
{
	cr_assert_not(ends("The sun rose.|"));
	cr_assert_not(ends("The sun rose.|  "));
}

Test(stops, ordinals_end_where_no_noun_follows)
{
	cr_assert_not(ends_in(LANGUAGE_DE, "Am 12.| Juni kam er."));
	cr_assert_not(ends_in(LANGUAGE_DE, "Im 20.| Jahrhundert kam er."));
	cr_assert(ends_in(LANGUAGE_DE, "Er kam um 12.| Er blieb."));
	cr_assert(ends_in(LANGUAGE_NO, "Han kom klokken 12.| Regnet falt."));
	cr_assert(ends_in(LANGUAGE_DE, "Er kam 1987.| Juni war es."));
}

Test(stops, a_unit_is_no_initial)
{
	cr_assert(ends("It was 120.5°C.| Luckily it held."));
	cr_assert(ends("It ran at 90 km/h.| Nobody saw."));
	cr_assert_not(ends_in(LANGUAGE_ES, "Está en el N°.| 5 de la calle."));
}

Test(stops, a_long_word_ends_even_before_a_small_letter)
{
	cr_assert(ends("they saw the harbour.| then it rained."));
	cr_assert_not(ends("they saw the dog.| then it rained."));
	cr_assert_not(ends("They saw the \"harbour.\"| then it rained."));
}

Test(stops, an_ellipsis_behind_a_stop_begins)
{
	struct stop s = stop_read(SPAN("So. ...and then"), 0, 2);

	cr_assert_eq(s.end, 3);
}

Test(stops, a_stop_of_one_script_is_read)
{
	struct stop s = stop_read(SPAN("Մութ է: Ես"), 0, 9);

	cr_assert_eq(s.end, 10);
}
