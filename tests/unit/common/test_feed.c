#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "common/feed.h"
#include "common/inflate.h"
#include "tests/unit/scratch_fd.h"

static char got[64];

static size_t
read_some(struct feed *f, size_t n)
{
	size_t made;

	cr_assert_eq(feed_read(f, got, n, &made), 0, "%s", err_text());
	return made;
}

Test(feed, a_file_is_read_from_where_it_stands)
{
	int fd = fd_of(SPAN("0123456789"));
	struct feed f;

	cr_assert_eq(lseek(fd, 3, SEEK_SET), 3);
	f = feed_file(fd);
	cr_assert_eq(feed_size(&f), 7);
	cr_assert_eq(read_some(&f, 4), 4);
	cr_assert(memcmp(got, "3456", 4) == 0);
	cr_assert(feed_seek(&f, 1));
	cr_assert_eq(read_some(&f, 2), 2);
	cr_assert(memcmp(got, "45", 2) == 0);
	cr_assert_not(feed_seek(&f, 8), "there are but 7");
	cr_assert_eq(f.at, 3);
	close(fd);
}

Test(feed, a_part_ends_where_it_ends)
{
	int fd = fd_of(SPAN("0123456789"));
	struct inflate *z;
	struct feed f;

	cr_assert_eq(inflate_open(&z, fd), 0);
	cr_assert_eq(inflate_skip(z, 2), 0);
	f = feed_part(z, 5);
	cr_assert_eq(feed_size(&f), 5);
	cr_assert_eq(read_some(&f, sizeof(got)), 5);
	cr_assert(memcmp(got, "23456", 5) == 0);
	cr_assert_eq(read_some(&f, 1), 0);
	cr_assert(feed_seek(&f, 4));
	cr_assert_eq(read_some(&f, 9), 1);
	cr_assert_eq(got[0], '6');
	inflate_close(z);
	close(fd);
}

Test(feed, a_part_that_is_not_all_there_is_damage)
{
	int fd = fd_of(SPAN("0123"));
	struct inflate *z;
	struct feed f;
	size_t made;

	cr_assert_eq(inflate_open(&z, fd), 0);
	f = feed_part(z, 9);
	cr_assert_eq(read_some(&f, 9), 4);
	cr_assert_eq(feed_read(&f, got, 9, &made), ERR_RECORD);
	cr_assert(strstr(err_text(), "5 bytes too early") != NULL, "%s", err_text());
	inflate_close(z);
	close(fd);
}

Test(feed, a_pipe_has_no_size_and_does_not_seek)
{
	int ends[2];
	struct feed f;

	cr_assert_eq(pipe(ends), 0);
	f = feed_file(ends[0]);
	cr_assert_eq(feed_size(&f), UINT64_MAX);
	cr_assert_not(feed_seek(&f, 0));
	cr_assert_eq(write(ends[1], "ab", 2), 2);
	cr_assert_eq(read_some(&f, 9), 2);
	close(ends[0]);
	close(ends[1]);
}
