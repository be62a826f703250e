#include "stages/read/queue_parts.h"

#include "tests/unit/read/submitting.h"

TestSuite(queue_open, .init = scratch_open, .fini = scratch_close);

Test(queue_open, the_next_process_sends_the_same_batches_again)
{
	open_all();
	submit("a");
	cr_assert_str_eq(next_batch(60000), "a,");
	submit("b");
	submit("c");
	cr_assert_str_eq(next_batch(60000), "b,c,");
	submit("d");
	cr_assert_str_eq(next_batch(60000), "d,");
	reopen(0xA, 1); /* the first one is durable */
	cr_assert_eq(queue_tend(queue, 1), 0);
	cr_assert_str_eq(next_batch(1), "b,c,");
	cr_assert_eq(batch.token.offset, 3);
	cr_assert_eq(queue_tend(queue, 2), 0);
	cr_assert_str_eq(next_batch(1), "d,");
	submit("b");
	submit("e");
	cr_assert_str_eq(next_batch(60000), "e,");
	cr_assert_eq(batch.token.offset, 5);
	close_all();
}

Test(queue_open, another_run_takes_over_what_is_not_acknowledged)
{
	open_all();
	submit("a");
	cr_assert_str_eq(next_batch(60000), "a,");
	submit("b");
	cr_assert_str_eq(next_batch(60000), "b,");
	cr_assert_eq(queue_tend(queue, 1), 0);
	is_answered("a");
	reopen(0xB, 0);
	cr_assert_str_eq(next_batch(1), "b,");
	submit("a");
	cr_assert_str_eq(next_batch(100), "", "its outcome was durable");
	reopen(0xB, 0);
	cr_assert_str_eq(next_batch(1), "b,");
	close_all();
}

Test(queue_open, a_sink_that_has_gone_back_is_a_fault)
{
	struct begin b = {.run = 0xA, .next = 0};

	open_all();
	submit("a");
	cr_assert_str_eq(next_batch(60000), "a,");
	cr_assert_eq(queue_tend(queue, 1), 0);
	queue_close(queue);
	cr_assert_eq(queue_open(&queue, source, &settings), 0);
	cr_assert_eq(queue_begin(queue, &b), ERR_SYS);
	close_all();
}

Test(queue_open, sources_that_cannot_be_are_refused)
{
	static const char *const bad[] = {"http://host/x", "redis://host/0",
	    "redis://a:b@host/0?list=x", "redis://host/0?stream=a&nonsense=1",
	    "kafka://host/topic"};

	settings = (struct settings){.max_document = 100, .state = scratch_path("state")};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(queue_open(&queue, bad[i], &settings), ERR_USAGE, "%s", bad[i]);
	settings.state = NULL;
	cr_assert_eq(queue_open(&queue, "redis://host/0?stream=a", &settings), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), "--state"), "%s", err_text());
}
