#include <criterion/criterion.h>
#include <unicode/ucnv.h>

#include "common/buf.h"
#include "common/utf8.h"
#include "stages/extract/charset.h"

static size_t
decodes(struct span bytes, const char *content_type, const char *expected, const char *name)
{
	struct charset *c;
	struct arena a = {0};
	const char *got_name;
	size_t replaced;
	struct span got;

	cr_assert_eq(charset_open(&c), 0);
	got = charset_decode(c, &a, bytes, span_str(content_type), &got_name, &replaced);
	cr_assert_eq(utf8_valid(got), got.n);
	cr_assert(expected == NULL || span_equal(got, span_str(expected)), "'%.*s', not '%s'",
	    (int)got.n, got.p, expected);
	cr_assert_str_eq(got_name, name);
	charset_close(c);
	arena_done(&a);
	return replaced;
}

Test(charset, a_mark_decides)
{
	decodes(SPAN("\xEF\xBB\xBF\xC3\xA9"), "text/html; charset=latin1", "é", "UTF-8");
	decodes(SPAN("\xFF\xFE<\0p\0>\0\xE9\0"), NULL, "<p>é", "UTF-16LE");
	decodes(SPAN("\xFE\xFF\0<\0p\0>\x4E\x2D"), NULL, "<p>中", "UTF-16BE");
}

Test(charset, wide_characters_are_seen_without_a_mark)
{
	decodes(SPAN("<\0p\0>\0\xE9\0x\0"), NULL, "<p>éx", "UTF-16LE");
	decodes(SPAN("\0<\0p\0>\0\xE9\0x"), NULL, "<p>éx", "UTF-16BE");
	decodes(SPAN("<p>a\0b"), NULL, NULL, "UTF-8");
}

Test(charset, valid_utf8_is_utf8_whatever_is_claimed)
{
	decodes(SPAN("<meta charset=latin1>\xC3\xA9"), "text/html; charset=latin1",
	    "<meta charset=latin1>é", "UTF-8");
	decodes(SPAN(""), NULL, "", "UTF-8");
}

Test(charset, http_goes_before_meta)
{
	decodes(SPAN("<meta charset=windows-1251>\xE9"), "text/html; charset=\"ISO-8859-1\"",
	    "<meta charset=windows-1251>é", "windows-1252");
	decodes(SPAN("<meta charset='windows-1251'>\xE9"), "text/html",
	    "<meta charset='windows-1251'>й", "windows-1251");
	decodes(
	    SPAN("<META http-equiv=Content-Type content='text/html; charset=Shift_JIS'>\x82\xA0"),
	    NULL, "<META http-equiv=Content-Type content='text/html; charset=Shift_JIS'>あ",
	    "windows-31j");
	decodes(SPAN("<?xml version='1.0' encoding='koi8-r'?>\xC1"), NULL,
	    "<?xml version='1.0' encoding='koi8-r'?>а", "koi8-r");
	decodes(SPAN("<meta charset=iso-2022-jp>\x1B$B$\"\x1B(B"), NULL,
	    "<meta charset=iso-2022-jp>あ", "iso-2022-jp");
}

Test(charset, utf8_is_believed_where_most_of_it_is_right)
{
	struct buf page = {0};
	size_t replaced;

	for (int i = 0; i < 20; i++)
		buf_str(&page, "caf\xC3\xA9 ");
	buf_byte(&page, '\xC3'); /* cut in the middle */
	replaced = decodes(buf_view(&page), "text/html; charset=utf-8", NULL, "UTF-8");
	cr_assert_eq(replaced, 1);
	decodes(buf_view(&page), NULL, NULL, "UTF-8");
	buf_done(&page);
	decodes(
	    SPAN("<p>caf\xE9 noir"), "text/html; charset=utf-8", "<p>café noir", "windows-1252");
}

Test(charset, bytes_that_nobody_names_are_guessed)
{
	/* "Российская Федерация является демократическим государством" in windows-1251 */
	decodes(SPAN("\xD0\xEE\xF1\xF1\xE8\xE9\xF1\xEA\xE0\xFF "
		     "\xD4\xE5\xE4\xE5\xF0\xE0\xF6\xE8\xFF \xFF\xE2\xEB\xFF\xE5\xF2\xF1\xFF "
		     "\xE4\xE5\xEC\xEE\xEA\xF0\xE0\xF2\xE8\xF7\xE5\xF1\xEA\xE8\xEC "
		     "\xE3\xEE\xF1\xF3\xE4\xE0\xF0\xF1\xF2\xE2\xEE\xEC"),
	    NULL, "Российская Федерация является демократическим государством", "windows-1251");
}

Test(charset, what_is_no_character_is_counted)
{
	cr_assert_eq(decodes(SPAN("<meta charset=shift_jis>\x82\xA0\x82"), NULL,
			 "<meta charset=shift_jis>あ\uFFFD", "windows-31j"),
	    1);
}

Test(charset, pairs_of_surrogates_are_not_cut)
{
	struct buf page = {0}, expected = {0};
	struct charset *c;

	buf_put(&page,
	    "\xFF\xFE"
	    "a\0",
	    4);
	buf_byte(&expected, 'a');
	for (int i = 0; i < 10000; i++) {
		buf_put(&page, "\x3D\xD8\x00\xDE", 4);
		buf_str(&expected, "\xF0\x9F\x98\x80");
	}
	buf_byte(&expected, '\0');
	cr_assert_eq(decodes(buf_view(&page), NULL, expected.p, "UTF-16LE"), 0);
	cr_assert_eq(charset_open(&c), 0);
	charset_close(c);
	buf_done(&page);
	buf_done(&expected);
}

Test(charset, every_name_has_a_converter)
{
	for (size_t i = 0; i < CHARSET_LABELS; i++) {
		UErrorCode status = U_ZERO_ERROR;
		UConverter *converter = ucnv_open(charset_labels[i].name, &status);

		cr_assert(U_SUCCESS(status), "%s", charset_labels[i].name);
		cr_assert(
		    i == 0 || strcmp(charset_labels[i - 1].label, charset_labels[i].label) < 0);
		ucnv_close(converter);
	}
}

Test(charset, names_that_no_page_may_have_are_passed_over)
{
	decodes(SPAN("<meta charset=utf-7><meta charset=ebcdic-cp-us>\xE9t\xE9"), NULL, NULL,
	    "windows-1252");
}
