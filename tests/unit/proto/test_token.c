#include "proto/token.h"

#include <criterion/criterion.h>

#include "common/buf.h"

Test(token, comes_back)
{
	struct token t = {.input = 3, .offset = 1ULL << 40, .state = SPAN("a\0b")}, back = {0};
	struct buf b = {0};
	struct scan s;

	token_pack(&b, &t);
	s = scan_of(buf_view(&b));
	cr_assert_eq(token_unpack(&back, &s), 0);
	cr_assert_eq(scan_left(&s), 0);
	cr_assert_eq(back.input, 3);
	cr_assert_eq(back.offset, 1ULL << 40);
	cr_assert(span_equal(back.state, t.state));
	buf_done(&b);
}

Test(token, passes_over_what_it_does_not_know)
{
	struct token t = {0};
	struct scan s = scan_of(SPAN("\x82\xA3new\x91\xC0\xA5input\x05"));

	cr_assert_eq(token_unpack(&t, &s), 0);
	cr_assert_eq(t.input, 5);
}

Test(token, refuses_what_is_none)
{
	struct span bad[] = {
	    SPAN("\x81\xA5input\xA1x"), SPAN("\x81\xA5state\xA1x"), SPAN("\x93"), SPAN("")};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct token t = {.input = 77};
		struct scan s = scan_of(bad[i]);
		cr_assert_eq(token_unpack(&t, &s), ERR_RECORD, "%zu", i);
		cr_assert_eq(t.input, 77, "a failure wrote its result");
	}
}
