#include "stages/write/refusals.h"

#include "common/mem.h"
#include "tests/unit/scratch.h"

static struct settings settings;
static struct refusals r;
static struct ledger ledger;
static struct sink output = {.fd = -1};
static struct document bad = {.id = SPAN("bad"),
    .source = {.path = SPAN("in.jsonl")},
    .raw = SPAN("{]"),
    .refused = {.stage = SPAN("extract"), .reason = SPAN("bad-json"), .attempts = 1}};
static struct batch batch = {.documents = &bad, .n_documents = 1};

static void
open_test(void)
{
	char *folder;

	scratch_open();
	folder = mem_string(scratch_path("x.winnow"), strlen(scratch_path("x.winnow")));
	settings = (struct settings){.output = scratch_path("x")};
	cr_assert_eq(ledger_open(&ledger, &settings, folder, NULL), 0);
	refusals_open(&r, &settings);
	r.ledger = &ledger;
}

static void
close_test(void)
{
	refusals_close(&r);
	ledger_close(&ledger);
	sink_close(&output);
	scratch_close();
}

TestSuite(refusals, .init = open_test, .fini = close_test);

static void
begun(void)
{
	struct checkpoint c = {.run = 7};

	cr_assert_eq(ledger_begin(&ledger, &c, r.path), 0, "%s", err_text());
	cr_assert_eq(sink_resume(&output, settings.output, COMPRESSION_NONE, 0), 0);
}

static void
put_one(void)
{
	struct caught log;
	struct buf said = {0};

	catch_begin(&log, STDERR_FILENO);
	cr_assert_eq(refusals_put(&r, &bad), 0);
	cr_assert(strstr(catch_end(&log, &said), "bad-json") != NULL);
	buf_done(&said);
}

Test(refusals, have_no_file_before_the_first_one)
{
	struct document good = {.id = SPAN("good")};
	struct batch b = {.documents = &good, .n_documents = 1};

	begun();
	cr_assert_eq(refusals_prepare(&r, &b, &output, false), 0);
	cr_assert(!scratch_has("x.dead.jsonl") && !ledger_has_claim(&ledger));
	cr_assert_eq(refusals_prepare(&r, &batch, &output, false), 0, "%s", err_text());
	cr_assert(scratch_has("x.dead.jsonl") && ledger_has_claim(&ledger));
	put_one();
	cr_assert_gt(r.sink.pending.n, 10);
}

Test(refusals, a_file_of_somebody_else_is_refused_before_it_is_claimed)
{
	begun();
	scratch_put("x.dead.jsonl", SPAN("precious"));
	cr_assert_eq(refusals_check(&r), ERR_USAGE);
	cr_assert_eq(refusals_prepare(&r, &batch, &output, false), ERR_USAGE);
	cr_assert(!ledger_has_claim(&ledger));
	scratch_holds("x.dead.jsonl", "precious");
}

Test(refusals, those_behind_the_checkpoint_are_cut)
{
	begun();
	cr_assert_eq(ledger_claim(&ledger, r.path), 0);
	scratch_put("x.dead.jsonl", SPAN("one\nhalf"));
	cr_assert_eq(refusals_resume(&r, 4), 0, "%s", err_text());
	scratch_holds("x.dead.jsonl", "one\n");
	cr_assert_eq(refusals_resume(&r, 0), 0);
	cr_assert(!scratch_has("x.dead.jsonl"), "it was claimed, and nothing of it counts");
}

Test(refusals, into_the_output_are_refused)
{
	free(r.path);
	r.path = mem_string(settings.output, strlen(settings.output));
	cr_assert_eq(refusals_check(&r), ERR_USAGE);
	cr_assert(strstr(err_text(), "is the output") != NULL, "%s", err_text());
}

Test(refusals, without_a_place_are_log_lines)
{
	free(r.path);
	r.path = NULL;
	cr_assert_eq(refusals_prepare(&r, &batch, &output, false), 0);
	put_one();
	cr_assert_eq(r.sink.fd, -1);
}
