#include "rig.h"

/*
 * A fake dedup and a fake write between the test's ports. The verdict on a batch is its seq, so
 * that a replay can be compared; what was asked of the stage is counted in shared memory.
 */

enum { RUN = 1001 };

struct seen {
	int begins, batches, replays, commits, finals;
	uint64_t run;
};

/* How the stage is to behave; set before it starts. */
static struct behaviour {
	uint64_t next, runs;    /* what begin says */
	int batch_fault;        /* of the batch with key 666 */
	int hold_commits;       /* so many commits are a hold */
	int hold_until_batches; /* and further ones until so many batches came */
	bool lags;              /* a commit that is not final leaves the newest batch */
} how;

static struct seen *seen;

struct chain {
	struct rig rig;
	struct port in, out, control;
	bool sends;
};

static int
open_seen(void **ret_state, const struct settings *s)
{
	(void)s;
	*ret_state = seen;
	return 0;
}

static int
begin(void *state, struct begin *b)
{
	struct seen *s = state;

	s->begins++;
	s->run = b->run;
	b->next = how.next;
	b->runs = how.runs;
	return 0;
}

static int
take(void *state, struct batch *b, bool replay)
{
	struct seen *s = state;

	if (b->documents[0].key == 666)
		return err_set(how.batch_fault, "a fault that the test wants");
	s->batches += !replay;
	s->replays += replay;
	b->documents[0].title =
	    arena_print(&b->arena, "verdict on %llu", (unsigned long long)b->seq);
	return 0;
}

static int
commit(void *state, bool final, uint64_t *io_done)
{
	struct seen *s = state;

	s->commits++;
	if (s->commits <= how.hold_commits || s->batches < how.hold_until_batches)
		return err_set(ERR_HOLD, "the disk is full");
	s->finals += final;
	if (how.lags && !final && *io_done > 0)
		--*io_done;
	return 0;
}

static void
counts(void *state, struct counts *ret_counts)
{
	const struct seen *s = state;

	*ret_counts = (struct counts){.documents = (uint64_t)s->batches};
}

static void
close_seen(void *state)
{
	(void)state;
}

static const struct stage ordered = {
    .name = "dedup",
    .about = "A test.",
    .role = ROLE_ORDERED,
    .taker = TAKES_DEDUP,
    .open = open_seen,
    .begin = begin,
    .batch = take,
    .commit = commit,
    .close = close_seen,
};

static const struct stage sink = {
    .name = "write",
    .about = "A test.",
    .role = ROLE_SINK,
    .taker = TAKES_WRITE,
    .open = open_seen,
    .begin = begin,
    .batch = take,
    .commit = commit,
    .counts = counts,
    .close = close_seen,
};

/* the test's side */

/* Without anybody behind it yet. */
static void
chain_start(struct chain *c, const struct stage *s, const char *hold_timeout)
{
	*c = (struct chain){.sends = s->role == ROLE_ORDERED};
	seen = rig_share(sizeof(*seen));
	rig_open(&c->rig);
	rig_end(&c->rig, "in");
	rig_end(&c->rig, "control");
	if (c->sends)
		rig_end(&c->rig, "out");
	if (hold_timeout != NULL)
		rig_flag(&c->rig, "hold-timeout", hold_timeout);
	rig_start(&c->rig, s);
	rig_port(&c->rig, &c->control, PORT_DEALER, "control", false);
	rig_port(&c->rig, &c->in, PORT_PUSH, "in", false);
}

static void
chain_open(struct chain *c, const struct stage *s, const char *hold_timeout)
{
	chain_start(c, s, hold_timeout);
	if (c->sends)
		rig_port(&c->rig, &c->out, PORT_PULL, "out", false);
}

static void
chain_close(struct chain *c)
{
	port_close(&c->control);
	port_close(&c->in);
	if (c->sends)
		port_close(&c->out);
	rig_done(&c->rig);
}

static struct report
ask(struct chain *c, uint64_t run, struct ask a)
{
	rig_send_ask(&c->control, run, a);
	return rig_take_report(&c->control, NULL);
}

static struct report
greet(struct chain *c, uint64_t run)
{
	return ask(c, run, (struct ask){.hello = true, .last = UINT64_MAX});
}

static void
send_batch(struct chain *c, uint64_t run, uint64_t seq)
{
	rig_send_batch(&c->in, run, seq, 0, 0);
}

/* The next reports, until one says that all below next is done. */
static struct report
done_to(struct chain *c, uint64_t next)
{
	struct report r;

	do
		r = rig_take_report(&c->control, NULL);
	while (r.next < next);
	cr_assert_eq(r.next, next);
	return r;
}

/* The next batch that is handed on is of this seq, with its verdict. */
static void
comes_out(struct chain *c, uint64_t run, uint64_t seq)
{
	struct frame f = rig_take(&c->out);
	struct batch b = {0};
	char verdict[64];

	cr_assert_eq(f.header.kind, FRAME_BATCH);
	cr_assert_eq(f.header.run, run);
	cr_assert_eq(f.header.seq, seq, "%llu instead of %llu", (unsigned long long)f.header.seq,
	    (unsigned long long)seq);
	cr_assert_eq(batch_unpack(&b, frame_body(&f)), 0);
	snprintf(verdict, sizeof(verdict), "verdict on %llu", (unsigned long long)seq);
	cr_assert(span_equal(b.documents[0].title, span_str(verdict)));
	cr_assert_eq(b.token.offset, seq, "another token");
	batch_done(&b);
	frame_done(&f);
}

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

Test(ordered_loop, strangers_are_ignored_at_both_ends)
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

Test(ordered_loop, a_batch_of_ours_that_is_none_ends_with_111)
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

Test(ordered_loop, a_fault_of_the_stage_ends_it)
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

Test(ordered_loop, SIGTERM_ends_it_with_0)
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

Test(ordered_loop, a_second_one_at_the_same_ends_is_refused_with_100)
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

Test(ordered_loop, a_sink_reports_a_replay_and_does_not_take_it_again)
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

Test(ordered_loop, a_hold_is_reported_said_once_and_left)
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

Test(ordered_loop, a_hold_over_its_time_ends_with_111)
{
	struct chain c;

	how.hold_commits = 1000;
	chain_open(&c, &sink, "1ms");
	greet(&c, RUN);
	send_batch(&c, RUN, 0);
	cr_assert_eq(rig_wait(&c.rig), EXIT_TEMPORARY);
	cr_assert_eq(rig_said(&c.rig, "gave up after 0 s: the disk is full"), 1);
	chain_close(&c);
}
