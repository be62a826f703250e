#include "stages/write/ledger.h"

#include <poll.h>

#include "common/background.h"
#include "common/mem.h"
#include "tests/unit/scratch.h"

static struct settings settings;
static struct ledger l;
static struct sink output, dead;
static struct checkpoint c, got;
static const char *dead_path;
static struct carrier *carrier; /* NULL: the output is a file */
static struct parcel parcel;

static void
open_ledger(void)
{
	char *folder = mem_string(scratch_path("x.winnow"), strlen(scratch_path("x.winnow")));

	cr_assert_eq(ledger_open(&l, &settings, folder, carrier), 0);
}

static void
open_test(void)
{
	scratch_open();
	settings = (struct settings){.output = scratch_path("x"), .fingerprint = "a=1\nb=two\n"};
	dead_path = scratch_path("x.dead");
	output.fd = dead.fd = -1;
	c = (struct checkpoint){.run = 7};
	open_ledger();
}

static void
close_test(void)
{
	ledger_close(&l);
	sink_close(&output);
	sink_close(&dead);
	checkpoint_done(&got);
	parcel_done(&parcel);
	scratch_close();
}

TestSuite(ledger, .init = open_test, .fini = close_test);

static void
open_again(void)
{
	ledger_close(&l);
	open_ledger();
}

static bool
found(void)
{
	bool is_there = false;

	checkpoint_done(&got);
	cr_assert_eq(ledger_find(&l, dead_path, &got, &is_there), 0, "%s", err_text());
	return is_there;
}

static void
refuses(const char *words)
{
	bool is_there = false;

	open_again();
	cr_assert_eq(ledger_find(&l, dead_path, &got, &is_there), ERR_USAGE);
	cr_assert(strstr(err_text(), words) != NULL, "%s", err_text());
	cr_assert(!is_there);
}

/* A run with its first checkpoint, and an output that is open. */
static void
begun(void)
{
	cr_assert_eq(ledger_begin(&l, &c, dead_path), 0, "%s", err_text());
	cr_assert_eq(sink_resume(&output, settings.output, COMPRESSION_NONE, 0), 0);
}

static void
put(struct sink *s, const char *text)
{
	cr_assert_eq(sink_put(s, span_str(text)), 0);
	cr_assert_eq(sink_end_member(s), 0);
}

static int
settled(void)
{
	struct pollfd p = {.fd = background_wake(l.background), .events = POLLIN};
	bool done = false;

	cr_assert_eq(poll(&p, 1, 60000), 1);
	TRY(ledger_settle(&l, &done));
	cr_assert(done);
	return 0;
}

static void
started(uint64_t next)
{
	struct cargo cargo = {&output, &dead, &parcel, dead_path};

	c.next = next;
	c.counts.bytes_out = 0; /* of files before this one */
	cr_assert_eq(ledger_start(&l, &c, &cargo), 0, "%s", err_text());
	cr_assert(ledger_busy(&l));
}

Test(ledger, nothing_is_made_before_a_run_begins)
{
	cr_assert(!found());
	cr_assert(!scratch_has("x.winnow"));
}

Test(ledger, a_run_that_has_begun_is_found_again)
{
	begun();
	open_again();
	cr_assert(found());
	cr_assert_eq(got.run, 7);
	cr_assert_eq(got.next, 0);
	cr_assert(span_equal(got.output, SPAN("x")));
	cr_assert(span_equal(got.dead_letters, SPAN("x.dead")));
}

Test(ledger, a_commit_is_found_again)
{
	begun();
	put(&output, "one");
	started(3);
	put(&output, "two"); /* meanwhile */
	cr_assert_eq(settled(), 0, "%s", err_text());
	cr_assert(!ledger_busy(&l));
	scratch_holds("x", "one");
	cr_assert_eq(sink_resume(&dead, dead_path, COMPRESSION_NONE, 0), 0);
	put(&dead, "bad");
	started(4);
	cr_assert_eq(settled(), 0, "%s", err_text());
	scratch_holds("x", "onetwo");
	open_again();
	cr_assert(found());
	cr_assert_eq(got.next, 4);
	cr_assert_eq(got.output_bytes, 6);
	cr_assert_eq(got.dead_bytes, 3);
	cr_assert_eq(got.counts.bytes_out, 6);
}

Test(ledger, what_is_held_is_tried_again_until_it_is_done)
{
	int file, full;
	bool done;

	begun();
	put(&output, "one");
	file = dup(output.fd);
	full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	dup2(full, output.fd);
	output.name = "/dev/full";
	started(1);
	cr_assert_eq(settled(), ERR_HOLD);
	cr_assert(ledger_busy(&l));
	cr_assert_eq(ledger_settle(&l, &done), ERR_HOLD, "at once, so that the hold goes on");
	cr_assert(!done);
	dup2(file, output.fd);
	cr_assert_eq(ledger_settle(&l, &done), 0, "%s", err_text());
	cr_assert(done && !ledger_busy(&l));
	scratch_holds("x", "one");
	close(file);
	close(full);
}

Test(ledger, another_option_is_refused_by_name_with_both_values)
{
	begun();
	settings.fingerprint = "a=1\nb=three\n";
	refuses("--b two, not three");
	settings.fingerprint = "a=1\n";
	refuses("--b two, not (not given)");
	settings.fingerprint = "a=1\nb=two\nc=4\n";
	refuses("--c (not given), not 4");
	settings.fingerprint = "a=1\nb=two\n";
	open_again();
	cr_assert(found());
}

Test(ledger, a_checkpoint_of_another_file_is_refused)
{
	begun();
	settings.output = scratch_path("y");
	refuses("is of the output x, not y");
	settings.output = scratch_path("x");
	dead_path = scratch_path("z");
	refuses("is of the dead letters x.dead, not z");
	dead_path = NULL;
	refuses("is of the dead letters x.dead, not");
}

Test(ledger, a_folder_that_was_moved_is_gone_on_with)
{
	begun();
	settings.output = "elsewhere/x";
	open_again();
	cr_assert(found());
}

static void
place_is(int result, const char *words)
{
	cr_assert_eq(ledger_check_place(&l, &output, &dead), result, "%s", err_text());
	cr_assert(result == 0 || strstr(err_text(), words) != NULL, "%s", err_text());
}

Test(ledger, what_is_written_must_be_where_it_was)
{
	begun();
	place_is(0, "");
	for (int i = 0; i < 2; i++) {
		const char *path = i == 0 ? settings.output : scratch_path("x.winnow");

		cr_assert_eq(rename(path, scratch_path("away")), 0);
		place_is(ERR_HOLD, i == 0 ? "/x is not where it was" : "x.winnow is not where");
		cr_assert_eq(rename(scratch_path("away"), path), 0);
		place_is(0, "");
	}
	cr_assert_eq(unlink(settings.output), 0);
	place_is(ERR_SYS, "/x was removed");
}

Test(ledger, a_damaged_checkpoint_is_refused)
{
	begun();
	scratch_put("x.winnow/checkpoint", SPAN("{}"));
	refuses("x.winnow/checkpoint cannot be used");
}

Test(ledger, the_state_is_for_one_process)
{
	struct ledger other;

	begun();
	other = l;
	open_ledger();
	cr_assert_eq(ledger_begin(&l, &c, dead_path), ERR_USAGE);
	cr_assert(strstr(err_text(), "in use") != NULL, "%s", err_text());
	ledger_close(&l);
	l = other;
}

Test(ledger, a_folder_without_a_run_keeps_no_lock)
{
	cr_assert_eq(mkdir(scratch_path("x.winnow"), 0700), 0);
	cr_assert(!found());
	cr_assert(scratch_has("x.winnow/lock"));
	open_again();
	cr_assert(!scratch_has("x.winnow/lock"));
}

Test(ledger, closing_waits_for_what_is_under_way)
{
	begun();
	put(&output, "one");
	started(1);
	open_again();
	cr_assert(found());
	cr_assert_eq(got.next, 1);
	scratch_holds("x", "one");
}

Test(ledger, dead_letters_are_claimed_for_good)
{
	begun();
	cr_assert(!ledger_has_claim(&l));
	cr_assert_eq(ledger_claim(&l, dead_path), 0, "%s", err_text());
	cr_assert(ledger_has_claim(&l));
	open_again();
	cr_assert(ledger_has_claim(&l));
}

/* a sink by URI: its checkpoint may lie beside the records */

static struct buf there; /* the checkpoint that the server has; n 0: none */
static int delivered, fails;

static int
find_there(void *state, struct buf *checkpoint, bool *ret_found)
{
	(void)state;
	*ret_found = there.n > 0;
	buf_span(checkpoint, buf_view(&there));
	return 0;
}

static int
deliver_there(void *state, const struct parcel *p, struct span checkpoint)
{
	(void)state;
	if (fails > 0 && fails-- > 0)
		return err_set(ERR_HOLD, "the server is away");
	delivered += (int)p->n;
	there.n = 0;
	buf_span(&there, checkpoint);
	return 0;
}

static const struct carrier_kind kind = {
    .scheme = "test", .find = find_there, .deliver = deliver_there};
static struct carrier far = {.kind = &kind, .name = (char *)"test place"};

static void
begun_there(void)
{
	carrier = &far;
	open_again();
	cr_assert_eq(ledger_begin(&l, &c, dead_path), 0, "%s", err_text());
	output = (struct sink){.fd = -1};
}

static void
one_more(void)
{
	parcel_add(&parcel, &(struct document){.key = 1}, SPAN("a record"));
}

Test(ledger, what_lies_beside_the_records_counts)
{
	struct buf before = {0};

	begun_there();
	one_more();
	started(1);
	cr_assert_eq(settled(), 0, "%s", err_text());
	buf_span(&before, buf_view(&there));
	one_more();
	started(2);
	cr_assert_eq(settled(), 0, "%s", err_text());
	cr_assert_eq(delivered, 2);
	open_again();
	cr_assert(found());
	cr_assert_eq(got.next, 2);
	there.n = 0; /* the server has lost the newest one: its older one counts */
	buf_span(&there, buf_view(&before));
	open_again();
	cr_assert(found());
	cr_assert_eq(got.next, 1);
	buf_done(&before);
}

Test(ledger, without_our_folder_the_one_beside_the_records_counts)
{
	begun_there();
	one_more();
	started(1);
	cr_assert_eq(settled(), 0);
	ledger_close(&l);
	unlink(scratch_path("x.winnow/checkpoint"));
	open_ledger();
	cr_assert(found());
	cr_assert_eq(got.next, 1);
}

Test(ledger, one_that_is_gone_or_of_another_run_is_refused)
{
	struct checkpoint other = {.run = 8, .output = SPAN("test place")};

	begun_there();
	there.n = 0;
	refuses("has no checkpoint of the run");
	checkpoint_print(&there, &other);
	refuses("the checkpoint of another run");
	there.p[100] ^= 1;
	refuses("cannot be used");
}

Test(ledger, a_parcel_that_was_held_is_brought_once_on_the_other_thread)
{
	bool done = false;

	begun_there();
	one_more();
	fails = 2;
	started(1);
	cr_assert_eq(settled(), ERR_HOLD);
	one_more(); /* meanwhile */
	for (int i = 0; i < 60000 && !done; i++) {
		int r = ledger_settle(&l, &done);
		cr_assert(r == 0 || (r == ERR_HOLD && strstr(err_text(), "is away") != NULL));
		poll(NULL, 0, 1);
	}
	cr_assert(done && !ledger_busy(&l));
	cr_assert_eq(delivered, 1);
	cr_assert_eq(parcel.n, 1);
}
