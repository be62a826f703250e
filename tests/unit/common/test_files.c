#include "common/files.h"

#include <errno.h>

#include "tests/unit/folder.h"

Test(files, comes_back_and_is_replaced_whole)
{
	struct buf b = {0};
	struct folder f;
	const char *path;

	folder_open(&f);
	path = folder_path(&f, "a");
	cr_assert_eq(file_read(path, &b), ERR_STOP, "there is none");
	cr_assert_eq(file_replace(path, SPAN("first and long")), 0, "%s", err_text());
	cr_assert_eq(file_replace(path, SPAN("second")), 0, "%s", err_text());
	buf_str(&b, "behind: ");
	cr_assert_eq(file_read(path, &b), 0);
	cr_assert(span_equal(buf_view(&b), SPAN("behind: second")));
	cr_assert_neq(access(folder_path(&f, "a.new"), F_OK), 0, "nothing stays behind");
	buf_done(&b);
	folder_done(&f);
}

Test(files, a_large_file_comes_back)
{
	struct buf content = {0}, b = {0};
	struct folder f;

	for (unsigned i = 0; i < 100000; i++)
		buf_uint(&content, i);
	folder_open(&f);
	cr_assert_eq(file_replace(folder_path(&f, "a"), buf_view(&content)), 0);
	cr_assert_eq(file_read(folder_path(&f, "a"), &b), 0);
	cr_assert(span_equal(buf_view(&b), buf_view(&content)));
	buf_done(&b);
	buf_done(&content);
	folder_done(&f);
}

Test(files, what_a_dead_one_left_is_not_written_on)
{
	struct buf b = {0};
	struct folder f;
	int fd;

	folder_open(&f);
	cr_assert_eq(link(folder_text(&f, "other", "of another"), folder_path(&f, "a.new")), 0);
	fd = open(f.path, O_RDONLY | O_DIRECTORY);
	cr_assert_eq(file_replace_at(fd, "a", SPAN("ours")), 0);
	cr_assert_eq(file_read(folder_path(&f, "a"), &b), 0);
	cr_assert_eq(file_read(folder_path(&f, "other"), &b), 0);
	cr_assert(span_equal(buf_view(&b), SPAN("oursof another")));
	close(fd);
	buf_done(&b);
	folder_done(&f);
}

Test(files, what_cannot_be_replaced_leaves_nothing_behind)
{
	struct folder f;
	int fd;

	folder_open(&f);
	folder_make(&f, "a");
	fd = open(f.path, O_RDONLY | O_DIRECTORY);
	cr_assert_eq(file_replace_at(fd, "a", SPAN("x")), -1, "a folder is in its place");
	cr_assert_neq(access(folder_path(&f, "a.new"), F_OK), 0);
	close(fd);
	folder_done(&f);
}

Test(files, an_entry_is_synced_also_in_the_working_folder)
{
	cr_assert_eq(file_sync_entry("anything"), 0);
	cr_assert_eq(file_sync_entry("/anything"), 0);
	cr_assert_eq(file_sync_entry("/none/anything"), -1);
	cr_assert_eq(errno, ENOENT);
}

Test(files, what_cannot_be_is_said_by_name)
{
	struct buf b = {0};
	struct folder f;

	folder_open(&f);
	cr_assert_eq(file_replace(folder_path(&f, "none/a"), SPAN("x")), ERR_SYS);
	cr_assert(strstr(err_text(), "none/a") != NULL);
	cr_assert_eq(file_read(f.path, &b), ERR_SYS, "a folder");
	cr_assert(strstr(err_text(), f.path) != NULL);
	buf_done(&b);
	folder_done(&f);
}

Test(files, a_folder_that_is_none)
{
	cr_assert_eq(file_replace("/dev/full/a", SPAN("x")), ERR_SYS);
}

Test(files, what_is_open_is_where_it_was_or_away_or_removed)
{
	struct folder f;
	const char *path;
	int fd;

	folder_open(&f);
	path = folder_file(&f, "x", SPAN("one"));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	cr_assert_eq(file_place(fd, path), FILE_THERE);
	cr_assert_eq(symlink(path, folder_path(&f, "link")), 0);
	cr_assert_eq(file_place(fd, folder_path(&f, "link")), FILE_THERE);
	cr_assert_eq(rename(path, folder_path(&f, "y")), 0);
	cr_assert_eq(file_place(fd, path), FILE_AWAY);
	folder_file(&f, "x", SPAN("one"));
	cr_assert_eq(file_place(fd, path), FILE_AWAY, "another one of the same content");
	cr_assert_eq(unlink(folder_path(&f, "y")), 0);
	cr_assert_eq(file_place(fd, path), FILE_REMOVED);
	close(fd);
	cr_assert_eq(file_place(-1, path), FILE_REMOVED);
	folder_done(&f);
}
