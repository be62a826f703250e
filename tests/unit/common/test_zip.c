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

Test(zip, of_one_that_is_cut_short_comes_out_what_is_there)
{
	static const size_t cuts[] = {30, 36, 40, 60, 70};

	pack_zip(&made, "a", 0, SPAN("first"));
	pack_zip(&made, "b", 8, SPAN("second"));
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		cr_assert_eq(open_bytes(span_cut(buf_view(&made.out), 0, cuts[i])), 0);
		cr_assert(z.walks);
		if (cuts[i] >= 36)
			next_is("a", CODING_UNKNOWN, SPAN("first"));
		if (cuts[i] > 36 + 31) { /* the rest of b is its own damage */
			cr_assert_eq(zip_next(&z, &e), 0);
			cr_assert_eq(e.coding, CODING_DEFLATE);
			cr_assert_eq(e.size, cuts[i] - 36 - 31);
		}
		cr_assert_eq(zip_next(&z, &e), ERR_RECORD);
		cr_assert(strstr(err_text(), "cut short") != NULL, "%s", err_text());
		inflate_close(in);
		in = NULL;
		close(fd);
	}
	fd = -1;
}

/* Sizes that stand only behind their files. */
static void
describe(size_t at, size_t name, size_t stored, bool wide)
{
	struct buf descriptor = {0}, all = {0};

	made.out.p[at + 6] = 8;
	memset(made.out.p + at + 18, 0, 8);
	buf_put(&descriptor, "PK\7\b", 4);
	put_number(&descriptor, 0, 4);
	put_number(&descriptor, stored, wide ? 8 : 4);
	put_number(&descriptor, 9, wide ? 8 : 4);
	buf_span(&all, span_cut(buf_view(&made.out), 0, at + 30 + name + stored));
	buf_span(&all, buf_view(&descriptor));
	buf_done(&made.out);
	buf_done(&descriptor);
	made.out = all;
}

Test(zip, without_a_directory_sizes_are_found_behind_the_files)
{
	static const char text[] = "PK\7\b is what a descriptor begins with";
	size_t at;

	for (int wide = 0; wide < 2; wide++) {
		made.out.n = 0;
		pack_zip(&made, "a", 0, SPAN(text));
		describe(0, 1, sizeof(text) - 1, wide);
		at = made.out.n;
		pack_zip(&made, "bb", 0, SPAN("second"));
		describe(at, 2, 6, wide);
		pack_zip(&made, "c", 0, SPAN("third"));
		cr_assert_eq(open_bytes(buf_view(&made.out)), 0);
		next_is("a", CODING_UNKNOWN, SPAN(text));
		next_is("bb", CODING_UNKNOWN, SPAN("second"));
		next_is("c", CODING_UNKNOWN, SPAN("third"));
		cr_assert_eq(zip_next(&z, &e), ERR_RECORD);
		inflate_close(in);
		in = NULL;
		close(fd);
	}
	fd = -1;
}

Test(zip, of_a_wacz_that_is_cut_short_only_the_archives_are_files)
{
	pack_zip(&made, "pages/pages.jsonl", 8, SPAN("{}"));
	pack_zip(&made, "archive/data.warc", 0, SPAN("WARC"));
	cr_assert_eq(open_bytes(buf_view(&made.out)), 0);
	next_is("archive/data.warc", CODING_UNKNOWN, SPAN("WARC"));
	cr_assert_eq(zip_next(&z, &e), ERR_RECORD);
}

/* A file that the directory has `times` times. */
static int
open_repeated(unsigned times)
{
	char text[1000];
	struct buf once = {0};

	memset(text, 'a', sizeof(text));
	pack_zip(&made, "a", 0, span_of(text, sizeof(text)));
	buf_span(&once, buf_view(&made.directory));
	for (; made.n < times; made.n++)
		buf_span(&made.directory, buf_view(&once));
	buf_done(&once);
	return open_bytes(zip_bytes(&made));
}

Test(zip, files_that_lie_upon_each_other_are_a_bomb)
{
	cr_assert_eq(open_repeated(8), ERR_RECORD);
	cr_assert(z.is_bomb);
	cr_assert(strstr(err_text(), "bomb") != NULL, "%s", err_text());
}

Test(zip, one_wrong_size_is_no_bomb)
{
	cr_assert_eq(open_repeated(2), 0);
	cr_assert_not(z.is_bomb);
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
