#include "fake_ordered.h"

Test(ordered_loop, before_a_hello_it_reports_no_run)
{
	struct chain c;
	struct report r;

	chain_open(&c, &ordered, NULL);
	r = ask(&c, RUN, (struct ask){.last = UINT64_MAX});
	cr_assert_eq(r.run, 0);
	cr_assert_eq(r.next, 0);
	cr_assert_neq(r.incarnation, 0);
	cr_assert_eq(seen->begins, 0);
	chain_close(&c);
}

Test(ordered_loop, a_hello_begins_a_run_where_the_stage_says)
{
	struct chain c;
	struct report r;

	how.next = 7;
	how.runs = 3;
	chain_open(&c, &ordered, NULL);
	r = greet(&c, RUN);
	cr_assert_eq(r.run, RUN);
	cr_assert_eq(r.next, 7);
	cr_assert_eq(r.sources, 3);
	cr_assert_eq(r.have, 0);
	cr_assert_eq(r.hold.n, 0);
	cr_assert_eq(greet(&c, RUN).incarnation, r.incarnation);
	cr_assert_eq(seen->begins, 1, "the same run begins once");
	cr_assert_eq(seen->run, RUN);
	chain_close(&c);
}

Test(ordered_loop, a_hello_of_run_0_is_none)
{
	struct chain c;

	chain_open(&c, &ordered, NULL);
	cr_assert_eq(greet(&c, 0).run, 0);
	cr_assert_eq(seen->begins, 0);
	greet(&c, RUN);
	cr_assert_eq(greet(&c, 0).run, RUN);
	cr_assert_eq(seen->begins, 1);
	chain_close(&c);
}

Test(ordered_loop, batches_sent_out_of_order_come_out_in_order)
{
	static const uint64_t order[] = {3, 1, 0, 4, 2};
	struct chain c;

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	for (int i = 0; i < 5; i++)
		send_batch(&c, RUN, order[i]);
	for (uint64_t seq = 0; seq < 5; seq++)
		comes_out(&c, RUN, seq);
	done_to(&c, 5);
	cr_assert_eq(seen->batches, 5);
	cr_assert_eq(seen->replays, 0);
	chain_close(&c);
}

Test(ordered_loop, a_batch_is_handed_on_under_its_own_header)
{
	struct chain c;
	struct frame f;

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	rig_send_batch(&c.in, RUN, 0, 0, 5);
	f = rig_take(&c.out);
	cr_assert_eq(f.header.attempt, 5);
	cr_assert_eq(f.header.base, 0);
	cr_assert_eq(f.header.n_documents, 1);
	frame_done(&f);
	chain_close(&c);
}

Test(ordered_loop, a_report_follows_a_commit_unasked)
{
	struct chain c;

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	for (uint64_t seq = 0; seq < 3; seq++) {
		send_batch(&c, RUN, seq);
		done_to(&c, seq + 1);
	}
	cr_assert_eq(seen->commits, 3);
	chain_close(&c);
}

Test(ordered_loop, a_replay_is_handed_on_again_with_the_same_verdict)
{
	struct chain c;

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	send_batch(&c, RUN, 0);
	send_batch(&c, RUN, 1);
	comes_out(&c, RUN, 0);
	comes_out(&c, RUN, 1);
	send_batch(&c, RUN, 0);
	comes_out(&c, RUN, 0);
	send_batch(&c, RUN, 2);
	comes_out(&c, RUN, 2);
	cr_assert_eq(seen->replays, 1);
	cr_assert_eq(seen->batches, 3);
	chain_close(&c);
}

Test(ordered_loop, the_second_one_of_a_batch_that_waits_is_not_taken)
{
	struct chain c;

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	send_batch(&c, RUN, 1);
	send_batch(&c, RUN, 1);
	send_batch(&c, RUN, 0);
	send_batch(&c, RUN, 2);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes_out(&c, RUN, seq);
	cr_assert_eq(seen->batches + seen->replays, 3);
	chain_close(&c);
}

Test(ordered_loop, a_foreign_run_is_ignored)
{
	struct chain c;

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	send_batch(&c, RUN + 1, 0);
	send_batch(&c, RUN, 0);
	send_batch(&c, RUN + 1, 1);
	send_batch(&c, RUN, 1);
	comes_out(&c, RUN, 0);
	comes_out(&c, RUN, 1);
	cr_assert_eq(seen->batches, 2);
	chain_close(&c);
}

Test(ordered_loop, a_foreign_run_does_not_begin_without_a_hello)
{
	struct chain c;
	struct report r;

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	r = ask(&c, RUN + 1, (struct ask){.base = 50, .last = 50});
	cr_assert_eq(r.run, RUN);
	cr_assert_eq(r.next, 0, "its base is not ours");
	cr_assert_eq(seen->begins, 1);
	cr_assert_eq(seen->finals, 0);
	chain_close(&c);
}

Test(ordered_loop, a_hello_with_a_new_run_resets)
{
	struct chain c;

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	send_batch(&c, RUN, 0);
	send_batch(&c, RUN, 2);
	comes_out(&c, RUN, 0);
	done_to(&c, 1);
	cr_assert_eq(greet(&c, RUN + 1).next, 0);
	cr_assert_eq(seen->begins, 2);
	send_batch(&c, RUN, 1);
	send_batch(&c, RUN + 1, 0);
	comes_out(&c, RUN + 1, 0);
	send_batch(&c, RUN + 1, 1);
	comes_out(&c, RUN + 1, 1);
	cr_assert_eq(seen->batches, 3);
	chain_close(&c);
}

Test(ordered_loop, what_waits_for_room_goes_with_its_run)
{
	struct chain c;

	chain_start(&c, &ordered, NULL);
	greet(&c, RUN);
	send_batch(&c, RUN, 0);
	send_batch(&c, RUN, 1);
	done_to(&c, 2);
	greet(&c, RUN + 1);
	rig_port(&c.rig, &c.out, PORT_PULL, "out", false);
	send_batch(&c, RUN + 1, 0);
	comes_out(&c, RUN + 1, 0);
	send_batch(&c, RUN + 1, 1);
	comes_out(&c, RUN + 1, 1);
	cr_assert(!rig_has(&c.out));
	chain_close(&c);
}

Test(ordered_loop, a_report_says_what_waits_out_of_turn)
{
	struct chain c;
	struct report r;

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	send_batch(&c, RUN, 1);
	send_batch(&c, RUN, 3);
	do
		r = ask(&c, RUN, (struct ask){.last = UINT64_MAX});
	while (r.have != (1 << 1 | 1 << 3));
	cr_assert_eq(r.next, 0);
	cr_assert_eq(seen->batches, 0);
	chain_close(&c);
}

Test(ordered_loop, nothing_is_handed_on_before_it_is_durable)
{
	struct chain c;
	struct report r;

	how.lags = true;
	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	send_batch(&c, RUN, 0);
	do
		r = ask(&c, RUN, (struct ask){.last = UINT64_MAX});
	while (seen->commits == 0);
	cr_assert_eq(r.next, 0);
	for (int i = 0; i < 3; i++)
		r = ask(&c, RUN, (struct ask){.last = UINT64_MAX});
	cr_assert_eq(r.have, 1, "it is taken, and waits for its commit");
	cr_assert(!rig_has(&c.out));
	send_batch(&c, RUN, 1);
	done_to(&c, 1);
	comes_out(&c, RUN, 0);
	rig_send_ask(&c.control, RUN, (struct ask){.last = 2});
	done_to(&c, 2);
	comes_out(&c, RUN, 1);
	cr_assert_eq(seen->finals, 1);
	chain_close(&c);
}

Test(ordered_loop, the_commit_behind_the_last_batch_is_final_and_the_only_one)
{
	struct chain c;

	chain_open(&c, &sink, NULL);
	greet(&c, RUN);
	rig_send_ask(&c.control, RUN, (struct ask){.last = 2});
	send_batch(&c, RUN, 0);
	send_batch(&c, RUN, 1);
	done_to(&c, 2);
	for (int i = 0; i < 3; i++)
		cr_assert_eq(ask(&c, RUN, (struct ask){.last = 2}).next, 2);
	cr_assert_eq(seen->finals, 1);
	chain_close(&c);
}

Test(ordered_loop, a_run_without_a_batch_has_a_final_commit_too)
{
	struct chain c;

	chain_open(&c, &sink, NULL);
	greet(&c, RUN);
	ask(&c, RUN, (struct ask){.last = 0});
	cr_assert_eq(rig_take_report(&c.control, NULL).next, 0); /* it follows the commit */
	cr_assert_eq(seen->finals, 1);
	cr_assert_eq(seen->batches, 0);
	chain_close(&c);
}

Test(ordered_loop, below_base_nothing_is_awaited)
{
	struct chain c;

	chain_open(&c, &ordered, NULL);
	cr_assert_eq(
	    ask(&c, RUN, (struct ask){.hello = true, .base = 5, .last = UINT64_MAX}).next, 5);
	rig_send_batch(&c.in, RUN, 6, 5, 0);
	rig_send_batch(&c.in, RUN, 5, 5, 0);
	comes_out(&c, RUN, 5);
	comes_out(&c, RUN, 6);
	rig_send_batch(&c.in, RUN, 9, 9, 0); /* the header's base counts as well */
	comes_out(&c, RUN, 9);
	chain_close(&c);
}

Test(ordered_loop, more_batches_than_find_room_downstream_are_not_lost)
{
	struct chain c;

	chain_start(&c, &ordered, NULL);
	greet(&c, RUN);
	for (uint64_t seq = 0; seq < WINDOW_BATCHES; seq++)
		send_batch(&c, RUN, seq);
	done_to(&c, 16); /* as many as it keeps behind the commit */
	rig_port(&c.rig, &c.out, PORT_PULL, "out", false);
	for (uint64_t seq = 0; seq < WINDOW_BATCHES; seq++)
		comes_out(&c, RUN, seq);
	done_to(&c, WINDOW_BATCHES);
	chain_close(&c);
}

Test(ordered_loop, a_replay_waits_for_room_downstream)
{
	struct chain c;
	int again = 0;

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	for (uint64_t seq = 0; seq < 2; seq++) {
		send_batch(&c, RUN, seq);
		comes_out(&c, RUN, seq);
	}
	port_close(&c.out);
	while (rig_take_report(&c.control, NULL).losses == 0)
		;
	for (uint64_t seq = 2; seq < WINDOW_BATCHES; seq++)
		send_batch(&c, RUN, seq);
	done_to(&c, 18); /* what is behind the commit is full */
	send_batch(&c, RUN, 0);
	send_batch(&c, RUN, 1);
	send_batch(&c, RUN, 1);
	rig_port(&c.rig, &c.out, PORT_PULL, "out", false);
	for (int i = 0; i < WINDOW_BATCHES; i++) { /* all but two for the first time */
		struct frame f = rig_take(&c.out);
		again += f.header.seq < 2;
		frame_done(&f);
	}
	cr_assert_eq(again, 2);
	cr_assert_eq(seen->replays, 2);
	chain_close(&c);
}

Test(ordered_loop, a_worker_that_goes_away_is_reported_as_a_loss)
{
	struct chain c;
	struct report r;

	chain_open(&c, &ordered, NULL);
	cr_assert_eq(greet(&c, RUN).losses, 0);
	send_batch(&c, RUN, 0);
	comes_out(&c, RUN, 0);
	port_close(&c.out);
	do
		r = ask(&c, RUN, (struct ask){.last = UINT64_MAX});
	while (r.losses == 0);
	cr_assert_eq(r.losses, 1);
	rig_port(&c.rig, &c.out, PORT_PULL, "out", false);
	chain_close(&c);
}
