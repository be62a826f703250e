#include "rig.h"

/*
 * A fake read, between the test, which is the worker behind it, and the test, which is dedup and
 * write. Its input is numbered documents, one a batch.
 */

struct made {
	int batches, begins;
	uint64_t run, next, runs;
};

static struct behaviour {
	int n;        /* so many batches, then the end */
	int holds;    /* so often it cannot begin yet */
	int quiet;    /* so often there is nothing just now before each */
	int fault_at; /* this batch fails, if above 0 */
	int fault;
} how = {.n = 3};

static struct made *made;
static int quiet_left;

enum { DEDUP, WRITE };

struct others {
	struct rig rig;
	struct port in;         /* a worker's */
	struct port control[2]; /* of dedup and write */
	zmq_msg_t peer[2];      /* who asks them */
	struct report report[2];
	struct ask asked; /* the newest question */
	uint64_t run;
};

static int
open_made(void **ret_state, const struct settings *s)
{
	(void)s;
	*ret_state = made;
	quiet_left = how.quiet;
	return 0;
}

static int
begin(void *state, struct begin *b)
{
	struct made *m = state;

	if (++m->begins <= how.holds)
		return err_set(ERR_HOLD, "no room, as the test wants it");
	m->run = b->run;
	m->next = b->next;
	m->runs = b->runs;
	return 0;
}

static int
fill(void *state, struct batch *b, bool replay)
{
	struct made *m = state;

	(void)replay;
	if (quiet_left-- > 0)
		return ERR_HOLD;
	quiet_left = how.quiet;
	if (how.fault_at > 0 && m->batches + 1 == how.fault_at)
		return err_set(how.fault, "a fault that the test wants");
	if (m->batches == how.n)
		return ERR_STOP;
	b->documents = arena_zero(&b->arena, 1, sizeof(*b->documents));
	b->documents[0] = (struct document){.id = arena_print(&b->arena, "document %d", m->batches),
	    .source = {.path = SPAN("path")},
	    .form = FORM_TEXT,
	    .raw = SPAN("raw bytes")};
	b->n_documents = b->n_read = 1;
	b->read_bytes = 9;
	m->batches++;
	return 0;
}

static void
progress(void *state, struct progress *ret_progress)
{
	(void)state;
	*ret_progress = (struct progress){.bytes = 5, .total = 10};
}

static void
close_made(void *state)
{
	(void)state;
}

static const struct stage source = {
    .name = "read",
    .about = "A test.",
    .role = ROLE_SOURCE,
    .taker = TAKES_READ,
    .open = open_made,
    .begin = begin,
    .batch = fill,
    .progress = progress,
    .close = close_made,
};

/* the test's side */

static void
others_start(struct others *o, const char *status_fd)
{
	*o = (struct others){.report = {{.incarnation = 1, .sources = 4}, {.incarnation = 2}}};
	made = rig_share(sizeof(*made));
	rig_open(&o->rig);
	rig_end(&o->rig, "out");
	rig_end(&o->rig, "ask-dedup");
	rig_end(&o->rig, "ask-write");
	if (status_fd != NULL)
		rig_flag(&o->rig, "status-fd", status_fd);
	rig_start(&o->rig, &source);
	rig_port(&o->rig, &o->control[DEDUP], PORT_ROUTER, "ask-dedup", true);
	rig_port(&o->rig, &o->control[WRITE], PORT_ROUTER, "ask-write", true);
	rig_port(&o->rig, &o->in, PORT_PULL, "out", false);
	zmq_msg_init(&o->peer[DEDUP]);
	zmq_msg_init(&o->peer[WRITE]);
}

/* Take the next question to one of the two. */
static void
take_ask(struct others *o, int who)
{
	struct frame f = rig_take(&o->control[who]);

	cr_assert_eq(f.header.kind, FRAME_ASK);
	cr_assert_eq(ask_unpack(&o->asked, frame_body(&f)), 0);
	cr_assert_eq(f.header.base, o->asked.base);
	o->run = f.header.run;
	zmq_msg_move(&o->peer[who], &f.peer);
	frame_done(&f);
}

static void
tell(struct others *o, int who)
{
	o->report[who].run = o->run;
	o->report[who].finished =
	    o->report[who].next == (uint64_t)how.n || o->report[who].next == o->asked.last;
	rig_send_report(&o->control[who], &o->peer[who], &o->report[who]);
}

/* The next greeting; questions about no run come before it. */
static void
take_hello(struct others *o, int who)
{
	do
		take_ask(o, who);
	while (o->run == 0);
	cr_assert(o->asked.hello);
}

/* write knows this run, or none with 0. */
static void
know_run(struct others *o, uint64_t run)
{
	take_ask(o, WRITE);
	cr_assert_eq(o->run, 0);
	cr_assert(!o->asked.hello);
	o->run = run;
	tell(o, WRITE);
}

/* Both accept the run. */
static void
accept_run(struct others *o)
{
	know_run(o, 0);
	for (int who = 0; who < 2; who++) {
		take_hello(o, who);
		tell(o, who);
	}
}

static void
others_open(struct others *o)
{
	others_start(o, NULL);
	accept_run(o);
}

static void
others_close(struct others *o)
{
	zmq_msg_close(&o->peer[DEDUP]);
	zmq_msg_close(&o->peer[WRITE]);
	port_close(&o->in);
	port_close(&o->control[DEDUP]);
	port_close(&o->control[WRITE]);
	rig_done(&o->rig);
}

/* The next batch that comes is this one, sent for this time. */
static void
comes(struct others *o, uint64_t seq, uint32_t attempt)
{
	struct frame f = rig_take(&o->in);
	struct batch b = {0};
	char id[32];

	cr_assert_eq(f.header.kind, FRAME_BATCH);
	cr_assert_eq(f.header.run, o->run);
	cr_assert_eq(f.header.seq, seq, "%llu instead of %llu", (unsigned long long)f.header.seq,
	    (unsigned long long)seq);
	cr_assert_eq(f.header.attempt, attempt);
	cr_assert_eq(f.header.n_documents, 1);
	cr_assert_eq(batch_unpack(&b, frame_body(&f)), 0);
	snprintf(id, sizeof(id), "document %llu", (unsigned long long)seq);
	cr_assert(span_equal(b.documents[0].id, span_str(id)));
	cr_assert(span_equal(b.documents[0].raw, SPAN("raw bytes")));
	batch_done(&b);
	frame_done(&f);
}

/* Questions to one of the two, until one says how many batches there are. */
static void
await_last(struct others *o, int who, uint64_t last)
{
	do
		take_ask(o, who);
	while (o->asked.last == UINT64_MAX);
	cr_assert_eq(o->asked.last, last);
}

/* A worker was lost downstream of dedup. */
static void
lose(struct others *o)
{
	o->report[DEDUP].losses++;
	tell(o, DEDUP);
}

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

Test(source_loop, SIGTERM_reads_no_more_and_waits_for_what_is_in_flight)
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

Test(source_loop, SIGTERM_before_anybody_answers_ends_with_0)
{
	struct others o;

	others_start(&o, NULL);
	take_ask(&o, WRITE);
	rig_signal(&o.rig, SIGTERM);
	cr_assert_eq(rig_wait(&o.rig), 0);
	cr_assert_eq(made->batches, 0);
	others_close(&o);
}

Test(source_loop, strangers_are_ignored)
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

Test(source_loop, a_hold_at_the_beginning_is_waited_for)
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

Test(source_loop, a_fault_of_the_stage_ends_it)
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

Test(source_loop, tells_its_progress_as_lines_and_the_last_one_is_marked)
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
