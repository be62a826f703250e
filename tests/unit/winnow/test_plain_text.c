#include "stages/winnow/plain_text.h"

#include <criterion/criterion.h>

Test(plain_text, is_one_line_that_steers_no_terminal)
{
	struct buf b = {0};

	plain_text_put(&b, SPAN("a\n\tb\x1B[31mc \u00E9\u2028"));
	cr_assert(span_equal(buf_view(&b), SPAN("a  b\uFFFD[31mc \u00E9 ")), "%.*s", (int)b.n, b.p);
	buf_done(&b);
}
