#include "stages/read/queue.h"

#include <stdlib.h>

#include "common/log.h"
#include "common/mem.h"
#include "stages/loop.h"
#include "stages/read/queue_parts.h"
#include "stages/read/raw_document.h"

enum {
	FETCHES = 8,        /* in a row, for one batch */
	DONE_A_TIME = 4096, /* ids that are told together */
};

/* fetching */

/* What comes again is told apart from what is new; what is gone is only acknowledged. */
static bool
is_new(void *object, struct queue_entry *e)
{
	struct queue *q = object;
	struct hash h = hash128(e->id);
	uint64_t seq;
	bool known = known_find(&q->known, &h, &seq);

	if (e->form != FORM_NONE && !known) {
		known_put(&q->known, &h, KNOWN_IN_HAND);
		q->entry_bytes = (7 * q->entry_bytes + e->raw.n) / 8 + 1;
		return true;
	}
	if (!known || seq == KNOWN_DONE || (seq != KNOWN_IN_HAND && seq < q->durable))
		id_list_add(&q->again, e->id);
	q->n_trimmed += !known;
	if (!known && (q->n_trimmed & (q->n_trimmed - 1)) == 0)
		log_line(LOG_WARNING,
		    "%s: entry %.*s was trimmed before it was read (%zu such entries)", q->name,
		    (int)e->id.n, e->id.p, q->n_trimmed);
	return false;
}

static int
fetch(struct queue *q)
{
	struct queue_wish wish = {.max_document = q->settings->max_document};
	size_t before;
	int r;

	hand_make_room(&q->hand);
	before = hand_count(&q->hand);
	wish.bytes = BATCH_BYTES - q->hand.bytes;
	wish.entries = wish.bytes / q->entry_bytes + 1;
	if (wish.entries > BATCH_DOCUMENTS)
		wish.entries = BATCH_DOCUMENTS;
	r = q->kind->fetch(q->state, &q->hand, &wish);
	hand_sift(&q->hand, before, is_new, q);
	if (before == 0 && hand_count(&q->hand) > 0)
		q->first_at = loop_now();
	return r;
}

static bool
is_full(const struct queue *q)
{
	return q->hand.bytes >= BATCH_BYTES || hand_count(&q->hand) >= BATCH_DOCUMENTS;
}

/* Nothing came. ERR_STOP: for so long that this is the end. */
static int
rest(struct queue *q, uint64_t looked_before)
{
	uint64_t now = loop_now(), limit = q->settings->exit_when_idle_ms;

	if (q->quiet_at == 0 || now - looked_before > QUEUE_RESTS_MS)
		q->quiet_at = now; /* nobody has looked meanwhile */
	return limit > 0 && now - q->quiet_at >= limit ? ERR_STOP : ERR_QUIET;
}

/* Entries enough for a batch, or all that came within the time that one waits. */
static int
gather(struct queue *q)
{
	uint64_t looked_before = q->looked_at;
	int r = 0;

	for (int i = 0; r == 0 && i < FETCHES && !is_full(q); i++)
		r = fetch(q);
	q->looked_at = loop_now();
	if (hand_count(&q->hand) > 0) {
		q->quiet_at = 0;
		return r == ERR_QUIET && q->looked_at - q->first_at < QUEUE_WAIT_MS ? r : 0;
	}
	if (r == ERR_QUIET)
		return rest(q, looked_before);
	q->quiet_at = 0;
	return r == 0 ? ERR_QUIET : r;
}

/* batches */

static void
form(struct queue *q, struct batch *b)
{
	b->documents = arena_zero(&b->arena, BATCH_DOCUMENTS, sizeof(*b->documents));
	while (b->n_documents < hand_count(&q->hand) && b->n_documents < BATCH_DOCUMENTS &&
	       b->read_bytes < BATCH_BYTES) {
		const struct queue_entry *e = hand_entry(&q->hand, b->n_documents);

		raw_entry(&b->documents[b->n_documents++], &b->arena, span_str(q->name), e);
		b->read_bytes += e->raw.n;
	}
	b->n_read = b->n_documents;
	b->token = (struct token){.offset = q->taken + b->n_documents};
}

static uint64_t
first_held(const struct queue *q)
{
	return q->journal->n_held > 0 ? q->journal->held[0].seq : q->next;
}

/* The batch is as good as sent: the next process would send the same one. */
static int
keep(struct queue *q, const struct batch *b)
{
	struct flight *f;

	q->packed.n = 0;
	batch_pack(&q->packed, b);
	if (journal_is_long(q->journal))
		TRY(queue_renew(q, q->journal->run, first_held(q)));
	TRY(journal_add(q->journal, q->next, buf_view(&q->packed)));
	q->replay = q->journal->n_held;
	f = flights_add(&q->flights, q->next++);
	for (size_t i = 0; i < b->n_documents; i++)
		queue_add_id(q, f, hand_entry(&q->hand, i)->id);
	hand_drop(&q->hand, b->n_documents);
	q->taken += b->n_documents;
	if (q->packed.cap > 4 * BATCH_BYTES)
		buf_done(&q->packed);
	return 0;
}

/* One of those that an earlier process has sent, or was about to. */
static int
replay(struct queue *q, struct batch *b)
{
	q->body.n = 0;
	TRY(journal_body(q->journal, q->replay, &q->body));
	TRY(batch_unpack(b, buf_view(&q->body)));
	q->taken = b->token.offset;
	q->replay++;
	if (q->replay == q->journal->n_held)
		log_line(
		    LOG_INFO, "%s: what an earlier process had in flight is sent again", q->name);
	return 0;
}

/* A batch that was held, for a full disk, is gone on with: it lies in the hand. */
int
queue_batch(struct queue *q, struct batch *b)
{
	if (q->replay < q->journal->n_held)
		return replay(q, b);
	if (b->documents == NULL) {
		TRY(gather(q));
		form(q, b);
	}
	return keep(q, b);
}

bool
queue_rests(const struct queue *q)
{
	return q->quiet_at != 0 && loop_now() - q->quiet_at >= QUEUE_RESTS_MS;
}

/* acknowledging */

static int
tell(struct queue *q, const struct id_list *ids)
{
	struct span *list = id_list_spans(ids);
	int r = q->kind->done(q->state, list, ids->n);

	free(list);
	return r;
}

static int
tell_again(struct queue *q)
{
	if (q->again.n == 0)
		return 0;
	TRY(tell(q, &q->again));
	q->again.n = q->again.bytes.n = 0;
	return 0;
}

/* Some batches whose outcome is durable, together. ERR_STOP: there are none. */
static int
tell_flights(struct queue *q)
{
	size_t most = flights_below(&q->flights, q->durable), flights = 0;
	struct id_list ids = {0};
	uint64_t next;
	int r;

	while (flights < most && ids.n < DONE_A_TIME) {
		const struct id_list *more = &q->flights.list[flights++].ids;

		buf_span(&ids.bytes, buf_view(&more->bytes));
		ids.n += more->n;
	}
	r = flights == 0 ? ERR_STOP : tell(q, &ids);
	buf_done(&ids.bytes);
	TRY(r);
	next = q->flights.list[flights - 1].seq + 1;
	flights_drop(&q->flights, flights);
	q->replay -= flights; /* these had been given again, or needed not be */
	journal_done(q->journal, next);
	return 0;
}

int
queue_tend(struct queue *q, uint64_t next)
{
	int r = 0;

	q->durable = q->begun && next > q->durable ? next : q->durable;
	while (q->begun && r == 0)
		r = tell_flights(q);
	if (r == 0 || r == ERR_STOP)
		r = tell_again(q);
	if (r == 0 && q->kind->keep != NULL)
		r = q->kind->keep(q->state);
	return r == ERR_HOLD ? 0 : r; /* fetching says so, and waits */
}
