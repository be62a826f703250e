/* Forms that are asked for, whatever the bytes look like; the forms themselves: test_framing.c. */
#include "cuts.h"
#include "proto/framing.h"

Test(framing_forms, an_archive_that_is_to_be_a_text_is_one)
{
	struct span s = SPAN("WARC/1.0\r\nContent-Length: 1\r\n\r\nx\r\n\r\n");
	struct cuts c;

	cuts_open(&c, LARGEST);
	cuts_add(&c, fd_of(s), FORM_TEXT, true);
	cr_assert_eq(c.n, 1);
	is_document(&c, 0, FORM_TEXT, 0, s);
	cuts_done(&c);
}
