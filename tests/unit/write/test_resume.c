/*
 * A stage that is closed and opened again writes what one would have that was not: at each batch,
 * with any tail behind the checkpoint, plain and compressed, with dead letters or without.
 */
#include "tests/unit/write/commit_all.h"

#include <poll.h>

#include "common/log.h"

enum { BATCHES = 70, RUN = 77, DOCUMENTS = 3 };

static struct settings settings;
static void *state;
static struct begin at;
static struct buf file, wanted, wanted_dead;

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
	buf_done(&file);
	buf_done(&wanted);
	buf_done(&wanted_dead);
	scratch_close();
}

TestSuite(resume, .init = open_test, .fini = close_test);

static int
open_stage(void)
{
	TRY(stage.open(&state, &settings));
	at = (struct begin){0};
	return stage.begin(state, &at);
}

static void
close_stage(void)
{
	stage.close(state);
	state = NULL;
}

/* Open and go on where the checkpoint is, or begin. */
static void
go_on(void)
{
	cr_assert_eq(open_stage(), 0, "%s", err_text());
	if (at.run == 0) {
		at.run = RUN;
		cr_assert_eq(stage.begin(state, &at), 0, "%s", err_text());
	}
	cr_assert_eq(at.run, RUN);
	cr_assert_eq(at.token.offset, at.next * 10);
	cr_assert_eq(at.token.state.n, at.next % 5);
}

/* The batch `seq`, always the same; each eleventh has a document that is refused, but no early one.
 */
static void
take(uint64_t seq, uint64_t input_bytes)
{
	static struct paragraph p = {.text = SPAN("The ferry leaves at six.")};
	struct document d[DOCUMENTS];
	struct batch b = {.run = RUN,
	    .seq = seq,
	    .token = {.offset = (seq + 1) * 10, .state = span_of("abcd", (seq + 1) % 5)},
	    .documents = d,
	    .n_documents = DOCUMENTS,
	    .n_read = DOCUMENTS,
	    .read_bytes = input_bytes};
	struct caught log;
	struct buf said = {0};
	char ids[DOCUMENTS][32];
	int r;

	for (int i = 0; i < DOCUMENTS; i++) {
		int n = snprintf(ids[i], sizeof(ids[i]), "%llu/%d", (unsigned long long)seq, i);
		d[i] = (struct document){.id = span_of(ids[i], (size_t)n),
		    .source = {.path = SPAN("in.jsonl")},
		    .paragraphs = &p,
		    .n_paragraphs = 1,
		    .stats = {.paragraphs = 1}};
	}
	if (seq % 11 == 10)
		d[1] = (struct document){.id = d[1].id,
		    .raw = SPAN("{]"),
		    .refused = {.stage = SPAN("extract"), .reason = SPAN("bad-json")}};
	catch_begin(&log, STDERR_FILENO);
	r = stage.batch(state, &b, false);
	catch_end(&log, &said);
	buf_done(&said);
	cr_assert_eq(r, 0, "%s", err_text());
}

static uint64_t
commit(uint64_t taken, enum ending ending)
{
	cr_assert_eq(commit_all(state, ending, &taken), 0, "%s", err_text());
	return taken;
}

/* As it is on the disk. */
static struct span
raw(const char *name, struct buf *b)
{
	int fd = open(scratch_path(name), O_RDONLY | O_CLOEXEC);
	ssize_t n;

	b->n = 0;
	cr_assert_geq(fd, 0, "%s", name);
	while ((n = read(fd, buf_room(b, 65536), 65536)) > 0)
		b->n += (size_t)n;
	close(fd);
	return buf_view(b);
}

static void
clear(const char *name, const char *dead)
{
	static const char *const state_files[] = {
	    "out.winnow/checkpoint", "out.winnow/lock", "out.winnow"};

	unlink(scratch_path(name));
	unlink(scratch_path(dead));
	for (size_t i = 0; i < 3; i++)
		remove(scratch_path(state_files[i]));
}

/* As scratch_path, but good until the test's end. */
static const char *
lasting(int i, const char *name)
{
	static char paths[3][128];

	return strcpy(paths[i], scratch_path(name));
}

/* The bytes of a run that nobody disturbs. */
static void
calm(const char *name, const char *dead)
{
	clear(name, dead);
	settings.output = lasting(0, name);
	settings.dead_letters = lasting(1, dead);
	settings.state = lasting(2, "out.winnow");
	go_on();
	for (uint64_t seq = 0; seq < BATCHES; seq++)
		take(seq, 300000);
	commit(BATCHES, ENDING_FINAL);
	close_stage();
	raw(name, &wanted);
	raw(dead, &wanted_dead);
}

static void
append(const char *name, size_t n)
{
	int fd = open(scratch_path(name), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	while (n-- > 0)
		cr_assert_eq(write(fd, "#", 1), 1);
	close(fd);
}

/* What a process leaves behind the checkpoint that is killed. */
static void
leave_tails(const char *name, const char *dead, uint64_t n)
{
	append(name, n * 37 % 1000);
	append(dead, n % 3 == 0 ? 0 : n);
}

static void
same_as_calm(const char *name, const char *dead)
{
	struct counts c;

	stage.counts(state, &c);
	cr_assert_eq(c.in, BATCHES * DOCUMENTS);
	cr_assert_eq(c.documents, c.records + c.refused);
	cr_assert_eq(c.paragraphs, c.kept);
	cr_assert_eq(c.refused, 6);
	cr_assert_eq(c.bytes_out, wanted.n);
	close_stage();
	cr_assert(span_equal(raw(name, &file), buf_view(&wanted)), "%s", name);
	cr_assert(span_equal(raw(dead, &file), buf_view(&wanted_dead)), "%s", dead);
}

/* Cut off behind each batch in turn, go on at the checkpoint, to the end. */
static void
cut_once_at_each_batch(const char *name, const char *dead)
{
	calm(name, dead);
	for (uint64_t cut = 0; cut <= BATCHES; cut++) {
		clear(name, dead);
		go_on();
		for (uint64_t seq = 0; seq < cut; seq++) {
			take(seq, 300000);
			if (seq % 4 == 0)
				commit(seq + 1, ENDING_NO);
		}
		close_stage();
		leave_tails(name, dead, cut);
		go_on();
		cr_assert_leq(at.next, cut);
		for (uint64_t seq = at.next; seq < BATCHES; seq++)
			take(seq, 300000);
		cr_assert_eq(commit(BATCHES, ENDING_FINAL), BATCHES);
		same_as_calm(name, dead);
	}
}

/* One run that is cut off again and again; each process comes a little further. */
static void
cut_again_and_again(const char *name, const char *dead, enum ending ending)
{
	uint64_t next = 0;

	calm(name, dead);
	clear(name, dead);
	for (uint64_t step = 34; next < BATCHES; step++) {
		go_on();
		cr_assert_geq(at.next, next, "what was durable is not");
		next = at.next;
		for (uint64_t i = 0; i < step && next < BATCHES; i++)
			take(next++, 300000);
		next = commit(next, next == BATCHES ? ENDING_FINAL : ending);
		if (next == BATCHES)
			break;
		close_stage();
		leave_tails(name, dead, step);
	}
	same_as_calm(name, dead);
}

static void
cuts(const char *name, const char *dead)
{
	cut_once_at_each_batch(name, dead);
	cut_again_and_again(name, dead, ENDING_NO);
	cut_again_and_again(name, dead, ENDING_DRAIN);
}

Test(resume, plain_with_plain_dead_letters)
{
	cuts("x.jsonl", "d.jsonl");
}

Test(resume, plain_with_compressed_dead_letters)
{
	cuts("x.jsonl", "d.jsonl.gz");
}

Test(resume, gzip)
{
	cuts("x.jsonl.gz", "d.jsonl");
}

Test(resume, zstd_with_compressed_dead_letters)
{
	cuts("x.msgpack.zst", "d.jsonl.zst");
}

Test(resume, a_finished_run_is_found_finished_and_may_go_on)
{
	calm("x.jsonl.gz", "d.jsonl");
	go_on();
	cr_assert_eq(at.next, BATCHES);
	cr_assert_eq(commit(BATCHES, ENDING_FINAL), BATCHES);
	same_as_calm("x.jsonl.gz", "d.jsonl");
	go_on();
	take(BATCHES, 1); /* a file was added */
	cr_assert_eq(commit(BATCHES + 1, ENDING_FINAL), BATCHES + 1);
	close_stage();
	cr_assert_gt(raw("x.jsonl.gz", &file).n, wanted.n);
	cr_assert(span_starts(buf_view(&file), buf_view(&wanted)));
}

Test(resume, a_drain_ends_no_member)
{
	settings.output = scratch_path("x.gz");
	go_on();
	for (uint64_t seq = 0; seq < 3; seq++)
		take(seq, 1);
	cr_assert_eq(commit(3, ENDING_DRAIN), 0);
	cr_assert_eq(raw("x.gz", &file).n, 0);
}

Test(resume, a_dead_letter_that_was_not_committed_leaves_no_file)
{
	settings.output = scratch_path("x.jsonl");
	go_on();
	close_stage();
	scratch_put("x.jsonl.winnow/dead-letters", SPAN("x.jsonl.dead.jsonl"));
	append("x.jsonl.dead.jsonl", 5);
	go_on();
	cr_assert(!scratch_has("x.jsonl.dead.jsonl"));
}

Test(resume, dead_letters_of_somebody_else_stay)
{
	settings.output = scratch_path("x.jsonl");
	go_on();
	close_stage();
	append("x.jsonl.dead.jsonl", 5);
	go_on();
	cr_assert(scratch_has("x.jsonl.dead.jsonl"));
}

Test(resume, the_index_of_the_run_is_kept)
{
	settings.output = scratch_path("x.jsonl");
	go_on();
	stage.index(state, 99);
	take(0, 1);
	commit(1, ENDING_NO);
	close_stage();
	go_on();
	cr_assert_eq(at.index, 99);
}

Test(resume, a_new_run_in_the_same_process_begins_at_0_if_nothing_was_written)
{
	struct begin second = {.run = RUN + 1};
	struct counts c;

	settings.output = scratch_path("x.jsonl");
	go_on();
	cr_assert_eq(stage.begin(state, &second), 0, "%s", err_text());
	cr_assert_eq(second.next, 0);
	second = (struct begin){.run = RUN + 2};
	take(0, 1);
	commit(1, ENDING_FINAL);
	cr_assert_eq(stage.begin(state, &second), ERR_USAGE, "somebody may want what is there");
	cr_assert(strstr(err_text(), "x.jsonl is there") != NULL, "%s", err_text());
	settings.force = true;
	cr_assert_eq(stage.begin(state, &second), 0, "%s", err_text());
	cr_assert_eq(second.next, 0);
	stage.counts(state, &c);
	cr_assert_eq(c.documents + c.bytes_out, 0);
	cr_assert_eq(raw("x.jsonl", &file).n, 0);
}

Test(resume, an_output_never_stands_without_its_state)
{
	settings.output = scratch_put("x.jsonl", SPAN("old"));
	settings.force = true;
	cr_assert_eq(open_stage(), 0);
	cr_assert_eq(at.run, 0);
	scratch_holds("x.jsonl", "old");
	at.run = RUN;
	cr_assert_eq(stage.begin(state, &at), 0);
	cr_assert(scratch_has("x.jsonl.winnow/checkpoint"));
	scratch_holds("x.jsonl", "");
}

Test(resume, an_output_that_is_shorter_or_gone_is_refused)
{
	settings.output = scratch_path("x.jsonl");
	go_on();
	take(0, 1);
	commit(1, ENDING_NO);
	close_stage();
	cr_assert_eq(truncate(settings.output, 5), 0);
	cr_assert_eq(open_stage(), ERR_USAGE);
	cr_assert(strstr(err_text(), "--restart") != NULL, "%s", err_text());
	close_stage();
	unlink(settings.output);
	cr_assert_eq(open_stage(), ERR_USAGE);
	cr_assert(!scratch_has("x.jsonl"), "it is not made");
}
