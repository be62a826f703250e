#include "common/zip.h"

#include "tests/unit/packing.h"

static struct zipped made;
static struct inflate *in;
static struct zip z;
static struct packed_file e;
static int fd = -1;

static void
done(void)
{
	inflate_close(in);
	zipped_done(&made);
	buf_done(&e.name);
	if (fd >= 0)
		close(fd);
}

TestSuite(zip, .fini = done);

static int
open_bytes(struct span bytes)
{
	fd = fd_of(bytes);
	cr_assert_eq(inflate_open(&in, fd), 0);
	return zip_open(&z, in);
}

static void
next_is(const char *name, enum coding coding, struct span content)
{
	struct inflate *inner;
	char p[256];
	size_t n = 0;

	cr_assert_eq(zip_next(&z, &e), 0, "%s", err_text());
	cr_assert(span_equal(buf_view(&e.name), span_str(name)), "'%.*s'", (int)e.name.n, e.name.p);
	cr_assert_null(e.fault, "%s", e.fault);
	cr_assert_eq(e.coding, coding);
	cr_assert_eq(inflate_open_feed(&inner, feed_part(in, e.size), coding), 0);
	cr_assert_eq(inflate_read(inner, p, sizeof(p), &n), 0, "%s", err_text());
	cr_assert(span_equal(span_of(p, n), content));
	inflate_close(inner);
}

Test(zip, stored_and_deflated_files_come_in_order)
{
	pack_zip(&made, "folder/", 0, SPAN(""));
	pack_zip(&made, "a.txt", 8, SPAN("first first first first"));
	pack_zip(&made, "../../b.txt", 0, SPAN("second"));
	cr_assert_eq(open_bytes(zip_bytes(&made)), 0, "%s", err_text());
	next_is("a.txt", CODING_DEFLATE, SPAN("first first first first"));
	next_is("../../b.txt", CODING_UNKNOWN, SPAN("second"));
	cr_assert_eq(zip_next(&z, &e), ERR_STOP);
}

Test(zip, bytes_in_front_and_a_comment_behind_do_no_harm)
{
	struct buf all = {0};

	buf_str(&all, "#!/bin/sh\n");
	pack_zip(&made, "a", 0, SPAN("first"));
	buf_span(&all, zip_bytes(&made));
	cr_assert_eq(open_bytes(buf_view(&all)), 0, "%s", err_text());
	next_is("a", CODING_UNKNOWN, SPAN("first"));
	buf_done(&all);
}

Test(zip, of_a_wacz_only_the_archives_are_files)
{
	pack_zip(&made, "datapackage.json", 0, SPAN("{}"));
	pack_zip(&made, "pages/pages.jsonl", 8, SPAN("{}"));
	pack_zip(&made, "archive/data.warc", 0, SPAN("WARC"));
	cr_assert_eq(open_bytes(zip_bytes(&made)), 0);
	cr_assert(z.is_wacz);
	next_is("archive/data.warc", CODING_UNKNOWN, SPAN("WARC"));
	cr_assert_eq(zip_next(&z, &e), ERR_STOP);
}

Test(zip, what_cannot_be_read_says_why)
{
	pack_zip(&made, "a", 12, SPAN("bzip2"));
	pack_zip(&made, "b", 0, SPAN("second"));
	made.out.p[5 + 30 + 1 + 1] = 'X'; /* the local header of b is gone */
	cr_assert_eq(open_bytes(zip_bytes(&made)), 0);
	cr_assert_eq(zip_next(&z, &e), 0);
	cr_assert_not_null(e.fault);
	cr_assert(strstr(e.fault, "unknown compression method") != NULL);
	cr_assert_eq(zip_next(&z, &e), 0);
	cr_assert_not_null(e.fault);
}

Test(zip, a_zip_that_is_cut_short_is_refused)
{
	pack_zip(&made, "a", 0, SPAN("first"));
	cr_assert_eq(open_bytes(span_cut(zip_bytes(&made), 0, 30)), ERR_RECORD);
	cr_assert(strstr(err_text(), "cut short") != NULL, "%s", err_text());
}

Test(zip, a_directory_that_lies_is_refused)
{
	struct span s;

	pack_zip(&made, "a", 0, SPAN("first"));
	s = zip_bytes(&made);
	made.out.p[s.n - 10] = '\x7F'; /* the size of the directory */
	cr_assert_eq(open_bytes(s), ERR_RECORD);
}

Test(zip, compressed_bytes_do_not_seek)
{
	struct buf packed = {0};

	pack_zip(&made, "a", 0, SPAN("first"));
	pack_gzip(&packed, zip_bytes(&made));
	cr_assert_eq(open_bytes(buf_view(&packed)), ERR_RECORD);
	cr_assert(strstr(err_text(), "from a file only") != NULL, "%s", err_text());
	buf_done(&packed);
}
