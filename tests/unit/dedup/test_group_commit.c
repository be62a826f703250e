#include "stages/dedup/group_commit.h"

#include <errno.h>
#include <poll.h>

#include "proto/index_read.h"
#include "tests/unit/folder.h"

/* Which calls fail: a bit each for the first 32, with this errno. */
static struct {
	unsigned writes, syncs, truncates; /* so far */
	unsigned bad_writes, bad_syncs, bad_truncates;
	int error;
	size_t short_write; /* bytes that a failing write has written before */
	int failed_fd;      /* of the newest failed sync */
	bool used_again;
} disk;

static bool
is_bad(unsigned *count, unsigned bad)
{
	errno = disk.error;
	return (bad >> (*count)++ & 1) != 0;
}

static ssize_t
disk_write(int fd, const void *p, size_t n, off_t at)
{
	disk.used_again = disk.used_again || fd == disk.failed_fd;
	if (is_bad(&disk.writes, disk.bad_writes))
		return pwrite(fd, p, disk.short_write, at) < 0 ? -1 : (errno = disk.error, -1);
	return pwrite(fd, p, n, at);
}

static int
disk_sync(int fd)
{
	if (!is_bad(&disk.syncs, disk.bad_syncs))
		return fdatasync(fd);
	disk.failed_fd = dup(fd); /* so that its number is not given again */
	return -1;
}

static int
disk_truncate(int fd, off_t n)
{
	return is_bad(&disk.truncates, disk.bad_truncates) ? -1 : ftruncate(fd, n);
}

static const struct index_calls calls = {disk_write, disk_sync, disk_truncate};

struct log {
	struct folder f;
	struct index_files files;
	struct group_commit *g;
	uint64_t seq;
};

static void
log_open(struct log *l)
{
	*l = (struct log){.seq = 0};
	folder_open(&l->f);
	cr_assert_eq(index_files_open(&l->files, folder_path(&l->f, "ix"), true, 0), 0);
	cr_assert_eq(index_files_list(&l->files), 0);
	cr_assert_eq(group_commit_open(&l->g, &l->files), 0, "%s", err_text());
	memset(&disk, 0, sizeof(disk));
	disk.failed_fd = -1;
	l->files.calls = &calls;
	owner_log_run(group_commit_notes(l->g), 11);
}

static void
log_done(struct log *l)
{
	group_commit_close(l->g);
	index_files_close(&l->files);
	folder_done(&l->f);
}

static void
note(struct log *l)
{
	owner_log_batch(group_commit_notes(l->g), 11, l->seq, 70 + l->seq);
	group_commit_mark(l->g, ++l->seq);
}

static int
pass_over(void *unused, uint64_t run)
{
	(void)unused;
	(void)run;
	return 0;
}

static void
tell_nothing(void *unused, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn)
{
	(void)unused;
	(void)name;
	(void)bytes;
	(void)groups;
	(void)torn;
}

/* What another process would find: the batches below the returned one, in so many segments. */
static uint64_t
found(struct log *l, uint64_t *ret_segments)
{
	const struct index_reader reader = {.take_back = pass_over};
	struct run_table runs = {0};
	struct index_files files;
	uint64_t next;

	/* the lock is ours: read as if there were none */
	unlink(folder_path(&l->f, "ix/lock"));
	cr_assert_eq(index_files_open(&files, folder_path(&l->f, "ix"), false, 0), 0);
	cr_assert_eq(index_read(&files, &runs, &reader, tell_nothing), 0, "%s", err_text());
	*ret_segments = files.last;
	next = runs.n == 0 ? 0 : run_table_newest(&runs)->next;
	run_table_done(&runs);
	index_files_close(&files);
	return next;
}

static void
holds(struct log *l, uint64_t next, uint64_t segments)
{
	uint64_t n;

	cr_assert_eq(found(l, &n), next);
	cr_assert_eq(n, segments);
}

/* Turns until nothing is on its way; what the last one returned. */
static int
settle(struct log *l, uint64_t *ret_next)
{
	struct pollfd wake = {.fd = group_commit_wake(l->g), .events = POLLIN};
	int r;

	while ((r = group_commit_turn(l->g, ret_next)) > 0)
		cr_assert_eq(poll(&wake, 1, 10000), 1, "it was never woken");
	return r;
}

Test(group_commit, what_is_told_as_done_is_on_the_disk)
{
	struct log l;
	uint64_t next = 0, segments;

	log_open(&l);
	for (int i = 0; i < 200; i++) {
		int r;

		note(&l);
		r = group_commit_turn(l.g, &next);
		cr_assert_geq(r, 0);
		cr_assert_leq(next, l.seq);
		if (i % 20 == 0)
			cr_assert_geq(found(&l, &segments), next);
		if (i % 50 == 49) {
			cr_assert_eq(settle(&l, &next), 0);
			cr_assert_eq(next, l.seq);
			holds(&l, l.seq, 1);
		}
	}
	log_done(&l);
}

Test(group_commit, batches_that_come_while_it_writes_make_one_group)
{
	struct log l;
	uint64_t next = 0;
	unsigned syncs;

	log_open(&l);
	note(&l);
	cr_assert_eq(group_commit_turn(l.g, &next), 1);
	cr_assert_eq(next, 0, "it is on its way");
	note(&l);
	note(&l);
	cr_assert_eq(group_commit_drain(l.g), 0);
	syncs = disk.syncs;
	cr_assert_eq(syncs, 2, "the first, and the two behind it");
	cr_assert_eq(group_commit_turn(l.g, &next), 0);
	cr_assert_eq(next, 3);
	cr_assert_eq(disk.syncs, syncs, "nothing is written where nothing was noted");
	log_done(&l);
}

Test(group_commit, marks_begin_anew_with_a_run)
{
	struct log l;
	uint64_t next = 0;

	log_open(&l);
	note(&l);
	cr_assert_eq(group_commit_drain(l.g), 0);
	group_commit_begin(l.g, 40);
	cr_assert_eq(group_commit_turn(l.g, &next), 0);
	cr_assert_eq(next, 40);
	l.seq = 40;
	note(&l);
	cr_assert_eq(group_commit_turn(l.g, &next), 1);
	cr_assert_eq(next, 40);
	log_done(&l);
}

Test(group_commit, closed_it_has_finished_what_was_on_its_way)
{
	struct log l;
	uint64_t next = 0;

	log_open(&l);
	note(&l);
	cr_assert_eq(group_commit_turn(l.g, &next), 1);
	note(&l);
	group_commit_close(l.g);
	l.g = NULL;
	holds(&l, 1, 1);
	log_done(&l);
}

Test(group_commit, a_full_disk_is_a_hold_and_nothing_is_lost)
{
	static const int errors[] = {ENOSPC, EDQUOT, EROFS};

	for (int i = 0; i < 3; i++)
		for (size_t written = 0; written < 40; written += 13) {
			struct log l;
			uint64_t next = 0;

			log_open(&l);
			note(&l);
			cr_assert_eq(settle(&l, &next), 0);
			disk.bad_writes = 7 << disk.writes;
			disk.error = errors[i];
			disk.short_write = written;
			note(&l);
			cr_assert_eq(settle(&l, &next), ERR_HOLD);
			cr_assert(strstr(err_text(), "ix/owners-000001.log: ") != NULL);
			holds(&l, 1, 1);
			cr_assert_eq(settle(&l, &next), ERR_HOLD, "it is tried again");
			note(&l);
			cr_assert_eq(settle(&l, &next), 0, "%s", err_text());
			cr_assert_eq(next, 3);
			holds(&l, 3, 1);
			log_done(&l);
		}
}

Test(group_commit, a_failed_sync_is_followed_by_another_segment)
{
	static const int errors[] = {EIO, ENOSPC};

	for (int i = 0; i < 2; i++)
		for (unsigned truncates = 0; truncates < 2; truncates++) {
			struct log l;
			uint64_t next = 0;

			log_open(&l);
			note(&l);
			cr_assert_eq(settle(&l, &next), 0);
			disk.bad_syncs = 1U << disk.syncs;
			disk.bad_truncates = truncates;
			disk.error = errors[i];
			note(&l);
			note(&l);
			cr_assert_eq(settle(&l, &next), 0, "%s", err_text());
			cr_assert_eq(next, 3);
			note(&l);
			cr_assert_eq(settle(&l, &next), 0);
			cr_assert_not(disk.used_again, "a descriptor whose sync failed");
			holds(&l, 4, 2);
			log_done(&l);
		}
}

Test(group_commit, a_failed_write_is_followed_by_another_segment)
{
	struct log l;
	uint64_t next = 0;

	log_open(&l);
	disk.bad_writes = 1;
	disk.error = EIO;
	disk.short_write = 9;
	note(&l);
	cr_assert_eq(settle(&l, &next), 0, "%s", err_text());
	cr_assert_eq(next, 1);
	holds(&l, 1, 2);
	log_done(&l);
}

Test(group_commit, where_that_fails_too_the_process_ends)
{
	struct log l;
	uint64_t next = 0;

	log_open(&l);
	note(&l);
	cr_assert_eq(settle(&l, &next), 0);
	disk.bad_syncs = 3U << disk.syncs;
	disk.error = EIO;
	note(&l);
	cr_assert_eq(settle(&l, &next), ERR_SYS);
	cr_assert(strstr(err_text(), "Input/output error") != NULL);
	cr_assert_eq(next, 1);
	holds(&l, 1, 1);
	log_done(&l);
}

Test(group_commit, a_disk_that_fills_up_behind_a_failed_sync_is_a_hold)
{
	struct log l;
	uint64_t next = 0;

	log_open(&l);
	disk.bad_syncs = 1;
	disk.bad_writes = 6; /* the head of the next segment, twice */
	disk.error = ENOSPC;
	note(&l);
	cr_assert_eq(settle(&l, &next), ERR_HOLD);
	cr_assert_eq(settle(&l, &next), 0, "%s", err_text());
	cr_assert_eq(next, 1);
	cr_assert_not(disk.used_again);
	holds(&l, 1, 2);
	log_done(&l);
}

Test(group_commit, another_segment_goes_on)
{
	struct log l;

	log_open(&l);
	note(&l);
	cr_assert_eq(group_commit_drain(l.g), 0);
	cr_assert_eq(group_commit_segment(l.g), 0);
	note(&l);
	cr_assert_eq(group_commit_drain(l.g), 0);
	holds(&l, 2, 2);
	log_done(&l);
}

Test(group_commit, closing_nothing_is_nothing)
{
	group_commit_close(NULL);
}
