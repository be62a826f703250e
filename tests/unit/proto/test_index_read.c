#include "proto/index_read.h"

#include "tests/unit/folder.h"
#include "tests/unit/proto/told.h"

/* An index with files in it, and what reading it told. */
struct reading {
	struct folder f;
	struct index_files files;
	struct run_table runs;
	struct told told;
	struct buf names;
	int fd;
};

static void
note_file(void *object, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn)
{
	struct told *t = object;
	struct reading *r = (struct reading *)((char *)t - offsetof(struct reading, told));

	(void)bytes;
	buf_print(
	    &r->names, "%s:%llu+%llu ", name, (unsigned long long)groups, (unsigned long long)torn);
}

static void
reading_close(struct reading *r)
{
	index_files_close(&r->files);
	run_table_done(&r->runs);
	buf_done(&r->told.text);
	buf_done(&r->names);
	r->told = (struct told){.refuse = NULL};
}

static int
try_read(struct reading *r)
{
	const struct index_reader reader = told_reader(&r->told);

	reading_close(r);
	TRY(index_files_open(&r->files, folder_path(&r->f, "ix"), true, 0));
	r->files.parameters = SPAN("\"a\": 1");
	return index_read(&r->files, &r->runs, &reader, note_file);
}

static void
put(struct reading *r, struct buf *group)
{
	bool sync;

	owner_log_sync(group, r->files.id);
	cr_assert_eq(index_files_append(&r->files, r->fd, buf_view(group), &sync), 0);
	buf_done(group);
}

/* A group of one batch that brings one document, numbered as its ordinal. */
static void
put_batch(struct reading *r, uint64_t run, uint64_t seq, uint32_t n)
{
	struct buf b = {0};

	owner_log_run(&b, run);
	told_note(&b, n, n, "x");
	owner_log_batch(&b, run, seq, seq);
	put(r, &b);
}

/* Two segments, one batch each; the fd is the second's. */
static void
make(struct reading *r)
{
	*r = (struct reading){.fd = -1};
	folder_open(&r->f);
	cr_assert_eq(try_read(r), 0, "%s", err_text());
	cr_assert_eq(index_files_resume(&r->files, &r->fd), 0, "%s", err_text());
	put_batch(r, 11, 0, 1);
	close(r->fd);
	cr_assert_eq(index_files_next(&r->files, &r->fd), 0);
	put_batch(r, 12, 0, 2);
	close(r->fd);
}

static void
done(struct reading *r)
{
	reading_close(r);
	folder_done(&r->f);
}

static void
tells(struct reading *r, const char *expected, const char *names)
{
	cr_assert_eq(try_read(r), 0, "%s", err_text());
	told_is(&r->told, expected);
	cr_assert(span_equal(buf_view(&r->names), span_str(names)), "'%.*s' instead of '%s'",
	    (int)r->names.n, r->names.p, names);
}

static void
is_refused(struct reading *r, const char *why)
{
	cr_assert_eq(try_read(r), ERR_USAGE);
	cr_assert(strstr(err_text(), why) != NULL, "'%s' does not say '%s'", err_text(), why);
}

static struct buf
content(struct reading *r, const char *name)
{
	int fd = open(folder_path(&r->f, name), O_RDONLY);
	struct buf b = {0};

	cr_assert_geq(fd, 0);
	b.n = (size_t)read(fd, buf_room(&b, 65536), 65536);
	close(fd);
	return b;
}

#define FIRST "D1/1001:x O1>1/7 "
#define SECOND "D2/1002:x O2>2/7 "

Test(index_read, tells_all_segments_in_order)
{
	struct reading r;

	make(&r);
	tells(&r, FIRST SECOND, "owners-000001.log:1+0 owners-000002.log:1+0 ");
	cr_assert_eq(run_table_newest(&r.runs)->id, 12);
	cr_assert_eq(run_table_find(&r.runs, 11)->next, 1);
	cr_assert_eq(r.files.last, 2);
	done(&r);
}

Test(index_read, a_torn_end_is_told_and_cut_only_when_it_is_resumed)
{
	struct reading r;
	struct buf b;

	make(&r);
	b = content(&r, "ix/owners-000002.log");
	folder_file(&r.f, "ix/owners-000002.log", span_of(b.p, b.n - 3));
	tells(&r, FIRST, "owners-000001.log:1+0 owners-000002.log:0+103 ");
	tells(&r, FIRST, "owners-000001.log:1+0 owners-000002.log:0+103 ");
	cr_assert_eq(index_files_resume(&r.files, &r.fd), 0);
	put_batch(&r, 13, 0, 2);
	close(r.fd);
	tells(&r, FIRST SECOND, "owners-000001.log:1+0 owners-000002.log:1+0 ");
	cr_assert_eq(run_table_newest(&r.runs)->id, 13);
	buf_done(&b);
	done(&r);
}

Test(index_read, torn_at_any_byte_of_the_last_segment_it_is_whole_before)
{
	struct reading r;
	struct buf b;

	make(&r);
	b = content(&r, "ix/owners-000002.log");
	for (size_t n = INDEX_HEAD_BYTES; n < b.n; n++) {
		folder_file(&r.f, "ix/owners-000002.log", span_of(b.p, n));
		cr_assert_eq(try_read(&r), 0, "%zu: %s", n, err_text());
		told_is(&r.told, FIRST);
		cr_assert_eq(r.files.torn, n - INDEX_HEAD_BYTES);
	}
	for (size_t n = 0; n < INDEX_HEAD_BYTES; n++) {
		folder_file(&r.f, "ix/owners-000002.log", span_of(b.p, n));
		is_refused(&r, "ix/owners-000002.log: damaged at byte");
	}
	buf_done(&b);
	done(&r);
}

Test(index_read, a_segment_that_others_follow_may_not_be_torn)
{
	struct reading r;
	struct buf b;

	make(&r);
	b = content(&r, "ix/owners-000001.log");
	for (size_t n = 0; n < b.n; n++) {
		folder_file(&r.f, "ix/owners-000001.log", span_of(b.p, n));
		is_refused(&r, "ix/owners-000001.log: damaged at byte");
	}
	buf_done(&b);
	done(&r);
}

Test(index_read, any_damage_before_the_last_group_is_refused)
{
	struct reading r;
	struct buf b;

	make(&r);
	b = content(&r, "ix/owners-000001.log");
	for (size_t at = 0; at < b.n; at++) {
		b.p[at] ^= 4;
		folder_file(&r.f, "ix/owners-000001.log", buf_view(&b));
		cr_assert_eq(try_read(&r), ERR_USAGE);
		cr_assert(strstr(err_text(), "ix/owners-000001.log: ") != NULL);
		b.p[at] ^= 4;
	}
	buf_done(&b);
	done(&r);
}

/* What a failed sync left there, if it could not be cut off. */
Test(index_read, what_a_segment_holds_behind_its_end_is_void)
{
	struct reading r;
	struct buf b;

	make(&r);
	b = content(&r, "ix/owners-000001.log");
	buf_put(&b, b.p + INDEX_HEAD_BYTES, b.n - INDEX_HEAD_BYTES);
	folder_file(&r.f, "ix/owners-000001.log", buf_view(&b));
	tells(&r, FIRST SECOND, "owners-000001.log:1+106 owners-000002.log:1+0 ");
	buf_done(&b);
	done(&r);
}

Test(index_read, a_missing_segment_is_refused_by_name)
{
	struct reading r;

	make(&r);
	unlink(folder_path(&r.f, "ix/owners-000001.log"));
	is_refused(&r, "ix/owners-000001.log: it is missing");
	done(&r);
	make(&r);
	cr_assert_eq(index_files_next(&r.files, &r.fd), 0);
	close(r.fd);
	unlink(folder_path(&r.f, "ix/owners-000002.log"));
	is_refused(&r, "ix/owners-000002.log: it is missing");
	done(&r);
}

Test(index_read, a_segment_of_another_index_is_refused)
{
	struct reading r, other;
	struct buf b;

	make(&r);
	make(&other);
	b = content(&other, "ix/owners-000002.log");
	folder_file(&r.f, "ix/owners-000002.log", buf_view(&b));
	is_refused(&r, "it is of another index");
	b.n = 0;
	buf_done(&b);
	b = content(&r, "ix/owners-000001.log");
	folder_file(&r.f, "ix/owners-000003.log", buf_view(&b));
	is_refused(&r, "it is of another index");
	buf_done(&b);
	done(&r);
	done(&other);
}

Test(index_read, made_with_other_parameters_it_is_refused_with_what_helps)
{
	const struct index_reader reader = {0};
	struct reading r;

	make(&r);
	reading_close(&r);
	cr_assert_eq(index_files_open(&r.files, folder_path(&r.f, "ix"), true, 0), 0);
	r.files.parameters = SPAN("\"a\": 2");
	cr_assert_eq(index_read(&r.files, &r.runs, &reader, note_file), ERR_USAGE);
	cr_assert(strstr(err_text(), "made with {\"a\": 1}") != NULL, "%s", err_text());
	cr_assert(strstr(err_text(), "has {\"a\": 2}") != NULL);
	cr_assert(strstr(err_text(), "--index file:ANOTHER") != NULL);
	done(&r);
}

/* An index that was made with these, and holds nothing. */
static void
begin(struct reading *r, struct span made)
{
	*r = (struct reading){.fd = -1};
	folder_open(&r->f);
	cr_assert_eq(index_files_open(&r->files, folder_path(&r->f, "ix"), true, 0), 0);
	r->files.parameters = made;
	cr_assert_eq(index_files_list(&r->files), 0);
	cr_assert_eq(index_files_resume(&r->files, &r->fd), 0);
}

Test(index_read, what_holds_nothing_yet_may_be_begun_with_other_parameters)
{
	struct reading r;
	uint64_t id;

	begin(&r, SPAN("\"a\": 2"));
	id = r.files.id;
	close(r.fd);
	cr_assert_eq(try_read(&r), 0, "%s", err_text());
	cr_assert_eq(r.names.n, 0, "there was nothing to read");
	cr_assert_eq(index_files_resume(&r.files, &r.fd), 0, "%s", err_text());
	cr_assert_eq(r.files.id, id, "who knows it by this knows it still");
	put_batch(&r, 11, 0, 1);
	close(r.fd);
	tells(&r, FIRST, "owners-000001.log:1+0 ");
	done(&r);
}

/* What is said where the index has the one, and this winnow the other. */
static void
remedy_is(struct span made, struct span ours, const char *expected)
{
	const struct index_reader reader = {0};
	struct run_table runs = {0};
	struct reading r;

	begin(&r, made);
	put_batch(&r, 11, 0, 1);
	close(r.fd);
	r.files.parameters = ours;
	cr_assert_eq(index_read(&r.files, &runs, &reader, note_file), ERR_USAGE);
	cr_assert(strstr(err_text(), expected) != NULL, "%s", err_text());
	run_table_done(&runs);
	done(&r);
}

Test(index_read, made_for_near_ones_or_not_it_is_refused_with_what_helps)
{
	const struct span without = SPAN("\"a\": 1"), with = SPAN("\"a\": 1, \"near\": 1");

	remedy_is(with, without, "go on with --dedup near");
	remedy_is(without, with, "--dedup near needs an index of its own");
	remedy_is(with, SPAN("\"a\": 1, \"near\": 2"), "begin a new index");
}

Test(index_read, what_is_kept_of_a_document_that_is_not_there_is_damage)
{
	const struct near_owner o = {.document = 99};
	const struct near_drop d = {.document = 1, .owner = 99};

	for (unsigned turn = 0; turn < 2; turn++) {
		struct reading r;
		struct buf b = {0};

		make(&r);
		cr_assert_eq(try_read(&r), 0);
		cr_assert_eq(index_files_resume(&r.files, &r.fd), 0);
		if (turn == 0)
			owner_log_near_owner(&b, &o);
		else
			owner_log_near_drop(&b, &d);
		put(&r, &b);
		is_refused(&r, "damaged at byte");
		done(&r);
	}
}

Test(index_read, what_cannot_be_is_damage)
{
	struct reading r;
	struct buf b = {0};

	make(&r);
	cr_assert_eq(try_read(&r), 0);
	cr_assert_eq(index_files_resume(&r.files, &r.fd), 0);
	owner_log_entry(&b, &(struct entry){.document = 3});
	put(&r, &b);
	is_refused(&r, "owners-000002.log: damaged at byte 362");
	done(&r);
	make(&r);
	cr_assert_eq(try_read(&r), 0);
	cr_assert_eq(index_files_resume(&r.files, &r.fd), 0);
	owner_log_batch(&b, 12, 0, 0);
	put(&r, &b);
	is_refused(&r, "owners-000002.log: damaged at byte 362");
	done(&r);
}

Test(index_read, a_run_that_was_taken_back_is_told)
{
	struct reading r;
	struct buf b = {0};

	make(&r);
	cr_assert_eq(try_read(&r), 0);
	cr_assert_eq(index_files_resume(&r.files, &r.fd), 0);
	owner_log_take_back(&b, 12);
	put(&r, &b);
	close(r.fd);
	tells(&r, FIRST SECOND "T12 ", "owners-000001.log:1+0 owners-000002.log:2+0 ");
	cr_assert(run_table_find(&r.runs, 12) == NULL);
	done(&r);
}
