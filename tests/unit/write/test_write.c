#include "common/arena.h"
#include "common/log.h"
#include "proto/document_pack.h"
#include "proto/json_in.h"
#include "proto/record_json.h"
#include "stages/stage.h"
#include "tests/unit/write/commit_all.h"

enum { RUN = 77 };

static struct settings settings;
static void *state;
static uint64_t seq;
static struct buf wanted, file;

static void
open_test(void)
{
	scratch_open();
	settings = (struct settings){0};
}

static void
close_test(void)
{
	stage.close(state);
	buf_done(&wanted);
	buf_done(&file);
	scratch_close();
}

TestSuite(write, .init = open_test, .fini = close_test);

/* Open and begin, as the loop does it. */
static int
opens(void)
{
	struct begin b = {0};

	TRY(stage.open(&state, &settings));
	TRY(stage.begin(state, &b));
	b.run = RUN;
	return stage.begin(state, &b);
}

static void
opened(const char *output)
{
	if (output != NULL)
		settings.output = scratch_path(output);
	cr_assert_eq(opens(), 0, "%s", err_text());
}

/* Take the next batch; what it logs is not shown. */
static int
taken(struct document *documents, size_t n)
{
	struct batch b = {.seq = seq++,
	    .documents = documents,
	    .n_documents = n,
	    .n_read = n,
	    .read_bytes = 100,
	    .n_earlier = 2};
	struct caught log;
	struct buf said = {0};
	int r;

	catch_begin(&log, STDERR_FILENO);
	r = stage.batch(state, &b, false);
	catch_end(&log, &said);
	buf_done(&said);
	return r;
}

static void
take(struct document *documents, size_t n)
{
	cr_assert_eq(taken(documents, n), 0, "%s", err_text());
}

/* The seq below which all is durable. */
static uint64_t
committed(bool final)
{
	uint64_t done = seq;

	cr_assert_eq(
	    commit_all(state, final ? ENDING_FINAL : ENDING_NO, &done), 0, "%s", err_text());
	return done;
}

static struct counts
counted(void)
{
	struct counts c;

	stage.counts(state, &c);
	return c;
}

static struct document
record(const char *id)
{
	static struct paragraph p = {.text = SPAN("The ferry leaves at six.")};
	static struct dropped dropped[] = {{.n = 1}, {.n = 2}};

	return (struct document){.id = span_str(id),
	    .key = 77,
	    .source = {.path = SPAN("in.jsonl")},
	    .paragraphs = &p,
	    .n_paragraphs = 1,
	    .dropped = dropped,
	    .n_dropped = 2,
	    .stats = {.paragraphs = 3, .kept = 1, .exact = 2}};
}

static struct document
refusal(const char *id)
{
	return (struct document){.id = span_str(id),
	    .source = {.path = SPAN("in.jsonl")},
	    .raw = SPAN("{]"),
	    .form = FORM_JSON,
	    .refused = {.stage = SPAN("extract"), .reason = SPAN("bad-json"), .attempts = 1}};
}

static struct document
emptied(const char *id)
{
	struct document d = record(id);

	d.n_paragraphs = 0;
	d.stats = (struct stats){.paragraphs = 2, .exact = 2};
	return d;
}

static void
want_line(const struct document *d)
{
	record_json(&wanted, d);
	buf_byte(&wanted, '\n');
}

static void
file_is_wanted(const char *name)
{
	struct span s = scratch_get(name, &file);

	cr_assert(span_equal(s, buf_view(&wanted)), "%s is\n%.*s", name, (int)s.n, s.p);
}

static bool
file_has(const char *name, const char *text)
{
	scratch_get(name, &file);
	return strstr(file.p, text) != NULL;
}

/* formats */

static void
lines_in_order(const char *name)
{
	struct document d[] = {record("a"), record("b"), record("c")};

	opened(name);
	take(&d[0], 2);
	take(&d[2], 1);
	cr_assert_eq(committed(true), 2);
	for (int i = 0; i < 3; i++)
		want_line(&d[i]);
	file_is_wanted(name);
}

Test(write, records_are_json_lines_in_order)
{
	lines_in_order("x.jsonl");
}

Test(write, a_name_without_a_form_is_json_lines)
{
	lines_in_order("x");
}

Test(write, gz_compresses)
{
	lines_in_order("x.jsonl.gz");
}

Test(write, zst_compresses)
{
	lines_in_order("x.jsonl.zst");
}

static void
maps_in_order(const char *name)
{
	static const char *const ids[] = {"a", "b", "c"};
	struct document d[] = {record("a"), record("b"), record("c")}, back;
	struct arena a = {0};
	struct scan s;

	opened(name);
	take(d, 3);
	committed(true);
	s = scan_of(scratch_get(name, &file));
	for (int i = 0; i < 3; i++) {
		cr_assert_eq(document_unpack(&back, &s, &a), 0);
		cr_assert(span_equal(back.id, span_str(ids[i])));
		cr_assert(span_equal(back.paragraphs[0].text, d[i].paragraphs[0].text));
	}
	cr_assert_eq(scan_left(&s), 0);
	arena_done(&a);
}

Test(write, msgpack_is_chosen_by_name)
{
	maps_in_order("x.msgpack");
}

Test(write, msgpack_is_chosen_by_name_under_gz)
{
	maps_in_order("x.msgpack.gz");
}

Test(write, msgpack_is_chosen_by_option)
{
	settings.format = FORMAT_MSGPACK;
	maps_in_order("x.jsonl");
}

Test(write, the_option_goes_before_the_name)
{
	settings.format = FORMAT_JSONL;
	lines_in_order("x.msgpack");
}

Test(write, pretty_is_for_people_and_without_colours_in_a_file)
{
	struct document d = record("a");

	d.title = SPAN("The six o'clock ferry");
	d.n_dropped = 0;
	d.stats = (struct stats){.paragraphs = 1, .kept = 1};
	settings.format = FORMAT_PRETTY;
	opened("x.txt");
	take(&d, 1);
	committed(true);
	scratch_holds("x.txt", "The six o'clock ferry\na\n  1 paragraphs: 1 kept, 0 dropped\n\n");
}

Test(write, standard_output_that_is_no_terminal_gets_json_lines)
{
	struct document d = record("a");
	struct caught out;

	catch_begin(&out, STDOUT_FILENO);
	opened(NULL);
	take(&d, 1);
	committed(true);
	catch_end(&out, &file);
	want_line(&d);
	cr_assert_str_eq(file.p, (buf_byte(&wanted, '\0'), wanted.p));
}

/* counts */

Test(write, the_counts_balance)
{
	struct document d[] = {record("a"), refusal("b"), record("c"), emptied("d"), record("e")};
	struct counts c;

	static struct dropped drops[] = {
	    {.n = 1}, {.n = 2, .why = WHY_NEAR}, {.n = 3, .why = WHY_NEAR}};

	settings.empty = EMPTY_SKIP;
	d[2].error = (struct fault){.stage = SPAN("summarize"), .reason = SPAN("crashed")};
	d[4].stats = (struct stats){.paragraphs = 4, .kept = 1, .exact = 1, .near = 2};
	d[4].dropped = drops;
	d[4].n_dropped = 3;
	opened("x.jsonl");
	take(d, 3);
	take(&d[3], 2);
	committed(true);
	c = counted();
	cr_assert_eq(c.in, 5);
	cr_assert_eq(c.documents, 5);
	cr_assert_eq(c.records, 3);
	cr_assert_eq(c.refused, 1);
	cr_assert_eq(c.skipped, 1);
	cr_assert_eq(c.failed, 1);
	cr_assert_eq(c.documents, c.records + c.refused + c.skipped);
	cr_assert_eq(c.paragraphs, 3 + 3 + 2 + 4);
	cr_assert_eq(c.kept, 3);
	cr_assert_eq(c.exact, 7);
	cr_assert_eq(c.near, 2);
	cr_assert_eq(c.paragraphs, c.kept + c.exact + c.near);
	cr_assert_eq(c.earlier, 4);
	cr_assert_eq(c.bytes_in, 200);
	cr_assert_eq(c.bytes_out, scratch_get("x.jsonl", &file).n);
}

Test(write, an_empty_run_counts_nothing)
{
	struct counts c;

	opened("x.jsonl");
	cr_assert_eq(committed(true), 0);
	c = counted();
	cr_assert_eq(c.documents + c.records + c.paragraphs + c.bytes_out, 0);
	scratch_holds("x.jsonl", "");
}

Test(write, empty_documents_leave_a_record_unless_they_are_skipped)
{
	struct document d[] = {emptied("a"), record("b")};

	opened("x.jsonl");
	take(d, 2);
	committed(true);
	want_line(&d[0]);
	want_line(&d[1]);
	file_is_wanted("x.jsonl");
	cr_assert_eq(counted().skipped, 0);
}

Test(write, skipped_documents_leave_none)
{
	struct document d[] = {emptied("a"), record("b")};

	settings.empty = EMPTY_SKIP;
	opened("x.jsonl");
	take(d, 2);
	committed(true);
	want_line(&d[1]);
	file_is_wanted("x.jsonl");
	cr_assert_eq(counted().skipped, 1);
	cr_assert_eq(counted().exact, 4, "its paragraphs count");
}

Test(write, an_empty_document_that_failed_is_not_skipped)
{
	struct document d = emptied("a");

	settings.empty = EMPTY_SKIP;
	d.error = (struct fault){.stage = SPAN("summarize"), .reason = SPAN("crashed")};
	opened("x.jsonl");
	take(&d, 1);
	committed(true);
	cr_assert(file_has("x.jsonl", "\"reason\": \"crashed\""));
	cr_assert_eq(counted().records, 1);
}

/* dead letters */

Test(write, refused_documents_become_dead_letters_and_no_records)
{
	struct document d[] = {refusal("bad"), record("good")};

	opened("x.jsonl");
	take(d, 2);
	committed(true);
	want_line(&d[1]);
	file_is_wanted("x.jsonl");
	wanted.n = 0;
	dead_letter_json(&wanted, &d[0]);
	buf_byte(&wanted, '\n');
	file_is_wanted("x.jsonl.dead.jsonl");
}

Test(write, dead_letters_go_where_they_are_told)
{
	struct document d[] = {refusal("one"), refusal("two")};

	settings.dead_letters = scratch_path("letters.gz");
	opened("x.jsonl");
	take(d, 2);
	committed(true);
	cr_assert(file_has("letters.gz", "\"one\"") && file_has("letters.gz", "\"two\""));
	cr_assert(!scratch_has("x.jsonl.dead.jsonl"));
}

Test(write, without_refusals_there_are_no_dead_letters)
{
	struct document d = record("a");

	opened("x.jsonl");
	take(&d, 1);
	committed(true);
	cr_assert(!scratch_has("x.jsonl.dead.jsonl"));
}

Test(write, refusals_and_warnings_are_told_in_the_log)
{
	struct document d[] = {refusal("a"), record("b")};
	struct batch b = {.documents = d, .n_documents = 2};
	struct caught log;

	d[0].source.offset = 41;
	d[0].refused.detail = SPAN("a \033[31mstring\n");
	d[1].source.offset = 7;
	d[1].warning = SPAN("2 bytes were no UTF-8");
	log_open("winnow-write");
	opened("x.jsonl");
	catch_begin(&log, STDERR_FILENO);
	cr_assert_eq(stage.batch(state, &b, false), 0);
	catch_end(&log, &file);
	cr_assert_str_eq(file.p,
	    "winnow-write: warning: refused in.jsonl, byte 41: bad-json: a ?[31mstring?\n"
	    "winnow-write: warning: in.jsonl, byte 7: 2 bytes were no UTF-8\n");
}

Test(write, dead_letters_beside_standard_output_are_log_lines_alone)
{
	struct document d = refusal("a");
	struct caught out;

	catch_begin(&out, STDOUT_FILENO);
	opened(NULL);
	take(&d, 1);
	committed(true);
	cr_assert_str_eq(catch_end(&out, &file), "");
	cr_assert_eq(counted().refused, 1);
}

Test(write, compressed_dead_letters_hold_back_what_is_done)
{
	struct document bad = refusal("bad"), good = record("good");

	settings.dead_letters = scratch_path("letters.gz");
	opened("x.jsonl");
	take(&good, 1);
	cr_assert_eq(committed(false), 1);
	take(&bad, 1);
	cr_assert_eq(committed(false), 1, "the letter cannot be read yet");
	take(&good, 1);
	cr_assert_eq(committed(false), 1);
	cr_assert_eq(committed(true), 3);
	cr_assert(file_has("letters.gz", "\"bad\""));
}

Test(write, a_late_dead_letter_takes_nothing_back)
{
	struct document bad = refusal("bad"), good = record("good");

	settings.dead_letters = scratch_path("letters.gz");
	opened("x.jsonl");
	for (int i = 0; i < 40; i++) {
		take(&good, 1);
		committed(false);
	}
	take(&bad, 1);
	cr_assert_eq(committed(false), 40, "read would take less for lost state");
	for (int i = 0; i < 31; i++)
		take(&good, 1);
	cr_assert_eq(committed(false), 72, "32 batches end the member");
}

/* what is there already */

Test(write, an_output_that_is_there_is_refused)
{
	settings.output = scratch_put("x.jsonl", SPAN("precious"));
	cr_assert_eq(opens(), ERR_USAGE);
	scratch_holds("x.jsonl", "precious");
	cr_assert(!scratch_has("x.jsonl.winnow"), "nothing was made");
}

Test(write, force_overwrites_the_output_and_its_dead_letters)
{
	struct document d = record("a");

	settings.output = scratch_put("x.jsonl", SPAN("old"));
	scratch_put("x.jsonl.dead.jsonl", SPAN("old letter"));
	settings.force = true;
	cr_assert_eq(opens(), 0);
	take(&d, 1);
	committed(true);
	want_line(&d);
	file_is_wanted("x.jsonl");
	cr_assert(!scratch_has("x.jsonl.dead.jsonl"), "they are of other records");
}

Test(write, old_dead_letters_are_refused_before_anything_is_read)
{
	settings.output = scratch_path("x.jsonl");
	scratch_put("x.jsonl.dead.jsonl", SPAN("old letter"));
	cr_assert_eq(opens(), ERR_USAGE);
	cr_assert(strstr(err_text(), "x.jsonl.dead.jsonl") != NULL, "%s", err_text());
	scratch_holds("x.jsonl.dead.jsonl", "old letter");
}

Test(write, dead_letters_into_the_output_are_refused)
{
	settings.output = settings.dead_letters = scratch_path("x.jsonl");
	cr_assert_eq(opens(), ERR_USAGE);
	stage.close(state);
	settings.force = true;
	cr_assert_eq(opens(), ERR_USAGE);
	cr_assert(!scratch_has("x.jsonl.winnow"));
}

Test(write, force_removes_nothing_but_files)
{
	settings.dead_letters = scratch_path("fifo");
	cr_assert_eq(mkfifo(settings.dead_letters, 0600), 0);
	settings.force = true;
	opened("x.jsonl");
	cr_assert(scratch_has("fifo"), "as /dev/null");
}

Test(write, an_output_that_cannot_be_is_refused)
{
	settings.output = scratch_path("none/x.jsonl");
	cr_assert_eq(opens(), ERR_USAGE);
}

Test(write, dead_letters_that_cannot_be_stop_the_run)
{
	struct document d = refusal("a");

	settings.dead_letters = scratch_path("none/letters");
	opened("x.jsonl");
	cr_assert_eq(taken(&d, 1), ERR_USAGE);
	cr_assert(strstr(err_text(), "none/letters") != NULL, "%s", err_text());
}

Test(write, a_full_disk_is_a_hold)
{
	struct document d = record("a");
	uint64_t done = 1;

	settings.output = "/dev/full";
	cr_assert_eq(opens(), 0);
	take(&d, 1);
	cr_assert_eq(stage.commit(state, ENDING_NO, &done, &(bool){false}), ERR_HOLD);
	cr_assert(strstr(err_text(), "/dev/full") != NULL, "%s", err_text());
}

Test(write, closing_nothing_is_nothing)
{
	stage.close(NULL);
}

Test(write, has_enough_for_now_when_much_waits_for_its_commit)
{
	static char text[100000];
	struct document d = record("a");

	memset(text, 'x', sizeof(text));
	d.title = span_of(text, sizeof(text));
	opened("x.jsonl");
	cr_assert(!stage.full(state));
	for (int i = 0; i < 30; i++)
		take(&d, 1);
	cr_assert(stage.full(state));
	committed(true);
	cr_assert(!stage.full(state));
}
