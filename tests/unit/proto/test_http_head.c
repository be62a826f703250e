#include "proto/http_head.h"

#include <criterion/criterion.h>

static void
is(struct span a, const char *b)
{
	cr_assert(span_equal(a, span_str(b)), "'%.*s', not '%s'", (int)a.n, a.p, b);
}

Test(http_head, status_and_what_says_how_to_read_the_body)
{
	struct http_head h;
	struct span s = SPAN(
	    "HTTP/1.1 404 Not Found\r\nCONTENT-TYPE : text/html; charset=\"x\"\r\n"
	    "Content-Encoding: br\r\nTransfer-Encoding:chunked\r\nContent-Length: 7\r\n\r\nbody");

	cr_assert(http_head_read(&h, s));
	cr_assert_eq(h.status, 404);
	cr_assert(h.whole);
	is(h.type, "text/html; charset=\"x\"");
	is(h.encoding, "br");
	is(h.transfer, "chunked");
	is(h.length, "7");
	is(span_cut(s, h.n, s.n), "body");
}

Test(http_head, lines_may_end_in_lf_and_the_head_in_nothing)
{
	struct http_head h;

	cr_assert(http_head_read(&h, SPAN("HTTP/1.0 200\nA: b\n\nx")));
	cr_assert_eq(h.n, 19);
	cr_assert_eq(h.status, 200);
	cr_assert(http_head_read(&h, SPAN("HTTP/1.0 abc\r\nContent-Type: a/b")));
	cr_assert_eq(h.status, 0);
	cr_assert_not(h.whole);
	is(h.type, "a/b");
	cr_assert_not(http_head_read(&h, SPAN("GET / HTTP/1.1\r\n\r\n")));
	cr_assert_not(http_head_read(&h, SPAN("")));
}

Test(http_head, media_types_have_parameters)
{
	is(media_type(SPAN(" text/html ; charset=utf-8")), "text/html");
	is(media_type(SPAN("")), "");
	is(media_charset(SPAN("text/html; Charset = 'ISO-8859-1' ; x=y")), "ISO-8859-1");
	is(media_charset(SPAN("text/html;charset=utf-8")), "utf-8");
	is(media_charset(SPAN("text/html; xcharset=utf-8")), "");
	is(media_charset(SPAN("text/html; charset")), "");
	is(media_charset(SPAN("text/html; charset=")), "");
}
