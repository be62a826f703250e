#include "proto/index_files.h"

#include <errno.h>

#include "tests/unit/folder.h"

static struct index_files
open_at(struct folder *f, const char *name)
{
	struct index_files files;

	cr_assert_eq(index_files_open(&files, folder_path(f, name), true, 0), 0, "%s", err_text());
	files.parameters = SPAN("\"a\": 1");
	return files;
}

/* Begin an index with segments 1 to n. */
static struct index_files
make(struct folder *f, unsigned n)
{
	struct index_files files;
	int fd;

	folder_open(f);
	files = open_at(f, "ix");
	cr_assert_eq(index_files_list(&files), 0);
	cr_assert_eq(files.last, 0);
	cr_assert_eq(index_files_resume(&files, &fd), 0, "%s", err_text());
	close(fd);
	while (files.last < n) {
		cr_assert_eq(index_files_next(&files, &fd), 0, "%s", err_text());
		close(fd);
	}
	return files;
}

static bool
is_there(struct folder *f, const char *name)
{
	return access(folder_path(f, name), F_OK) == 0;
}

Test(index_files, a_uri_names_a_folder)
{
	static const char *const wrong[] = {"", "file:", "DIR", "redis://h", "files:/x"};
	const char *folder = NULL;

	cr_assert_eq(index_folder(&folder, "file:a/b"), 0);
	cr_assert_str_eq(folder, "a/b");
	for (size_t i = 0; i < 5; i++) {
		cr_assert_eq(index_folder(&folder, wrong[i]), ERR_USAGE, "%s", wrong[i]);
		cr_assert(strstr(err_text(), "use file:DIR") != NULL);
	}
}

Test(index_files, a_second_opener_is_refused_until_the_first_is_gone)
{
	struct index_files first, second;
	struct folder f;

	folder_open(&f);
	first = open_at(&f, "ix");
	for (int make = 0; make < 2; make++) {
		cr_assert_eq(index_files_open(&second, folder_path(&f, "ix"), make, 0), ERR_USAGE);
		cr_assert(strstr(err_text(), "in use by another process") != NULL);
		index_files_close(&second);
	}
	index_files_close(&first);
	second = open_at(&f, "ix");
	index_files_close(&second);
	folder_done(&f);
}

Test(index_files, a_folder_that_cannot_be_made_is_refused)
{
	struct index_files files;
	struct folder f;

	cr_assert_eq(index_files_open(&files, "/tmp/winnow-no-such-folder/ix", true, 0), ERR_USAGE);
	cr_assert(strstr(err_text(), "No such file") != NULL);
	index_files_close(&files);
	folder_open(&f);
	cr_assert_eq(index_files_open(&files, folder_path(&f, "none"), false, 0), ERR_USAGE);
	index_files_close(&files);
	cr_assert_not(is_there(&f, "none"), "only to be read, it is not made");
	cr_assert_eq(index_files_open(&files, folder_text(&f, "file", ""), true, 0), ERR_USAGE);
	index_files_close(&files);
	folder_done(&f);
}

Test(index_files, without_a_lock_it_can_be_read)
{
	struct index_files files;
	struct folder f;

	folder_open(&f);
	folder_make(&f, "ix");
	cr_assert_eq(index_files_open(&files, folder_path(&f, "ix"), false, 0), 0);
	index_files_close(&files);
	cr_assert_not(is_there(&f, "ix/lock"));
	folder_done(&f);
}

Test(index_files, begins_with_one_segment)
{
	struct folder f;
	struct index_files files = make(&f, 1);

	cr_assert_neq(files.id, 0);
	cr_assert_eq(files.last, 1);
	cr_assert_eq(files.bytes, INDEX_HEAD_BYTES);
	cr_assert(is_there(&f, "ix/owners-000001.log"));
	cr_assert_not(is_there(&f, "ix/" INDEX_UNFINISHED));
	index_files_close(&files);
	folder_done(&f);
}

Test(index_files, lists_what_is_there_and_nothing_strange)
{
	static const char *const strange[] = {"ix/owners-1.log", "ix/owners-000004.log.bak",
	    "ix/snapshot-000009.log", "ix/notes", "ix/owners-", "ix/owners-000000.log"};
	struct folder f;
	struct index_files files = make(&f, 3);

	for (size_t i = 0; i < 6; i++)
		folder_text(&f, strange[i], "");
	cr_assert_eq(index_files_list(&files), 0);
	cr_assert_eq(files.first, 1);
	cr_assert_eq(files.last, 3);
	cr_assert_eq(files.snapshot, 0);
	folder_text(&f, "ix/snapshot-000002.idx", "");
	cr_assert_eq(index_files_list(&files), 0);
	cr_assert_eq(files.first, 2);
	cr_assert_eq(files.snapshot, 2);
	index_files_close(&files);
	folder_done(&f);
}

Test(index_files, of_the_first_version_it_is_refused)
{
	struct folder f;
	struct index_files files = make(&f, 1);

	folder_text(&f, "ix/owners.log", "WNNWOWN1");
	cr_assert_eq(index_files_list(&files), ERR_USAGE);
	cr_assert(strstr(err_text(), "--index file:ANOTHER") != NULL);
	index_files_close(&files);
	folder_done(&f);
}

Test(index_files, what_a_snapshot_replaced_is_removed)
{
	struct folder f;
	struct index_files files = make(&f, 4);

	folder_text(&f, "ix/snapshot-000002.idx", "");
	folder_text(&f, "ix/snapshot-000003.idx", "");
	folder_text(&f, "ix/" INDEX_UNFINISHED, "half");
	folder_text(&f, "ix/notes", "mine");
	cr_assert_eq(index_files_list(&files), 0);
	index_files_clear(&files);
	cr_assert_not(is_there(&f, "ix/owners-000001.log"));
	cr_assert_not(is_there(&f, "ix/owners-000002.log"));
	cr_assert(is_there(&f, "ix/owners-000003.log"));
	cr_assert(is_there(&f, "ix/owners-000004.log"));
	cr_assert_not(is_there(&f, "ix/snapshot-000002.idx"));
	cr_assert(is_there(&f, "ix/snapshot-000003.idx"));
	cr_assert(is_there(&f, "ix/" INDEX_UNFINISHED), "somebody may be at it");
	cr_assert(is_there(&f, "ix/notes"));
	index_files_close(&files);
	folder_done(&f);
}

static ssize_t
write_fails(int fd, const void *p, size_t n, off_t at)
{
	(void)fd;
	(void)p;
	(void)n;
	(void)at;
	errno = ENOSPC;
	return -1;
}

static int
sync_fails(int fd)
{
	(void)fd;
	errno = EIO;
	return -1;
}

Test(index_files, a_failed_segment_is_not_there)
{
	struct folder f;
	struct index_files files = make(&f, 1);
	struct index_calls calls = *files.calls;
	ssize_t (*writes)(int, const void *, size_t, off_t) = calls.write;
	int fd = -1;

	calls.write = write_fails;
	files.calls = &calls;
	cr_assert_eq(index_files_next(&files, &fd), ERR_HOLD);
	calls.write = writes;
	calls.sync = sync_fails;
	cr_assert_eq(index_files_next(&files, &fd), ERR_SYS);
	cr_assert(strstr(err_text(), "ix/owners-000002.log: Input/output error") != NULL);
	cr_assert_eq(fd, -1);
	cr_assert_eq(files.last, 1);
	cr_assert_not(is_there(&f, "ix/owners-000002.log"));
	index_files_close(&files);
	folder_done(&f);
}

Test(index_files, appends_and_counts_what_is_synced)
{
	struct folder f;
	struct index_files files = make(&f, 1);
	struct index_calls calls = *files.calls;
	struct stat st;
	bool sync;
	int fd;

	cr_assert_eq(index_files_resume(&files, &fd), 0);
	cr_assert_eq(index_files_append(&files, fd, SPAN("group"), &sync), 0);
	cr_assert_eq(files.bytes, INDEX_HEAD_BYTES + 5);
	calls.sync = sync_fails;
	files.calls = &calls;
	cr_assert_eq(index_files_append(&files, fd, SPAN("second"), &sync), EIO);
	cr_assert(sync);
	cr_assert_eq(files.bytes, INDEX_HEAD_BYTES + 5);
	calls.write = write_fails;
	cr_assert_eq(index_files_append(&files, fd, SPAN("second"), &sync), ENOSPC);
	cr_assert_not(sync);
	fstat(fd, &st);
	cr_assert_eq(st.st_size, INDEX_HEAD_BYTES + 11);
	close(fd);
	index_files_close(&files);
	folder_done(&f);
}
