/* The loop of a worker: take a batch, have a jailed child work on it, hand it on. */
#include <stdlib.h>

#include "common/log.h"
#include "stages/jailed.h"
#include "stages/loop.h"
#include "stages/meter.h"

enum {
	LAST_MS = 500,   /* how long SIGTERM waits for room downstream */
	ASIDE_MS = 5000, /* how long a worker takes nothing from who speaks another version */
};

#ifdef WINNOW_SANITIZED
static const bool in_jail = false; /* the two do not go together */
#else
static const bool in_jail = true;
#endif

struct worker {
	struct loop *loop;
	struct port in, out;
	struct batch scratch;
	struct jailed jailed;
	bool has_jail;
	uint64_t aside_until; /* ms: until then it takes nothing; 0: it does */
};

/*
 * Hand the batch on; waits for room, after SIGTERM not for long: those downstream may be gone for
 * good, and read has the batch still. On a second signal the process is gone.
 */
static int
hand_on(struct worker *w, const struct header *h, zmq_msg_t *body)
{
	int r;

	while ((r = port_send(&w->out, NULL, h, body)) == ERR_HOLD) {
		zmq_pollitem_t item = loop_item(&w->out, ZMQ_POLLOUT);
		bool last = w->loop->stopping;

		TRY(loop_wait(w->loop, &item, 1, last ? LAST_MS : -1));
		if (last && item.revents == 0)
			return ERR_STOP;
		loop_watch(&w->out.watch);
	}
	return r;
}

static bool
is_idle(const struct worker *w)
{
	return w->loop->stage->idle != NULL && w->loop->stage->idle(w->loop->state);
}

static int
transform(struct worker *w, struct frame *f, struct buf *out)
{
	struct span body = frame_body(f);

	if (w->has_jail)
		return jailed_transform(&w->jailed, body, f->header.attempt > 0, out);
	buf_grow(out, body.n * 5 / 4 + BATCH_BYTES / 4);
	return stage_transform(
	    w->loop->stage, w->loop->state, &w->scratch, body, out, &w->loop->work_s);
}

static int
work_on(struct worker *w, struct frame *f)
{
	uint64_t from = loop_now_us();
	struct buf out = {0};
	zmq_msg_t body;
	int r;

	if (is_idle(w))
		return hand_on(w, &f->header, &f->body);

	r = transform(w, f, &out);
	if (r < 0) {
		buf_done(&out);
		return r;
	}
	meter_took(loop_now_us() - from);
	meter_progress();
	message_take(&body, &out);
	r = hand_on(w, &f->header, &body);
	zmq_msg_close(&body);
	return r;
}

static int
open_in(struct worker *w)
{
	const struct loop *loop = w->loop;

	TRY(port_open(
	    &w->in, loop->context, PORT_PULL, loop->settings->in, false, loop->max_message));
	w->in.watch.who = loop->stage->refuses ? "read" : "dedup";
	return 0;
}

/*
 * What comes is of another version: it is left to workers that understand it, and read sends again
 * what has come. An empty batch of ours tells the one downstream, which may be of that version,
 * too.
 */
static int
step_aside(struct worker *w)
{
	static const struct header ours = {.kind = FRAME_BATCH};
	struct buf body = {0};
	zmq_msg_t empty;
	int r;

	port_close(&w->in);
	w->aside_until = loop_now() + ASIDE_MS;
	batch_reset(&w->scratch);
	batch_pack(&body, &w->scratch);
	message_take(&empty, &body);
	r = port_send(&w->out, NULL, &ours, &empty);
	zmq_msg_close(&empty);
	return r == ERR_HOLD ? 0 : r;
}

static int
take_one(struct worker *w)
{
	struct frame f;
	int r = port_receive(&w->in, &f);

	if (r == 0) {
		r = f.header.kind == FRAME_BATCH
			? work_on(w, &f)
			: err_set(ERR_RECORD, "something that is no batch");
		w->in.strangers += r == ERR_RECORD;
		frame_done(&f);
	}
	if (r == ERR_RECORD) {
		loop_stranger(&w->in);
		return w->in.other != 0 ? step_aside(w) : 0;
	}
	return r == ERR_HOLD ? 0 : r;
}

/* Wait for a batch, the end of the child, a signal, or the end of standing aside. */
static int
wait_for_work(struct worker *w, bool *ret_batch)
{
	bool aside = w->aside_until != 0;
	zmq_pollitem_t items[] = {
	    aside ? (zmq_pollitem_t){.fd = -1} : loop_item(&w->in, ZMQ_POLLIN),
	    w->has_jail ? jailed_item(&w->jailed) : (zmq_pollitem_t){.fd = -1},
	    loop_monitor(&w->in.watch),
	    loop_monitor(&w->out.watch),
	};

	TRY(loop_wait(w->loop, items, sizeof(items) / sizeof(items[0]), aside ? ASIDE_MS : -1));
	if (!aside)
		loop_watch(&w->in.watch);
	loop_watch(&w->out.watch);
	if (items[1].revents != 0)
		TRY(jailed_renew(&w->jailed)); /* somebody has killed it */
	if (aside && loop_now() >= w->aside_until) {
		w->aside_until = 0;
		TRY(open_in(w));
	}
	*ret_batch = (items[0].revents & ZMQ_POLLIN) != 0;
	return 0;
}

static int
work(struct worker *w)
{
	bool batch;

	meter_set(METER_BEGUN, 1);
	while (!w->loop->stopping) {
		TRY(wait_for_work(w, &batch));
		if (!w->loop->stopping && batch)
			TRY(take_one(w));
	}
	return 0;
}

static int
open_ports(struct worker *w)
{
	const struct loop *loop = w->loop;

	TRY(open_in(w));
	TRY(port_open(
	    &w->out, loop->context, PORT_PUSH, loop->settings->out, false, loop->max_message));
	w->out.watch.who = loop->stage->refuses ? "dedup" : "write";
	return 0;
}

int
loop_worker(struct loop *loop)
{
	const struct settings *s = loop->settings;
	struct worker w = {.loop = loop};
	int r;

	w.in.lock = w.out.lock = -1;
	if (s->in == NULL || s->out == NULL)
		return err_set(ERR_USAGE, "--in and --out are needed");
	w.has_jail = !is_idle(&w) && in_jail;
	r = w.has_jail ? jailed_open(&w.jailed, loop) : 0;
	if (r == 0)
		r = open_ports(&w);
	if (r == 0)
		r = work(&w);
	port_close(&w.in);
	port_close(&w.out);
	if (w.has_jail)
		jailed_close(&w.jailed);
	batch_done(&w.scratch);
	return r;
}
