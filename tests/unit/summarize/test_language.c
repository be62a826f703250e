#include <criterion/criterion.h>

#include "stages/summarize/language.h"

Test(language, a_tag_names_its_language_in_any_form)
{
	cr_assert_eq(language_of(SPAN("en")), LANGUAGE_EN);
	cr_assert_eq(language_of(SPAN("EN-us")), LANGUAGE_EN);
	cr_assert_eq(language_of(SPAN("pt_BR")), LANGUAGE_PT);
	cr_assert_eq(language_of(SPAN("nb-NO")), LANGUAGE_NO);
	cr_assert_eq(language_of(SPAN("nn")), LANGUAGE_NO);
	cr_assert_eq(language_of(SPAN("deu")), LANGUAGE_DE);
}

Test(language, other_tags_name_none)
{
	cr_assert_eq(language_of(SPAN("")), LANGUAGE_NONE);
	cr_assert_eq(language_of(SPAN("xx")), LANGUAGE_NONE);
	cr_assert_eq(language_of(SPAN("english")), LANGUAGE_NONE);
	cr_assert_eq(language_of(SPAN("e")), LANGUAGE_NONE);
	cr_assert_eq(language_of(SPAN("-")), LANGUAGE_NONE);
}

Test(language, each_has_a_code_that_leads_to_it)
{
	for (int i = LANGUAGE_EN; i < LANGUAGE_COUNT; i++) {
		cr_assert_not_null(language_traits[i].code);
		cr_assert_eq((int)language_of(span_str(language_traits[i].code)), i);
	}
}
