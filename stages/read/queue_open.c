#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/log.h"
#include "common/mem.h"
#include "stages/loop.h"
#include "stages/read/queue_parts.h"
#include "stages/state.h"

enum {
	FIRST_BYTES = 4096, /* what an entry is thought to take before one has come */
	HOST_BYTES = 64,
};

static const struct queue_kind *const kinds[] = {
    &queue_redis_stream, &queue_redis_list, &queue_submit, &queue_kafka_topic};

/* the journal, as it is read at the start */

void
queue_add_id(struct queue *q, struct flight *f, struct span id)
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
		queue_add_id(q, f, q->scratch.documents[i].source.entry);
	return 0;
}

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

int
queue_renew(struct queue *q, uint64_t run, uint64_t first)
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
		TRY(queue_renew(q, b->run, b->next));
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

/* opening */

static bool
is_of(const struct queue_kind *k, struct uri *u)
{
	struct span scheme = u->scheme;

	if (span_ends(scheme, SPAN("+unix")))
		scheme.n -= strlen("+unix");
	if (span_equal(scheme, SPAN("rediss"))) /* which Redis' kinds refuse in their words */
		scheme.n--;
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
	    "redis://HOST:PORT/DB?list=NAME, kafka://HOST:PORT/TOPIC and zmq+submit://HOST:PORT",
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
