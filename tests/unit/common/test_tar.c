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
open_tar(void)
{
	memset(buf_room(&bytes, 1024), 0, 1024);
	bytes.n += 1024;
	fd = fd_of(buf_view(&bytes));
	cr_assert_eq(inflate_open(&in, fd), 0);
	t = (struct tar){.in = in};
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

Test(tar, damage_is_said_with_its_place)
{
	pack_tar(&bytes, "one", '0', SPAN("first"));
	pack_tar(&bytes, "two", '0', SPAN("second"));
	bytes.p[1024 + 130]++;
	cr_assert_not(tar_is_header(bytes.p + 1024));
	open_tar();
	next_is("one", SPAN("first"));
	cr_assert_eq(tar_next(&t, &e), ERR_RECORD);
	cr_assert(strstr(err_text(), "byte 1024") != NULL, "%s", err_text());
}

Test(tar, a_size_without_end_is_damage)
{
	pack_tar(&bytes, "one", 'x', SPAN("x"));
	memcpy(bytes.p + 124, "77777777777", 11);
	open_tar();
	cr_assert_eq(tar_next(&t, &e), ERR_RECORD);
}

Test(tar, text_is_no_header)
{
	char p[TAR_BLOCK];

	memset(p, 'a', sizeof(p));
	cr_assert_not(tar_is_header(p));
	memset(p, 0, sizeof(p));
	cr_assert_not(tar_is_header(p));
}
