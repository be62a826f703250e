#include <criterion/criterion.h>

#include "common/utf8.h"

static struct arena arena;

static void
done(void)
{
	arena_done(&arena);
}

TestSuite(utf8, .fini = done);

static void
check_repaired(struct span bytes, struct span wanted, size_t wanted_replaced)
{
	size_t replaced = 77;
	struct span s = utf8_repair(&arena, bytes, &replaced);

	cr_assert(span_equal(s, wanted), "%.*s, not %.*s", (int)s.n, s.p, (int)wanted.n, wanted.p);
	cr_assert_eq(replaced, wanted_replaced);
	cr_assert_eq(utf8_valid(s), s.n);
}

Test(utf8, every_character_is_written_and_read)
{
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char p[4];
		size_t n, at = 0;
		bool bad = false;

		if (c >= 0xD800 && c < 0xE000)
			continue;
		n = utf8_put(p, c);
		cr_assert_eq(n, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
		cr_assert_eq(utf8_next(span_of(p, n), &at, &bad), c);
		cr_assert_eq(at, n);
		cr_assert_not(bad);
		cr_assert_eq(utf8_previous(span_of(p, n), &at), c);
		cr_assert_eq(at, 0);
	}
}

Test(utf8, ill_formed_sequences_are_replaced)
{
	check_repaired(SPAN("\xC0\xAF"), SPAN("\uFFFD\uFFFD"), 2);           /* overlong / */
	check_repaired(SPAN("\xE0\x80\xAF"), SPAN("\uFFFD\uFFFD\uFFFD"), 3); /* the same */
	check_repaired(SPAN("\xED\xA0\x80"), SPAN("\uFFFD\uFFFD\uFFFD"), 3); /* surrogate */
	check_repaired(SPAN("\xF4\x90\x80\x80"), SPAN("\uFFFD\uFFFD\uFFFD\uFFFD"), 4); /* 110000 */
	check_repaired(SPAN("\xF8\x88\x80"), SPAN("\uFFFD\uFFFD\uFFFD"), 3);
	check_repaired(SPAN("\x80"), SPAN("\uFFFD"), 1);
	check_repaired(SPAN("\xFF"), SPAN("\uFFFD"), 1);
}

/* The Unicode Standard, table 3-11. */
Test(utf8, a_truncated_sequence_is_one_replacement)
{
	check_repaired(
	    SPAN("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), SPAN("\uFFFD\uFFFD\uFFFD\uFFFDA"), 4);
	check_repaired(SPAN("a\xF1\x80\x80\xE1\x80\xC2"
			    "b\x80"
			    "c\x80\xBF"
			    "d"),
	    SPAN("a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd"), 6);
}

Test(utf8, a_sequence_cut_by_the_end_is_replaced)
{
	check_repaired(SPAN("rain \xC3"), SPAN("rain \uFFFD"), 1);
	check_repaired(SPAN("rain \xE2\x82"), SPAN("rain \uFFFD"), 1);
	check_repaired(SPAN("rain \xF0\x9F\x98"), SPAN("rain \uFFFD"), 1);
}

Test(utf8, valid_text_is_not_copied)
{
	struct span text = SPAN("Żółw, \uFFFD, 雨 and 😀");
	size_t replaced = 77;

	cr_assert_eq(utf8_repair(&arena, text, &replaced).p, text.p);
	cr_assert_eq(replaced, 0);
	cr_assert_eq(utf8_repair(&arena, span_of(NULL, 0), &replaced).n, 0);
}

Test(utf8, the_first_ill_formed_place_is_found)
{
	for (size_t n = 0; n < 40; n++) {
		char text[44];

		memset(text, 'a', sizeof(text));
		text[n] = '\xE2';
		cr_assert_eq(utf8_valid(span_of(text, n)), n);
		cr_assert_eq(utf8_valid(span_of(text, n + 1)), n);
		cr_assert_eq(utf8_valid(span_of(text, sizeof(text))), n);
		memcpy(text + n, "\u20AC", 3);
		cr_assert_eq(utf8_valid(span_of(text, sizeof(text))), sizeof(text));
	}
}

Test(utf8, ascii_is_seen_at_every_length)
{
	for (size_t n = 0; n < 40; n++) {
		char text[40];

		memset(text, 0x7F, sizeof(text));
		cr_assert(utf8_is_ascii(span_of(text, n)));
		for (size_t i = 0; i < n; i++) {
			text[i] = '\x80';
			cr_assert_not(utf8_is_ascii(span_of(text, n)));
			text[i] = 0x7F;
		}
	}
	cr_assert(utf8_is_ascii(span_of(NULL, 0)));
}

Test(utf8, characters_are_counted)
{
	char text[3000];

	cr_assert_eq(utf8_count(SPAN("")), 0);
	cr_assert_eq(utf8_count(span_of(NULL, 0)), 0);
	cr_assert_eq(utf8_count(SPAN("aé雨😀\0")), 5);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "\u20AC"[i % 3];
	for (size_t n = 0; n <= sizeof(text) / 3; n++)
		cr_assert_eq(utf8_count(span_of(text, 3 * n)), n);
}

Test(utf8, text_is_read_backwards)
{
	struct span s = SPAN("aé雨😀z");
	static const uint32_t wanted[] = {'z', 0x1F600, 0x96E8, 0xE9, 'a'};
	size_t at = s.n;

	for (size_t i = 0; i < 5; i++)
		cr_assert_eq(utf8_previous(s, &at), wanted[i]);
	cr_assert_eq(at, 0);
}

/* PropList.txt of Unicode 15: 25 characters. */
Test(utf8, white_space_is_that_of_unicode)
{
	static const uint32_t spaces[] = {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20, 0x85, 0xA0, 0x1680,
	    0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A,
	    0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
	size_t n = 0;

	for (uint32_t c = 0; c <= 0x10FFFF; c++)
		n += utf8_is_space(c);
	cr_assert_eq(n, 25);
	for (size_t i = 0; i < 25; i++)
		cr_assert(utf8_is_space(spaces[i]), "%x", spaces[i]);
}

/* 32 of C0, DEL, 32 of C1, and the 12 of Bidi_Control in PropList.txt of Unicode 15. */
Test(utf8, control_characters_are_those_that_steer)
{
	static const uint32_t steer[] = {0x00, 0x09, 0x0A, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x9B, 0x9F,
	    0x061C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068,
	    0x2069};
	static const uint32_t harmless[] = {
	    0x20, 0x7E, 0xA0, 0xAD, 0x061B, 0x061D, 0x200D, 0x2010, 0x2029, 0x202F, 0x2065, 0x206A};
	size_t n = 0;

	for (uint32_t c = 0; c <= 0x10FFFF; c++)
		n += utf8_is_control(c);
	cr_assert_eq(n, 32 + 1 + 32 + 12);
	for (size_t i = 0; i < sizeof(steer) / sizeof(*steer); i++)
		cr_assert(utf8_is_control(steer[i]), "%x", steer[i]);
	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
		cr_assert_not(utf8_is_control(harmless[i]), "%x", harmless[i]);
}

Test(utf8, trimming_takes_white_space_off_both_ends)
{
	struct span text = SPAN(" \t\u00A0\u3000rain \u2003 fog\r\n \u2029");
	struct span s = utf8_trim(text);

	cr_assert(span_equal(s, SPAN("rain \u2003 fog")));
	cr_assert_eq(s.p, text.p + 7);
	cr_assert_eq(utf8_trim(SPAN(" \u3000\n")).n, 0);
	cr_assert_eq(utf8_trim(SPAN("")).n, 0);
	cr_assert(span_equal(utf8_trim(SPAN("é")), SPAN("é")));
	cr_assert(span_equal(utf8_trim(SPAN("\u200Bé")), SPAN("\u200Bé")));
}
