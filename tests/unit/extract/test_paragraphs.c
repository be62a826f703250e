#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>

#include "stages/extract/paragraphs.h"

static struct arena arena;

static void
done(void)
{
	arena_done(&arena);
}

TestSuite(paragraphs, .fini = done);

/* Split and compare with the wanted texts, joined by |. */
static struct paragraph *
check(const char *text, enum paragraphs_mode mode, const char *wanted)
{
	struct paragraph *p = NULL;
	size_t n = 77, at = 0;
	char got[512];

	cr_assert_eq(paragraphs_split(&arena, span_str(text), mode, &p, &n), 0);
	got[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		at += (size_t)snprintf(got + at, sizeof(got) - at, "%s%.*s", i > 0 ? "|" : "",
		    (int)p[i].text.n, p[i].text.p);
		cr_assert_eq(p[i].n, i);
	}
	cr_assert_str_eq(got, wanted);
	return p;
}

static void
check_kind(const char *text, enum kind kind)
{
	cr_assert_eq(paragraph_kind(span_str(text)), kind, "%s", text);
}

Test(paragraphs, every_newline_ends_a_line)
{
	check("one\ntwo\r\nthree\rfour", PARAGRAPHS_LINE, "one|two|three|four");
	check("one\n\rtwo\r\r\nthree\n", PARAGRAPHS_LINE, "one|two|three");
}

Test(paragraphs, ends_are_trimmed_and_empty_ones_are_none)
{
	check("\n\n  one\t\n \u00A0 \n\u3000two \n", PARAGRAPHS_LINE, "one|two");
}

Test(paragraphs, no_text_has_none)
{
	check("", PARAGRAPHS_AUTO, "");
	check(" \r\n\t\u2003\n", PARAGRAPHS_AUTO, "");
	check(" \n\n ", PARAGRAPHS_BLANK, "");
	check("", PARAGRAPHS_LINE, "");
}

Test(paragraphs, no_bytes_at_all_are_no_text)
{
	struct paragraph *p;
	size_t n = 77;

	cr_assert_eq(paragraphs_split(&arena, span_of(NULL, 0), PARAGRAPHS_AUTO, &p, &n), 0);
	cr_assert_eq(n, 0);
}

Test(paragraphs, blank_lines_part_and_other_line_breaks_join)
{
	check("It rained\nall night.\n\nThen it\r\nstopped.", PARAGRAPHS_BLANK,
	    "It rained all night.|Then it stopped.");
	check("one\rtwo\r\rthree", PARAGRAPHS_BLANK, "one two|three");
}

Test(paragraphs, white_space_around_a_joined_line_break_goes)
{
	check("one  \n\t two\u00A0\r\n\u3000three", PARAGRAPHS_BLANK, "one two three");
}

Test(paragraphs, white_space_within_a_line_stays)
{
	check("one  \t two\n\nthree", PARAGRAPHS_BLANK, "one  \t two|three");
}

Test(paragraphs, a_line_of_white_space_is_blank)
{
	check("one\n \t\u00A0\u3000\ntwo", PARAGRAPHS_BLANK, "one|two");
	check("one\n\u200B\ntwo", PARAGRAPHS_BLANK, "one \u200B two"); /* no white space */
}

Test(paragraphs, auto_unwraps_a_text_with_blank_lines)
{
	check("one\ntwo\n\nthree", PARAGRAPHS_AUTO, "one two|three");
	check("one\r\n\r\ntwo", PARAGRAPHS_AUTO, "one|two");
}

Test(paragraphs, auto_takes_lines_if_no_line_is_blank)
{
	check("one\ntwo\nthree", PARAGRAPHS_AUTO, "one|two|three");
	check("one\r\ntwo\r\n", PARAGRAPHS_AUTO, "one|two");
}

Test(paragraphs, blank_lines_at_the_ends_do_not_count_for_auto)
{
	check("\n \n\none\ntwo\n\n \n", PARAGRAPHS_AUTO, "one|two");
}

Test(paragraphs, text_that_needs_no_joining_is_not_copied)
{
	static const char text[] = "one\n\n two \n\nthree\nfour";
	struct paragraph *p = check(text, PARAGRAPHS_AUTO, "one|two|three four");

	cr_assert_eq(p[0].text.p, text);
	cr_assert_eq(p[1].text.p, text + 6);
	cr_assert(p[2].text.p < text || p[2].text.p >= text + sizeof(text));
}

Test(paragraphs, hash_and_chars_are_left_clear)
{
	struct paragraph *p = check("one", PARAGRAPHS_LINE, "one");
	static const struct hash none;

	cr_assert_eq(p[0].chars, 0);
	cr_assert_eq(memcmp(&p[0].hash, &none, sizeof(none)), 0);
}

Test(paragraphs, short_lines_without_an_end_are_headings)
{
	check_kind("Rain over the harbour", KIND_HEADING);
	check_kind("Results (2019)", KIND_HEADING);
	check_kind("「雨の港」", KIND_HEADING);
	check_kind("Дождь над гаванью", KIND_HEADING);
	check_kind("Rain over the harbour 🙂", KIND_HEADING);
}

Test(paragraphs, sentences_and_clauses_are_no_headings)
{
	static const char *const texts[] = {"It rained.", "Did it rain?", "It rained!",
	    "It rained …", "Ingredients:", "First,", "and so;", "“It rained.”", "(It rained.)",
	    "« Il pleut. »", "‘It rained.’\"", "雨が降った。", "雨、", "「雨が降った。」",
	    "बारिश हुई।", "بارش ہوئی۔", "هل أمطرت؟", "下雨了！", "„Es regnet.“", "It rained! 🙂",
	    "It rained.👍🏽 ❤️", "It rained? 👩‍🚀”", "It rained‼",
	    "It rained⁉️", "It rained! 🇫🇷", "هل أمطرت؟\u200F"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		check_kind(texts[i], KIND_TEXT);
}

Test(paragraphs, headings_have_a_letter)
{
	check_kind("---", KIND_TEXT);
	check_kind("3.2", KIND_TEXT);
	check_kind("\"", KIND_TEXT);
	check_kind("", KIND_TEXT);
	cr_assert_eq(paragraph_kind(span_of(NULL, 0)), KIND_TEXT);
	check_kind("3 p", KIND_HEADING);
}

/* A text of so many characters, each the same. */
static const char *
repeat(const char *what, size_t count)
{
	size_t n = strlen(what);
	char *p = arena_alloc(&arena, n * count + 1);

	for (size_t i = 0; i < count; i++)
		memcpy(p + n * i, what, n);
	p[n * count] = '\0';
	return p;
}

Test(paragraphs, headings_are_short)
{
	check_kind(repeat("x", 120), KIND_HEADING);
	check_kind(repeat("x", 121), KIND_TEXT);
	check_kind(repeat("é", 120), KIND_HEADING);
	check_kind(repeat("é", 121), KIND_TEXT);
	check_kind(repeat("雨", 40), KIND_HEADING);
	check_kind(repeat("雨", 41), KIND_TEXT);
	check_kind(repeat("ก", 41), KIND_TEXT);
	check_kind(repeat("\U00020000", 41), KIND_TEXT);
	check_kind(arena_print(&arena, "%sz", repeat("a ", 15)).p, KIND_HEADING);
	check_kind(arena_print(&arena, "%sz", repeat("a ", 16)).p, KIND_TEXT);
	check_kind(arena_print(&arena, "%sz", repeat("a  ", 15)).p, KIND_HEADING);
}

Test(paragraphs, bullets_numbers_and_letters_make_a_list)
{
	static const char *const texts[] = {"- rain", "* rain", "• rain", "▪\u00A0rain", "1. Rain.",
	    "12) rain", "a) rain.", "B) Rain", "100. rain", "–", "б) дождь"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		check_kind(texts[i], i == 9 ? KIND_TEXT : KIND_LIST);
}

Test(paragraphs, what_only_looks_like_a_list_is_none)
{
	static const char *const texts[] = {"-5 degrees.", "*rain*.", "1987. A dry year.", "1.5 m.",
	    "a rain.", "a. Rain.", "1", ".", "-", "1.", "a)", ") rain.", ":) rain.", "12", "999"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		cr_assert_neq(paragraph_kind(span_str(texts[i])), KIND_LIST, "%s", texts[i]);
}

Test(paragraphs, split_sets_the_kinds)
{
	struct paragraph *p =
	    check("Rain\nIt rained.\n- much", PARAGRAPHS_LINE, "Rain|It rained.|- much");

	cr_assert_eq(p[0].kind, KIND_HEADING);
	cr_assert_eq(p[1].kind, KIND_TEXT);
	cr_assert_eq(p[2].kind, KIND_LIST);
}

Test(paragraphs, the_limit_is_allowed)
{
	struct paragraph *p;
	size_t n;
	struct span text = span_str(repeat("a\n", PARAGRAPHS_MAX));

	cr_assert_eq(paragraphs_split(&arena, text, PARAGRAPHS_LINE, &p, &n), 0);
	cr_assert_eq(n, PARAGRAPHS_MAX);
	cr_assert_eq(p[n - 1].n, PARAGRAPHS_MAX - 1);
}

Test(paragraphs, more_than_the_limit_are_refused)
{
	struct paragraph *p = (void *)1;
	size_t n = 77;
	struct span text = span_str(repeat("a\n\n", PARAGRAPHS_MAX + 1));

	cr_assert_eq(paragraphs_split(&arena, text, PARAGRAPHS_AUTO, &p, &n), ERR_RECORD);
	cr_assert_not_null(strstr(err_text(), "1048576"));
	cr_assert_eq(n, 77);
	cr_assert_eq(p, (void *)1);
}

Test(paragraphs, line_ends_of_one_kind_take_linear_time)
{
	clock_t start = clock();
	struct paragraph *p;
	size_t n;

	cr_assert_eq(
	    paragraphs_split(&arena, span_str(repeat("ab\r", 1000000)), PARAGRAPHS_LINE, &p, &n),
	    0);
	cr_assert_eq(n, 1000000);
	cr_assert_eq(
	    paragraphs_split(&arena, span_str(repeat("\r", 3000000)), PARAGRAPHS_AUTO, &p, &n), 0);
	cr_assert_eq(n, 0);
	cr_assert_lt(clock() - start, 20 * CLOCKS_PER_SEC);
}
