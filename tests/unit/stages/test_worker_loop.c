#include "rig.h"
#include "stages/jailed.h"

/* A worker between the test's PUSH and PULL, which bind, as read and dedup do. */

struct worker_rig {
	struct rig rig;
	struct port in, out;
};

static int told[2] = {-1, -1}; /* a pipe: a byte for each batch of an idle stage */

static int
open_nothing(void **ret_state, const struct settings *s)
{
	(void)s;
	*ret_state = NULL;
	return 0;
}

static int
name_after_key(void *state, struct arena *a, struct document *d)
{
	(void)state;
	if (d->key == 666)
		return err_set(ERR_SYS, "a fault that the test wants");
	d->title = arena_print(a, "worked on %llu", (unsigned long long)d->key);
	return 0;
}

static void
close_nothing(void *state)
{
	(void)state;
}

static const struct stage worker = {
    .name = "extract",
    .about = "A test.",
    .role = ROLE_WORKER,
    .taker = TAKES_EXTRACT,
    .open = open_nothing,
    .document = name_after_key,
    .close = close_nothing,
};

/* The jailed child is this program again. */
static void __attribute__((constructor)) be_a_child(int argc, char **argv)
{
	if (!jailed_is_child(argc, argv))
		return;
	if (strcmp(argv[0], "not-a-child") == 0) {
		jail_enter(argc, argv);
		jail_refuse("the test wants no child");
	}
	if (strcmp(argv[0], worker.name) == 0)
		exit(stage_run(&worker, argc, argv));
}

static void
open_worker(struct worker_rig *w)
{
	rig_open(&w->rig);
	rig_end(&w->rig, "in");
	rig_end(&w->rig, "out");
	rig_start(&w->rig, &worker);
	rig_port(&w->rig, &w->in, PORT_PUSH, "in", true);
	rig_port(&w->rig, &w->out, PORT_PULL, "out", true);
}

static void
close_worker(struct worker_rig *w)
{
	port_close(&w->in);
	port_close(&w->out);
	rig_done(&w->rig);
}

/* The next batch that comes out is of this seq, and was worked on. */
static void
comes_out(struct worker_rig *w, uint64_t run, uint64_t seq)
{
	struct frame f = rig_take(&w->out);
	struct batch b = {0};
	char title[64];

	cr_assert_eq(f.header.kind, FRAME_BATCH);
	cr_assert_eq(f.header.run, run);
	cr_assert_eq(f.header.seq, seq);
	cr_assert_eq(f.header.n_documents, 1);
	cr_assert_eq(batch_unpack(&b, frame_body(&f)), 0);
	cr_assert_eq(b.n_documents, 1);
	snprintf(title, sizeof(title), "worked on %llu", (unsigned long long)seq);
	cr_assert(span_equal(b.documents[0].title, span_str(title)));
	batch_done(&b);
	frame_done(&f);
}

Test(worker_loop, a_batch_goes_through_under_the_same_header)
{
	struct worker_rig w;
	struct frame f;

	open_worker(&w);
	rig_send_batch(&w.in, 9, 4, 2, 3);
	f = rig_take(&w.out);
	cr_assert_eq(f.header.kind, FRAME_BATCH);
	cr_assert_eq(f.header.run, 9);
	cr_assert_eq(f.header.seq, 4);
	cr_assert_eq(f.header.base, 2);
	cr_assert_eq(f.header.attempt, 3);
	cr_assert_eq(f.header.n_documents, 1);
	frame_done(&f);
	rig_send_batch(&w.in, 10, 5, 0, 0);
	comes_out(&w, 10, 5);
	close_worker(&w);
}

static bool
always_idle(void *state)
{
	(void)state;
	if (told[1] >= 0)
		cr_assert_eq(write(told[1], "x", 1), 1);
	return true;
}

Test(worker_loop, an_idle_stage_hands_batches_on_as_they_are)
{
	struct stage idle = worker;
	struct header h = {.kind = FRAME_BATCH, .run = 9, .seq = 1, .attempt = 2, .n_documents = 3};
	struct worker_rig w;
	struct buf body = {0};
	struct frame f;

	idle.idle = always_idle;
	rig_open(&w.rig);
	rig_end(&w.rig, "in");
	rig_end(&w.rig, "out");
	rig_start(&w.rig, &idle);
	rig_port(&w.rig, &w.in, PORT_PUSH, "in", true);
	rig_port(&w.rig, &w.out, PORT_PULL, "out", true);
	buf_str(&body, "not even a batch");
	rig_send(&w.in, NULL, &h, &body);
	f = rig_take(&w.out);
	cr_assert(span_equal(frame_body(&f), SPAN("not even a batch")));
	cr_assert_eq(f.header.seq, 1);
	cr_assert_eq(f.header.attempt, 2);
	cr_assert_eq(f.header.n_documents, 3);
	frame_done(&f);
	close_worker(&w);
}

Test(worker_loop, many_batches_come_out_each_once_and_in_order)
{
	struct worker_rig w;

	open_worker(&w);
	for (uint64_t seq = 0; seq < 100; seq++) {
		rig_send_batch(&w.in, 9, seq, 0, 0);
		comes_out(&w, 9, seq);
	}
	cr_assert(!rig_has(&w.out));
	close_worker(&w);
}

Test(worker_loop, what_is_no_batch_is_ignored_and_the_next_one_taken)
{
	static const char strange[] = "a message of a stranger";
	struct header h = {.kind = FRAME_BATCH, .run = 9};
	struct worker_rig w;
	struct buf body = {0};

	open_worker(&w);
	rig_await(&w.in, ZMQ_POLLOUT);
	cr_assert_geq(zmq_send(w.in.socket, strange, sizeof(strange), 0), 0);
	rig_await(&w.in, ZMQ_POLLOUT);
	cr_assert_geq(zmq_send(w.in.socket, strange, sizeof(strange), ZMQ_SNDMORE), 0);
	cr_assert_geq(zmq_send(w.in.socket, strange, sizeof(strange), 0), 0);
	buf_str(&body, "a right checksum, and no batch");
	rig_send(&w.in, NULL, &h, &body);
	h.kind = FRAME_ASK;
	ask_pack(&body, &(struct ask){.hello = true});
	rig_send(&w.in, NULL, &h, &body);
	rig_send_batch(&w.in, 9, 1, 0, 0);
	comes_out(&w, 9, 1);
	rig_signal(&w.rig, SIGTERM);
	cr_assert_eq(rig_wait(&w.rig), 0);
	cr_assert_eq(rig_said(&w.rig, ": ignored "), 3, "the first, the second and the fourth");
	cr_assert_eq(rig_said(&w.rig, "(4 such messages)"), 1);
	close_worker(&w);
}

Test(worker_loop, waits_for_those_behind_it)
{
	struct worker_rig w;

	rig_open(&w.rig);
	rig_end(&w.rig, "in");
	rig_end(&w.rig, "out");
	rig_start(&w.rig, &worker);
	rig_port(&w.rig, &w.in, PORT_PUSH, "in", true);
	for (uint64_t seq = 0; seq < 3; seq++)
		rig_send_batch(&w.in, 9, seq, 0, 0);
	rig_port(&w.rig, &w.out, PORT_PULL, "out", true); /* they come late */
	for (uint64_t seq = 0; seq < 3; seq++)
		comes_out(&w, 9, seq);
	close_worker(&w);
}

Test(worker_loop, goes_on_when_those_around_it_come_back)
{
	struct worker_rig w;

	open_worker(&w);
	rig_send_batch(&w.in, 9, 0, 0, 0);
	comes_out(&w, 9, 0);
	port_close(&w.in);
	port_close(&w.out);
	rig_port(&w.rig, &w.in, PORT_PUSH, "in", true);
	rig_port(&w.rig, &w.out, PORT_PULL, "out", true);
	rig_send_batch(&w.in, 9, 1, 0, 0);
	comes_out(&w, 9, 1);
	close_worker(&w);
}

Test(worker_loop, SIGTERM_ends_it_with_0)
{
	struct worker_rig w;

	open_worker(&w);
	rig_send_batch(&w.in, 9, 0, 0, 0);
	comes_out(&w, 9, 0);
	rig_signal(&w.rig, SIGTERM);
	cr_assert_eq(rig_wait(&w.rig), 0);
	close_worker(&w);
}

Test(worker_loop, SIGTERM_ends_it_also_where_nobody_takes_its_batch)
{
	struct stage idle = worker;
	struct worker_rig w;
	char bytes[2];

	idle.idle = always_idle;
	rig_open(&w.rig);
	rig_end(&w.rig, "in");
	rig_end(&w.rig, "out");
	cr_assert_eq(pipe(told), 0);
	rig_start(&w.rig, &idle);
	rig_port(&w.rig, &w.in, PORT_PUSH, "in", true);
	rig_send_batch(&w.in, 9, 0, 0, 0);
	/* it asks once when it starts; the second time it has a batch in hand */
	cr_assert_eq(read(told[0], &bytes[0], 1), 1);
	cr_assert_eq(read(told[0], &bytes[1], 1), 1);
	rig_signal(&w.rig, SIGTERM);
	cr_assert_eq(rig_wait(&w.rig), 0);
	port_close(&w.in);
	rig_done(&w.rig);
}

#ifdef WINNOW_SANITIZED

Test(worker_loop, a_fault_of_the_stage_ends_it_with_111)
{
	struct worker_rig w;

	open_worker(&w);
	rig_send_batch(&w.in, 9, 666, 0, 0);
	cr_assert_eq(rig_wait(&w.rig), EXIT_TEMPORARY);
	cr_assert_eq(rig_said(&w.rig, "a fault that the test wants"), 1);
	close_worker(&w);
}

#else

Test(worker_loop, a_fault_of_the_stage_is_the_documents_and_the_next_is_taken)
{
	struct worker_rig w;
	struct batch b = {0};
	struct frame f;

	open_worker(&w);
	rig_send_batch(&w.in, 9, 666, 0, 0);
	f = rig_take(&w.out);
	cr_assert_eq(batch_unpack(&b, frame_body(&f)), 0);
	cr_assert(span_equal(b.documents[0].error.reason, SPAN("crashed")));
	batch_done(&b);
	frame_done(&f);
	rig_send_batch(&w.in, 9, 667, 0, 0);
	comes_out(&w, 9, 667);
	close_worker(&w);
}

Test(worker_loop, a_machine_without_the_jail_ends_it_with_100)
{
	struct stage other = worker;
	struct worker_rig w;

	other.name = "not-a-child"; /* this program as its child refuses to be one */
	rig_open(&w.rig);
	rig_end(&w.rig, "in");
	rig_end(&w.rig, "out");
	rig_start(&w.rig, &other);
	cr_assert_eq(rig_wait(&w.rig), EXIT_PERMANENT);
	cr_assert_eq(rig_said(&w.rig, "cannot make the jail for documents"), 1);
	rig_done(&w.rig);
}

#endif
