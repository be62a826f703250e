#include "stages/read/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/log.h"
#include "common/mem.h"
#include "stages/loop.h"
#include "stages/read/flights.h"
#include "stages/read/journal.h"
#include "stages/read/known.h"
#include "stages/read/raw_document.h"
#include "stages/state.h"

enum {
	FETCHES = 8,        /* in a row, for one batch */
	FIRST_BYTES = 4096, /* what an entry is thought to take before one has come */
	DONE_A_TIME = 4096, /* ids that are told together */
	HOST_BYTES = 64,
};

static const struct queue_kind *const kinds[] = {
    &queue_redis_stream, &queue_redis_list, &queue_submit};

struct queue {
	const struct settings *settings;
	const struct queue_kind *kind;
	void *state; /* of the kind */
	char *name;
	struct journal *journal;
	struct known known;
	struct hand hand;
	struct buf packed, body; /* the batch in hand; one of the journal */
	struct batch scratch;    /* to read names by */
	struct flights flights;
	struct id_list again; /* ids that are done, or gone, and are told at once */
	size_t n_trimmed;     /* entries that were gone before they were read */
	uint64_t next;        /* the seq of the next batch */
	uint64_t durable;     /* batches below have their outcome in the sink */
	uint64_t taken;       /* entries in the batches so far */
	size_t replay;      /* of the batches that the journal holds, those that were given again */
	size_t entry_bytes; /* what an entry takes, of late */
	uint64_t first_at;  /* ms: when the oldest entry in hand came */
	uint64_t quiet_at;  /* ms: since when nothing has come; 0: something has */
	uint64_t looked_at; /* ms */
	bool begun;
};

/* what is in flight */

static void
add_id(struct queue *q, struct flight *f, struct span id)
{
	struct hash h = hash128(id);

	id_list_add(&f->ids, id);
	known_put(&q->known, &h, f->seq);
}

/* A batch of the journal: the ids of its entries. */
static int
add_journaled(struct queue *q, uint64_t seq, struct span body)
{
	struct flight *f;

	batch_reset(&q->scratch);
	if (batch_unpack_names(&q->scratch, body) < 0)
		return ERR_RECORD;
	f = flights_add(&q->flights, seq);
	for (size_t i = 0; i < q->scratch.n_documents; i++)
		add_id(q, f, q->scratch.documents[i].source.entry);
	return 0;
}

/* the journal, as it is read at the start */

static int
meet_known(void *object, const struct hash *id)
{
	known_put(&((struct queue *)object)->known, id, KNOWN_DONE);
	return 0;
}

static int
meet_batch(void *object, uint64_t run, uint64_t seq, struct span body)
{
	(void)run;
	return add_journaled(object, seq, body);
}

/* Those that are acknowledged count no more, but as known. */
static void
settle_flights(struct queue *q)
{
	known_settle(&q->known);
	flights_drop(&q->flights, flights_below(&q->flights, q->journal->base));
}

/* The seqs of what is in flight, which the journal has numbered. */
static void
number_flights(struct queue *q)
{
	known_settle(&q->known);
	for (size_t i = 0; i < q->flights.n; i++) {
		struct flight *f = &q->flights.list[i];
		struct span *ids = id_list_spans(&f->ids);

		f->seq = q->journal->held[i].seq;
		for (size_t k = 0; k < f->ids.n; k++) {
			struct hash h = hash128(ids[k]);
			known_put(&q->known, &h, f->seq);
		}
		free(ids);
	}
}

/* Write the journal anew, with what is known and done, as batches of a run from `first` on. */
static int
renew(struct queue *q, uint64_t run, uint64_t first)
{
	struct hash *ids = mem_alloc((q->known.n + 1) * sizeof(*ids));
	size_t n = 0;
	uint64_t seq;
	int r;

	for (size_t i = 0; i < q->known.n; i++) {
		const struct hash *id = known_at(&q->known, i);

		if (known_find(&q->known, id, &seq) &&
		    (seq == KNOWN_DONE || (seq != KNOWN_IN_HAND && seq < q->journal->base)))
			ids[n++] = *id;
	}
	r = journal_renew(q->journal, run, first, ids, n);
	free(ids);
	return r;
}

/*
 * The run goes on behind b->next. What the journal holds of another run was taken from the queue
 * and is not acknowledged: it goes into this one.
 */
int
queue_begin(struct queue *q, const struct begin *b)
{
	struct journal *j = q->journal;

	if (j->run == b->run && b->next < j->base)
		return err_set(ERR_SYS,
		    "the sink is at batch %llu and was at %llu, and what was between is "
		    "acknowledged: "
		    "its state is lost",
		    (unsigned long long)b->next, (unsigned long long)j->base);
	if (j->run != b->run) {
		if (j->n_held > 0)
			log_line(LOG_INFO, "%zu batches of another run are taken over", j->n_held);
		TRY(renew(q, b->run, b->next));
	}
	number_flights(q);
	q->durable = b->next;
	q->taken = b->token.offset;
	for (q->replay = 0; q->replay < j->n_held; q->replay++)
		if (j->held[q->replay].seq >= b->next)
			break;
	q->next = b->next + (j->n_held - q->replay);
	log_line(LOG_INFO,
	    "from %s; duplicates are found among what this chain reads: chains share no index",
	    q->name);
	q->begun = true;
	return 0;
}

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
		TRY(renew(q, q->journal->run, first_held(q)));
	TRY(journal_add(q->journal, q->next, buf_view(&q->packed)));
	q->replay = q->journal->n_held;
	f = flights_add(&q->flights, q->next++);
	for (size_t i = 0; i < b->n_documents; i++)
		add_id(q, f, hand_entry(&q->hand, i)->id);
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

/* opening */

static bool
is_of(const struct queue_kind *k, struct uri *u)
{
	struct span scheme = u->scheme;

	if (span_ends(scheme, SPAN("+unix")))
		scheme.n -= strlen("+unix");
	return span_equal(scheme, span_str(k->scheme)) &&
	       (k->key == NULL || uri_take(u, k->key).p != NULL);
}

static int
find_kind(struct queue *q, struct uri *u)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (is_of(kinds[i], u)) {
			q->kind = kinds[i];
			return 0;
		}
	return err_set(ERR_USAGE,
	    "%.*s: no such source; there are files, folders, -, redis://HOST:PORT/DB?stream=NAME, "
	    "redis://HOST:PORT/DB?list=NAME and zmq+submit://HOST:PORT",
	    (int)u->text.n, u->text.p);
}

/* The name for a consumer that has none yet: it is kept in the journal. */
static void
name_consumer(char name[HOST_BYTES + 32])
{
	char host[HOST_BYTES + 1] = "";

	if (gethostname(host, HOST_BYTES) < 0)
		host[0] = '\0';
	snprintf(name, HOST_BYTES + 32, "%s-%016llx", host, (unsigned long long)loop_random());
}

static int
open_journal(struct queue *q)
{
	const struct settings *s = q->settings;
	const struct journal_reader reader = {q, meet_known, meet_batch};
	char *folder = s->state != NULL ? mem_string(s->state, strlen(s->state)) : state_folder(s);
	char consumer[HOST_BYTES + 32];
	int r;

	if (folder == NULL)
		return err_set(ERR_USAGE, "a queue needs a place for its journal: write to a file "
					  "by -o, or name a folder by --state");
	name_consumer(consumer);
	r = journal_open(&q->journal, folder, q->kind->name, consumer, &reader);
	free(folder);
	if (r == 0)
		settle_flights(q);
	return r;
}

static int
open_kind(struct queue *q, struct uri *u)
{
	struct queue_self self = {q->journal->consumer, q->settings};
	struct buf name = {0};

	TRY(q->kind->open(&q->state, u, &self));
	TRY(uri_check(u));
	q->kind->name_of(q->state, &name);
	q->name = mem_string(name.p, name.n);
	buf_done(&name);
	return 0;
}

int
queue_open(struct queue **ret_queue, const char *source, const struct settings *settings)
{
	struct queue *q = mem_zero(1, sizeof(*q));
	struct uri u = {0};
	int r;

	q->settings = settings;
	q->entry_bytes = FIRST_BYTES;
	known_open(&q->known, QUEUE_KNOWN);
	r = uri_parse(&u, source);
	if (r == 0)
		r = find_kind(q, &u);
	if (r == 0)
		r = open_journal(q);
	if (r == 0)
		r = open_kind(q, &u);
	uri_done(&u);
	if (r < 0) {
		queue_close(q);
		return r;
	}
	*ret_queue = q;
	return 0;
}

void
queue_close(struct queue *q)
{
	if (q == NULL)
		return;
	if (q->state != NULL)
		q->kind->close(q->state);
	journal_close(q->journal);
	known_close(&q->known);
	hand_done(&q->hand);
	flights_done(&q->flights);
	buf_done(&q->again.bytes);
	buf_done(&q->packed);
	buf_done(&q->body);
	batch_done(&q->scratch);
	free(q->name);
	free(q);
}
