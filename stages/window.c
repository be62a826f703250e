#include "stages/window.h"

#include "common/hook.h"

struct waiting *
window_at(struct window *w, uint64_t seq)
{
	return &w->batches[seq % WINDOW_BATCHES];
}

static const struct waiting *
at(const struct window *w, uint64_t seq)
{
	return &w->batches[seq % WINDOW_BATCHES];
}

void
window_begin(struct window *w, uint64_t next)
{
	*w = (struct window){.base = next, .next = next};
}

bool
window_room(const struct window *w)
{
	return w->next == w->base ||
	       (w->next - w->base < WINDOW_BATCHES && w->bytes + BATCH_BYTES <= WINDOW_BYTES);
}

uint64_t
window_add(struct window *w, zmq_msg_t *body, uint32_t n_documents)
{
	struct waiting *b = window_at(w, w->next);

	*b = (struct waiting){.n_documents = n_documents};
	zmq_msg_init(&b->body);
	zmq_msg_move(&b->body, body);
	w->bytes += zmq_msg_size(&b->body);
	return w->next++;
}

static void
release_below(struct window *w, uint64_t next, uint64_t now)
{
	for (; w->base < next; w->base++) {
		struct waiting *b = window_at(w, w->base);

		if (b->attempts == 1)
			w->round_trip = (7 * w->round_trip + (now - b->sent_at)) / 8;
		w->bytes -= zmq_msg_size(&b->body);
		zmq_msg_close(&b->body);
	}
}

/* While somebody holds, no time passes for what waits. */
static void
stop_clock(struct window *w, uint64_t now)
{
	bool held = false;

	for (int i = 0; i < REPORTERS; i++)
		held = held || w->reports[i].hold.n > 0;
	if (held && w->held_at == 0)
		w->held_at = now;
	if (!held && w->held_at != 0) {
		for (uint64_t s = w->base; s < w->next; s++)
			window_at(w, s)->due += now - w->held_at;
		w->held_at = 0;
	}
}

/*
 * What dedup had to keep until its turn came goes on only now: its way from there to write begins,
 * and so does its time.
 */
static void
restart_clock(struct window *w, uint64_t from, uint64_t to, uint64_t now)
{
	for (uint64_t s = from < w->base ? w->base : from; s < to; s++) {
		struct waiting *b = window_at(w, s);

		if (b->due < now + b->wait_ms)
			b->due = now + b->wait_ms;
	}
}

int
window_report(struct window *w, enum reporter who, const struct report *r, uint64_t now)
{
	struct report *old = &w->reports[who];
	uint64_t stale;

	/* both may be ahead of a read that began again: batches of the one before still come */
	if (r->next > w->next + WINDOW_BATCHES)
		return err_set(ERR_SYS, "batch %llu is reported, which was never sent",
		    (unsigned long long)r->next - 1);
	if (who == REPORTER_WRITE && r->next < w->base)
		return err_set(ERR_SYS,
		    "the sink is at batch %llu and was at %llu: its state is lost",
		    (unsigned long long)r->next, (unsigned long long)w->base);
	if (old->incarnation != 0 &&
	    (r->incarnation != old->incarnation || r->losses > old->losses))
		window_hurry(w, now); /* what a dead process had in memory is gone, too */
	if (who == REPORTER_DEDUP)
		restart_clock(w, old->next, r->next, now);
	stale = hook_is_off("incarnation") && r->next - old->next < 64
		    ? old->have >> (r->next - old->next)
		    : 0;
	*old = *r;
	old->have |=
	    stale; /* no process has what only an earlier one had, unless a test wants it */
	if (r->hold.n > 0)
		old->hold = SPAN("held"); /* the text dies with the message */
	if (who == REPORTER_WRITE)
		release_below(w, r->next < w->next ? r->next : w->next, now);
	stop_clock(w, now);
	return 0;
}

void
window_hurry(struct window *w, uint64_t now)
{
	for (uint64_t s = w->base; s < w->next; s++) {
		struct waiting *b = window_at(w, s);
		if (b->attempts > 0 && b->due > now + WINDOW_HURRY_MS)
			b->due = now + WINDOW_HURRY_MS;
	}
}

static bool
has(const struct report *r, uint64_t seq)
{
	if (seq < r->next)
		return true;
	return seq - r->next < 64 && (r->have >> (seq - r->next) & 1) != 0;
}

/* Whether nobody holds it in memory: lost, or on its way. */
static bool
lacks(const struct window *w, uint64_t seq)
{
	const struct report *dedup = &w->reports[REPORTER_DEDUP];

	if (has(&w->reports[REPORTER_WRITE], seq))
		return false;
	return seq < dedup->next || !has(dedup, seq);
}

uint64_t
window_due(const struct window *w, uint64_t now, uint64_t *ret_wait_ms)
{
	uint64_t soonest = UINT64_MAX;

	for (uint64_t s = w->base; s < w->next; s++) {
		const struct waiting *b = at(w, s);

		if (b->attempts == 0) {
			*ret_wait_ms = 0;
			return s;
		}
		if (w->held_at != 0 || !lacks(w, s) || hook_is_off("resend"))
			continue;
		if (b->due <= now) {
			*ret_wait_ms = 0;
			return s;
		}
		if (b->due < soonest)
			soonest = b->due;
	}
	*ret_wait_ms = soonest == UINT64_MAX ? UINT64_MAX : soonest - now;
	return UINT64_MAX;
}

void
window_sent(struct window *w, uint64_t seq, uint64_t now)
{
	struct waiting *b = window_at(w, seq);
	uint64_t first = 4 * w->round_trip;

	if (first < WINDOW_FIRST_MS)
		first = WINDOW_FIRST_MS;
	if (b->attempts == 0) {
		b->sent_at = now;
		b->wait_ms = (uint32_t)(first < WINDOW_LAST_MS ? first : WINDOW_LAST_MS);
	} else {
		w->resent++;
		b->wait_ms = 2 * b->wait_ms < WINDOW_LAST_MS ? 2 * b->wait_ms : WINDOW_LAST_MS;
	}
	b->attempts++;
	b->due = now + b->wait_ms;
}

void
window_done(struct window *w)
{
	for (; w->base < w->next; w->base++)
		zmq_msg_close(&window_at(w, w->base)->body);
}
