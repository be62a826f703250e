#include "stages/winnow/run_report.h"

#include "common/options.h"
#include "proto/checkpoint.h"
#include "proto/json_in.h"
#include "tests/unit/scratch.h"

static struct settings settings;
static struct options options;
static struct buf file;

static void
open_test(void)
{
	static char *argv[] = {(char *)"winnow run", (char *)"--min-chars", (char *)"7",
	    (char *)"--force", (char *)"--source-name=say \"x\"", (char *)"a b.txt",
	    (char *)"\t\"c\""};

	scratch_open();
	cr_assert_eq(
	    settings_parse(&settings, &options, TAKES_RUN, "A test.", "SOURCE...", 7, argv), 0);
}

static void
close_test(void)
{
	settings_done(&options);
	buf_done(&file);
	scratch_close();
}

TestSuite(run_report, .init = open_test, .fini = close_test);

static void
check_json(struct span text)
{
	struct arena a = {0};
	struct buf packed = {0};

	cr_assert_eq(json_in(&packed, &a, text), 0, "%s: %.*s", err_text(), (int)text.n, text.p);
	buf_done(&packed);
	arena_done(&a);
}

static void
saved(void)
{
	cr_assert_eq(
	    run_report_save(scratch, &settings, &options, 0, 1.23456, 3), 0, "%s", err_text());
	check_json(scratch_get("run.json", &file));
}

#define HEAD                                                                                  \
	"{\"version\": \"" WINNOW_VERSION "\", \"started\": \"1970-01-01T00:00:00Z\", "       \
	"\"seconds\": 1.235, \"exit\": 3, \"options\": {\"source-name\": \"say \\\"x\\\"\", " \
	"\"min-chars\": \"7\", \"force\": \"1\"}, \"inputs\": [\"a b.txt\", \"\\t\\\"c\\\"\"], "

/* A checkpoint in the folder, with so many sources. */
static void
put_checkpoint(unsigned sources)
{
	struct checkpoint c = {.run = 1, .counts = {.documents = 2}};
	struct buf b = {0};

	for (unsigned i = 0; i < sources; i++) {
		char name[32];
		tally_add(&c.by[BY_SOURCE],
		    span_of(name, (size_t)snprintf(name, sizeof(name), "source %u", i)), 1);
	}
	checkpoint_print(&b, &c);
	scratch_put("checkpoint", buf_view(&b));
	checkpoint_done(&c);
	buf_done(&b);
}

Test(run_report, tells_what_the_run_was_and_what_the_checkpoint_counts)
{
	put_checkpoint(1);
	saved();
	cr_assert(strstr(file.p, HEAD "\"counts\": {\"totals\": {\"in\": 0, \"documents\": 2, ") ==
		      file.p,
	    "%s", file.p);
	cr_assert(strstr(file.p, "\"by_source\": {\"source 0\": 1}") != NULL, "%s", file.p);
	cr_assert(scratch_has("checkpoint"));
	cr_assert(!scratch_has("run.json.new"));
}

Test(run_report, without_a_checkpoint_has_null)
{
	saved();
	cr_assert_str_eq(file.p, HEAD "\"counts\": null}\n");
}

Test(run_report, with_one_that_cannot_be_read_has_null)
{
	scratch_put("checkpoint", SPAN(""));
	saved();
	cr_assert_str_eq(file.p, HEAD "\"counts\": null}\n");
	unlink(scratch_path("checkpoint"));
	mkdir(scratch_path("checkpoint"), 0700);
	saved();
	cr_assert_str_eq(file.p, HEAD "\"counts\": null}\n");
}

Test(run_report, takes_in_counts_of_any_size)
{
	put_checkpoint(1000);
	saved();
	cr_assert(memmem(file.p, file.n, "\"source 999\": 1", 15) != NULL);
}

Test(run_report, without_options_and_inputs_has_empty_ones)
{
	char *argv[] = {(char *)"winnow run", NULL};

	settings_done(&options);
	cr_assert_eq(
	    settings_parse(&settings, &options, TAKES_RUN, "A test.", "SOURCE...", 1, argv), 0);
	saved();
	cr_assert(strstr(file.p, "\"options\": {}, \"inputs\": [], ") != NULL, "%s", file.p);
}

Test(run_report, stores_no_passwords)
{
	char *argv[] = {(char *)"winnow run", (char *)"--index=redis://secret@host",
	    (char *)"redis://secret@host/stream", NULL};

	settings_done(&options);
	cr_assert_eq(
	    settings_parse(&settings, &options, TAKES_RUN, "A test.", "SOURCE...", 3, argv), 0);
	saved();
	cr_assert(strstr(file.p, "\"index\": \"redis://***@host\"") != NULL, "%s", file.p);
	cr_assert(strstr(file.p, "[\"redis://***@host/stream\"]") != NULL, "%s", file.p);
}

Test(run_report, replaces_that_of_an_earlier_run)
{
	scratch_put(
	    "run.json", SPAN("an old one, which may be longer than the new one that comes"));
	saved();
	cr_assert(strstr(file.p, "an old one") == NULL);
}

Test(run_report, a_folder_that_is_gone_is_a_fault)
{
	cr_assert_eq(run_report_save(scratch_path("none"), &settings, &options, 0, 1, 0), ERR_SYS);
	cr_assert(strstr(err_text(), "run.json") != NULL, "%s", err_text());
}
