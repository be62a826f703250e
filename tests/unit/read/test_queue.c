#include "stages/read/queue.h"

#include "tests/unit/read/submitting.h"

TestSuite(queue, .init = scratch_open, .fini = scratch_close);

Test(queue, what_comes_is_a_batch_with_its_place)
{
	const struct document *d;

	open_all();
	submit("a");
	submit("b");
	cr_assert_str_eq(next_batch(60000), "a,b,");
	d = &batch.documents[0];
	cr_assert(span_equal(d->source.path, span_str(source)));
	cr_assert(span_equal(d->source.entry, SPAN("a")));
	cr_assert_eq(batch.n_read, 2);
	cr_assert_eq(batch.token.offset, 2);
	cr_assert(!has_answer());
	cr_assert_eq(queue_tend(queue, 0), 0);
	cr_assert(!has_answer(), "it is not durable yet");
	cr_assert_eq(queue_tend(queue, 1), 0);
	is_answered("a");
	is_answered("b");
	close_all();
}

Test(queue, an_id_that_comes_again_is_answered_and_leaves_nothing)
{
	open_all();
	submit("a");
	cr_assert_str_eq(next_batch(60000), "a,");
	submit("a"); /* while it is on its way */
	cr_assert_str_eq(next_batch(100), "");
	cr_assert_eq(queue_tend(queue, 1), 0);
	is_answered("a");
	cr_assert(!has_answer(), "the same peer asked twice");
	submit("a");
	cr_assert_str_eq(next_batch(100), "");
	cr_assert_eq(queue_tend(queue, 1), 0);
	is_answered("a");
	reopen(0xA, 1);
	submit("a");
	cr_assert_str_eq(next_batch(300), "", "it is known to the next process, too");
	cr_assert_eq(queue_tend(queue, 1), 0);
	is_answered("a");
	close_all();
}

Test(queue, it_ends_when_nothing_has_come_for_long)
{
	int r = ERR_QUIET;

	open_all();
	settings.exit_when_idle_ms = 30;
	for (int i = 0; i < 5000 && r == ERR_QUIET; i++) {
		r = queue_batch(queue, &batch);
		zmq_poll(NULL, 0, 1);
	}
	cr_assert_eq(r, ERR_STOP);
	cr_assert(!queue_rests(queue), "a second has not passed");
	close_all();
}
