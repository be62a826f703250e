/* What an input is, by its first bytes. */
#include "cuts.h"
#include "proto/framing.h"

static void
is_filtered(struct span s, const char *type)
{
	struct cuts c;

	cuts_of(&c, s, LARGEST);
	cr_assert_eq(c.n, 1);
	cr_assert_null(c.pieces[0].reason);
	cr_assert(span_equal(c.pieces[0].filtered, SPAN("mime")));
	cr_assert(span_equal(c.pieces[0].mime, span_str(type)));
	cr_assert_eq(c.pieces[0].raw.n, 0);
	cr_assert_eq(c.pieces[0].length, s.n);
	cuts_done(&c);
}

Test(framing_detect, images_and_the_like_are_no_texts)
{
	is_filtered(SPAN("\x89PNG\r\n\x1A\n0000"), "image/png");
	is_filtered(SPAN("\xFF\xD8\xFF\xE0"), "image/jpeg");
	is_filtered(SPAN("%PDF-1.7\nand more"), "application/pdf");
	is_filtered(SPAN("RIFF1234WEBPVP8 "), "image/webp");
}

Test(framing_detect, what_may_hold_texts_but_cannot_be_read_is_refused)
{
	struct cuts c;

	cuts_of(&c, SPAN("BZh91AY&SY"), LARGEST);
	cr_assert_eq(c.n, 1);
	is_refused(&c, 0, "unsupported", 0, 10);
	cuts_done(&c);
}

Test(framing_detect, names_of_formats_in_a_text_are_text)
{
	struct cuts c;

	cuts_of(&c, SPAN("WARC/1.0 is a format, and filedesc: a word"), LARGEST);
	cr_assert_eq(c.n, 1);
	cr_assert_eq(c.pieces[0].form, FORM_TEXT);
	cr_assert_not(c.pieces[0].archived);
	cuts_done(&c);
}
