#include "stages/write/part_files.h"

#include <sys/stat.h>

#include "tests/unit/scratch.h"

static struct settings settings;
static struct part_files p;
static struct sink s = {.fd = -1};

static void
open_test(void)
{
	scratch_open();
	settings = (struct settings){.output = scratch_path("out/")};
	part_files_open(&p, &settings);
}

static void
close_test(void)
{
	sink_close(&s);
	part_files_done(&p);
	scratch_close();
}

TestSuite(part_files, .init = open_test, .fini = close_test);

/* As the ledger does it. */
static void
write_out(const char *text)
{
	cr_assert_eq(sink_put(&s, span_str(text)), 0);
	cr_assert_eq(sink_end_member(&s), 0);
	cr_assert_eq(sink_flush(&s), 0);
}

static void
holds(const char *name, const char *text)
{
	struct buf b = {0};

	cr_assert(span_equal(scratch_get(name, &b), span_str(text)), "%s: '%s'", name, b.p);
	buf_done(&b);
}

Test(part_files, a_part_gets_its_name_when_it_is_complete)
{
	cr_assert_eq(part_files_check(&p), 0);
	cr_assert_eq(part_files_next(&p, &s, SPAN("in/deep/a")), 0, "%s", err_text());
	write_out("first");
	cr_assert(scratch_has("out/in/deep/a.jsonl.part"));
	cr_assert_not(scratch_has("out/in/deep/a.jsonl"));
	cr_assert(part_files_is(&p, SPAN("in/deep/a")));
	cr_assert_not(part_files_is(&p, SPAN("in/deep/b")));
	cr_assert_eq(part_files_complete(&p, &s), 0, "%s", err_text());
	holds("out/in/deep/a.jsonl", "first");
	cr_assert_not(scratch_has("out/in/deep/a.jsonl.part"));
	cr_assert_eq(p.before, 5);
	cr_assert_null(p.name);
	cr_assert_not(part_files_is(&p, SPAN("in/deep/a")));
	cr_assert_eq(part_files_check(&p), ERR_USAGE, "somebody may want what is there");
	settings.force = true;
	cr_assert_eq(part_files_check(&p), 0);
}

Test(part_files, what_is_there_is_not_overwritten_unasked)
{
	cr_assert_eq(mkdir(scratch_path("out"), 0777), 0);
	scratch_put("out/a.jsonl", SPAN("somebody's"));
	cr_assert_eq(part_files_next(&p, &s, SPAN("a")), ERR_USAGE);
	cr_assert_null(p.name);
	settings.force = true;
	cr_assert_eq(part_files_next(&p, &s, SPAN("a")), 0);
	holds("out/a.jsonl", "somebody's");
	write_out("ours");
	cr_assert_eq(part_files_complete(&p, &s), 0);
	holds("out/a.jsonl", "ours");
}

Test(part_files, goes_on_in_the_part_that_was_in_hand)
{
	cr_assert_eq(part_files_next(&p, &s, SPAN("a")), 0);
	write_out("first and what nobody committed");
	sink_close(&s);
	cr_assert_eq(part_files_resume(&p, &s, SPAN("a.jsonl"), 5, 105), 0, "%s", err_text());
	cr_assert_eq(p.before, 100);
	cr_assert_eq(s.length, 5);
	cr_assert(part_files_is(&p, SPAN("a")));
	holds("out/a.jsonl.part", "first");
	cr_assert_eq(part_files_complete(&p, &s), 0);
	cr_assert_eq(part_files_resume(&p, &s, SPAN("a.jsonl"), 5, 105), 0, "it has its name");
	cr_assert_null(p.name);
	cr_assert_eq(p.before, 105);
	cr_assert_eq(part_files_resume(&p, &s, SPAN("a.jsonl"), 6, 105), ERR_USAGE);
	cr_assert(strstr(err_text(), "a.jsonl") != NULL, "%s", err_text());
	cr_assert_eq(part_files_resume(&p, &s, span_of(NULL, 0), 0, 105), 0);
	cr_assert_eq(p.before, 105);
}

Test(part_files, a_batch_is_of_one_input)
{
	struct document d[2] = {
	    {.source.path = SPAN("a.tar!/x")}, {.source.path = SPAN("a.tar!/y")}};
	struct batch b = {.documents = d, .n_documents = 2};
	struct span source;

	cr_assert_eq(part_files_source(&source, &b), 0);
	cr_assert(span_equal(source, SPAN("a.tar")));
	d[1].source.path = SPAN("b");
	cr_assert_eq(part_files_source(&source, &b), ERR_USAGE);
}

Test(part_files, compressed_parts_have_the_ending_that_is_said)
{
	settings.parts = "jsonl.gz";
	cr_assert_eq(part_files_next(&p, &s, SPAN("a")), 0);
	write_out("packed");
	cr_assert_eq(part_files_complete(&p, &s), 0);
	holds("out/a.jsonl.gz", "packed");
}
