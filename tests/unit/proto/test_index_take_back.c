#include "proto/index_take_back.h"

#include "proto/index_read.h"
#include "tests/unit/folder.h"
#include "tests/unit/proto/told.h"

/* An index in which run 11, 12 and 11 again took a batch; run 13 has begun. */
static const char *
make(struct folder *f)
{
	const char *path;
	struct index_files files;
	struct buf b = {0};
	bool sync;
	int fd;

	folder_open(f);
	path = folder_path(f, "ix");
	cr_assert_eq(index_files_open(&files, path, true, 0), 0);
	cr_assert_eq(index_files_list(&files), 0);
	cr_assert_eq(index_files_resume(&files, &fd), 0);
	for (uint64_t i = 0; i < 3; i++) {
		owner_log_run(&b, i == 1 ? 12 : 11);
		told_note(&b, i + 1, (uint32_t)i + 1, "x");
		owner_log_batch(&b, i == 1 ? 12 : 11, i, 0);
	}
	owner_log_run(&b, 13);
	owner_log_sync(&b, files.id);
	cr_assert_eq(index_files_append(&files, fd, buf_view(&b), &sync), 0);
	close(fd);
	buf_done(&b);
	index_files_close(&files);
	return path;
}

static void
has(const char *folder, uint64_t run, bool expected)
{
	bool is = !expected;

	cr_assert_eq(index_has_run(&is, folder, run, 0), 0, "%s", err_text());
	cr_assert_eq(is, expected, "run %d", (int)run);
}

static off_t
length(const char *folder)
{
	struct stat st;
	char path[128];

	snprintf(path, sizeof(path), "%s/owners-000001.log", folder);
	cr_assert_eq(stat(path, &st), 0);
	return st.st_size;
}

Test(index_take_back, tells_whether_a_run_has_brought_anything)
{
	struct folder f;
	const char *folder = make(&f);
	off_t before = length(folder);

	has(folder, 11, true);
	has(folder, 12, true);
	has(folder, 13, false);
	has(folder, 14, false);
	has("/tmp/winnow-no-such-folder", 11, false);
	cr_assert_eq(length(folder), before, "it was changed");
	folder_done(&f);
}

Test(index_take_back, a_run_that_others_came_after_stays)
{
	struct folder f;
	const char *folder = make(&f);
	off_t before = length(folder);

	cr_assert_eq(index_take_back(folder, 11, 0), ERR_USAGE);
	cr_assert(strstr(err_text(), "000000000000000c came after 000000000000000b") != NULL, "%s",
	    err_text());
	cr_assert_eq(index_take_back(folder, 12, 0), ERR_USAGE);
	cr_assert_eq(length(folder), before);
	folder_done(&f);
}

Test(index_take_back, what_brought_nothing_is_taken_back_at_once)
{
	struct folder f;
	const char *folder = make(&f);
	off_t before = length(folder);

	cr_assert_eq(index_take_back(folder, 14, 0), 0);
	cr_assert_eq(length(folder), before);
	cr_assert_eq(index_take_back(folder, 13, 0), 0, "%s", err_text());
	cr_assert_gt(length(folder), before);
	has(folder, 11, true);
	folder_done(&f);
}

Test(index_take_back, one_that_is_in_use_is_refused)
{
	struct index_files files;
	struct folder f;
	const char *folder = make(&f);
	bool is;

	cr_assert_eq(index_files_open(&files, folder, true, 0), 0);
	cr_assert_eq(index_take_back(folder, 11, 0), ERR_USAGE);
	cr_assert(strstr(err_text(), "in use") != NULL);
	cr_assert_eq(index_has_run(&is, folder, 11, 0), ERR_USAGE);
	index_files_close(&files);
	folder_done(&f);
}
