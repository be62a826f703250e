#include "stages/winnow/record_files.h"

#include <signal.h>

#include "common/deflate.h"
#include "common/log.h"
#include "tests/unit/scratch.h"

static struct buf seen, said;

/* What the taker does. */
static struct behaviour {
	const char *bad;  /* a record with these bytes in it is bad */
	const char *ends; /* one with these ends the walk with `end` */
	int end;
} how;

static void
open_test(void)
{
	scratch_open();
	log_open("winnow test");
	how = (struct behaviour){0};
}

static void
close_test(void)
{
	buf_done(&seen);
	buf_done(&said);
	scratch_close();
}

TestSuite(record_files, .init = open_test, .fini = close_test);

static bool
has(struct span s, const char *bytes)
{
	return bytes != NULL && memmem(s.p, s.n, bytes, strlen(bytes)) != NULL;
}

/* Notes each record as "j12 {...}": its form, its place, its bytes. */
static int
note(void *object, const struct piece *piece, struct arena *a)
{
	struct span copy = arena_copy(a, piece->raw);

	cr_assert_eq(object, &how);
	cr_assert(piece->reason == NULL);
	if (has(copy, how.bad))
		return err_set(ERR_RECORD, "a bad one");
	if (has(copy, how.ends))
		return err_set(how.end, "the end");
	buf_print(&seen, "%c%llu ", piece->form == FORM_JSON ? 'j' : 'm',
	    (unsigned long long)piece->offset);
	buf_span(&seen, copy);
	buf_byte(&seen, '\n');
	return 0;
}

/* Walk the files; what is logged goes to `said`, what is taken to `seen`, both with a NUL. */
static int
walked(const char *const *paths, size_t n)
{
	struct caught log;
	int r;

	seen.n = 0;
	catch_begin(&log, STDERR_FILENO);
	r = record_files_walk(paths, n, note, &how);
	catch_end(&log, &said);
	buf_byte(&seen, '\0');
	return r;
}

static int
walked_one(const char *name)
{
	return walked((const char *[]){scratch_path(name)}, 1);
}

static void
put_packed(const char *name, enum compression compression, struct span content)
{
	struct deflate *d;
	struct buf b = {0};

	cr_assert_eq(deflate_open(&d, compression), 0);
	cr_assert_eq(deflate_put(d, content, &b), 0);
	cr_assert_eq(deflate_end_member(d, &b), 0);
	scratch_put(name, buf_view(&b));
	deflate_close(d);
	buf_done(&b);
}

Test(record_files, json_lines_come_in_order_with_their_places)
{
	scratch_put("x.jsonl", SPAN("{\"a\": 1}\n{}\n{\"a\": 3}"));
	cr_assert_eq(walked_one("x.jsonl"), 0);
	cr_assert_str_eq(seen.p, "j0 {\"a\": 1}\nj9 {}\nj12 {\"a\": 3}\n");
	cr_assert_str_eq(said.p, "");
}

Test(record_files, messagepack_comes_in_order_with_its_places)
{
	scratch_put("x.msgpack", SPAN("\x81\xA1"
				      "a\x01\x80\x81\xA1"
				      "a\x03"));
	cr_assert_eq(walked_one("x.msgpack"), 0);
	cr_assert_str_eq(seen.p, "m0 \x81\xA1"
				 "a\x01\nm4 \x80\nm5 \x81\xA1"
				 "a\x03\n");
}

Test(record_files, compressed_ones_are_read_whatever_they_are_called)
{
	put_packed("x", COMPRESSION_GZIP, SPAN("{\"a\": 1}\n{\"a\": 2}\n"));
	cr_assert_eq(walked_one("x"), 0);
	cr_assert_str_eq(seen.p, "j0 {\"a\": 1}\nj9 {\"a\": 2}\n");
	put_packed("x", COMPRESSION_ZSTD, SPAN("\x80\x80"));
	cr_assert_eq(walked_one("x"), 0);
	cr_assert_str_eq(seen.p, "m0 \x80\nm1 \x80\n");
}

Test(record_files, files_come_in_the_order_given)
{
	const char *b = scratch_put("b", SPAN("{\"b\": 1}\n")), *a = scratch_put("a", SPAN("\x80"));

	cr_assert_eq(walked((const char *[]){b, a, b}, 3), 0);
	cr_assert_str_eq(seen.p, "j0 {\"b\": 1}\nm0 \x80\nj0 {\"b\": 1}\n");
}

Test(record_files, a_dash_is_standard_input)
{
	int saved = point_to(STDIN_FILENO, scratch_put("in", SPAN("{\"in\": 1}\n")), O_RDONLY);

	cr_assert_eq(walked((const char *[]){"-"}, 1), 0);
	point_back(STDIN_FILENO, saved);
	cr_assert_str_eq(seen.p, "j0 {\"in\": 1}\n");
}

Test(record_files, an_empty_file_and_no_file_are_nothing)
{
	scratch_put("x", SPAN(""));
	cr_assert_eq(walked_one("x"), 0);
	cr_assert_str_eq(seen.p, "");
	cr_assert_eq(walked(NULL, 0), 0);
}

Test(record_files, records_larger_than_a_block_come_whole)
{
	struct buf b = {0};

	buf_str(&b, "{\"a\": \"");
	for (int i = 0; i < 300000; i++)
		buf_str(&b, "a word ");
	buf_str(&b, "\"}\n{}\n");
	scratch_put("x", buf_view(&b));
	cr_assert_eq(walked_one("x"), 0);
	cr_assert_eq(seen.n, b.n + 3 + 9 + 1);
	cr_assert(strstr(seen.p, "j2100010 {}\n") != NULL);
	buf_done(&b);
}

/* faults */

Test(record_files, a_bad_record_is_said_with_its_place_and_the_next_comes)
{
	scratch_put("x", SPAN("{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3}\n"));
	how.bad = ": 2";
	cr_assert_eq(walked_one("x"), ERR_RECORD);
	cr_assert_str_eq(seen.p, "j0 {\"a\": 1}\nj18 {\"a\": 3}\n");
	cr_assert(strstr(said.p, "/x, byte 9: a bad one\n") != NULL, "%s", said.p);
}

Test(record_files, a_file_that_is_not_there_is_said_and_the_next_comes)
{
	const char *none = scratch_path("none"), *x = scratch_put("x", SPAN("{}\n"));

	cr_assert_eq(walked((const char *[]){none, x}, 2), ERR_USAGE);
	cr_assert_str_eq(seen.p, "j0 {}\n");
	cr_assert(strstr(said.p, "/none: No such file") != NULL, "%s", said.p);
}

Test(record_files, a_text_holds_no_records)
{
	const char *text = scratch_put("t", SPAN("Just words.\n")),
		   *x = scratch_put("x", SPAN("{}\n"));

	cr_assert_eq(walked((const char *[]){text, x}, 2), ERR_USAGE);
	cr_assert_str_eq(seen.p, "j0 {}\n");
	cr_assert(strstr(said.p, "/t, byte 0: no records, but a text\n") != NULL, "%s", said.p);
}

Test(record_files, a_folder_holds_no_records)
{
	cr_assert_eq(walked((const char *[]){scratch}, 1), ERR_USAGE);
	cr_assert_str_eq(seen.p, "");
	cr_assert(strstr(said.p, scratch) != NULL, "%s", said.p);
}

Test(record_files, what_comes_behind_damage_is_said_once)
{
	scratch_put("x", SPAN("\x80\x81\xA1"
			      "a\xC1\x80\x80"));
	cr_assert_eq(walked_one("x"), ERR_RECORD);
	cr_assert_str_eq(seen.p, "m0 \x80\n");
	cr_assert(strstr(said.p, "/x, byte 1: ") != NULL, "%s", said.p);
	cr_assert_eq(strchr(said.p, '\n') - said.p, (long)said.n - 1, "%s", said.p);
}

Test(record_files, a_record_that_is_cut_short_is_bad)
{
	scratch_put("x", SPAN("\x80\x82\xA1"
			      "a\x01"));
	cr_assert_eq(walked_one("x"), ERR_RECORD);
	cr_assert_str_eq(seen.p, "m0 \x80\n");
}

Test(record_files, of_a_damaged_archive_the_records_before_come)
{
	struct buf b = {0};

	put_packed("x.gz", COMPRESSION_GZIP, SPAN("{\"a\": 1}\n{\"a\": 2}\n"));
	scratch_get("x.gz", &b); /* it is whole before */
	cr_assert_eq(truncate(scratch_path("x.gz"), 30), 0);
	cr_assert_eq(walked_one("x.gz"), ERR_RECORD);
	cr_assert(strstr(said.p, "damaged") != NULL, "%s", said.p);
	buf_done(&b);
}

Test(record_files, the_gravest_fault_is_the_result)
{
	const char *x = scratch_put("x", SPAN("{\"a\": 2}\n")), *none = scratch_path("none");

	how.bad = ": 2";
	cr_assert_eq(walked((const char *[]){none, x}, 2), ERR_USAGE);
	cr_assert_eq(walked((const char *[]){x, none}, 2), ERR_USAGE);
}

static void
ends_with(int fault)
{
	const char *x = scratch_put("x", SPAN("{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3}\n"));

	how.ends = ": 2";
	how.end = fault;
	cr_assert_eq(walked((const char *[]){x, x}, 2), fault);
	cr_assert_str_eq(seen.p, "j0 {\"a\": 1}\n", "neither this file nor the next goes on");
	cr_assert_str_eq(said.p, "");
}

Test(record_files, a_fault_of_the_moment_ends_the_walk)
{
	ends_with(ERR_SYS);
}

Test(record_files, a_reader_that_is_gone_ends_the_walk)
{
	ends_with(ERR_STOP);
}

/* the command */

static struct settings settings;

static const struct record_command sample_command = {
    .name = "winnow test",
    .about = "A test.",
    .taker = TAKES_CAT,
    .take = note,
    .object = &how,
    .settings = &settings,
};

/* Run the command with the words; its exit status. */
static int
command(int argc, const char *const *words)
{
	char *argv[8] = {(char *)"test"};
	struct caught log;
	int status;

	for (int i = 0; i < argc; i++)
		argv[i + 1] = (char *)words[i];
	seen.n = 0;
	catch_begin(&log, STDERR_FILENO);
	status = record_files_command(&sample_command, argc + 1, argv);
	catch_end(&log, &said);
	buf_byte(&seen, '\0');
	return status;
}

Test(record_files, a_command_without_files_ends_with_100)
{
	cr_assert_eq(command(0, NULL), EXIT_PERMANENT);
	cr_assert(strstr(said.p, "winnow test: error: no FILE") != NULL, "%s", said.p);
}

Test(record_files, a_command_says_by_its_status_how_it_went)
{
	const char *x = scratch_put("x", SPAN("{\"a\": 1}\n")),
		   *text = scratch_put("t", SPAN("words"));

	cr_assert_eq(command(1, &x), 0);
	cr_assert_str_eq(seen.p, "j0 {\"a\": 1}\n");
	cr_assert_eq(command(1, &text), EXIT_PERMANENT);
	how.bad = ": 1";
	cr_assert_eq(command(1, &x), EXIT_DEAD_LETTERS);
	how = (struct behaviour){.ends = ": 1", .end = ERR_STOP};
	cr_assert_eq(command(1, &x), 0, "who has read enough is no fault");
	how.end = ERR_SYS;
	cr_assert_eq(command(1, &x), EXIT_TEMPORARY);
	cr_assert(strstr(said.p, "the end") != NULL, "%s", said.p);
}

Test(record_files, an_unknown_option_ends_with_100, .exit_code = EXIT_PERMANENT)
{
	char *argv[] = {(char *)"test", (char *)"--no-such-option", NULL};
	struct caught log;

	catch_begin(&log, STDERR_FILENO);
	record_files_command(&sample_command, 2, argv);
}

/* printing */

Test(record_files, print_writes_all_bytes)
{
	struct caught out;

	catch_begin(&out, STDOUT_FILENO);
	cr_assert_eq(record_files_print(SPAN("a\0b\n")), 0);
	cr_assert_eq(record_files_print(SPAN("")), 0);
	catch_end(&out, &seen);
	cr_assert(span_equal(buf_view(&seen), SPAN("a\0b\n")));
}

/* More than stdio keeps. */
static int
print_much(void)
{
	static char much[1 << 16];

	return record_files_print(span_of(much, sizeof(much)));
}

Test(record_files, print_stops_when_nobody_reads)
{
	int fds[2], r;

	signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(pipe2(fds, O_CLOEXEC), 0);
	close(fds[0]);
	fflush(NULL);
	dup2(fds[1], STDOUT_FILENO);
	r = print_much();
	setvbuf(stdout, NULL, _IONBF, 0);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	cr_assert_eq(r, ERR_STOP);
}

Test(record_files, print_fails_on_a_full_disk)
{
	int saved = point_to(STDOUT_FILENO, "/dev/full", O_WRONLY), r = print_much();

	point_back(STDOUT_FILENO, saved);
	cr_assert_eq(r, ERR_SYS);
	cr_assert(strstr(err_text(), "standard output") != NULL, "%s", err_text());
}
