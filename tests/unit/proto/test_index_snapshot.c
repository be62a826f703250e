#include "proto/index_snapshot.h"

#include <errno.h>

#include "tests/unit/folder.h"
#include "tests/unit/proto/told.h"

/* An index with one snapshot. */
struct taken {
	struct folder f;
	struct index_files files;
	struct run_table runs;
	struct buf bytes; /* of the snapshot */
};

static void
begin(struct taken *t)
{
	int fd;

	*t = (struct taken){.bytes = {0}};
	folder_open(&t->f);
	cr_assert_eq(index_files_open(&t->files, folder_path(&t->f, "ix"), true, 0), 0);
	cr_assert_eq(index_files_list(&t->files), 0);
	cr_assert_eq(index_files_resume(&t->files, &fd), 0);
	close(fd);
	cr_assert_eq(index_files_next(&t->files, &fd), 0);
	close(fd);
}

static void
note_runs(struct taken *t, unsigned documents)
{
	run_table_begin(&t->runs, 11);
	for (unsigned i = 0; i < documents; i++)
		run_table_document(&t->runs);
	cr_assert_eq(run_table_batch(&t->runs, 11, 4, 77), 0);
}

static int
write_it(struct taken *t, unsigned documents)
{
	struct snapshot s;

	index_snapshot_begin(&s, &t->files, documents, documents);
	for (unsigned i = 1; i <= documents; i++) {
		struct hash h = told_hash(i);

		index_snapshot_document(&s, &h, 1000 + i, SPAN("id"));
	}
	for (unsigned i = documents; i >= 1; i--) {
		struct entry e = {.hash = told_hash(i), .document = i, .paragraph = 7};

		index_snapshot_entry(&s, &e);
	}
	for (unsigned i = 1; i <= documents; i++) {
		struct near_owner o = {.sketch = {.lanes = {200}}, .document = i};

		index_snapshot_near_owner(&s, &o);
	}
	if (documents > 0) {
		struct near_drop d = {told_hash(9), 1, 5, documents, 7, 4000};

		index_snapshot_near_drop(&s, &d);
	}
	return index_snapshot_end(&s, &t->runs);
}

static void
make(struct taken *t, unsigned documents)
{
	int fd;

	begin(t);
	note_runs(t, documents);
	cr_assert_eq(write_it(t, documents), 0);
	fd = open(folder_path(&t->f, "ix/snapshot-000002.idx"), O_RDONLY);
	cr_assert_geq(fd, 0);
	for (ssize_t n; (n = read(fd, buf_room(&t->bytes, 65536), 65536)) > 0;)
		t->bytes.n += (size_t)n;
	close(fd);
}

static void
done(struct taken *t)
{
	index_files_close(&t->files);
	run_table_done(&t->runs);
	buf_done(&t->bytes);
	folder_done(&t->f);
}

static int
read_it(struct taken *t, struct span bytes, struct told *told, struct run_table *runs, size_t *at)
{
	const struct index_reader reader = told_reader(told);

	*runs = (struct run_table){.n_documents = t->runs.n_documents};
	told->text.n = 0;
	return index_snapshot_read(bytes, t->files.id, &reader, runs, at);
}

Test(index_snapshot, tells_what_was_put_into_it)
{
	struct told told = {.refuse = NULL};
	struct run_table runs;
	struct taken t;
	size_t at;

	make(&t, 2);
	cr_assert_eq(read_it(&t, buf_view(&t.bytes), &told, &runs, &at), 0);
	told_is(
	    &told, "N2,2 D1/1001:id D2/1002:id O2>2/7 O1>1/7 K1/0:200 K2/0:200 L9>1/5:2/7*4000 ");
	cr_assert_eq(at, t.bytes.n);
	cr_assert_eq(run_table_newest(&runs)->next, 5);
	cr_assert_eq(run_table_batch_of(&runs, 4)->digest, 77);
	run_table_done(&runs);
	buf_done(&told.text);
	done(&t);
}

Test(index_snapshot, takes_the_place_of_the_segments_before)
{
	struct taken t;

	make(&t, 1);
	cr_assert_neq(access(folder_path(&t.f, "ix/owners-000001.log"), F_OK), 0);
	cr_assert_eq(access(folder_path(&t.f, "ix/owners-000002.log"), F_OK), 0);
	cr_assert_neq(access(folder_path(&t.f, "ix/" INDEX_UNFINISHED), F_OK), 0);
	cr_assert_eq(t.files.snapshot, 2);
	cr_assert_eq(t.files.snapshot_bytes, t.bytes.n);
	cr_assert_eq(t.files.log_bytes, 0);
	done(&t);
}

Test(index_snapshot, of_nothing_is_one)
{
	struct told told = {.refuse = NULL};
	struct run_table runs;
	struct taken t;
	size_t at;

	make(&t, 0);
	cr_assert_eq(read_it(&t, buf_view(&t.bytes), &told, &runs, &at), 0);
	told_is(&told, "N0,0 ");
	run_table_done(&runs);
	buf_done(&told.text);
	done(&t);
}

Test(index_snapshot, of_many_blocks_comes_back)
{
	enum { MANY = 100000 };
	struct told told = {.refuse = NULL};
	struct run_table runs;
	struct taken t;
	size_t at;

	make(&t, MANY);
	cr_assert_gt(t.bytes.n, 4 << 20);
	cr_assert_eq(read_it(&t, buf_view(&t.bytes), &told, &runs, &at), 0);
	cr_assert(memmem(told.text.p, told.text.n, "D100000/101000:id O100000>100000/7 ", 35));
	cr_assert(span_ends(buf_view(&told.text), SPAN("*4000 ")));
	run_table_done(&runs);
	buf_done(&told.text);
	done(&t);
}

Test(index_snapshot, every_bit_of_damage_is_told_with_its_block)
{
	struct told told = {.refuse = NULL};
	struct run_table runs;
	struct taken t;
	size_t at;

	make(&t, 3);
	for (size_t i = INDEX_HEAD_BYTES; i < t.bytes.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			t.bytes.p[i] ^= (char)(1 << bit);
			cr_assert_eq(
			    read_it(&t, buf_view(&t.bytes), &told, &runs, &at), ERR_RECORD);
			cr_assert_leq(at, i);
			run_table_done(&runs);
			t.bytes.p[i] ^= (char)(1 << bit);
		}
	buf_done(&told.text);
	done(&t);
}

Test(index_snapshot, cut_short_at_any_byte_it_is_refused)
{
	struct told told = {.refuse = NULL};
	struct run_table runs;
	struct taken t;
	size_t at;

	make(&t, 3);
	for (size_t n = INDEX_HEAD_BYTES; n < t.bytes.n; n++) {
		cr_assert_eq(read_it(&t, span_of(t.bytes.p, n), &told, &runs, &at), ERR_RECORD);
		cr_assert_leq(at, n);
		run_table_done(&runs);
	}
	buf_byte(&t.bytes, '\0');
	cr_assert_eq(read_it(&t, buf_view(&t.bytes), &told, &runs, &at), ERR_RECORD);
	run_table_done(&runs);
	buf_done(&told.text);
	done(&t);
}

Test(index_snapshot, what_the_reader_does_not_accept_is_damage)
{
	struct told told = {.refuse = "O2>"};
	struct run_table runs;
	struct taken t;
	size_t at;

	make(&t, 3);
	cr_assert_eq(read_it(&t, buf_view(&t.bytes), &told, &runs, &at), ERR_RECORD);
	run_table_done(&runs);
	buf_done(&told.text);
	done(&t);
}

/* The n-th write or sync fails. */
static int calls_left, error;

static bool
fails(void)
{
	errno = error;
	return calls_left-- == 0;
}

static ssize_t
write_or_fail(int fd, const void *p, size_t n, off_t at)
{
	return fails() ? -1 : pwrite(fd, p, n, at);
}

static int
sync_or_fail(int fd)
{
	return fails() ? -1 : fdatasync(fd);
}

Test(index_snapshot, one_that_fails_is_not_there_and_all_before_is)
{
	static const int errors[] = {ENOSPC, EIO};
	const struct index_calls calls = {write_or_fail, sync_or_fail, ftruncate};

	for (int i = 0; i < 2; i++)
		for (int n = 0; n < 6; n++) {
			struct taken t;

			begin(&t);
			note_runs(&t, 2);
			t.files.calls = &calls;
			calls_left = n;
			error = errors[i];
			cr_assert_eq(write_it(&t, 2), error, "call %d", n);
			cr_assert_neq(access(folder_path(&t.f, "ix/snapshot-000002.idx"), F_OK), 0);
			cr_assert_neq(access(folder_path(&t.f, "ix/" INDEX_UNFINISHED), F_OK), 0);
			cr_assert_eq(access(folder_path(&t.f, "ix/owners-000001.log"), F_OK), 0);
			cr_assert_eq(t.files.snapshot, 0);
			done(&t);
		}
}
