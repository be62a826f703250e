/* Records of WARC and ARC, whole, odd and damaged. */
#include "cuts.h"
#include "proto/framing.h"
#include "tests/unit/packing.h"

static struct buf warc;

static void
done(void)
{
	buf_done(&warc);
}

TestSuite(framing_records, .fini = done);

/* Append a record; length: what it says, or -1 for the truth. */
static void
put_record(const char *type, const char *id, struct span block, long length)
{
	buf_print(&warc,
	    "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Record-ID: <%s>\r\nWARC-Target-URI: http://a/%s\r\n"
	    "Content-Length: %ld\r\n\r\n",
	    type, id, id, length < 0 ? (long)block.n : length);
	buf_span(&warc, block);
	buf_str(&warc, "\r\n\r\n");
}

#define PAGE SPAN("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=x\r\n\r\n<p>page\r\n")

static void
is_record(const struct cuts *c, size_t i, const char *id, struct span raw)
{
	const struct piece *p = &c->pieces[i];

	cr_assert_lt(i, c->n, "only %zu pieces", c->n);
	cr_assert_null(p->reason, "%s: %s", p->reason, p->detail);
	cr_assert(p->archived);
	cr_assert(span_equal(p->head.id, span_str(id)), "piece %zu is '%.*s'", i, (int)p->head.id.n,
	    p->head.id.p);
	cr_assert(span_equal(p->raw, raw), "piece %zu has '%.*s'", i, (int)p->raw.n, p->raw.p);
}

Test(framing_records, responses_and_the_like_are_documents)
{
	struct cuts c;
	struct span all;
	size_t second;

	put_record("warcinfo", "i", SPAN("software: x\r\n"), -1);
	put_record("request", "q", SPAN("GET / HTTP/1.1\r\n\r\n"), -1);
	second = warc.n;
	put_record("response", "r", PAGE, -1);
	put_record("conversion", "c", SPAN("text"), -1);
	put_record("revisit", "v", SPAN("HTTP/1.1 304 Not Modified\r\n\r\n"), -1);
	all = buf_view(&warc);
	cuts_of(&c, all, LARGEST);
	cr_assert_eq(c.n, 3);
	is_record(&c, 0, "r", PAGE);
	cr_assert_eq(c.pieces[0].form, FORM_HTTP);
	cr_assert_eq(c.pieces[0].status, 200);
	cr_assert(span_equal(c.pieces[0].mime, SPAN("text/html")));
	cr_assert_eq(c.pieces[0].offset, second);
	is_record(&c, 1, "c", SPAN("text"));
	cr_assert_eq(c.pieces[1].form, FORM_TEXT);
	is_record(&c, 2, "v", SPAN(""));
	cr_assert_eq(c.pieces[2].form, FORM_NONE);
	cr_assert_eq(c.pieces[2].head.type, RECORD_REVISIT);
	cuts_done(&c);
}

Test(framing_records, members_and_one_member_give_the_same)
{
	struct buf packed = {0};
	struct cuts c;

	for (int whole = 0; whole < 2; whole++) {
		packed.n = warc.n = 0;
		for (int i = 0; i < 3; i++) {
			if (!whole)
				warc.n = 0;
			put_record("response", "r", PAGE, -1);
			if (!whole || i == 2)
				pack_gzip(&packed, buf_view(&warc));
		}
		cuts_of(&c, buf_view(&packed), LARGEST);
		cr_assert_eq(c.n, 3);
		for (size_t i = 0; i < 3; i++) {
			is_record(&c, i, "r", PAGE);
			cr_assert_eq(c.pieces[i].offset, i * (warc.n / (whole ? 3 : 1)));
		}
		cuts_done(&c);
	}
	buf_done(&packed);
}

Test(framing_records, a_wrong_length_ends_where_the_next_record_begins)
{
	static const long lengths[] = {5, 70, 100, 100000, 0};
	struct cuts c;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		warc.n = 0;
		put_record("response", "1", SPAN("HTTP/1.1 200 OK\r\n\r\nthe body"), lengths[i]);
		put_record("response", "2", PAGE, -1);
		cuts_of(&c, buf_view(&warc), LARGEST);
		cr_assert_eq(c.n, 2, "length %ld: %zu pieces", lengths[i], c.n);
		is_record(&c, 0, "1", SPAN("HTTP/1.1 200 OK\r\n\r\nthe body"));
		cr_assert(strstr(c.pieces[0].warning, "its length is said to be") != NULL);
		is_record(&c, 1, "2", PAGE);
		cr_assert_eq(c.pieces[1].warning[0], '\0');
		cuts_done(&c);
	}
}

Test(framing_records, what_its_writer_has_cut_is_said)
{
	struct cuts c;

	buf_str(&warc, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <r>\r\n"
		       "WARC-Truncated: length\r\nContent-Length: 5\r\n\r\n<p>cu\r\n\r\n");
	put_record("response", "s", PAGE, -1);
	cuts_of(&c, buf_view(&warc), LARGEST);
	cr_assert_eq(c.n, 2);
	cr_assert_str_eq(c.pieces[0].warning, "its writer has cut it short: length");
	cr_assert_str_eq(c.pieces[1].warning, "");
	cuts_done(&c);
}

Test(framing_records, a_stretch_of_damage_is_one_refusal_with_its_range)
{
	struct cuts c;
	size_t from, to;

	put_record("response", "1", PAGE, -1);
	from = warc.n;
	for (int i = 0; i < 300000; i++)
		buf_str(&warc, "garbage\n");
	to = warc.n;
	put_record("response", "2", PAGE, -1);
	cuts_of(&c, buf_view(&warc), LARGEST);
	cr_assert_eq(c.n, 3, "%zu pieces", c.n);
	is_record(&c, 0, "1", PAGE);
	is_refused(&c, 1, "damaged", from, to - from);
	is_record(&c, 2, "2", PAGE);
	cuts_done(&c);
	warc.n = 0;
	put_record("response", "1", PAGE, -1);
	buf_str(&warc, "few\n");
	put_record("response", "2", PAGE, -1);
	cuts_of(&c, buf_view(&warc), LARGEST);
	cr_assert_eq(c.n, 3);
	is_refused(&c, 1, "damaged", warc.n / 2 - 2, 4);
	cr_assert(span_equal(c.pieces[1].raw, SPAN("few\n")));
	cuts_done(&c);
}

Test(framing_records, an_end_within_a_record_is_said)
{
	struct cuts c;

	put_record("response", "1", PAGE, -1);
	put_record("response", "2", PAGE, -1);
	warc.n -= 20;
	cuts_of(&c, buf_view(&warc), LARGEST);
	cr_assert_eq(c.n, 2);
	is_record(&c, 0, "1", PAGE);
	cr_assert_str_eq(c.pieces[1].reason, "damaged");
	cr_assert(strstr(c.pieces[1].detail, "within a record") != NULL);
	cr_assert_gt(c.pieces[1].raw.n, 50);
	cuts_done(&c);
}

Test(framing_records, what_is_behind_a_damaged_member_comes_out)
{
	struct buf packed = {0};
	size_t at = 0;
	struct cuts c;

	for (int i = 0; i < 3; i++) {
		char id[2] = {(char)('1' + i), '\0'};

		warc.n = 0;
		put_record("response", id, PAGE, -1);
		if (i == 1)
			at = packed.n + 40;
		pack_gzip(&packed, buf_view(&warc));
	}
	packed.p[at] ^= 0x7F;
	cuts_of(&c, buf_view(&packed), LARGEST);
	cr_assert_eq(c.n, 3, "%zu pieces", c.n);
	is_record(&c, 0, "1", PAGE);
	cr_assert_str_eq(c.pieces[1].reason, "damaged");
	cr_assert(strstr(c.pieces[1].detail, "it goes on at compressed byte") != NULL, "%s",
	    c.pieces[1].detail);
	is_record(&c, 2, "3", PAGE);
	cr_assert_geq(c.pieces[2].offset, c.pieces[1].offset + c.pieces[1].length);
	cuts_done(&c);
	buf_done(&packed);
}

Test(framing_records, what_is_too_large_is_passed_over_and_so_is_what_is_not_wanted)
{
	struct buf block = {0};
	struct filter *filter;
	struct cuts c;

	buf_str(&block, "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n");
	put_times(&block, 'x', 3 << 20);
	put_record("response", "1", buf_view(&block), -1);
	put_record("metadata", "m", buf_view(&block), -1);
	put_record("response", "2", PAGE, -1);
	cuts_of(&c, buf_view(&warc), 1 << 20);
	cr_assert_eq(c.n, 2);
	cr_assert_str_eq(c.pieces[0].reason, "too-large");
	cr_assert(span_equal(c.pieces[0].head.id, SPAN("1")));
	is_record(&c, 1, "2", PAGE);
	cuts_done(&c);
	cr_assert_eq(filter_open(&filter, NULL), 0);
	cuts_open(&c, LARGEST);
	c.f.filter = filter;
	cuts_add(&c, fd_of(buf_view(&warc)), FORM_NONE, true);
	cr_assert_eq(c.n, 2);
	cr_assert_null(c.pieces[0].reason);
	cr_assert(span_equal(c.pieces[0].filtered, SPAN("mime")));
	cr_assert(span_equal(c.pieces[0].mime, SPAN("image/png")));
	cr_assert_eq(c.pieces[0].raw.n, 0);
	cr_assert_lt(c.f.block->size, 4 << 20, "it is not kept");
	is_record(&c, 1, "2", PAGE);
	cuts_done(&c);
	filter_close(filter);
	buf_done(&block);
}

Test(framing_records, a_length_without_end_does_not_hide_what_follows)
{
	struct cuts c;

	put_record("response", "1", PAGE, 1L << 50);
	put_record("response", "2", PAGE, -1);
	cuts_of(&c, buf_view(&warc), 1 << 20);
	cr_assert_eq(c.n, 2, "%zu pieces", c.n);
	cr_assert_str_eq(c.pieces[0].reason, "too-large");
	is_record(&c, 1, "2", PAGE);
	cuts_done(&c);
}

Test(framing_records, a_record_without_a_length_has_no_more_than_a_document_may)
{
	struct buf block = {0};
	struct cuts c;

	for (size_t n = 900; n < 400000; n += 99775) {
		warc.n = block.n = 0;
		buf_str(&block, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
		put_times(&block, 'x', n);
		put_record("response", "1", buf_view(&block), -1);
		memcpy(memmem(warc.p, warc.n, "Content-Length", 14), "Content-Strange", 14);
		put_record("response", "2", PAGE, -1);
		cuts_of(&c, buf_view(&warc), 1000);
		cr_assert_eq(c.n, 2, "%zu pieces", c.n);
		if (n == 900)
			is_record(&c, 0, "1", buf_view(&block));
		else
			cr_assert_str_eq(c.pieces[0].reason, "too-large");
		is_record(&c, 1, "2", PAGE);
		cuts_done(&c);
	}
	buf_done(&block);
}

Test(framing_records, a_long_stretch_is_the_same_wherever_it_begins)
{
	static const size_t before[] = {0, 300, 600, 700, 900};
	struct cuts c;

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		warc.n = 0;
		put_record("response", "0", PAGE, -1);
		for (size_t k = 0; k < before[i]; k++) {
			put_record("metadata", "m", PAGE, -1);
			put_times(&warc, '\n', 1000);
		}
		put_times(&warc, 'x', (1 << 20) + 1000);
		buf_byte(&warc, '\n');
		put_record("response", "2", PAGE, -1);
		cuts_of(&c, buf_view(&warc), LARGEST);
		cr_assert_eq(c.n, 3);
		cr_assert_str_eq(c.pieces[1].reason, "damaged");
		cr_assert_eq(c.pieces[1].raw.n, 0, "behind %zu records", before[i]);
		is_record(&c, 2, "2", PAGE);
		cuts_done(&c);
	}
}

Test(framing_records, an_arc)
{
	struct cuts c;

	buf_str(&warc, "filedesc://a.arc 127.0.0.1 20140216050221 text/plain 20\n1 0 Live\nURL IP "
		       "...\n");
	buf_str(
	    &warc, "http://a/b c 1.2.3.4 20140216050221 text/html 23\nHTTP/1.1 200 OK\n\npage 1\n");
	buf_str(&warc, "http://bad 1.2.3.4 20140216050221 text/html abc\nlost\n");
	buf_str(&warc, "\nhttp://a/d 1.2.3.4 20140216050221 text/plain 4\ntext\n");
	cuts_of(&c, buf_view(&warc), LARGEST);
	cr_assert_eq(c.n, 2, "%zu pieces", c.n);
	cr_assert(span_equal(c.pieces[0].head.url, SPAN("http://a/b c")));
	cr_assert_eq(c.pieces[0].form, FORM_HTTP);
	cr_assert_gt(strlen(c.pieces[0].warning), 0);
	cr_assert(span_equal(c.pieces[1].raw, SPAN("text")));
	cr_assert(span_equal(c.pieces[1].mime, SPAN("text/plain")));
	cuts_done(&c);
}
