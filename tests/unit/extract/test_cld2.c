#include <criterion/criterion.h>

#include <string.h>

#include "stages/extract/cld2.h"

static void
check(const char *text, const char *code)
{
	const char *found = cld2_language(text, strlen(text));

	cr_assert_not_null(found);
	cr_assert_str_eq(found, code);
}

Test(cld2, languages_are_told_apart)
{
	check("The ferry left the harbour before the storm arrived.", "en");
	check("Die Fähre verließ den Hafen, bevor der Sturm kam.", "de");
	check("یہ کشتی طوفان آنے سے پہلے بندرگاہ سے روانہ ہوئی۔", "ur");
	check("フェリーは嵐が来る前に港を出た。", "ja");
}

Test(cld2, what_says_nothing_is_none)
{
	cr_assert_null(cld2_language("", 0));
	cr_assert_null(cld2_language("12345 67 + 8", 12));
}
