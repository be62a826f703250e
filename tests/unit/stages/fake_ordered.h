/*
 * fake_ordered - a fake dedup and a fake write between the ports of a test. The verdict on a batch
 * is its seq, so that a replay can be compared; what was asked of the stage is counted in shared
 * memory.
 */
#ifndef WINNOW_FAKE_ORDERED_H
#define WINNOW_FAKE_ORDERED_H

#include "rig.h"

enum { RUN = 1001 };

struct seen {
	int begins, batches, replays, replay_faults, commits, finals;
	uint64_t run;
};

/* How the stage is to behave; set before it starts. */
static struct behaviour {
	uint64_t next, runs;    /* what begin says */
	int batch_fault;        /* of the batch with key 666 */
	int hold_commits;       /* so many commits are a hold */
	int hold_until_batches; /* and further ones until so many batches came */
	int replay_faults;      /* so many batches that come again are not as they were */
	bool lags;              /* a commit that is not final leaves the newest batch */
} how;

static struct seen *seen;

struct chain {
	struct rig rig;
	struct port in, out, control;
	bool sends;
};

static inline int
open_seen(void **ret_state, const struct settings *s)
{
	(void)s;
	*ret_state = seen;
	return 0;
}

static inline int
begin(void *state, struct begin *b)
{
	struct seen *s = state;

	if (b->run == 0) /* there was no process before */
		return 0;
	s->begins++;
	s->run = b->run;
	b->next = how.next;
	b->runs = how.runs;
	return 0;
}

static inline int
take(void *state, struct batch *b, bool replay)
{
	struct seen *s = state;

	if (b->documents[0].key == 666)
		return err_set(how.batch_fault, "a fault that the test wants");
	if (replay && s->replay_faults++ < how.replay_faults)
		return err_set(ERR_RECORD, "a document was refused");
	s->batches += !replay;
	s->replays += replay;
	b->documents[0].title =
	    arena_print(&b->arena, "verdict on %llu", (unsigned long long)b->seq);
	return 0;
}

static inline int
commit(void *state, enum ending ending, uint64_t *io_done, bool *ret_settled)
{
	struct seen *s = state;
	bool final = ending == ENDING_FINAL;

	*ret_settled = true;
	s->commits++;
	if (s->commits <= how.hold_commits || s->batches < how.hold_until_batches)
		return err_set(ERR_HOLD, "the disk is full");
	s->finals += final;
	if (how.lags && !final && *io_done > 0)
		--*io_done;
	return 0;
}

static inline void
counts(void *state, struct counts *ret_counts)
{
	const struct seen *s = state;

	*ret_counts = (struct counts){.documents = (uint64_t)s->batches};
}

static inline void
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
static inline void
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

static inline void
chain_open(struct chain *c, const struct stage *s, const char *hold_timeout)
{
	chain_start(c, s, hold_timeout);
	if (c->sends)
		rig_port(&c->rig, &c->out, PORT_PULL, "out", false);
}

static inline void
chain_close(struct chain *c)
{
	port_close(&c->control);
	port_close(&c->in);
	if (c->sends)
		port_close(&c->out);
	rig_done(&c->rig);
}

static inline struct report
ask(struct chain *c, uint64_t run, struct ask a)
{
	rig_send_ask(&c->control, run, a);
	return rig_take_report(&c->control, NULL);
}

static inline struct report
greet(struct chain *c, uint64_t run)
{
	return ask(c, run, (struct ask){.hello = true, .last = UINT64_MAX});
}

static inline void
send_batch(struct chain *c, uint64_t run, uint64_t seq)
{
	rig_send_batch(&c->in, run, seq, 0, 0);
}

/* The next reports, until one says that all below next is done. */
static inline struct report
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
static inline void
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

#endif
