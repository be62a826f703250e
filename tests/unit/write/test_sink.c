#include "stages/write/sink.h"

#include "gather.h"

enum { PIPE_BYTES = 4096 };

TestSuite(sink, .init = gather_open, .fini = gather_close);

/* files */

Test(sink, a_plain_file_is_done_after_each_batch)
{
	opened("x.jsonl");
	cr_assert_eq(flushed(false), 0);
	batch(0, "one\n", 10);
	cr_assert_eq(size_of("x.jsonl"), 0, "nothing is written before it is asked for");
	cr_assert_eq(flushed(false), 1);
	scratch_holds("x.jsonl", "one\n");
	batch(1, "two\n", 10);
	batch(2, "three\n", 10);
	cr_assert_eq(flushed(false), 3);
	cr_assert_eq(flushed(true), 3);
	scratch_holds("x.jsonl", "one\ntwo\nthree\n");
	cr_assert_eq(s.length, 14);
}

Test(sink, half_a_batch_is_not_written)
{
	opened("x.jsonl");
	batch(0, "one\n", 10);
	put(SPAN("half of two"));
	cr_assert_eq(flushed(false), 1);
	scratch_holds("x.jsonl", "one\n");
}

Test(sink, an_empty_batch_counts)
{
	opened("x.jsonl");
	end_batch(0, 0);
	cr_assert_eq(flushed(false), 1);
	cr_assert_eq(size_of("x.jsonl"), 0);
}

Test(sink, a_file_with_content_is_refused_and_stays)
{
	scratch_put("x.jsonl", SPAN("precious"));
	cr_assert_eq(sink_open(&s, scratch_path("x.jsonl"), COMPRESSION_NONE, false), ERR_USAGE);
	cr_assert(strstr(err_text(), "--force") != NULL, "%s", err_text());
	cr_assert(strstr(err_text(), "x.jsonl") != NULL, "%s", err_text());
	cr_assert_eq(s.fd, -1);
	scratch_holds("x.jsonl", "precious");
}

Test(sink, a_file_with_content_is_overwritten_by_force)
{
	scratch_put("x.jsonl", SPAN("longer than what comes"));
	cr_assert_eq(sink_open(&s, scratch_path("x.jsonl"), COMPRESSION_NONE, true), 0);
	batch(0, "new\n", 1);
	flushed(true);
	scratch_holds("x.jsonl", "new\n");
}

Test(sink, an_empty_file_is_taken_without_force)
{
	scratch_put("x.jsonl", SPAN(""));
	opened("x.jsonl");
}

Test(sink, what_cannot_be_opened_is_refused_by_name)
{
	cr_assert_eq(
	    sink_open(&s, scratch_path("none/x.jsonl"), COMPRESSION_NONE, false), ERR_USAGE);
	cr_assert(strstr(err_text(), "none/x.jsonl") != NULL, "%s", err_text());
	cr_assert_eq(sink_open(&s, scratch, COMPRESSION_NONE, true), ERR_USAGE, "a folder");
}

Test(sink, closing_what_is_not_open_is_nothing)
{
	struct sink none = {.fd = -1};

	sink_close(&none);
	sink_close(&none);
}

/* files that are gone on with */

static int
resumed(const char *name, uint64_t length)
{
	sink_close(&s);
	return sink_resume(&s, scratch_path(name), compression_of_name(name), length);
}

Test(sink, a_file_is_cut_to_what_was_written)
{
	for (int longer = 0; longer < 20; longer++) {
		scratch_put("x", span_cut(SPAN("one\ntwo\nwhat was not committed"), 0, 8 + longer));
		cr_assert_eq(resumed("x", 8), 0, "%s", err_text());
		cr_assert_eq(s.length, 8);
		scratch_holds("x", "one\ntwo\n");
	}
}

Test(sink, a_file_that_is_shorter_is_refused_and_stays)
{
	scratch_put("x", SPAN("one"));
	cr_assert_eq(resumed("x", 4), ERR_USAGE);
	cr_assert(strstr(err_text(), "/x has 3 bytes, but 4") != NULL, "%s", err_text());
	cr_assert(strstr(err_text(), "--restart") != NULL, "%s", err_text());
	scratch_holds("x", "one");
	cr_assert_eq(s.fd, -1);
}

Test(sink, a_file_that_is_missing_is_refused_and_not_made)
{
	cr_assert_eq(resumed("x", 1), ERR_USAGE);
	cr_assert(strstr(err_text(), "--restart") != NULL, "%s", err_text());
	cr_assert(!scratch_has("x"));
	cr_assert_eq(resumed("x", 0), 0, "nothing was written yet");
	cr_assert_eq(size_of("x"), 0);
}

Test(sink, what_is_no_file_is_refused)
{
	cr_assert_eq(mkdir(scratch_path("x"), 0700), 0);
	cr_assert_eq(resumed("x", 0), ERR_USAGE);
	cr_assert_eq(sink_resume(&s, "/dev/null", COMPRESSION_NONE, 0), ERR_USAGE);
	cr_assert_eq(resumed("none/x", 0), ERR_USAGE);
}

Test(sink, only_what_ends_with_a_member_is_taken_out)
{
	struct buf b = {0};

	opened("x");
	put(SPAN("one"));
	cr_assert_eq(sink_end_member(&s), 0);
	put(SPAN("two"));
	sink_take(&s, &b);
	cr_assert(span_equal(buf_view(&b), SPAN("one")));
	cr_assert_eq(s.length, 3);
	sink_take(&s, &b);
	cr_assert_eq(b.n, 0);
	cr_assert_eq(sink_end_member(&s), 0);
	sink_take(&s, &b);
	cr_assert(span_equal(buf_view(&b), SPAN("two")));
	cr_assert_eq(s.length, 6);
	buf_done(&b);
}

/* streams */

/* A small pipe instead of standard output; the sink is open on it. The end that reads. */
static int
open_pipe(void)
{
	int fds[2], saved;

	cr_assert_eq(pipe2(fds, O_CLOEXEC), 0);
	cr_assert_geq(fcntl(fds[1], F_SETPIPE_SZ, PIPE_BYTES), 0);
	fflush(NULL);
	saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
	dup2(fds[1], STDOUT_FILENO);
	cr_assert_eq(sink_open(&s, NULL, COMPRESSION_NONE, false), 0, "%s", err_text());
	cr_assert_eq(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK, 0, "others share that one");
	cr_assert_neq(fcntl(s.fd, F_GETFL) & O_NONBLOCK, 0, "a blocked write could not be held");
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(fds[1]);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	return fds[0];
}

/* Read what is there. */
static void
drain(int fd)
{
	ssize_t n;

	while ((n = read(fd, buf_room(&got, 65536), 65536)) > 0)
		got.n += (size_t)n;
}

static void
goes_on_after_reading(int fd)
{
	struct span text = noise(5 * PIPE_BYTES + 77);
	int r;

	put(text);
	end_batch(0, 1);
	cr_assert_eq(sink_flush(&s), ERR_HOLD, "nobody reads");
	cr_assert(strstr(err_text(), "nobody reads") != NULL, "%s", err_text());
	for (int i = 0; i < 20; i++) {
		drain(fd);
		r = sink_flush(&s);
		if (r == 0)
			break;
		cr_assert_eq(r, ERR_HOLD);
	}
	cr_assert_eq(r, 0);
	drain(fd);
	cr_assert(span_equal(buf_view(&got), text), "%zu bytes came, not %zu", got.n, text.n);
	cr_assert_eq(s.length, text.n);
}

Test(sink, a_full_pipe_is_a_hold_and_goes_on_when_it_is_read)
{
	int fd = open_pipe();

	cr_assert(!s.regular);
	cr_assert_str_eq(s.name, "standard output");
	goes_on_after_reading(fd);
	close(fd);
}

Test(sink, a_full_fifo_is_a_hold_too)
{
	char *path = scratch_path("fifo");
	int fd;

	cr_assert_eq(mkfifo(path, 0600), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	cr_assert_eq(sink_open(&s, path, COMPRESSION_NONE, false), 0);
	cr_assert_geq(fcntl(s.fd, F_SETPIPE_SZ, PIPE_BYTES), 0);
	goes_on_after_reading(fd);
	close(fd);
}

Test(sink, more_may_come_while_it_is_held)
{
	int fd = open_pipe();

	put(noise(2 * PIPE_BYTES));
	end_batch(0, 1);
	cr_assert_eq(sink_flush(&s), ERR_HOLD);
	batch(1, "the end", 1);
	drain(fd);
	while (sink_flush(&s) == ERR_HOLD)
		drain(fd);
	drain(fd);
	cr_assert_eq(got.n, 2 * PIPE_BYTES + 7);
	cr_assert(span_ends(buf_view(&got), SPAN("the end")));
	close(fd);
}

Test(sink, a_reader_that_is_gone_is_a_fault)
{
	int fd = open_pipe();

	close(fd);
	batch(0, "x", 1);
	cr_assert_eq(sink_flush(&s), ERR_SYS);
	cr_assert(strstr(err_text(), "closed by its reader") != NULL, "%s", err_text());
}

Test(sink, a_reader_that_goes_while_it_is_full_is_a_fault)
{
	int fd = open_pipe();

	put(noise(2 * PIPE_BYTES));
	end_batch(0, 1);
	cr_assert_eq(sink_flush(&s), ERR_HOLD);
	close(fd);
	cr_assert_eq(sink_flush(&s), ERR_SYS);
}

Test(sink, a_full_device_is_a_hold)
{

	cr_assert_eq(sink_open(&s, "/dev/full", COMPRESSION_NONE, false), 0);
	batch(0, "x", 1);
	cr_assert_eq(sink_flush(&s), ERR_HOLD);
	cr_assert(strstr(err_text(), "/dev/full") != NULL, "%s", err_text());
	cr_assert_eq(sink_flush(&s), ERR_HOLD, "and stays one");
	cr_assert_eq(s.length, 0);
}

Test(sink, standard_output_that_is_a_file_goes_on_where_it_stands)
{
	char *path = scratch_put("log", SPAN("before\n"));
	int saved = point_to(STDOUT_FILENO, path, O_WRONLY | O_APPEND);

	cr_assert_eq(sink_open(&s, NULL, COMPRESSION_NONE, false), 0);
	point_back(STDOUT_FILENO, saved);
	cr_assert(s.regular);
	batch(0, "after\n", 1);
	cr_assert_eq(flushed(true), 1);
	scratch_holds("log", "before\nafter\n");
}

Test(sink, only_a_file_with_bytes_is_not_free)
{
	cr_assert_eq(sink_check_free(NULL, false), 0);
	cr_assert_eq(sink_check_free(scratch_path("none"), false), 0);
	cr_assert_eq(sink_check_free(scratch_put("empty", SPAN("")), false), 0);
	cr_assert_eq(sink_check_free("/dev/null", false), 0);
	cr_assert_eq(sink_check_free(scratch_put("x", SPAN("precious")), false), ERR_USAGE);
	cr_assert(strstr(err_text(), "--force") != NULL);
	cr_assert_eq(sink_check_free(scratch_path("x"), true), 0);
}
