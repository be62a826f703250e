#include "proto/record_head.h"

#include <criterion/criterion.h>

static struct record_head h;

static void
is(struct span a, const char *b)
{
	cr_assert(span_equal(a, span_str(b)), "'%.*s', not '%s'", (int)a.n, a.p, b);
}

static void
reads(struct span s, size_t n, uint64_t length)
{
	cr_assert_eq(warc_head_read(&h, s), 0);
	cr_assert_eq(h.n, n, "%zu", h.n);
	cr_assert_eq(h.length, length);
}

Test(record_head, a_warc_head)
{
	struct span s =
	    SPAN("WARC/1.1\r\nWARC-Type: Response\r\nwarc-record-id: <urn:uuid:1>\r\n"
		 "WARC-Target-URI: <http://a/b c>\r\nWARC-Date: 2024-01-02T03:04:05Z\r\n"
		 "WARC-Block-Digest: sha1:B\r\nWARC-Payload-Digest: sha1:P\r\n"
		 "Content-Type: application/http; msgtype=response\r\n"
		 "Content-Length: 4\r\n\r\nbody");

	reads(s, s.n - 4, 4);
	cr_assert(h.has_length);
	cr_assert_eq(h.type, RECORD_RESPONSE);
	is(h.id, "urn:uuid:1");
	is(h.url, "http://a/b c");
	is(h.date, "2024-01-02T03:04:05Z");
	is(h.payload_digest, "sha1:P");
	is(h.block_digest, "sha1:B");
	is(h.content_type, "application/http; msgtype=response");
	for (size_t n = 0; n < s.n - 4; n++)
		cr_assert_eq(warc_head_read(&h, span_cut(s, 0, n)), ERR_HOLD, "%zu bytes", n);
}

Test(record_head, what_real_files_do)
{
	reads(SPAN("WARC/0.18\nContent-Length: 3\n\nabc"), 29, 3); /* LF alone */
	reads(SPAN("WARC/1.0\r\r\nContent-Length: 3\r\r\n\r\r\nabc"), 34, 3);
	reads(SPAN("WARC/1.0\nContent-Length: 8\nHTTP/1.1 200 OK\n"), 27, 8); /* no blank line */
	reads(SPAN("WARC/1.0\nContent-Length: -1\n\n"), 29, 0);
	cr_assert_not(h.has_length);
	reads(SPAN("WARC/1.0\nContent-Length: 99999999999999999999\n\n"), 47, 0);
	cr_assert_not(h.has_length);
	reads(SPAN("WARC/1.0\nWARC-Type: revisit\nWARC-Refers-To-Target-URI: <u>\n\n"), 60, 0);
	cr_assert_eq(h.type, RECORD_REVISIT);
	is(h.refers, "u");
}

Test(record_head, what_is_no_head)
{
	cr_assert_eq(warc_head_read(&h, SPAN("HTTP/1.1 200 OK\r\n\r\n")), ERR_RECORD);
	cr_assert_eq(warc_head_read(&h, SPAN("WARC/one\r\n\r\n")), ERR_RECORD);
	cr_assert_eq(warc_head_read(&h, SPAN("a line of sixteen characters or more")), ERR_RECORD);
	cr_assert_eq(
	    arc_head_read(&h, SPAN("http://a 1.2.3.4 20140216050221 text/html x\n")), ERR_RECORD);
	cr_assert_eq(arc_head_read(&h, SPAN("http://a 1.2.3.4 2014 text/html 9\n")), ERR_RECORD);
	cr_assert_eq(arc_head_read(&h, SPAN("nothing of the kind\n")), ERR_RECORD);
}

Test(record_head, an_arc_head_is_read_from_its_end)
{
	struct span s = SPAN("http://a/?q=two words 93.1.2.3 20140216050221 text/html 1591\nHTTP");

	cr_assert_eq(arc_head_read(&h, s), 0);
	is(h.url, "http://a/?q=two words");
	is(h.date, "20140216050221");
	is(h.content_type, "text/html");
	cr_assert_eq(h.length, 1591);
	cr_assert_eq(h.n, s.n - 4);
	cr_assert_eq(h.type, RECORD_RESPONSE);
	cr_assert_eq(
	    arc_head_read(&h, SPAN("filedesc://a.arc 0.0.0.0 20140216050221 text/plain 7\n")), 0);
	cr_assert_eq(h.type, RECORD_OTHER);
	cr_assert_eq(arc_head_read(&h, SPAN("http://a 1.2.3.4 20140216050221")), ERR_HOLD);
}

Test(record_head, the_next_head_is_found)
{
	struct span s = SPAN("xx WARC/1.0\nWARC/1.0 quoted\nWARC/1.1\r\nW");
	size_t sure = 0;

	cr_assert_eq(warc_head_find(s, 0, &sure), 28);
	cr_assert_eq(warc_head_find(SPAN("nothing at all"), 0, &sure), 14);
	cr_assert_eq(sure, 9);
	cr_assert_eq(warc_head_find(SPAN("some text\nWARC/1"), 0, &sure), 16);
	cr_assert_eq(sure, 9, "there it may begin");
	s = SPAN("garbage\nhttp://a 1.2.3.4 20140216050221 text/html 5\n");
	cr_assert_eq(arc_head_find(s, 0, &sure), 8);
	cr_assert_eq(arc_head_find(SPAN("garbage\nhttp://a"), 0, &sure), 16);
	cr_assert_eq(sure, 7);
}
