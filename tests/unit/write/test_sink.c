#include "stages/write/sink.h"

#include <signal.h>

#include "tests/unit/scratch.h"

enum { PIPE_BYTES = 4096 };

static struct sink s = {.fd = -1};
static struct buf got;

static void
open_test(void)
{
	signal(SIGPIPE, SIG_IGN); /* as the loop has it */
	scratch_open();
}

static void
close_test(void)
{
	sink_close(&s);
	buf_done(&got);
	scratch_close();
}

TestSuite(sink, .init = open_test, .fini = close_test);

static void
opened(const char *name)
{
	cr_assert_eq(sink_open(&s, scratch_path(name), compression_of_name(name), false), 0, "%s",
	    err_text());
}

static void
put(const char *text)
{
	cr_assert_eq(sink_put(&s, span_str(text)), 0);
}

/* A batch of `text`, read from so many bytes. */
static void
batch(uint64_t seq, const char *text, uint64_t input_bytes)
{
	put(text);
	cr_assert_eq(sink_end_batch(&s, seq, input_bytes), 0);
}

static uint64_t
flushed(bool final)
{
	uint64_t next = 12345;

	cr_assert_eq(sink_flush(&s, final, &next), 0, "%s", err_text());
	return next;
}

/* Text that does not compress to nothing; the same each time. */
static struct span
noise(size_t n)
{
	static char *p;
	uint64_t state = 7;

	p = realloc(p, n);
	for (size_t i = 0; i < n; i++) {
		state = state * 6364136223846793005U + 1442695040888963407U;
		p[i] = (char)('a' + (state >> 33) % 20);
	}
	return span_of(p, n);
}

static uint64_t
size_of(const char *name)
{
	struct stat st;

	cr_assert_eq(stat(scratch_path(name), &st), 0);
	return (uint64_t)st.st_size;
}

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
	put("half of two");
	cr_assert_eq(flushed(false), 1);
	scratch_holds("x.jsonl", "one\n");
}

Test(sink, an_empty_batch_counts)
{
	opened("x.jsonl");
	cr_assert_eq(sink_end_batch(&s, 0, 0), 0);
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

/* members */

static void
gives_back(const char *name)
{
	opened(name);
	batch(0, "one\n", 10);
	batch(1, "two\n", 10);
	cr_assert_eq(flushed(true), 2);
	cr_assert_neq(size_of(name), 8, "it is not compressed");
	scratch_holds(name, "one\ntwo\n");
}

Test(sink, gzip_gives_back_what_went_in)
{
	gives_back("x.jsonl.gz");
}

Test(sink, zstd_gives_back_what_went_in)
{
	gives_back("x.jsonl.zst");
}

Test(sink, without_final_the_last_member_stays_open)
{
	opened("x.gz");
	for (uint64_t i = 0; i < 5; i++)
		batch(i, "a line\n", 10);
	cr_assert_eq(flushed(false), 0, "nothing of it can be read yet");
	cr_assert_eq(size_of("x.gz"), 0);
	cr_assert_eq(flushed(true), 5);
	cr_assert_gt(size_of("x.gz"), 0);
	cr_assert_eq(flushed(true), 5, "asked again there is nothing more");
}

Test(sink, nothing_compressed_is_an_empty_file)
{
	opened("x.gz");
	cr_assert_eq(sink_end_batch(&s, 0, 100), 0);
	cr_assert_eq(flushed(true), 1);
	cr_assert_eq(size_of("x.gz"), 0);
}

Test(sink, a_member_ends_after_a_mebibyte)
{
	opened("x.zst");
	cr_assert_eq(sink_put(&s, noise(MEMBER_BYTES - 1)), 0);
	cr_assert_eq(sink_end_batch(&s, 0, 1), 0);
	cr_assert_eq(flushed(false), 0, "a byte is lacking");
	batch(1, "x", 1);
	cr_assert_eq(flushed(false), 2);
	cr_assert_eq(scratch_get("x.zst", &got).n, MEMBER_BYTES, "the member can be read alone");
	batch(2, "y", 1);
	cr_assert_eq(flushed(false), 2, "the next one is open");
	cr_assert_eq(flushed(true), 3);
	cr_assert_eq(scratch_get("x.zst", &got).n, MEMBER_BYTES + 1);
}

Test(sink, a_member_ends_after_32_batches)
{
	opened("x.gz");
	for (uint64_t i = 0; i < MEMBER_BATCHES - 1; i++)
		batch(i, "x", 1);
	cr_assert_eq(flushed(false), 0);
	batch(MEMBER_BATCHES - 1, "x", 1);
	cr_assert_eq(flushed(false), MEMBER_BATCHES);
	for (uint64_t i = 0; i < MEMBER_BATCHES - 1; i++)
		batch(MEMBER_BATCHES + i, "x", 1);
	cr_assert_eq(flushed(false), MEMBER_BATCHES, "counted anew");
	batch(2 * MEMBER_BATCHES - 1, "x", 1);
	cr_assert_eq(flushed(false), 2 * MEMBER_BATCHES);
}

Test(sink, a_member_ends_after_8_mebibytes_of_input)
{
	opened("x.gz");
	batch(0, "x", MEMBER_INPUT_BYTES / 2);
	batch(1, "x", MEMBER_INPUT_BYTES / 2 - 1);
	cr_assert_eq(flushed(false), 0);
	batch(2, "x", 1);
	cr_assert_eq(flushed(false), 3);
	batch(3, "x", MEMBER_INPUT_BYTES - 1);
	cr_assert_eq(flushed(false), 3, "counted anew");
}

static void
write_some(const char *name, uint64_t flush_every)
{
	opened(name);
	for (uint64_t i = 0; i < 100; i++) {
		cr_assert_eq(sink_put(&s, noise(30000 + 11 * i)), 0);
		cr_assert_eq(sink_end_batch(&s, i, 250000), 0);
		if (i % flush_every == 0)
			flushed(false);
	}
	cr_assert_eq(flushed(true), 100);
	sink_close(&s);
}

static void
read_raw(const char *name, struct buf *b)
{
	int fd = open(scratch_path(name), O_RDONLY);
	ssize_t n;

	while ((n = read(fd, buf_room(b, 65536), 65536)) > 0)
		b->n += (size_t)n;
	close(fd);
}

Test(sink, the_bytes_do_not_depend_on_when_it_is_flushed)
{
	static const char *const kinds[][2] = {{"a.gz", "b.gz"}, {"a.zst", "b.zst"}, {"a", "b"}};
	struct buf other = {0};

	for (size_t i = 0; i < 3; i++) {
		write_some(kinds[i][0], 1);
		write_some(kinds[i][1], 1000);
		got.n = other.n = 0;
		read_raw(kinds[i][0], &got);
		read_raw(kinds[i][1], &other);
		cr_assert_gt(got.n, 1000);
		cr_assert(span_equal(buf_view(&got), buf_view(&other)), "%s", kinds[i][0]);
	}
	buf_done(&other);
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
	uint64_t next = 99;
	int r;

	cr_assert_eq(sink_put(&s, text), 0);
	cr_assert_eq(sink_end_batch(&s, 0, 1), 0);
	cr_assert_eq(sink_flush(&s, false, &next), ERR_HOLD, "nobody reads");
	cr_assert(strstr(err_text(), "nobody reads") != NULL, "%s", err_text());
	cr_assert_eq(next, 99, "untouched");
	for (int i = 0; i < 20; i++) {
		drain(fd);
		r = sink_flush(&s, false, &next);
		if (r == 0)
			break;
		cr_assert_eq(r, ERR_HOLD);
	}
	cr_assert_eq(r, 0);
	cr_assert_eq(next, 1);
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
	uint64_t next;

	cr_assert_eq(sink_put(&s, noise(2 * PIPE_BYTES)), 0);
	cr_assert_eq(sink_end_batch(&s, 0, 1), 0);
	cr_assert_eq(sink_flush(&s, false, &next), ERR_HOLD);
	batch(1, "the end", 1);
	drain(fd);
	while (sink_flush(&s, true, &next) == ERR_HOLD)
		drain(fd);
	drain(fd);
	cr_assert_eq(next, 2);
	cr_assert_eq(got.n, 2 * PIPE_BYTES + 7);
	cr_assert(span_ends(buf_view(&got), SPAN("the end")));
	close(fd);
}

Test(sink, a_reader_that_is_gone_is_a_fault)
{
	int fd = open_pipe();
	uint64_t next;

	close(fd);
	batch(0, "x", 1);
	cr_assert_eq(sink_flush(&s, false, &next), ERR_SYS);
	cr_assert(strstr(err_text(), "closed by its reader") != NULL, "%s", err_text());
}

Test(sink, a_reader_that_goes_while_it_is_full_is_a_fault)
{
	int fd = open_pipe();
	uint64_t next;

	cr_assert_eq(sink_put(&s, noise(2 * PIPE_BYTES)), 0);
	cr_assert_eq(sink_end_batch(&s, 0, 1), 0);
	cr_assert_eq(sink_flush(&s, false, &next), ERR_HOLD);
	close(fd);
	cr_assert_eq(sink_flush(&s, false, &next), ERR_SYS);
}

Test(sink, a_full_device_is_a_hold)
{
	uint64_t next;

	cr_assert_eq(sink_open(&s, "/dev/full", COMPRESSION_NONE, false), 0);
	batch(0, "x", 1);
	cr_assert_eq(sink_flush(&s, false, &next), ERR_HOLD);
	cr_assert(strstr(err_text(), "/dev/full") != NULL, "%s", err_text());
	cr_assert_eq(sink_flush(&s, true, &next), ERR_HOLD, "and stays one");
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
