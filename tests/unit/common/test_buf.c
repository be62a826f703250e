#include <criterion/criterion.h>

#include "common/buf.h"

static struct buf b;

static void
done(void)
{
	buf_done(&b);
}

TestSuite(buf, .fini = done);

static void
check(const char *wanted)
{
	cr_assert(
	    span_equal(buf_view(&b), span_str(wanted)), "<%.*s>, not <%s>", (int)b.n, b.p, wanted);
	b.n = 0;
}

Test(buf, what_is_put_follows_what_was_there)
{
	buf_str(&b, "rain ");
	buf_put(&b, "over", 4);
	buf_byte(&b, ' ');
	buf_span(&b, SPAN("the harbour"));
	check("rain over the harbour");
}

Test(buf, putting_nothing_changes_nothing)
{
	buf_str(&b, "rain");
	buf_str(&b, "");
	buf_put(&b, NULL, 0);
	buf_span(&b, span_of(NULL, 0));
	check("rain");
}

Test(buf, growing_keeps_what_was_there)
{
	for (size_t i = 0; i < 100000; i++)
		buf_byte(&b, (char)i);
	cr_assert_eq(b.n, 100000);
	cr_assert_geq(b.cap, b.n);
	for (size_t i = 0; i < b.n; i++)
		cr_assert_eq(b.p[i], (char)i);
}

Test(buf, growing_doubles)
{
	size_t moves = 0;

	for (size_t i = 0; i < 1 << 20; i++) {
		size_t cap = b.cap;

		buf_byte(&b, 'x');
		moves += b.cap != cap;
	}
	cr_assert_lt(moves, 20);
}

Test(buf, room_is_there_and_not_used_yet)
{
	char *p;

	buf_str(&b, "rain");
	p = buf_room(&b, 10000);
	cr_assert_eq(p, b.p + 4);
	cr_assert_eq(b.n, 4);
	memset(p, 'x', 10000);
	check("rain");
}

Test(buf, print_is_printf)
{
	buf_str(&b, "at ");
	buf_print(&b, "%s %d", "pier", 17);
	check("at pier 17");
	buf_print(&b, "%100000d", 7);
	cr_assert_eq(b.n, 100000);
	b.n = 0;
	buf_print(&b, "%s", "");
	check("");
}

Test(buf, numbers_of_all_sizes_are_written)
{
	buf_uint(&b, 0);
	buf_byte(&b, ' ');
	buf_uint(&b, 1907);
	buf_byte(&b, ' ');
	buf_uint(&b, UINT64_MAX);
	check("0 1907 18446744073709551615");
	buf_int(&b, 0);
	buf_int(&b, -7);
	buf_int(&b, INT64_MAX);
	buf_int(&b, INT64_MIN);
	check("0-79223372036854775807-9223372036854775808");
}

Test(buf, hex_has_two_lower_case_digits_a_byte)
{
	buf_hex(&b, "\x00\x0F\xA5\xFF", 4);
	buf_hex(&b, "", 0);
	check("000fa5ff");
}

/* The examples of RFC 4648, section 10, and the two last digits. */
Test(buf, base64_is_padded)
{
	static const char *const pairs[][2] = {{"f", "Zg=="}, {"", ""}, {"fo", "Zm8="},
	    {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
	    {"\xFB\xEF\xFF", "++//"}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		buf_base64(&b, span_str(pairs[i][0]));
		check(pairs[i][1]);
	}
}

Test(buf, shift_cuts_the_front_off)
{
	buf_str(&b, "rain over");
	buf_shift(&b, 5);
	cr_assert(span_equal(buf_view(&b), SPAN("over")));
	buf_shift(&b, 0);
	cr_assert(span_equal(buf_view(&b), SPAN("over")));
	buf_shift(&b, 4);
	check("");
}

Test(buf, done_makes_it_new)
{
	buf_str(&b, "rain");
	buf_done(&b);
	buf_done(&b);
	cr_assert_null(b.p);
	cr_assert_eq(b.cap, 0);
	buf_str(&b, "fog");
	check("fog");
}
