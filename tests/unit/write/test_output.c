#include "stages/write/output.h"

#include "tests/unit/scratch.h"

static struct settings settings;
static struct output o;
static struct refusals refused;

static void
open_test(void)
{
	scratch_open();
	settings = (struct settings){.format = FORMAT_JSONL};
	refused.sink.fd = -1;
}

static void
close_test(void)
{
	output_close(&o);
	scratch_close();
}

TestSuite(output, .init = open_test, .fini = close_test);

static void
opened(const char *name)
{
	settings.output = scratch_path(name);
	cr_assert_eq(output_open(&o, &settings), 0);
	cr_assert_eq(
	    output_resume(&o, &(struct checkpoint){.output_bytes = 0}), 0, "%s", err_text());
}

static bool
batch_of(const char *id, uint64_t bytes)
{
	struct document d = {.id = span_str(id)};
	bool boundary;

	cr_assert_eq(output_put(&o, &d), 0);
	cr_assert_eq(output_batch(&o, &refused, bytes, &boundary), 0);
	return boundary;
}

Test(output, a_plain_one_may_be_committed_after_each_batch)
{
	opened("x.jsonl");
	cr_assert(batch_of("a", 10));
	cr_assert_eq(o.sink.ended, o.sink.pending.n);
	cr_assert(span_starts(buf_view(&o.sink.pending), SPAN("{\"v\": 1, \"id\": \"a\"")));
}

Test(output, a_compressed_one_where_a_member_ends)
{
	opened("x.jsonl.gz");
	cr_assert(!batch_of("a", 10));
	cr_assert(batch_of("b", MEMBER_INPUT_BYTES));
	cr_assert(!batch_of("c", 10));
	cr_assert_lt(o.sink.ended, o.sink.pending.n + 1);
	cr_assert_eq(output_end(&o, &refused), 0);
	cr_assert_eq(o.sink.ended, o.sink.pending.n);
}

Test(output, goes_on_behind_the_bytes_that_were_written)
{
	settings.output = scratch_put("x.jsonl", SPAN("one\nhalf"));
	cr_assert_eq(output_open(&o, &settings), 0);
	cr_assert_eq(
	    output_resume(&o, &(struct checkpoint){.output_bytes = 4}), 0, "%s", err_text());
	scratch_holds("x.jsonl", "one\n");
	cr_assert_eq(o.sink.length, 4);
}

Test(output, what_is_there_is_not_overwritten_unasked)
{
	settings.output = scratch_put("x.jsonl", SPAN("precious"));
	cr_assert_eq(output_open(&o, &settings), 0);
	cr_assert_eq(output_check(&o), ERR_USAGE);
	cr_assert_eq(output_stream(&o), ERR_USAGE);
	settings.force = true;
	cr_assert_eq(output_check(&o), 0);
	scratch_holds("x.jsonl", "precious");
}
