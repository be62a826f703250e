#include "stages/write/commit.h"

#include <sys/mount.h>

#include "tests/unit/scratch.h"

static struct commit c;

static void
open_test(void)
{
	scratch_open();
	c = (struct commit){
	    .folder = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC), .folder_name = scratch};
	for (int i = 0; i < PARTS; i++)
		c.parts[i].fd = -1;
	buf_str(&c.text, "a checkpoint");
}

static void
close_test(void)
{
	for (int i = 0; i < PARTS; i++)
		if (c.parts[i].fd >= 0)
			close(c.parts[i].fd);
	close(c.folder);
	commit_done(&c);
	scratch_close();
}

TestSuite(commit, .init = open_test, .fini = close_test);

/* A part that goes on behind the first `at` bytes of a file. */
static void
part(int which, const char *path, int flags, uint64_t at, const char *bytes)
{
	struct commit_part *p = &c.parts[which];

	p->name = path;
	p->fd = open(path, flags | O_CLOEXEC, 0600);
	cr_assert_geq(p->fd, 0, "%s: %s", path, strerror(errno));
	p->regular = strncmp(path, "/dev/", 5) != 0;
	p->at = at;
	buf_str(&p->bytes, bytes);
}

Test(commit, puts_both_files_and_then_the_checkpoint)
{
	part(PART_OUTPUT, scratch_put("x", SPAN("one ")), O_WRONLY, 4, "two");
	part(PART_DEAD, scratch_path("d"), O_WRONLY | O_CREAT, 0, "bad");
	cr_assert_eq(commit_run(&c), 0, "%s", err_text());
	scratch_holds("x", "one two");
	scratch_holds("d", "bad");
	scratch_holds("checkpoint", "a checkpoint");
}

Test(commit, without_files_is_the_checkpoint_alone)
{
	cr_assert_eq(commit_run(&c), 0, "%s", err_text());
	scratch_holds("checkpoint", "a checkpoint");
}

Test(commit, tried_again_puts_the_same_bytes_at_the_same_place)
{
	part(PART_OUTPUT, scratch_put("x", SPAN("one half of what was")), O_WRONLY, 4, "two");
	for (int i = 0; i < 3; i++)
		cr_assert_eq(commit_run(&c), 0);
	scratch_holds("x", "one twof of what was");
}

Test(commit, a_stream_gets_its_bytes_once)
{
	int fds[2];
	char got[64];

	cr_assert_eq(pipe(fds), 0);
	part(PART_DEAD, "/dev/null", O_WRONLY, 0, "bad");
	dup2(fds[1], c.parts[PART_DEAD].fd);
	cr_assert_eq(commit_run(&c), 0);
	cr_assert_eq(commit_run(&c), 0);
	cr_assert_eq(read(fds[0], got, sizeof(got)), 3);
	close(fds[0]);
	close(fds[1]);
}

Test(commit, a_full_disk_is_a_hold_and_leaves_the_checkpoint)
{
	part(PART_OUTPUT, scratch_path("x"), O_WRONLY | O_CREAT, 0, "one");
	part(PART_DEAD, "/dev/full", O_WRONLY, 0, "bad");
	c.parts[PART_DEAD].regular = true;
	cr_assert_eq(commit_run(&c), ERR_HOLD);
	cr_assert(strstr(err_text(), "/dev/full") != NULL, "%s", err_text());
	cr_assert(!scratch_has("checkpoint"));
}

Test(commit, a_fault_cuts_the_files_back_and_leaves_the_checkpoint)
{
	part(PART_OUTPUT, scratch_put("x", SPAN("one ")), O_WRONLY, 4, "two");
	part(PART_DEAD, scratch_put("d", SPAN("")), O_RDONLY, 0, "bad"); /* EBADF */
	cr_assert_eq(commit_run(&c), ERR_SYS);
	cr_assert(strstr(err_text(), "/d: ") != NULL, "%s", err_text());
	scratch_holds("x", "one ");
	cr_assert(!scratch_has("checkpoint"));
}

Test(commit, a_checkpoint_that_cannot_be_written_is_a_fault)
{
	part(PART_OUTPUT, scratch_put("x", SPAN("one ")), O_WRONLY, 4, "two");
	cr_assert_eq(mkdir(scratch_path("checkpoint.new"), 0700), 0);
	cr_assert_eq(commit_run(&c), ERR_SYS);
	cr_assert(strstr(err_text(), "checkpoint") != NULL, "%s", err_text());
	scratch_holds("x", "one two"); /* the checkpoint could be the new one */
}

/* a sink by URI */

static int calls;

/* What the folder has, when the records leave. */
static bool was_there;

static int
bring(void *state, const struct parcel *p, struct span checkpoint)
{
	(void)state;
	cr_assert_eq(p->n, 1);
	cr_assert(span_equal(checkpoint, SPAN("a checkpoint")));
	was_there = scratch_has("checkpoint");
	return calls++ == 0 ? err_set(ERR_HOLD, "not now") : 0;
}

static void
carries(bool at_most_once)
{
	static struct carrier_kind kind = {.deliver = bring};
	static struct carrier carrier = {.kind = &kind};

	kind.at_most_once = at_most_once;
	c.carrier = &carrier;
	parcel_add(&c.parcel, &(struct document){.key = 7}, SPAN("record"));
}

Test(commit, records_arrive_before_the_checkpoint_that_speaks_of_them)
{
	carries(false);
	cr_assert_eq(commit_run(&c), ERR_HOLD);
	cr_assert(!scratch_has("checkpoint"));
	cr_assert_eq(commit_run(&c), 0);
	cr_assert(!was_there);
	scratch_holds("checkpoint", "a checkpoint");
	cr_assert_eq(commit_run(&c), 0);
	cr_assert_eq(calls, 2, "what has arrived is not brought again");
}

Test(commit, what_may_not_come_twice_leaves_behind_the_checkpoint)
{
	carries(true);
	cr_assert_eq(commit_run(&c), ERR_HOLD);
	cr_assert(was_there);
	cr_assert_eq(commit_run(&c), 0);
	cr_assert_eq(calls, 2);
}

Test(commit, letters_are_on_the_disk_before_records_leave)
{
	carries(false);
	part(PART_DEAD, "/dev/full", O_WRONLY, 0, "bad");
	c.parts[PART_DEAD].regular = true;
	cr_assert_eq(commit_run(&c), ERR_HOLD);
	cr_assert_eq(calls, 0);
}

/* a disk that is really full */

enum { DISK_BYTES = 64 << 10 };

static void
small_disk(void)
{
	cr_assert_eq(mkdir(scratch_path("disk"), 0700), 0);
	if (mount("none", scratch_path("disk"), "tmpfs", 0, "size=64k") < 0)
		cr_skip_test("NOT TESTED: a tmpfs needs root (%s)", strerror(errno));
}

Test(commit, goes_on_when_the_disk_has_room_again)
{
	struct buf text = {0}, file = {0};

	small_disk();
	for (int i = 0; i < DISK_BYTES; i++)
		buf_byte(&text, (char)('a' + i % 26));
	buf_byte(&text, '\0');
	scratch_put("disk/ballast", span_of(text.p, 8192));
	part(PART_OUTPUT, scratch_path("disk/x"), O_WRONLY | O_CREAT, 0, text.p);
	cr_assert_eq(commit_run(&c), ERR_HOLD);
	cr_assert(strstr(err_text(), "No space") != NULL, "%s", err_text());
	cr_assert_eq(commit_run(&c), ERR_HOLD, "and again");
	cr_assert(!scratch_has("checkpoint"));
	unlink(scratch_path("disk/ballast"));
	cr_assert_eq(commit_run(&c), 0, "%s", err_text());
	cr_assert(span_equal(scratch_get("disk/x", &file), span_of(text.p, DISK_BYTES)));
	cr_assert(scratch_has("checkpoint"));
	umount2(scratch_path("disk"), MNT_DETACH);
	buf_done(&text);
	buf_done(&file);
}

Test(commit, a_full_disk_of_the_state_is_a_hold)
{
	struct buf text = {0};
	int folder;

	small_disk();
	for (int i = 0; i < DISK_BYTES - 4096; i++)
		buf_byte(&text, 'x');
	scratch_put("disk/ballast", buf_view(&text));
	folder = open(scratch_path("disk"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dup2(folder, c.folder);
	close(folder);
	buf_span(&c.text, buf_view(&text)); /* more than is left */
	part(PART_OUTPUT, scratch_put("x", SPAN("one ")), O_WRONLY, 4, "two");
	cr_assert_eq(commit_run(&c), ERR_HOLD, "%s", err_text());
	cr_assert(!scratch_has("disk/checkpoint"));
	unlink(scratch_path("disk/ballast"));
	cr_assert_eq(commit_run(&c), 0, "%s", err_text());
	cr_assert(scratch_has("disk/checkpoint") && !scratch_has("disk/checkpoint.new"));
	umount2(scratch_path("disk"), MNT_DETACH);
	buf_done(&text);
}
