#include "common/log.h"
#include "proto/document_pack.h"
#include "proto/record_json.h"
#include "stages/winnow/commands.h"
#include "tests/unit/scratch.h"

static struct buf wanted, out, said, packed;

static void
close_test(void)
{
	buf_done(&wanted);
	buf_done(&out);
	buf_done(&said);
	buf_done(&packed);
	scratch_close();
}

TestSuite(cat, .init = scratch_open, .fini = close_test);

/* `winnow cat` of up to three files: its exit status; what it printed in out, NUL-terminated. */
static int
cat(const char *a, const char *b, const char *c)
{
	const char *words[] = {"cat", a, b, c, NULL};
	char *argv[5];
	struct caught stdout_, stderr_;
	int argc = 0, status;

	memcpy(argv, words, sizeof(argv));
	while (argv[argc] != NULL)
		argc++;
	catch_begin(&stdout_, STDOUT_FILENO);
	catch_begin(&stderr_, STDERR_FILENO);
	status = command_cat(argc, argv);
	catch_end(&stderr_, &said);
	catch_end(&stdout_, &out);
	return status;
}

/* A record, appended to `packed` as MessagePack and to `wanted` as a line of JSON. */
static void
add(const char *id, const char *text)
{
	struct paragraph p = {.text = span_str(text), .n = 4, .kind = KIND_QUOTE};
	struct document d = {.id = span_str(id),
	    .key = 77,
	    .source = {.path = SPAN("in"), .length = 9},
	    .meta = SPAN("\x81\xA1"
			 "a\x01"),
	    .paragraphs = &p,
	    .n_paragraphs = 1,
	    .stats = {.paragraphs = 1, .kept = 1}};

	document_pack(&packed, &d, SCOPE_RECORD);
	record_json(&wanted, &d);
	buf_byte(&wanted, '\n');
}

static void
out_is_wanted(void)
{
	cr_assert(span_equal(buf_view(&out), buf_view(&wanted)), "%.*s", (int)out.n, out.p);
}

Test(cat, prints_messagepack_as_json_lines)
{
	add("a", "one \"quoted\"\nline");
	add("b", "two");
	cr_assert_eq(cat(scratch_put("x.msgpack", buf_view(&packed)), NULL, NULL), 0, "%s", said.p);
	out_is_wanted();
}

Test(cat, prints_json_lines_as_they_are)
{
	static const char lines[] = "{\"any\":   1.50, \"key\": [ ] }\n{\"id\": \"\\u0000\"}\n";

	cr_assert_eq(cat(scratch_put("x.jsonl", SPAN(lines)), NULL, NULL), 0);
	cr_assert_str_eq(out.p, lines);
}

Test(cat, ends_the_last_line)
{
	cr_assert_eq(cat(scratch_put("x.jsonl", SPAN("{}")), NULL, NULL), 0);
	cr_assert_str_eq(out.p, "{}\n");
}

Test(cat, prints_files_in_their_order)
{
	const char *a, *b;

	b = scratch_put("b", SPAN("{\"b\": 1}\n"));
	buf_str(&wanted, "{\"b\": 1}\n");
	add("a", "one");
	a = scratch_put("a", buf_view(&packed));
	buf_str(&wanted, "{\"b\": 1}\n");
	cr_assert_eq(cat(b, a, b), 0);
	out_is_wanted();
}

Test(cat, a_map_that_is_no_record_is_bad_and_the_next_comes)
{
	add("a", "one");
	buf_str(&packed, "\x81\xA1"
			 "a\x01");
	add("b", "two");
	cr_assert_eq(cat(scratch_put("x", buf_view(&packed)), NULL, NULL), EXIT_DEAD_LETTERS);
	out_is_wanted();
	cr_assert(strstr(said.p, "winnow cat: error: ") != NULL, "%s", said.p);
	cr_assert(strstr(said.p, "no record of Winnow's") != NULL, "%s", said.p);
}

Test(cat, a_line_that_is_no_object_is_bad_and_the_next_comes)
{
	static const char *const bad[] = {
	    "{\"id\": \"cut", "[\"an array\"]", "not JSON", "5", "{} {}", "\x82\xA2id"};
	char lines[128];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(lines, sizeof(lines), "{\"a\":1}\n%s\n{\"b\":  2}\n", bad[i]);
		cr_assert_eq(cat(scratch_put("x.jsonl", span_str(lines)), NULL, NULL),
		    EXIT_DEAD_LETTERS, "%s", bad[i]);
		cr_assert_str_eq(out.p, "{\"a\":1}\n{\"b\":  2}\n", "%s", bad[i]);
		cr_assert(strstr(said.p, "x.jsonl, byte 8: ") != NULL, "%s", said.p);
	}
}

Test(cat, a_line_with_bytes_that_are_no_utf8_is_printed_as_it_is)
{
	cr_assert_eq(cat(scratch_put("x.jsonl", SPAN("{\"a\": \"\xFF\"}\n")), NULL, NULL), 0);
	cr_assert_str_eq(out.p, "{\"a\": \"\xFF\"}\n");
}

#define DEAD_LETTER                                                                          \
	"{\"v\": 1, \"id\": \"i\", \"key\": \"0123456789abcdef\", \"source\": {\"path\": "   \
	"\"p\", \"offset\": 0, \"length\": 1}, \"form\": \"json\", \"stage\": \"extract\", " \
	"\"reason\": \"bad-json\", \"detail\": \"d\", \"attempts\": 1, \"raw_b64\": \"ew==\"}\n"

Test(cat, prints_dead_letters_as_they_are)
{
	cr_assert_eq(cat(scratch_put("x.dead.jsonl", SPAN(DEAD_LETTER)), NULL, NULL), 0);
	cr_assert_str_eq(out.p, DEAD_LETTER);
}

Test(cat, a_missing_file_ends_with_100_behind_the_others)
{
	const char *x = scratch_put("x", SPAN("{}\n"));

	cr_assert_eq(cat(scratch_path("none"), x, NULL), EXIT_PERMANENT);
	cr_assert_str_eq(out.p, "{}\n");
}

Test(cat, without_a_file_ends_with_100)
{
	cr_assert_eq(cat(NULL, NULL, NULL), EXIT_PERMANENT);
	cr_assert_str_eq(out.p, "");
}

Test(cat, onto_a_full_disk_ends_with_111)
{
	char *argv[] = {(char *)"cat", scratch_put("x", SPAN("{}\n")), NULL};
	int saved = point_to(STDOUT_FILENO, "/dev/full", O_WRONLY), status;
	struct caught log;

	catch_begin(&log, STDERR_FILENO);
	status = command_cat(2, argv);
	catch_end(&log, &said);
	point_back(STDOUT_FILENO, saved);
	cr_assert_eq(status, EXIT_TEMPORARY);
	cr_assert(strstr(said.p, "standard output: No space") != NULL, "%s", said.p);
}
