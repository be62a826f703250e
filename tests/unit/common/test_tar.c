#include "common/tar.h"

#include "tests/unit/packing.h"

static struct buf bytes;
static struct inflate *in;
static struct tar t;
static struct packed_file e;
static int fd = -1;

static void
done(void)
{
	inflate_close(in);
	buf_done(&bytes);
	buf_done(&e.name);
	if (fd >= 0)
		close(fd);
}

TestSuite(tar, .fini = done);

static void
end_tar(void)
{
	memset(buf_room(&bytes, 1024), 0, 1024);
	bytes.n += 1024;
}

static void
open_unended(void)
{
	fd = fd_of(buf_view(&bytes));
	cr_assert_eq(inflate_open(&in, fd), 0);
	t = (struct tar){.in = in};
}

static void
open_tar(void)
{
	end_tar();
	open_unended();
}

/* A stretch that is damaged, or a file that nobody reads. */
static void
next_is_refused(const char *fault, bool damaged, uint64_t at, uint64_t size)
{
	cr_assert_eq(tar_next(&t, &e), 0, "%s", err_text());
	cr_assert_not_null(e.fault);
	cr_assert_str_eq(e.fault, fault);
	cr_assert_eq(e.damaged, damaged);
	cr_assert_eq(e.at, at);
	cr_assert_eq(e.size, size);
}

static void
next_is(const char *name, struct span content)
{
	char p[256];
	size_t n = 0;

	cr_assert_eq(tar_next(&t, &e), 0, "%s", err_text());
	cr_assert(span_equal(buf_view(&e.name), span_str(name)), "'%.*s'", (int)e.name.n, e.name.p);
	cr_assert_eq(e.size, content.n);
	if (content.n > 0)
		cr_assert_eq(inflate_read(in, p, content.n, &n), 0);
	cr_assert(span_equal(span_of(p, n), content));
}

Test(tar, files_come_in_order_and_nothing_else)
{
	pack_tar(&bytes, "a/", '5', SPAN(""));
	pack_tar(&bytes, "a/one.txt", '0', SPAN("first"));
	pack_tar(&bytes, "a/link", '2', SPAN(""));
	pack_tar(&bytes, "../../two", '\0', SPAN(""));
	pack_tar(&bytes, "three", '0', SPAN("third"));
	cr_assert(tar_is_header(bytes.p));
	open_tar();
	next_is("a/one.txt", SPAN("first"));
	cr_assert_eq(e.at, 512);
	next_is("../../two", SPAN(""));
	next_is("three", SPAN("third"));
	cr_assert_eq(tar_next(&t, &e), ERR_STOP);
}

Test(tar, long_names_and_sizes_stand_before_their_file)
{
	char name[160];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	pack_tar(&bytes, "././@LongLink", 'L', span_of(name, sizeof(name)));
	pack_tar(&bytes, "cut", '0', SPAN("one"));
	pack_tar(&bytes, "pax", 'x', SPAN("18 path=a/b/caf\xC3\xA9\n10 size=3\n"));
	pack_tar(&bytes, "cut", '0', SPAN("two"));
	pack_tar(&bytes, "last", '0', SPAN("three"));
	open_tar();
	next_is(name, SPAN("one"));
	cr_assert_eq(e.at, 0, "it is found again with its long name");
	next_is("a/b/caf\xC3\xA9", SPAN("two"));
	next_is("last", SPAN("three"));
}

static const char no_header[] = "no tar header where one should be";

Test(tar, damage_costs_what_it_hits)
{
	pack_tar(&bytes, "one", '0', SPAN("first"));
	pack_tar(&bytes, "two", '0', SPAN("second"));
	pack_tar(&bytes, "three", '0', SPAN("third"));
	pack_tar(&bytes, "four", '0', SPAN("fourth"));
	bytes.p[1024 + 130]++;
	bytes.p[3072 + 130]++;
	cr_assert_not(tar_is_header(bytes.p + 1024));
	open_tar();
	next_is("one", SPAN("first"));
	next_is_refused(no_header, true, 1024, 1024);
	next_is("three", SPAN("third"));
	next_is_refused(no_header, true, 3072, 1024 + 512);
	cr_assert_eq(tar_next(&t, &e), ERR_STOP);
}

Test(tar, one_that_is_cut_short_says_so)
{
	pack_tar(&bytes, "one", '0', SPAN("first"));
	open_unended();
	next_is("one", SPAN("first"));
	cr_assert_eq(tar_next(&t, &e), ERR_RECORD);
	cr_assert(strstr(err_text(), "byte 1024 without its end") != NULL, "%s", err_text());
}

Test(tar, what_is_put_behind_the_end_comes_too)
{
	pack_tar(&bytes, "one", '0', SPAN("first"));
	end_tar();
	pack_tar(&bytes, "two", '0', SPAN("second"));
	open_tar();
	next_is("one", SPAN("first"));
	next_is("two", SPAN("second"));
	cr_assert_eq(tar_next(&t, &e), ERR_STOP);
}

Test(tar, sparse_files_are_refused_and_what_is_behind_them_comes)
{
	char map[1024] = {0};
	unsigned sum = 1; /* the flag below */

	map[504] = 1; /* two blocks of a map are behind the header */
	pack_tar(&bytes, "gnu", 'S', SPAN("stored"));
	bytes.n = 512;
	for (int i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)bytes.p[i];
	bytes.p[482] = 1;
	snprintf(bytes.p + 148, 8, "%06o", sum);
	buf_put(&bytes, map, sizeof(map));
	buf_put(&bytes, map, 512);
	pack_tar(&bytes, "pax", 'x', SPAN("22 GNU.sparse.major=1\n"));
	pack_tar(&bytes, "s", '0', SPAN("1\n0\n4\n"));
	pack_tar(&bytes, "one", '0', SPAN("first"));
	open_tar();
	next_is_refused("a sparse file", false, 0, 6);
	next_is_refused("a sparse file", false, 2048, 6);
	next_is("one", SPAN("first"));
}

Test(tar, sizes_that_are_none_do_not_count)
{
	pack_tar(&bytes, "pax", 'x', SPAN("11 size=4\0\n"));
	pack_tar(&bytes, "one", '0', SPAN("first"));
	pack_tar(&bytes, "pax", 'x', SPAN("29 size=18446744073709551615\n"));
	pack_tar(&bytes, "two", '0', SPAN("second"));
	open_tar();
	next_is("one", SPAN("first"));
	next_is("two", SPAN("second"));
}

Test(tar, a_size_without_end_is_damage)
{
	pack_tar(&bytes, "one", 'x', SPAN("x"));
	memcpy(bytes.p + 124, "77777777777", 11);
	open_tar();
	next_is_refused(no_header, true, 0, bytes.n - 512);
	cr_assert_eq(tar_next(&t, &e), ERR_STOP);
}

Test(tar, text_is_no_header)
{
	char p[TAR_BLOCK];

	memset(p, 'a', sizeof(p));
	cr_assert_not(tar_is_header(p));
	memset(p, 0, sizeof(p));
	cr_assert_not(tar_is_header(p));
}
