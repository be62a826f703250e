/*
 * The loop of read: make batches, hold them until write has them durable, send again what is
 * lacking.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/hook.h"
#include "common/log.h"
#include "common/mem.h"
#include "stages/hold.h"
#include "stages/loop.h"
#include "stages/meter.h"
#include "stages/window.h"

enum {
	ASK_MS = 250,         /* how often the others are asked when they are silent */
	HELLO_MS = 50,        /* the same before they have answered at all */
	WAITING_MS = 10000,   /* how often it is said that they do not answer */
	TELL_MS = 200,        /* how often the progress is told */
	LAST_WORD_MS = 2000,  /* how long write may take to say that it is over */
	QUIET_MS = 20,        /* how soon a quiet input is looked at again */
	KEPT_BYTES = 1 << 20, /* of the room for packing, after a large document */
};

struct source {
	struct loop *loop;
	struct port out, ask[REPORTERS];
	struct window window;
	struct batch scratch;
	struct buf packed;                      /* the batch that is being made */
	struct begin begin;                     /* where the run goes on */
	struct buf token;                       /* its state */
	bool answered[REPORTERS];               /* it has accepted the run */
	bool greeted;                           /* both have */
	uint64_t run;                           /* 0: not known yet */
	uint64_t index;                         /* the id of dedup's index, once it is known */
	bool ended;                             /* no batch will come any more */
	bool quiet;                             /* the input has nothing just now */
	struct hold hold;                       /* nothing can be read, or begun with */
	uint64_t asked_at, told_at, stopped_at; /* ms */
	uint64_t hello_at;                      /* ms: when a stranger to the run was greeted */
	uint64_t losses;                        /* connections that broke, as known */
	uint64_t before;                        /* documents that earlier processes read */
	uint64_t n_documents, n_bytes;          /* read so far by this one */
	uint64_t made_at[WINDOW_BATCHES];       /* us: when batch s was made, at s % that */
};

/* asking and being told */

/* Whether all that was sent is to be committed as if it were the end. */
static bool
rests(const struct source *s)
{
	const struct stage *what = s->loop->stage;

	return what->rests != NULL && (s->loop->stopping || s->window.next > s->window.base) &&
	       what->rests(s->loop->state, s->loop->stopping);
}

/* The oldest batch that may still be sent. */
static uint64_t
base(const struct source *s)
{
	return hook_is_off("base") ? 0 : s->window.base;
}

static int
ask(struct source *s, bool hello)
{
	bool resting = rests(s);
	struct ask question = {
	    .hello = hello && s->run != 0,
	    .base = base(s),
	    .last = s->ended || s->loop->stopping || resting ? s->window.next : UINT64_MAX,
	    .drain = !s->ended && s->loop->stopping && !resting,
	    .index = s->index,
	};
	struct header h = {.kind = FRAME_ASK, .run = s->run, .base = question.base};
	struct buf b = {0};
	zmq_msg_t body;
	int r = 0;

	ask_pack(&b, &question);
	message_take(&body, &b);
	for (int i = 0; i < REPORTERS && r != ERR_SYS; i++)
		r = port_send(&s->ask[i], NULL, &h, &body);
	zmq_msg_close(&body);
	s->asked_at = loop_now();
	return r == ERR_SYS ? r : 0;
}

static int
other_index(void)
{
	return err_set(ERR_USAGE,
	    "the checkpoint of the output was made with another index; name that one by --index, "
	    "or begin anew with --restart");
}

/* The index that the run began with must be the one that dedup has. */
static int
check_index(struct source *s, enum reporter who, const struct report *r)
{
	if (who == REPORTER_DEDUP && s->index == 0)
		s->index = r->index;
	if (r->index == 0 || s->index == 0 || r->index == s->index)
		return 0;
	if (who == REPORTER_DEDUP)
		return err_set(ERR_USAGE, "dedup has another index than the run began with; name "
					  "one that lasts, as --index file:DIR");
	return other_index();
}

/* The first answers: where the run goes on. */
static int
greeting(struct source *s, enum reporter who, const struct report *r)
{
	if (who == REPORTER_DEDUP)
		s->begin.runs = r->sources;
	else {
		s->token.n = 0;
		buf_span(&s->token, r->token.state);
		s->begin.index = r->index;
		s->before = r->counts.in;
		s->begin.next = r->next;
		s->begin.token = r->token;
		s->begin.token.state = buf_view(&s->token);
	}
	s->answered[who] = true;
	return 0;
}

/* What is in flight, for who watches. */
static void
tell_flight(const struct source *s)
{
	const struct window *w = &s->window;
	bool none = w->next == w->base;

	meter_set(METER_BATCHES, w->next - w->base);
	meter_set(METER_FLIGHT_BYTES, w->bytes);
	meter_set(METER_OLDEST_AT, none ? 0 : s->made_at[w->base % WINDOW_BATCHES] / 1000);
}

static int
learn(struct source *s, enum reporter who, const struct report *r)
{
	uint64_t base = s->window.base, now = loop_now_us();

	TRY(window_report(&s->window, who, r, now / 1000));
	if (s->window.base == base)
		return 0;
	for (; base < s->window.base; base++)
		meter_took(now - s->made_at[base % WINDOW_BATCHES]);
	meter_progress();
	tell_flight(s);
	return 0;
}

static int
take_report(struct source *s, enum reporter who, struct frame *f)
{
	struct report r;

	if (f->header.kind != FRAME_REPORT || report_unpack(&r, frame_body(f)) < 0) {
		s->ask[who].strangers++;
		err_set(ERR_RECORD, "something that is no report");
		loop_stranger(&s->ask[who]);
		return 0;
	}
	if (s->run == 0) { /* the run is the one that write is at */
		if (who == REPORTER_WRITE)
			s->run = r.run != 0 ? r.run : loop_random();
		return 0;
	}
	if (r.run != s->run) { /* it does not know this run yet, or any more */
		if (loop_now() - s->hello_at < HELLO_MS)
			return 0;
		s->hello_at = loop_now();
		return ask(s, true);
	}
	TRY(check_index(s, who, &r));
	if (!s->greeted)
		return greeting(s, who, &r);
	return learn(s, who, &r);
}

static int
receive_reports(struct source *s)
{
	struct frame f;
	int r;

	for (enum reporter i = 0; i < REPORTERS; i++)
		while ((r = port_receive(&s->ask[i], &f)) != ERR_HOLD) {
			if (r == ERR_RECORD) {
				loop_stranger(&s->ask[i]);
				continue;
			}
			TRY(r);
			r = take_report(s, i, &f);
			frame_done(&f);
			TRY(r);
		}
	return 0;
}

/* Batches below next are durable. */
static int
tend(struct source *s, uint64_t next)
{
	const struct stage *what = s->loop->stage;

	return what->tend == NULL ? 0 : what->tend(s->loop->state, next);
}

/* The stage learns where the run goes on; a disk that is full just now is waited for. */
static int
begin(struct source *s)
{
	const struct stage *what = s->loop->stage;
	zmq_pollitem_t none;
	int r = 0;

	while (what->begin != NULL && !s->loop->stopping) {
		r = what->begin(s->loop->state, &s->begin);
		if (r != ERR_HOLD)
			break;
		TRY(hold_on(&s->hold, s->loop->settings->hold_timeout_ms));
		TRY(loop_wait(s->loop, &none, 0, HOLD_RETRY_MS));
		TRY(tend(s, 0));
	}
	if (r == 0)
		hold_end(&s->hold);
	return s->loop->stopping ? ERR_STOP : r;
}

static void
watch_reporters(struct source *s)
{
	for (int i = 0; i < REPORTERS; i++)
		loop_watch(&s->ask[i].watch);
}

/* Until both have accepted the run; the stage learns where it goes on. */
static int
greet(struct source *s)
{
	uint64_t said = loop_now(), greeted = 0;

	while (
	    !(s->answered[REPORTER_DEDUP] && s->answered[REPORTER_WRITE]) && !s->loop->stopping) {
		zmq_pollitem_t items[2] = {
		    loop_item(&s->ask[0], ZMQ_POLLIN), loop_item(&s->ask[1], ZMQ_POLLIN)};
		if (s->run != greeted || loop_now() - s->asked_at >= HELLO_MS)
			TRY(ask(s, true)); /* not whenever an answer comes: they may have to wait */
		greeted = s->run;
		meter_doing(s->answered[REPORTER_DEDUP] ? "waiting for write to answer"
							: "waiting for dedup to answer");
		TRY(loop_wait(s->loop, items, 2, HELLO_MS));
		TRY(receive_reports(s));
		watch_reporters(s);
		TRY(tend(s, 0));
		if (loop_now() - said >= WAITING_MS) {
			said = loop_now();
			log_line(LOG_WARNING, "waiting for %s to answer",
			    s->answered[REPORTER_DEDUP] ? "write" : "dedup");
		}
	}
	if (s->loop->stopping)
		return ERR_STOP;
	if (s->begin.index != 0 && s->index != 0 && s->begin.index != s->index)
		return other_index();
	s->greeted = true;
	window_begin(&s->window, s->begin.next);
	s->begin.run = s->run;
	s->begin.index = s->index;
	return begin(s);
}

/* the window */

static void
tell_batch(const struct source *s)
{
	meter_add(METER_READ_DOCUMENTS, s->scratch.n_documents);
	meter_add(METER_READ_BYTES, s->scratch.read_bytes);
	meter_progress();
	tell_flight(s);
}

static int
fill(struct source *s)
{
	struct buf out = {0};
	zmq_msg_t body;
	double start;
	int r;

	if (!hold_is_on(&s->hold)) /* else what is in it already stays */
		batch_reset(&s->scratch);
	start = loop_processor();
	r = s->loop->stage->batch(s->loop->state, &s->scratch, false);
	s->loop->work_s += loop_processor() - start;
	if (r == ERR_HOLD)
		return hold_on(&s->hold, s->loop->settings->hold_timeout_ms);
	hold_end(&s->hold);
	s->ended = r == ERR_STOP;
	s->quiet = r == ERR_QUIET;
	if (s->ended)
		return ask(s, false); /* they learn how many batches there are */
	if (s->quiet)
		return 0;
	TRY(r);
	s->n_documents += s->scratch.n_documents;
	s->n_bytes += s->scratch.read_bytes;
	s->packed.n = 0;
	batch_pack(&s->packed, &s->scratch);
	/* it may stay for long, and the next one is to fit where it was: buf_grow has few sizes */
	buf_grow(&out, s->packed.n);
	buf_span(&out, buf_view(&s->packed));
	if (s->packed.n > KEPT_BYTES)
		buf_done(&s->packed);
	message_take(&body, &out);
	s->made_at[s->window.next % WINDOW_BATCHES] = loop_now_us();
	window_add(&s->window, &body, (uint32_t)s->scratch.n_documents);
	tell_batch(s);
	return 0;
}

/* Send what is due until there is no room. *ret_wait_ms: when to look again. */
static int
send_due(struct source *s, uint64_t *ret_wait_ms)
{
	uint64_t seq;

	while ((seq = window_due(&s->window, loop_now(), ret_wait_ms)) != UINT64_MAX) {
		struct waiting *b = window_at(&s->window, seq);
		struct header h = {
		    .kind = FRAME_BATCH,
		    .run = s->run,
		    .seq = seq,
		    .base = base(s),
		    .attempt = b->attempts,
		    .n_documents = b->n_documents,
		};
		int r = port_send(&s->out, NULL, &h, &b->body);
		if (r == ERR_HOLD)
			return 0;
		TRY(r);
		meter_add(METER_REPLAYS, b->attempts > 0);
		window_sent(&s->window, seq, loop_now());
	}
	return 0;
}

/* progress: numbers on one line, for `winnow run` */

static void
tell(struct source *s, bool last)
{
	const struct counts *c = &s->window.reports[REPORTER_WRITE].counts;
	struct progress p = {0};
	uint64_t now = loop_now();
	struct buf b = {0};

	if (s->loop->settings->status_fd == 0 || (!last && now - s->told_at < TELL_MS))
		return;
	s->told_at = now;
	s->loop->stage->progress(s->loop->state, &p);
	buf_print(&b,
	    "{\"before\": %llu, \"read\": %llu, \"read_bytes\": %llu, \"at\": %llu, "
	    "\"of\": %llu, \"resent\": %llu, \"last\": %d, \"drained\": %d, \"counts\": ",
	    (unsigned long long)s->before, (unsigned long long)s->n_documents,
	    (unsigned long long)s->n_bytes, (unsigned long long)p.bytes,
	    (unsigned long long)p.total, (unsigned long long)s->window.resent, last,
	    last && !s->ended);
	counts_json(&b, c);
	buf_put(&b, "}\n", 2);
	if (write((int)s->loop->settings->status_fd, b.p, b.n) < 0)
		s->told_at = now; /* nobody watches */
	buf_done(&b);
}

static void
look_for_losses(struct source *s)
{
	loop_watch(&s->out.watch);
	watch_reporters(s);
	meter_add(METER_LOSSES, s->out.watch.losses - s->losses);
	if (s->out.watch.losses != s->losses)
		window_hurry(&s->window, loop_now());
	s->losses = s->out.watch.losses;
}

static bool
wants_batch(const struct source *s)
{
	return !s->ended && !s->loop->stopping && window_room(&s->window) && !hold_rests(&s->hold);
}

static int
wait_for_work(struct source *s, uint64_t wait_ms)
{
	zmq_pollitem_t items[] = {
	    loop_item(&s->ask[0], ZMQ_POLLIN),
	    loop_item(&s->ask[1], ZMQ_POLLIN),
	    loop_item(&s->out, wait_ms == 0 ? ZMQ_POLLOUT : 0),
	    loop_monitor(&s->out.watch),
	    loop_monitor(&s->ask[0].watch),
	    loop_monitor(&s->ask[1].watch),
	};
	long timeout = ASK_MS;

	if (wants_batch(s))
		timeout = s->quiet ? QUIET_MS : 0;
	else if (wait_ms > 0 && wait_ms < ASK_MS)
		timeout = (long)wait_ms;
	TRY(loop_wait(s->loop, items, sizeof(items) / sizeof(items[0]), timeout));
	if (loop_now() - s->asked_at >= ASK_MS)
		TRY(ask(s, false));
	return receive_reports(s);
}

/*
 * Whether write has said that nothing is left to do. After a drain that may leave batches in the
 * window: they would end a member of a compressed file that the next process goes on with.
 */
static bool
is_over(const struct source *s)
{
	const struct report *write = &s->window.reports[REPORTER_WRITE];
	bool leaves = !s->ended && !rests(s);

	return write->finished && (leaves || write->next == s->window.next);
}

/*
 * Stopping, and nobody says that it is over. What is durable is so even if write has ended first:
 * then there is nothing to wait for, but the last word of one that is slow.
 */
static int
give_up(const struct source *s)
{
	uint64_t waited = loop_now() - s->stopped_at, most = s->loop->settings->drain_timeout_ms;
	uint64_t in_flight = s->window.next - s->window.base;

	if (in_flight == 0 && waited > LAST_WORD_MS)
		return ERR_STOP;
	return waited <= most ? 0
			      : err_set(ERR_GAVE_UP, "stopped with %llu batches in flight",
				    (unsigned long long)in_flight);
}

/* 0: go on; ERR_STOP: all is durable. */
static int
run_once(struct source *s)
{
	uint64_t wait_ms;

	if (wants_batch(s))
		TRY(fill(s));
	look_for_losses(s);
	TRY(send_due(s, &wait_ms));
	TRY(wait_for_work(s, wait_ms));
	TRY(tend(s, s->window.base));
	tell(s, false);
	if ((s->ended || s->loop->stopping) && is_over(s))
		return ERR_STOP;
	if (s->loop->stopping) {
		if (s->stopped_at == 0) {
			s->stopped_at = loop_now();
			TRY(ask(s, false));
		}
		return give_up(s);
	}
	return 0;
}

static int
open_ports(struct source *s)
{
	const struct settings *set = s->loop->settings;
	const char *const ask_at[REPORTERS] = {set->ask_dedup, set->ask_write};
	uint64_t most = s->loop->max_message;

	if (set->out == NULL || set->ask_dedup == NULL || set->ask_write == NULL)
		return err_set(ERR_USAGE, "--out, --ask-dedup and --ask-write are needed");
	TRY(port_open(&s->out, s->loop->context, PORT_PUSH, set->out, true, most));
	for (int i = 0; i < REPORTERS; i++)
		TRY(port_open(&s->ask[i], s->loop->context, PORT_DEALER, ask_at[i], false, most));
	s->out.watch.who = "a worker before dedup";
	s->ask[REPORTER_DEDUP].watch.who = "dedup";
	s->ask[REPORTER_WRITE].watch.who = "write";
	return 0;
}

static int
run(struct source *s)
{
	int r;

	TRY(open_ports(s));
	r = greet(s);
	if (r == ERR_STOP)
		return 0; /* SIGTERM came before anybody answered: nothing was sent */
	TRY(r);
	meter_set(METER_BEGUN, 1);
	while ((r = run_once(s)) == 0)
		;
	if (r == ERR_STOP) {
		tell(s, true);
		TRY(ask(s, false)); /* who stays learns that nothing comes again */
	}
	if (s->window.resent > 0)
		log_line(
		    LOG_INFO, "%llu batches were sent again", (unsigned long long)s->window.resent);
	return r == ERR_STOP && s->loop->stopping && !s->ended ? 0 : r;
}

int
loop_source(struct loop *loop)
{
	struct source *s = mem_zero(1, sizeof(*s));
	int r;

	s->loop = loop;
	s->out.lock = s->ask[0].lock = s->ask[1].lock = -1;
	r = run(s);
	window_done(&s->window);
	buf_done(&s->token);
	buf_done(&s->packed);
	port_close(&s->out);
	for (int i = 0; i < REPORTERS; i++)
		port_close(&s->ask[i]);
	batch_done(&s->scratch);
	free(s);
	return r;
}
