/*
 * The loop of dedup and write: batches in the order of their seq, each once; what is done for good
 * is reported to read, and only that is handed on.
 */
#include <stdlib.h>

#include "common/hook.h"
#include "common/log.h"
#include "common/mem.h"
#include "stages/hold.h"
#include "stages/inbox.h"
#include "stages/loop.h"
#include "stages/meter.h"
#include "stages/outbox.h"

enum {
	REPORT_MS = 4, /* progress is told so often at most */
};

struct ordered {
	struct loop *loop;
	struct port in, out, control; /* out is not open for ROLE_SINK */
	struct inbox inbox;
	struct inbox late; /* batches of before, asked for again */
	struct batch scratch;
	struct outbox outbox;
	bool dirty;       /* batches were taken since the last commit */
	uint64_t base;    /* below it nothing comes again */
	uint64_t done;    /* reported as next: all below is durable */
	uint64_t last;    /* how many batches there will be, UINT64_MAX: not known */
	bool drains;      /* behind the last one the run goes on another time */
	bool finished;    /* all behind the last batch is done */
	bool begun;       /* the stage has said where its last process was */
	bool untold;      /* there is something to report */
	uint64_t told_at; /* ms */
	bool moves;       /* what was taken is on its way to be durable */
	uint64_t incarnation, runs, index;
	zmq_msg_t peer; /* who reads: the last one that asked */
	bool has_peer;
	struct hold hold;    /* nothing moves */
	struct hold lack;    /* a batch of before has to come once more, and otherwise */
	uint64_t lacked_seq; /* that one */
	uint64_t taken_at[WINDOW_BATCHES]; /* us: when batch s was taken, at s % WINDOW_BATCHES */
};

static bool
sends(const struct ordered *o)
{
	return o->loop->stage->role == ROLE_ORDERED;
}

static void
report(struct ordered *o)
{
	uint64_t taken = o->inbox.next - o->done;
	struct report r = {
	    .run = o->inbox.run,
	    .incarnation = o->incarnation,
	    .next = o->done,
	    .losses = o->out.watch.losses,
	    .sources = o->runs,
	    .index = o->index,
	    .finished = o->finished,
	    .hold = span_str(o->hold.why),
	};
	struct header h = {.kind = FRAME_REPORT, .run = r.run};
	struct buf b = {0};
	zmq_msg_t body;

	o->untold = false;
	o->told_at = loop_now();
	if (!o->has_peer)
		return;
	/* what is taken but not durable yet counts as waiting */
	r.have = taken >= 64 ? UINT64_MAX : inbox_have(&o->inbox) << taken | ((1ULL << taken) - 1);
	if (o->loop->stage->counts != NULL)
		o->loop->stage->counts(o->loop->state, &r.counts);
	if (o->loop->stage->token != NULL)
		o->loop->stage->token(o->loop->state, &r.token);
	report_pack(&b, &r);
	message_take(&body, &b);
	if (port_send(&o->control, &o->peer, &h, &body) == ERR_SYS)
		log_line(LOG_WARNING, "%s", err_text());
	zmq_msg_close(&body);
}

static int
hold(struct ordered *o)
{
	TRY(hold_on(&o->hold, o->loop->settings->hold_timeout_ms));
	report(o);
	return 0;
}

/*
 * A batch of before came again and is not as it was. It is not reported as a hold, under which read
 * would not send it once more.
 */
static int
lack(struct ordered *o, uint64_t seq)
{
	o->lacked_seq = seq;
	err_hold("batch-lacking", "%s", err_text());
	return hold_on(&o->lack, o->loop->settings->hold_timeout_ms);
}

/* Below this all is as it should be. */
static void
lack_no_more(struct ordered *o, uint64_t seq)
{
	if (o->lacked_seq < seq)
		hold_end(&o->lack);
}

/* taking batches */

static void
keep(struct ordered *o, const struct header *h)
{
	struct buf out = {0};

	buf_grow(&out, BATCH_BYTES * 3 / 2);
	batch_pack(&out, &o->scratch);
	outbox_put(&o->outbox, h, &out);
}

/* Let the stage take one batch. ERR_HOLD: the same again later. */
static int
take(struct ordered *o, struct frame *f, bool replay)
{
	const struct stage *s = o->loop->stage;
	double start;
	int r;

	batch_reset(&o->scratch);
	r = batch_unpack(&o->scratch, frame_body(f));
	if (r == ERR_RECORD) {
		/* whole and with a right checksum, yet no batch: a peer of ours is broken */
		return err_set(ERR_SYS, "%s: batch %llu: %s", o->in.endpoint,
		    (unsigned long long)f->header.seq, err_text());
	}
	o->scratch.run = f->header.run;
	o->scratch.seq = f->header.seq;
	o->scratch.base = f->header.base;
	o->scratch.attempt = f->header.attempt;
	start = loop_processor();
	r = s->batch(o->loop->state, &o->scratch, replay);
	o->loop->work_s += loop_processor() - start;
	if (r == 0 && sends(o))
		keep(o, &f->header);
	return r;
}

/* Whether the stage has enough to make durable for now: what comes then waits where it is. */
static bool
is_full(const struct ordered *o)
{
	return o->moves && o->loop->stage->full != NULL && o->loop->stage->full(o->loop->state);
}

static int
take_in_order(struct ordered *o)
{
	struct frame *f;

	while (outbox_has_room(&o->outbox) && !is_full(o) && (f = inbox_front(&o->inbox)) != NULL) {
		int r = take(o, f, false);
		if (r == ERR_HOLD)
			return hold(o);
		TRY(r);
		if (!o->dirty && !o->moves) /* else the hold may be the commit's */
			hold_end(&o->hold);
		o->taken_at[o->inbox.next % WINDOW_BATCHES] = loop_now_us();
		inbox_advance(&o->inbox);
		o->dirty = true;
		meter_progress();
	}
	return 0;
}

/* What others than read ask of the stage. */
static void
serve(struct ordered *o)
{
	bool changed = false;

	if (o->loop->stage->serve == NULL)
		return;
	o->loop->stage->serve(o->loop->state, o->base, &changed);
	o->dirty = o->dirty || changed;
}

static enum ending
ending(const struct ordered *o)
{
	if (o->inbox.next < o->last || o->finished)
		return ENDING_NO;
	return o->drains ? ENDING_DRAIN : ENDING_FINAL;
}

/* Batches below done are so for good. */
static void
tell_done(struct ordered *o, uint64_t done)
{
	uint64_t now = loop_now_us();

	for (; o->done < done; o->done++) {
		uint64_t *at = &o->taken_at[o->done % WINDOW_BATCHES];

		if (*at != 0)
			meter_took(now - *at);
		*at = 0;
	}
	meter_progress();
}

static void
tell_stage(struct ordered *o)
{
	struct counts c;

	if (o->loop->stage->counts != NULL) {
		o->loop->stage->counts(o->loop->state, &c);
		meter_counts(&c);
	}
	if (o->loop->stage->tell != NULL)
		o->loop->stage->tell(o->loop->state);
}

static int
commit(struct ordered *o)
{
	enum ending end = ending(o);
	uint64_t done = o->inbox.next;
	bool settled = true;
	double start = loop_processor();
	int r;

	if (!o->dirty && !o->moves && end == ENDING_NO)
		return 0;
	r = o->loop->stage->commit(o->loop->state, end, &done, &settled);
	o->loop->work_s += loop_processor() - start;
	if (r == ERR_HOLD)
		return hold(o);
	TRY(r);
	hold_end(&o->hold);
	o->dirty = false;
	o->moves = !settled;
	o->finished = o->finished || (end != ENDING_NO && settled);
	o->untold = o->untold || o->done != done || (end != ENDING_NO && settled);
	if (done > o->done) {
		tell_done(o, done);
		tell_stage(o);
	}
	outbox_release(&o->outbox, o->done);
	return 0;
}

/*
 * A batch of before: the one downstream needs it again. It waits for room, or else is on its way
 * already; a sink has it, and says so.
 */
static int
replay(struct ordered *o, struct frame *f)
{
	int r = 0;

	if (!sends(o)) {
		report(o);
		r = hook_is_off("replay-skipped") ? take(o, f, true) : 0;
	} else if (f->header.seq < o->done && !outbox_has(&o->outbox, f->header.seq) &&
		   inbox_put(&o->late, f) == INBOX_KEPT)
		return 0;
	frame_done(f);
	return r;
}

/* Of what comes again the oldest first, with the verdicts that it had. */
static int
take_late(struct ordered *o)
{
	struct frame *f;

	while (outbox_has_room(&o->outbox) && (f = inbox_first(&o->late)) != NULL) {
		int r = take(o, f, true);
		if (r == ERR_HOLD)
			return 0;
		if (r == ERR_RECORD)
			r = lack(o, f->header.seq);
		else if (r == 0 && o->lacked_seq == f->header.seq)
			hold_end(&o->lack);
		TRY(r);
		inbox_remove(&o->late, f->header.seq);
		outbox_release(&o->outbox, o->done);
	}
	return 0;
}

/*
 * Below base nothing will be sent again: it is done for good. What has a state has it there, unless
 * that was lost or put back: then nothing may go on as if it were.
 */
static int
skip(struct ordered *o, uint64_t base)
{
	if (base > o->done && (!sends(o) || o->index != 0))
		return err_set(sends(o) ? ERR_USAGE : ERR_GAVE_UP,
		    "%s is at batch %llu of this run and was at %llu: its state is lost, or its "
		    "disk is not mounted; --restart begins the output anew",
		    o->loop->stage->name, (unsigned long long)o->done, (unsigned long long)base);
	o->base = base > o->base ? base : o->base;
	inbox_skip(&o->inbox, base);
	inbox_skip(&o->late, base);
	lack_no_more(o, base);
	if (o->done < base)
		o->done = base;
	return 0;
}

static void
ignore_foreign(struct ordered *o, const struct header *h)
{
	if (h->run == o->inbox.run && h->kind == FRAME_BATCH)
		err_set(ERR_RECORD, "batch %llu, far ahead of %llu", (unsigned long long)h->seq,
		    (unsigned long long)o->inbox.next);
	else
		err_set(ERR_RECORD, "what is no batch of this run");
	o->in.strangers++;
	loop_stranger(&o->in);
}

static int
receive_batches(struct ordered *o)
{
	struct frame f;
	int r;

	while ((r = port_receive(&o->in, &f)) != ERR_HOLD) {
		enum inbox_verdict verdict;

		if (r == ERR_RECORD) {
			loop_stranger(&o->in);
			continue;
		}
		TRY(r);
		if (f.header.kind == FRAME_BATCH && f.header.run == o->inbox.run)
			r = skip(o, f.header.base);
		if (r < 0) {
			frame_done(&f);
			return r;
		}
		verdict = f.header.kind == FRAME_BATCH ? inbox_put(&o->inbox, &f) : INBOX_FOREIGN;
		if (verdict == INBOX_KEPT)
			continue;
		if (verdict == INBOX_REPLAY) {
			TRY(replay(o, &f));
			continue;
		}
		if (verdict == INBOX_FOREIGN)
			ignore_foreign(o, &f.header);
		frame_done(&f);
	}
	return 0;
}

/* control */

/* Begin with a run, or, with 0, where the stage's last process was. */
static int
begin(struct ordered *o, uint64_t run)
{
	struct begin b = {.run = run};

	if (o->loop->stage->begin != NULL) {
		int r = o->loop->stage->begin(o->loop->state, &b);
		if (r == ERR_HOLD)
			return hold(o);
		TRY(r);
		hold_end(&o->hold);
	}
	outbox_clear(&o->outbox);
	o->dirty = o->moves = o->finished = o->drains = false;
	hold_end(&o->lack);
	o->last = UINT64_MAX;
	inbox_begin(&o->inbox, b.run, b.next);
	inbox_begin(&o->late, b.run, 0);
	o->done = b.next;
	o->base = 0;
	o->runs = b.runs;
	o->index = b.index;
	o->begun = true;
	tell_stage(o);
	meter_set(METER_BEGUN, 1);
	return 0;
}

/* What a question about this run tells. */
static int
learn(struct ordered *o, const struct ask *ask)
{
	TRY(skip(o, ask->base));
	if (o->last != ask->last || o->drains != ask->drain)
		o->finished = false;
	o->last = ask->last;
	o->drains = ask->drain;
	if (o->loop->stage->index != NULL && ask->index != 0) {
		o->loop->stage->index(o->loop->state, ask->index);
		o->index = ask->index;
	}
	return 0;
}

static int
answer(struct ordered *o, struct frame *f)
{
	struct ask ask;

	if (f->header.kind != FRAME_ASK || ask_unpack(&ask, frame_body(f)) < 0) {
		err_set(ERR_RECORD, "something that is no question");
		o->control.strangers++;
		loop_stranger(&o->control);
		return 0;
	}
	if (ask.hello && f->header.run != 0 && f->header.run != o->inbox.run &&
	    !hold_rests(&o->hold))
		TRY(begin(o, f->header.run));
	if (f->header.run == o->inbox.run && f->header.run != 0)
		TRY(learn(o, &ask));
	if (o->has_peer)
		zmq_msg_close(&o->peer);
	zmq_msg_init(&o->peer);
	zmq_msg_move(&o->peer, &f->peer);
	o->has_peer = true;
	report(o);
	return 0;
}

static int
receive_asks(struct ordered *o)
{
	struct frame f;
	int r;

	while ((r = port_receive(&o->control, &f)) != ERR_HOLD) {
		if (r == ERR_RECORD) {
			loop_stranger(&o->control);
			continue;
		}
		TRY(r);
		r = answer(o, &f);
		frame_done(&f);
		TRY(r);
	}
	return 0;
}

/* Progress is told now and then; the end, and what is lost, at once. */
static bool
is_time_to_tell(const struct ordered *o)
{
	return o->finished || loop_now() - o->told_at >= REPORT_MS;
}

static void
watch_workers(struct ordered *o)
{
	uint64_t losses = o->out.watch.losses;

	loop_watch(&o->out.watch);
	if (o->out.watch.losses != losses)
		report(o);
	meter_add(METER_LOSSES, o->out.watch.losses - losses);
}

/* How long there may be nothing to do. */
static long
patience(struct ordered *o)
{
	if (hold_is_on(&o->hold))
		return HOLD_RETRY_MS;
	if (o->dirty || (ending(o) != ENDING_NO && !o->moves))
		return 0;
	if (outbox_has_room(&o->outbox) && !is_full(o) && inbox_front(&o->inbox) != NULL)
		return 0;
	if (outbox_has_room(&o->outbox) && inbox_first(&o->late) != NULL)
		return 0;
	if (o->untold)
		return is_time_to_tell(o) ? 0 : REPORT_MS;
	return hold_is_on(&o->lack) ? HOLD_RETRY_MS : -1;
}

static int
run_once(struct ordered *o)
{
	bool waits = is_full(o) && inbox_front(&o->inbox) != NULL;
	zmq_pollitem_t items[LOOP_ITEMS] = {
	    loop_item(&o->in, waits ? 0 : ZMQ_POLLIN),
	    loop_item(&o->control, ZMQ_POLLIN),
	};
	int n = 2;

	items[n++] = loop_monitor(&o->in.watch);
	items[n++] = loop_monitor(&o->control.watch);
	if (o->loop->stage->wake != NULL)
		items[n++] = (zmq_pollitem_t){
		    .fd = o->loop->stage->wake(o->loop->state), .events = ZMQ_POLLIN};
	if (sends(o)) {
		items[n++] = loop_item(&o->out, outbox_is_ready(&o->outbox) ? ZMQ_POLLOUT : 0);
		items[n++] = loop_monitor(&o->out.watch);
	}
	TRY(loop_wait(o->loop, items, n, patience(o)));
	loop_watch(&o->in.watch);
	loop_watch(&o->control.watch);
	if (sends(o))
		watch_workers(o);
	if (!o->begun && !hold_rests(&o->hold))
		TRY(begin(o, 0));
	if (!o->begun)
		return 0;
	TRY(receive_asks(o));
	if (!waits)
		TRY(receive_batches(o));
	if (hold_is_on(&o->lack))
		TRY(hold_look(&o->lack, o->loop->settings->hold_timeout_ms));
	if (!hold_rests(&o->hold)) {
		TRY(take_late(o));
		TRY(take_in_order(o));
		TRY(commit(o));
	}
	serve(o);
	if (o->untold && is_time_to_tell(o))
		report(o);
	return sends(o) ? outbox_send(&o->outbox, &o->out) : 0;
}

static int
open_ports(struct ordered *o)
{
	const struct settings *s = o->loop->settings;
	uint64_t most = o->loop->max_message;

	if (s->in == NULL || s->control == NULL || (sends(o) && s->out == NULL))
		return err_set(
		    ERR_USAGE, "--in, --control%s are needed", sends(o) ? " and --out" : "");
	TRY(port_open(&o->control, o->loop->context, PORT_ROUTER, s->control, true, most));
	TRY(port_open(&o->in, o->loop->context, PORT_PULL, s->in, true, most));
	if (sends(o))
		TRY(port_open(&o->out, o->loop->context, PORT_PUSH, s->out, true, most));
	o->control.watch.who = "read";
	o->in.watch.who = sends(o) ? "a worker before dedup" : "a worker behind dedup";
	o->out.watch.who = "a worker behind dedup";
	return 0;
}

static void
close_all(struct ordered *o)
{
	outbox_clear(&o->outbox);
	inbox_done(&o->inbox);
	inbox_done(&o->late);
	if (o->has_peer)
		zmq_msg_close(&o->peer);
	port_close(&o->in);
	port_close(&o->out);
	port_close(&o->control);
	batch_done(&o->scratch);
}

int
loop_ordered(struct loop *loop)
{
	struct ordered *o = mem_zero(1, sizeof(*o));
	int r;

	o->loop = loop;
	o->incarnation = loop_random();
	o->last = UINT64_MAX;
	o->in.lock = o->out.lock = o->control.lock = -1;
	r = open_ports(o);
	if (r == 0)
		r = begin(o, 0);
	while (r == 0 && !loop->stopping)
		r = run_once(o);
	close_all(o);
	free(o);
	return r;
}
