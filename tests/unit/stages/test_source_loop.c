#include "fake_source.h"

Test(source_loop, no_batch_comes_before_both_have_accepted_the_run)
{
	struct others o;

	others_start(&o, NULL);
	know_run(&o, 0);
	take_hello(&o, DEDUP);
	cr_assert_neq(o.run, 0);
	tell(&o, DEDUP);
	take_hello(&o, WRITE);
	take_hello(&o, WRITE); /* it asks again */
	cr_assert_eq(made->begins, 0);
	cr_assert_eq(made->batches, 0);
	cr_assert(!rig_has(&o.in));
	tell(&o, WRITE);
	comes(&o, 0, 0);
	cr_assert_eq(made->begins, 1);
	others_close(&o);
}

Test(source_loop, a_report_of_another_run_is_answered_with_a_hello)
{
	struct others o;
	uint64_t run;

	others_start(&o, NULL);
	know_run(&o, 0);
	take_hello(&o, WRITE);
	run = o.run;
	o.run = 12345; /* it knows that one still */
	tell(&o, WRITE);
	take_ask(&o, WRITE);
	cr_assert_eq(o.run, run);
	cr_assert(o.asked.hello);
	cr_assert_eq(made->begins, 0);
	tell(&o, WRITE);
	take_hello(&o, DEDUP);
	tell(&o, DEDUP);
	comes(&o, 0, 0);
	others_close(&o);
}

Test(source_loop, the_stage_is_told_where_the_run_begins)
{
	struct others o;

	others_open(&o);
	comes(&o, 0, 0);
	cr_assert_eq(made->run, o.run);
	cr_assert_eq(made->next, 0);
	cr_assert_eq(made->runs, 4);
	others_close(&o);
}

Test(source_loop, ends_with_0_when_all_is_durable)
{
	struct others o;

	others_open(&o);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes(&o, seq, 0);
	await_last(&o, WRITE, 3);
	o.report[WRITE].next = 3;
	tell(&o, WRITE);
	cr_assert_eq(rig_wait(&o.rig), 0);
	cr_assert(!rig_has(&o.in));
	cr_assert_eq(rig_said(&o.rig, "sent again"), 0);
	others_close(&o);
}

Test(source_loop, an_empty_input_ends_with_0)
{
	struct others o;

	how.n = 0;
	others_open(&o);
	await_last(&o, DEDUP, 0);
	await_last(&o, WRITE, 0);
	tell(&o, WRITE);
	cr_assert_eq(rig_wait(&o.rig), 0);
	others_close(&o);
}

Test(source_loop, both_learn_how_many_batches_there_are_and_the_base)
{
	struct others o;

	others_open(&o);
	await_last(&o, DEDUP, 3);
	await_last(&o, WRITE, 3);
	cr_assert_eq(o.asked.base, 0);
	cr_assert(!o.asked.hello);
	o.report[WRITE].next = 2;
	tell(&o, WRITE);
	while (o.asked.base == 0)
		take_ask(&o, DEDUP);
	cr_assert_eq(o.asked.base, 2);
	others_close(&o);
}

Test(source_loop, a_batch_that_is_never_acknowledged_is_sent_again)
{
	struct others o;

	others_open(&o);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes(&o, seq, 0);
	lose(&o);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes(&o, seq, 1);
	lose(&o);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes(&o, seq, 2);
	o.report[WRITE].next = 3;
	tell(&o, WRITE);
	cr_assert_eq(rig_wait(&o.rig), 0);
	cr_assert_eq(rig_said(&o.rig, "6 batches were sent again"), 1);
	others_close(&o);
}

Test(source_loop, only_what_is_lacking_is_sent_again)
{
	struct others o;

	others_open(&o);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes(&o, seq, 0);
	o.report[WRITE].have = 1 << 1;
	tell(&o, WRITE);
	o.report[DEDUP].have = 1 << 2;
	lose(&o);
	comes(&o, 0, 1);
	lose(&o);
	comes(&o, 0, 2);
	others_close(&o);
}

Test(source_loop, a_lost_worker_of_its_own_makes_it_send_again_soon)
{
	uint64_t start = loop_now();
	struct others o;

	others_open(&o);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes(&o, seq, 0);
	port_close(&o.in);
	rig_port(&o.rig, &o.in, PORT_PULL, "out", false);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes(&o, seq, 1);
	cr_assert_lt(loop_now() - start, 2000, "before their time was up");
	others_close(&o);
}

Test(source_loop, ends_with_111_when_the_sink_falls_below_what_was_released)
{
	struct others o;

	others_open(&o);
	comes(&o, 0, 0);
	comes(&o, 1, 0);
	o.report[WRITE].next = 2;
	tell(&o, WRITE);
	o.report[WRITE].next = 1;
	tell(&o, WRITE);
	cr_assert_eq(rig_wait(&o.rig), EXIT_TEMPORARY);
	cr_assert_eq(rig_said(&o.rig, "its state is lost"), 1);
	others_close(&o);
}

Test(source_loop, ends_with_111_when_a_new_sink_has_lost_the_run)
{
	struct others o;
	uint64_t run;

	others_open(&o);
	comes(&o, 0, 0);
	o.report[WRITE].next = 1;
	tell(&o, WRITE);
	run = o.run;
	do
		take_ask(&o, WRITE);
	while (o.asked.hello);
	o.run = 0; /* it was started again */
	o.report[WRITE] = (struct report){.incarnation = 99};
	tell(&o, WRITE);
	do
		take_ask(&o, WRITE);
	while (!o.asked.hello);
	cr_assert_eq(o.run, run);
	tell(&o, WRITE);
	cr_assert_eq(rig_wait(&o.rig), EXIT_TEMPORARY);
	others_close(&o);
}

Test(source_loop, a_dedup_that_was_started_again_gets_what_it_lost)
{
	struct others o;

	others_open(&o);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes(&o, seq, 0);
	o.report[DEDUP].have = 7;
	tell(&o, DEDUP);
	o.report[DEDUP].incarnation = 77;
	o.report[DEDUP].have = 1;
	tell(&o, DEDUP);
	lose(&o);
	comes(&o, 1, 1);
	comes(&o, 2, 1);
	others_close(&o);
}

Test(source_loop, reads_no_further_than_its_window)
{
	struct others o;

	how.n = 1000;
	others_open(&o);
	for (uint64_t seq = 0; seq < WINDOW_BATCHES; seq++)
		comes(&o, seq, 0);
	take_ask(&o, WRITE); /* it waits */
	cr_assert_eq(made->batches, WINDOW_BATCHES);
	o.report[WRITE].next = 2;
	tell(&o, WRITE);
	comes(&o, WINDOW_BATCHES, 0);
	comes(&o, WINDOW_BATCHES + 1, 0);
	take_ask(&o, WRITE);
	cr_assert_eq(made->batches, WINDOW_BATCHES + 2);
	others_close(&o);
}

Test(source_loop, an_input_that_is_quiet_is_looked_at_again)
{
	struct others o;

	how.quiet = 1;
	others_open(&o);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes(&o, seq, 0);
	await_last(&o, WRITE, 3);
	others_close(&o);
}
