#include "fake_ordered.h"

Test(ordered_faults, a_sink_whose_state_was_put_back_does_not_go_on)
{
	struct chain c;

	how.next = 3;
	chain_open(&c, &sink, NULL);
	greet(&c, RUN);
	rig_send_batch(&c.in, RUN, 7, 5, 0); /* 3 and 4 are done, and it does not have them */
	cr_assert_eq(rig_wait(&c.rig), EXIT_GAVE_UP);
	cr_assert_eq(rig_said(&c.rig, "its state is lost"), 1);
	chain_close(&c);
}

Test(ordered_faults, strangers_are_ignored_at_both_ends)
{
	static const char strange[] = "a message of a stranger";
	struct header h = {.kind = FRAME_REPORT, .run = RUN};
	struct chain c;
	struct buf body = {0};

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	cr_assert_geq(zmq_send(c.control.socket, strange, sizeof(strange), 0), 0);
	rig_send_report(&c.control, NULL, &(struct report){.run = RUN, .next = 9});
	h.kind = FRAME_ASK;
	buf_str(&body, "no question");
	rig_send(&c.control, NULL, &h, &body);
	rig_await(&c.in, ZMQ_POLLOUT);
	cr_assert_geq(zmq_send(c.in.socket, strange, sizeof(strange), 0), 0);
	ask_pack(&body, &(struct ask){.hello = true});
	rig_send(&c.in, NULL, &h, &body);
	send_batch(&c, RUN, 0);
	comes_out(&c, RUN, 0);
	cr_assert_eq(done_to(&c, 1).run, RUN);
	cr_assert_eq(seen->begins, 1);
	chain_close(&c);
}

Test(ordered_faults, a_batch_of_ours_that_is_none_ends_with_111)
{
	struct header h = {.kind = FRAME_BATCH, .run = RUN};
	struct buf body = {0};
	struct chain c;

	chain_open(&c, &ordered, NULL);
	greet(&c, RUN);
	buf_str(&body, "a right checksum, and no batch");
	rig_send(&c.in, NULL, &h, &body);
	cr_assert_eq(rig_wait(&c.rig), EXIT_TEMPORARY);
	cr_assert_eq(rig_said(&c.rig, "batch 0: a batch that is not as"), 1);
	chain_close(&c);
}

Test(ordered_faults, a_fault_of_the_stage_ends_it)
{
	static const int faults[][2] = {{ERR_USAGE, EXIT_PERMANENT}, {ERR_SYS, EXIT_TEMPORARY}};

	for (int i = 0; i < 2; i++) {
		struct chain c;

		how.batch_fault = faults[i][0];
		how.next = 666;
		chain_open(&c, &ordered, NULL);
		greet(&c, RUN);
		send_batch(&c, RUN, 666);
		cr_assert_eq(rig_wait(&c.rig), faults[i][1]);
		chain_close(&c);
	}
}

Test(ordered_faults, SIGTERM_ends_it_with_0)
{
	struct chain c;

	chain_open(&c, &sink, NULL);
	greet(&c, RUN);
	send_batch(&c, RUN, 0);
	done_to(&c, 1);
	rig_signal(&c.rig, SIGTERM);
	cr_assert_eq(rig_wait(&c.rig), 0);
	chain_close(&c);
}

Test(ordered_faults, a_second_one_at_the_same_ends_is_refused_with_100)
{
	struct chain c, second = {0};

	chain_open(&c, &sink, NULL);
	greet(&c, RUN);
	second.rig = c.rig;
	second.rig.context = NULL;
	rig_start(&second.rig, &sink);
	cr_assert_eq(rig_wait(&second.rig), EXIT_PERMANENT);
	cr_assert_eq(rig_said(&second.rig, "in use by another process"), 1);
	send_batch(&c, RUN, 0);
	done_to(&c, 1);
	chain_close(&c);
}

Test(ordered_faults, a_sink_reports_a_replay_and_does_not_take_it_again)
{
	struct chain c;
	struct report r;

	chain_open(&c, &sink, NULL);
	greet(&c, RUN);
	send_batch(&c, RUN, 0);
	done_to(&c, 1);
	send_batch(&c, RUN, 0);
	r = rig_take_report(&c.control, NULL);
	cr_assert_eq(r.next, 1);
	cr_assert_eq(r.counts.documents, 1);
	cr_assert_eq(seen->batches + seen->replays, 1);
	chain_close(&c);
}

Test(ordered_faults, a_hold_is_reported_said_once_and_left)
{
	struct chain c;
	struct report r;
	char hold[128];

	how.hold_commits = 2;
	how.hold_until_batches = 2;
	chain_open(&c, &sink, NULL);
	greet(&c, RUN);
	send_batch(&c, RUN, 0);
	r = rig_take_report(&c.control, hold);
	cr_assert_str_eq(hold, "the disk is full");
	cr_assert_eq(r.next, 0);
	cr_assert_eq(r.have, 1, "it has the batch");
	send_batch(&c, RUN, 1); /* what still can be taken is no end of the hold */
	r = done_to(&c, 2);
	cr_assert_eq(r.hold.n, 0);
	rig_signal(&c.rig, SIGTERM);
	cr_assert_eq(rig_wait(&c.rig), 0);
	cr_assert_eq(rig_said(&c.rig, "waiting: the disk is full"), 1);
	cr_assert_eq(rig_said(&c.rig, "going on after"), 1);
	chain_close(&c);
}

Test(ordered_faults, a_hold_over_its_time_ends_with_112)
{
	struct chain c;

	how.hold_commits = 1000;
	chain_open(&c, &sink, "1ms");
	greet(&c, RUN);
	send_batch(&c, RUN, 0);
	cr_assert_eq(rig_wait(&c.rig), EXIT_GAVE_UP);
	cr_assert_eq(rig_said(&c.rig, "gave up after 0 s: the disk is full"), 1);
	chain_close(&c);
}

/* The newest batch of before has come again, and was not as it was, for the nth time. */
static void
comes_otherwise(struct chain *c, int nth)
{
	while (seen->replay_faults < nth || rig_said(&c->rig, "waiting:") == 0)
		ask(c, RUN, (struct ask){.last = UINT64_MAX});
}

/* One batch is through, and comes again without being as it was. */
static void
open_lacking(struct chain *c, int faults, const char *hold_timeout)
{
	how.replay_faults = faults;
	chain_open(c, &ordered, hold_timeout);
	greet(c, RUN);
	send_batch(c, RUN, 0);
	comes_out(c, RUN, 0);
	send_batch(c, RUN, 0);
}

Test(ordered_faults, a_batch_that_comes_again_and_is_another_is_waited_for)
{
	struct chain c;

	open_lacking(&c, 2, NULL);
	comes_otherwise(&c, 1);
	send_batch(&c, RUN, 1);
	comes_out(&c, RUN, 1);
	send_batch(&c, RUN, 0);
	comes_otherwise(&c, 2);
	send_batch(&c, RUN, 0);
	comes_out(&c, RUN, 0);
	cr_assert_eq(seen->replays, 1);
	cr_assert_eq(seen->replay_faults, 3);
	cr_assert_eq(ask(&c, RUN, (struct ask){.last = UINT64_MAX}).hold.n, 0,
	    "else read would not send it again");
	cr_assert_eq(rig_said(&c.rig, "waiting: a document was refused"), 1);
	cr_assert_eq(rig_said(&c.rig, "going on after"), 1);
	chain_close(&c);
}

Test(ordered_faults, nobody_waits_for_a_batch_that_the_sink_has)
{
	struct chain c;

	open_lacking(&c, 1, NULL);
	comes_otherwise(&c, 1);
	rig_send_batch(&c.in, RUN, 1, 1, 0);
	comes_out(&c, RUN, 1);
	cr_assert_eq(rig_said(&c.rig, "going on after"), 1);
	chain_close(&c);
}

Test(ordered_faults, a_batch_that_never_is_as_it_was_ends_with_112)
{
	struct chain c;

	open_lacking(&c, 1, "300ms");
	cr_assert_eq(rig_wait(&c.rig), EXIT_GAVE_UP);
	cr_assert_eq(rig_said(&c.rig, "gave up after 0 s: a document was refused"), 1);
	chain_close(&c);
}
