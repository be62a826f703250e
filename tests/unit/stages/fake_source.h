/*
 * fake_source - a fake read between the ports of a test, which is dedup, write and the workers.
 */
#ifndef WINNOW_FAKE_SOURCE_H
#define WINNOW_FAKE_SOURCE_H

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
	int held;     /* so often each batch is held, with nothing in it that would be lost */
	int fault_at; /* this batch fails, if above 0 */
	int fault;
} how = {.n = 3};

static struct made *made;
static int quiet_left, held_left;

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

static inline int
open_made(void **ret_state, const struct settings *s)
{
	(void)s;
	*ret_state = made;
	quiet_left = how.quiet;
	held_left = how.held;
	return 0;
}

static inline int
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

static inline int
fill(void *state, struct batch *b, bool replay)
{
	struct made *m = state;

	(void)replay;
	if (quiet_left-- > 0)
		return ERR_QUIET;
	quiet_left = how.quiet;
	if (how.fault_at > 0 && m->batches + 1 == how.fault_at)
		return err_set(how.fault, "a fault that the test wants");
	if (m->batches == how.n)
		return ERR_STOP;
	if (b->documents == NULL) {
		b->documents = arena_zero(&b->arena, 1, sizeof(*b->documents));
		b->documents[0].url = SPAN("x://of.the.first.call");
	}
	if (held_left-- > 0)
		return err_set(ERR_HOLD, "no descriptor, as the test wants it");
	held_left = how.held;
	if (!span_equal(b->documents[0].url, SPAN("x://of.the.first.call")))
		return err_set(ERR_USAGE, "what was in the held batch is gone");
	b->documents[0] = (struct document){.id = arena_print(&b->arena, "document %d", m->batches),
	    .source = {.path = SPAN("path")},
	    .form = FORM_TEXT,
	    .raw = SPAN("raw bytes")};
	b->n_documents = b->n_read = 1;
	b->read_bytes = 9;
	m->batches++;
	return 0;
}

static inline void
progress(void *state, struct progress *ret_progress)
{
	(void)state;
	*ret_progress = (struct progress){.bytes = 5, .total = 10};
}

static inline void
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

static inline void
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
static inline void
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

static inline void
tell(struct others *o, int who)
{
	o->report[who].run = o->run;
	o->report[who].finished =
	    o->report[who].next == (uint64_t)how.n || o->report[who].next == o->asked.last;
	rig_send_report(&o->control[who], &o->peer[who], &o->report[who]);
}

/* The next greeting; questions about no run come before it. */
static inline void
take_hello(struct others *o, int who)
{
	do
		take_ask(o, who);
	while (o->run == 0);
	cr_assert(o->asked.hello);
}

/* write knows this run, or none with 0. */
static inline void
know_run(struct others *o, uint64_t run)
{
	take_ask(o, WRITE);
	cr_assert_eq(o->run, 0);
	cr_assert(!o->asked.hello);
	o->run = run;
	tell(o, WRITE);
}

/* Both accept the run. */
static inline void
accept_run(struct others *o)
{
	know_run(o, 0);
	for (int who = 0; who < 2; who++) {
		take_hello(o, who);
		tell(o, who);
	}
}

static inline void
others_open(struct others *o)
{
	others_start(o, NULL);
	accept_run(o);
}

static inline void
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
static inline void
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
static inline void
await_last(struct others *o, int who, uint64_t last)
{
	do
		take_ask(o, who);
	while (o->asked.last == UINT64_MAX);
	cr_assert_eq(o->asked.last, last);
}

/* A worker was lost downstream of dedup. */
static inline void
lose(struct others *o)
{
	o->report[DEDUP].losses++;
	tell(o, DEDUP);
}

#endif
