#include <criterion/criterion.h>

#include "stages/summarize/modifiers.h"
#include "tests/unit/summarize/sample_sentence.h"

/* Check the modifiers at the end of text; `start` is the piece at which they begin. */
static void
check_in(enum language language, const char *text, size_t start, enum bound bound, bool approximate)
{
	struct sample *s = sample_open_in(language, text);
	struct fact f = {0};

	cr_assert_eq(modifiers_before(&s->pieces, 0, s->pieces.n, &f), start, "%s", text);
	cr_assert_eq(f.bound, bound, "%s", text);
	cr_assert_eq(f.approximate, approximate, "%s", text);
	sample_close(s);
}

static void
check(const char *text, size_t start, enum bound bound, bool approximate)
{
	check_in(LANGUAGE_EN, text, start, bound, approximate);
}

Test(modifiers, other_languages_have_theirs)
{
	static const struct {
		enum language language;
		const char *more, *less, *about;
	} all[] = {
	    {LANGUAGE_DE, "mehr als", "nicht mehr als", "rund"},
	    {LANGUAGE_DE, "mindestens", "bis zu", "ca."},
	    {LANGUAGE_NO, "mer enn", "færre enn", "omtrent"},
	    {LANGUAGE_NO, "minst", "opp til", "ca."},
	    {LANGUAGE_DA, "flere end", "mindre end", "cirka"},
	    {LANGUAGE_SV, "mer än", "färre än", "ungefär"},
	    {LANGUAGE_NL, "meer dan", "minder dan", "ongeveer"},
	    {LANGUAGE_FR, "plus de", "moins de", "près de"},
	    {LANGUAGE_FR, "au moins", "pas plus de", "environ"},
	    {LANGUAGE_ES, "más de", "no más de", "cerca de"},
	    {LANGUAGE_IT, "più di", "meno di", "circa"},
	    {LANGUAGE_PT, "mais de", "menos de", "quase"},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		check_in(all[i].language, all[i].more, 0, BOUND_MORE, false);
		check_in(all[i].language, all[i].less, 0, BOUND_LESS, false);
		check_in(all[i].language, all[i].about, 0, BOUND_NONE, true);
	}
}

Test(modifiers, what_is_a_modifier_in_another_language_is_none)
{
	check("plus de", 2, BOUND_NONE, false);
	check_in(LANGUAGE_FR, "mais de", 2, BOUND_NONE, false);
	check_in(LANGUAGE_DE, "plus de", 2, BOUND_NONE, false);
}

Test(modifiers, words_of_about_approximate)
{
	check("sold around", 1, BOUND_NONE, true);
	check("sold nearly", 1, BOUND_NONE, true);
	check("sold some", 1, BOUND_NONE, true);
	check("close to", 0, BOUND_NONE, true);
}

Test(modifiers, lower_bounds_are_more)
{
	check("sold more than", 1, BOUND_MORE, false);
	check("sold over", 1, BOUND_MORE, false);
	check("at least", 0, BOUND_MORE, false);
	check("no fewer than", 0, BOUND_MORE, false);
	check("as few as", 0, BOUND_MORE, false);
}

Test(modifiers, upper_bounds_are_less)
{
	check("less than", 0, BOUND_LESS, false);
	check("sold under", 1, BOUND_LESS, false);
	check("up to", 0, BOUND_LESS, false);
	check("not more than", 0, BOUND_LESS, false);
	check("as many as", 0, BOUND_LESS, false);
}

Test(modifiers, they_add_up)
{
	check("up to about", 0, BOUND_LESS, true);
}

Test(modifiers, other_words_are_none)
{
	check("sold", 1, BOUND_NONE, false);
	check("than", 1, BOUND_NONE, false);
	check("went to", 2, BOUND_NONE, false);
	check("as good as", 3, BOUND_NONE, false);
	check("", 0, BOUND_NONE, false);
}

Test(modifiers, the_floor_is_kept)
{
	struct sample *s = sample_open("more than");
	struct fact f = {0};

	cr_assert_eq(modifiers_before(&s->pieces, 1, 2, &f), 2);
	cr_assert_eq(f.bound, BOUND_NONE);
	sample_close(s);
}

Test(modifiers, some_stand_behind)
{
	struct sample *s = sample_open("or more or so or less or never");
	struct fact f = {0};

	cr_assert_eq(modifiers_behind(&s->pieces, 0, &f), 2);
	cr_assert_eq(f.bound, BOUND_MORE);
	cr_assert_eq(modifiers_behind(&s->pieces, 2, &f), 4);
	cr_assert(f.approximate);
	cr_assert_eq(modifiers_behind(&s->pieces, 4, &f), 6);
	cr_assert_eq(f.bound, BOUND_LESS);
	cr_assert_eq(modifiers_behind(&s->pieces, 6, &f), 6);
	sample_close(s);
}
