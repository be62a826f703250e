#include <criterion/criterion.h>

#include "stages/summarize/marks.h"

Test(marks, stops_of_many_scripts_are_stops)
{
	static const uint32_t stops[] = {
	    '.', '!', '?', 0x2026, 0x3002, 0x6D4, 0x61F, 0x964, 0x1362};

	for (size_t i = 0; i < sizeof(stops) / sizeof(*stops); i++)
		cr_assert(mark_is_stop(stops[i]), "U+%04X", stops[i]);
	cr_assert_not(mark_is_stop(','));
	cr_assert_not(mark_is_stop(':'));
	cr_assert_not(mark_is_stop(0x3001)); /* ideographic comma */
}

Test(marks, only_stops_without_spaces_are_wide)
{
	cr_assert(mark_is_wide_stop(0x3002));
	cr_assert(mark_is_wide_stop(0xFF1F));
	cr_assert_not(mark_is_wide_stop('.'));
	cr_assert_not(mark_is_wide_stop(0x6D4));
}

Test(marks, quotes_and_brackets_open_and_close)
{
	cr_assert(mark_is_opener(0x201C));
	cr_assert(mark_is_opener('('));
	cr_assert(mark_is_closer(0x201D));
	cr_assert(mark_is_closer(')'));
	cr_assert(mark_is_opener('"') && mark_is_closer('"'));
	cr_assert_not(mark_is_opener(0x201D));
	cr_assert_not(mark_is_closer('('));
	cr_assert_not(mark_is_closer('a'));
}

Test(marks, some_are_stops_of_one_script)
{
	cr_assert(mark_is_stop_of(':', 0x567));
	cr_assert_not(mark_is_stop_of(':', 'e'));
	cr_assert(mark_is_stop_of(';', 0x3C2));
	cr_assert_not(mark_is_stop_of(';', 'e'));
	cr_assert_not(mark_is_stop_of(',', 0x3C2));
}
