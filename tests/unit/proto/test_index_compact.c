#include "proto/index_compact.h"

#include <errno.h>

#include "proto/index_read.h"
#include "tests/unit/folder.h"
#include "tests/unit/proto/told.h"

struct compacted {
	struct folder f;
	struct index_files files;
	struct told told;
	struct run_table runs;
};

static void
pass_file(void *object, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn)
{
	(void)object;
	(void)name;
	(void)bytes;
	(void)groups;
	(void)torn;
}

static void
put(struct index_files *files, int fd, struct buf *b)
{
	bool sync;

	owner_log_sync(b, files->id);
	cr_assert_eq(index_files_append(files, fd, buf_view(b), &sync), 0);
	b->n = 0;
}

/* Four documents in two runs and two segments; the second was forgotten, the last taken back. */
static void
make(struct compacted *p)
{
	struct buf b = {0};
	int fd;

	*p = (struct compacted){.files = {.dir = -1}};
	folder_open(&p->f);
	cr_assert_eq(index_files_open(&p->files, folder_path(&p->f, "ix"), true, 0), 0);
	cr_assert_eq(index_files_list(&p->files), 0);
	cr_assert_eq(index_files_resume(&p->files, &fd), 0);
	owner_log_run(&b, 11);
	owner_log_seen(&b, 5);
	told_note(&b, 1, 1, "a");
	told_note(&b, 2, 2, "b");
	owner_log_batch(&b, 11, 0, 7);
	put(&p->files, fd, &b);
	close(fd);
	cr_assert_eq(index_files_next(&p->files, &fd), 0);
	owner_log_forget(&b, 2, 3);
	owner_log_seen(&b, 6);
	told_note(&b, 2, 3, "c");
	owner_log_batch(&b, 11, 1, 8);
	owner_log_run(&b, 12);
	told_note(&b, 4, 4, "d");
	owner_log_batch(&b, 12, 0, 8);
	put(&p->files, fd, &b);
	owner_log_take_back(&b, 12);
	put(&p->files, fd, &b);
	close(fd);
	buf_done(&b);
}

static void
done(struct compacted *p)
{
	index_files_close(&p->files);
	run_table_done(&p->runs);
	buf_done(&p->told.text);
	folder_done(&p->f);
}

static int
read_again(struct compacted *p)
{
	const struct index_reader reader = told_reader(&p->told);

	p->told.text.n = 0;
	run_table_done(&p->runs);
	return index_read(&p->files, &p->runs, &reader, pass_file);
}

Test(index_compact, keeps_what_counts_with_its_ordinals)
{
	uint64_t before, after;
	struct compacted p;

	make(&p);
	index_files_close(&p.files);
	cr_assert_eq(
	    index_compact_folder(folder_path(&p.f, "ix"), 0, &before, &after), 0, "%s", err_text());
	cr_assert_lt(after, before + 200);
	cr_assert_eq(index_files_open(&p.files, folder_path(&p.f, "ix"), true, 0), 0);
	cr_assert_eq(read_again(&p), 0, "%s", err_text());
	told_is(&p.told, "N4,2 D1/1001:a G1 D2/1002:c G1 O1>1/7 O2>3/7 ");
	cr_assert_eq(run_table_find(&p.runs, 11)->next, 2);
	cr_assert(run_table_find(&p.runs, 12) == NULL);
	cr_assert_eq(age_table_minute(&p.runs.ages, 1), 5);
	cr_assert_eq(age_table_minute(&p.runs.ages, 3), 6);
	cr_assert(run_table_is_gone(&p.runs, 2));
	cr_assert_not(run_table_is_gone(&p.runs, 3));
	cr_assert_eq(p.files.snapshot, 3);
	cr_assert_neq(access(folder_path(&p.f, "ix/owners-000002.log"), F_OK), 0);
	done(&p);
}

Test(index_compact, keeps_sketches_in_their_order_and_what_is_near_them)
{
	uint64_t before, after;
	struct buf b = {0};
	struct compacted p;
	int fd;

	make(&p);
	cr_assert_eq(read_again(&p), 0, "%s", err_text());
	cr_assert_eq(index_files_resume(&p.files, &fd), 0);
	owner_log_run(&b, 13);
	told_note(&b, 5, 5, "e");
	told_note(&b, 6, 6, "f");
	for (uint32_t i = 6; i > 0; i--) {
		struct near_owner o = {.sketch = {.lanes = {(unsigned char)i}}, .document = i};
		struct near_drop d = {told_hash(90 + i), 6, 2, i, 3, 4000};

		owner_log_near_drop(&b, &d);
		owner_log_near_owner(&b, &o);
	}
	owner_log_batch(&b, 13, 0, 8);
	owner_log_forget(&b, 5, 6);
	put(&p.files, fd, &b);
	close(fd);
	index_files_close(&p.files);
	cr_assert_eq(
	    index_compact_folder(folder_path(&p.f, "ix"), 0, &before, &after), 0, "%s", err_text());
	cr_assert_eq(index_files_open(&p.files, folder_path(&p.f, "ix"), true, 0), 0);
	cr_assert_eq(read_again(&p), 0, "%s", err_text());
	told_is(&p.told, "N6,3 D1/1001:a G1 D2/1002:c G2 D6/1006:f O1>1/7 O2>3/7 O6>6/7 "
			 "K6/0:6 K3/0:3 K1/0:1 L96>6/2:6/3*4000 L93>6/2:3/3*4000 "
			 "L91>6/2:1/3*4000 ");
	buf_done(&b);
	done(&p);
}

Test(index_compact, goes_on_while_the_log_does)
{
	struct index_files copy;
	struct buf b = {0};
	struct compacted p;
	int fd;

	make(&p);
	cr_assert_eq(index_files_next(&p.files, &fd), 0);
	copy = p.files;
	owner_log_run(&b, 13);
	told_note(&b, 9, 5, "late");
	owner_log_batch(&b, 13, 0, 8);
	put(&p.files, fd, &b);
	cr_assert_eq(index_compact(&copy, 3), 0, "%s", err_text());
	cr_assert_eq(read_again(&p), 0, "%s", err_text());
	told_is(&p.told, "N4,2 D1/1001:a G1 D2/1002:c G1 O1>1/7 O2>3/7 D9/1009:late O9>5/7 ");
	cr_assert_eq(run_table_newest(&p.runs)->id, 13);
	close(fd);
	buf_done(&b);
	done(&p);
}

static int
no_sync(int fd)
{
	(void)fd;
	errno = ENOSPC;
	return -1;
}

Test(index_compact, a_full_disk_leaves_the_old_files)
{
	const struct index_calls *calls;
	struct index_calls full;
	struct compacted p;
	int fd;

	make(&p);
	cr_assert_eq(index_files_next(&p.files, &fd), 0);
	close(fd);
	calls = p.files.calls;
	full = *calls;
	full.sync = no_sync;
	p.files.calls = &full;
	cr_assert_eq(index_compact(&p.files, 3), ERR_HOLD);
	cr_assert(strstr(err_text(), "snapshot-000003.idx: No space") != NULL, "%s", err_text());
	cr_assert_neq(access(folder_path(&p.f, "ix/" INDEX_UNFINISHED_SNAPSHOT), F_OK), 0);
	p.files.calls = calls;
	cr_assert_eq(read_again(&p), 0, "%s", err_text());
	done(&p);
}

Test(index_compact, damage_is_not_compacted_away)
{
	uint64_t before = 0, after = 0;
	struct compacted p;
	int fd;

	make(&p);
	fd = open(folder_path(&p.f, "ix/owners-000001.log"), O_RDWR);
	cr_assert_eq(pwrite(fd, "!", 1, 300), 1);
	close(fd);
	index_files_close(&p.files);
	cr_assert_eq(index_compact_folder(folder_path(&p.f, "ix"), 0, &before, &after), ERR_USAGE);
	cr_assert(strstr(err_text(), "owners-000001.log: damaged at byte 256") != NULL);
	cr_assert_eq(access(folder_path(&p.f, "ix/owners-000001.log"), F_OK), 0);
	done(&p);
}
