#include "fake_source.h"

Test(source_ends, SIGTERM_reads_no_more_and_waits_for_what_is_in_flight)
{
	struct others o;

	how.n = 1000;
	others_open(&o);
	comes(&o, 0, 0);
	rig_signal(&o.rig, SIGTERM);
	do
		take_ask(&o, WRITE);
	while (o.asked.last == UINT64_MAX);
	for (uint64_t seq = 1; seq < o.asked.last; seq++)
		comes(&o, seq, 0);
	o.report[WRITE].next = o.asked.last;
	tell(&o, WRITE);
	cr_assert_eq(rig_wait(&o.rig), 0);
	cr_assert_eq(made->batches, (int)o.asked.last);
	others_close(&o);
}

Test(source_ends, SIGTERM_before_anybody_answers_ends_with_0)
{
	struct others o;

	others_start(&o, NULL);
	take_ask(&o, WRITE);
	rig_signal(&o.rig, SIGTERM);
	cr_assert_eq(rig_wait(&o.rig), 0);
	cr_assert_eq(made->batches, 0);
	others_close(&o);
}

Test(source_ends, strangers_are_ignored)
{
	struct header h = {.kind = FRAME_REPORT};
	struct others o;
	struct buf body = {0};

	others_open(&o);
	comes(&o, 0, 0);
	h.run = o.run;
	buf_str(&body, "no report");
	rig_send(&o.control[WRITE], &o.peer[WRITE], &h, &body);
	h.kind = FRAME_ASK;
	ask_pack(&body, &(struct ask){.last = 3});
	rig_send(&o.control[WRITE], &o.peer[WRITE], &h, &body);
	o.report[WRITE].next = 3;
	comes(&o, 1, 0);
	comes(&o, 2, 0);
	tell(&o, WRITE);
	cr_assert_eq(rig_wait(&o.rig), 0);
	cr_assert_eq(rig_said(&o.rig, "ignored something that is no report"), 2);
	others_close(&o);
}

Test(source_ends, a_hold_at_the_beginning_is_waited_for)
{
	struct others o;

	how.holds = 2;
	how.n = 1;
	others_open(&o);
	comes(&o, 0, 0);
	cr_assert_eq(made->begins, 3);
	cr_assert_eq(rig_said(&o.rig, "waiting: no room, as the test wants it"), 1);
	cr_assert_eq(rig_said(&o.rig, "going on after"), 1);
	others_close(&o);
}

Test(source_ends, a_fault_of_the_stage_ends_it)
{
	static const int faults[][2] = {{ERR_USAGE, EXIT_PERMANENT}, {ERR_SYS, EXIT_TEMPORARY}};

	for (int i = 0; i < 2; i++) {
		struct others o;

		how.fault_at = 2;
		how.fault = faults[i][0];
		others_open(&o);
		cr_assert_eq(rig_wait(&o.rig), faults[i][1]);
		cr_assert_eq(rig_said(&o.rig, "a fault that the test wants"), 1);
		others_close(&o);
	}
}

Test(source_ends, tells_its_progress_as_lines_and_the_last_one_is_marked)
{
	struct others o;
	char fd[16], text[4096] = "";
	int status[2];
	ssize_t n;
	char *last;

	cr_assert_eq(pipe(status), 0);
	snprintf(fd, sizeof(fd), "%d", status[1]);
	others_start(&o, fd);
	close(status[1]);
	accept_run(&o);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes(&o, seq, 0);
	await_last(&o, WRITE, 3);
	o.report[WRITE].next = 3;
	o.report[WRITE].counts = (struct counts){.documents = 3, .records = 3};
	tell(&o, WRITE);
	cr_assert_eq(rig_wait(&o.rig), 0);
	n = read(status[0], text, sizeof(text) - 1);
	cr_assert_gt(n, 0);
	cr_assert_eq(text[n - 1], '\n');
	text[n - 1] = '\0';
	last = strrchr(text, '\n');
	last = last == NULL ? text : last + 1;
	cr_assert(
	    span_starts(span_str(last),
		SPAN("{\"before\": 0, \"read\": 3, \"read_bytes\": 27, \"at\": 5, \"of\": 10, "
		     "\"resent\": 0, \"last\": 1, \"drained\": 0, \"counts\": {\"in\": 0, ")),
	    "%s", last);
	cr_assert_str_eq(last + strlen(last) - 2, "}}");
	close(status[0]);
	others_close(&o);
}

Test(source_ends, a_hold_in_the_middle_keeps_what_the_batch_has)
{
	struct others o;

	how.held = 1;
	others_open(&o);
	for (uint64_t seq = 0; seq < 3; seq++)
		comes(&o, seq, 0);
	await_last(&o, WRITE, 3);
	cr_assert_eq(rig_said(&o.rig, "waiting: no descriptor, as the test wants it"), 3);
	cr_assert_eq(rig_said(&o.rig, "going on after"), 3);
	others_close(&o);
}

/* A sink that holds at the beginning answers that it is at no run yet. */
Test(source_ends, a_greeting_is_not_repeated_at_each_answer)
{
	uint64_t start = loop_now();
	struct others o;
	int asks = 0;

	others_start(&o, NULL);
	know_run(&o, 0);
	take_hello(&o, WRITE);
	while (loop_now() - start < 500) {
		uint64_t run = o.run;

		o.run = 0;
		tell(&o, WRITE);
		take_ask(&o, WRITE);
		cr_assert_eq(o.run, run);
		asks++;
	}
	cr_assert_leq(asks, 30, "%d", asks);
	others_close(&o);
}
