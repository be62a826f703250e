#include "near_records.h"
#include "stages/winnow/commands.h"

static struct buf packed, lines, out, said;

static void
open_test(void)
{
	scratch_open();
	near_records_make(&packed, &lines);
}

static void
close_test(void)
{
	buf_done(&packed);
	buf_done(&lines);
	buf_done(&out);
	buf_done(&said);
	scratch_close();
}

TestSuite(explain, .init = open_test, .fini = close_test);

static int
explain(const char *a, const char *b, const char *c)
{
	const char *const words[] = {"explain", a, b, c, NULL};

	out.n = said.n = 0;
	return command_run_caught(command_explain, words, &out, &said);
}

static void
says(const char *expected)
{
	cr_assert(strstr(out.p, expected) != NULL, "no '%s' in:\n%s", expected, out.p);
}

#define TEXT "The boat of the islands leaves the pier in Sandvik when the mail has come"

Test(explain, the_same_in_the_normal_form_is_exact)
{
	cr_assert_eq(explain(TEXT,
			 "  \"the BOAT of the islands leaves the pier in Sandvik when the "
			 "mail has come\".",
			 NULL),
	    0, "%s", said.p);
	says("verdict     the same paragraph: exact");
	says("the boat of the islands leaves the pier in sandvik when the mail has come\n");
}

Test(explain, near_is_said_with_both_similarities)
{
	cr_assert_eq(explain(TEXT,
			 "The ferry of the islands leaves the pier in Sandvik when the mail "
			 "has come",
			 NULL),
	    0);
	says(" estimated, 0.75 exact: 12 of 16 pairs of words in common\n");
	says("verdict     near: the similarity is 0.4 or more, and no guard objects\n");
}

Test(explain, each_guard_shows_what_it_looks_at)
{
	cr_assert_eq(
	    explain("The boat carried 840 people to Sandvik and prices never rose that year",
		"The boat carried 841 people to Torvik and prices fell that year", NULL),
	    0);
	says("numbers     840 \n          | 841 \n");
	says("names       Sandvik \n          | Torvik \n");
	says("negations   never \n          | -\n");
	says("opposites   rose \n          | fell \n");
	says("verdict     not near: another number of negations\n");
}

Test(explain, too_short_and_too_far_are_said)
{
	cr_assert_eq(explain("Yes.", "No.", NULL), 0);
	says("verdict     not near: too short\n");
	cr_assert_eq(
	    explain("what a day that was for the men who had come to mend the old pier",
		"nobody could say in the end whether bread or water would be enough", NULL),
	    0);
	says("verdict     not near: ");
	cr_assert_eq(explain("", "\xFF\x1B", NULL), 0);
	says("verdict     not near: too short\n");
}

Test(explain, places_of_records_are_looked_up)
{
	const char *path = scratch_put("x.jsonl", buf_view(&lines));

	cr_assert_eq(explain("00000000000000a1#3", "00000000000000b2#1", path), 0, "%s", said.p);
	says("the owned text\n");
	says("the owned text, edited\n");
	cr_assert_eq(explain("00000000000000a1#3", "00000000000000b2#2", path), EXIT_PERMANENT);
	cr_assert(strstr(said.p, "00000000000000b2#2: its text is not in these files") != NULL);
	cr_assert_eq(explain("x", "00000000000000b2#2", path), EXIT_PERMANENT);
	cr_assert(strstr(said.p, "'x' is no place") != NULL, "%s", said.p);
}

Test(explain, two_paragraphs_are_needed)
{
	cr_assert_eq(explain("one", NULL, NULL), EXIT_PERMANENT);
	cr_assert(strstr(said.p, "two paragraphs") != NULL, "%s", said.p);
}
