/*
 * queue - a source that does not end: entries come from a server or from scrapers, and each is
 * acknowledged when its outcome is durable.
 *
 * What kinds of queues have in common is here: batches are formed from what comes, journaled
 * (journal.h) before they are sent, replayed from there by the next process, and acknowledged below
 * what write reports. An entry that comes again is known by its id and leaves no second record. A
 * kind only fetches and acknowledges; it is one `const struct queue_kind`, in the table of queue.c.
 */
#ifndef WINNOW_QUEUE_H
#define WINNOW_QUEUE_H

#include "common/uri.h"
#include "stages/read/hand.h"
#include "stages/stage.h"

enum {
	QUEUE_KNOWN = 65536, /* so many of the newest ids are known when they come again */
	QUEUE_ID_BYTES = 1024,
	QUEUE_WAIT_MS = 50,    /* a batch waits so long for more of a quiet queue */
	QUEUE_RESTS_MS = 1000, /* quiet for so long: what waits to be committed waits no more */
};

/* How much is wanted: entries, and about so many bytes of them. */
struct queue_wish {
	size_t entries, bytes;
	uint64_t max_document; /* larger ones are refused as too-large, their bytes left out */
};

/* Who asks: one name for as long as the state of the run lasts. */
struct queue_self {
	const char *consumer;
	const struct settings *settings;
};

struct queue_kind {
	const char *name;   /* of the kind, for people and the journal: "redis stream" */
	const char *scheme; /* of its URIs */
	const char *key;    /* which they must have, to tell kinds of one scheme apart; or NULL */

	/*
	 * Make the state; takes what it knows of the URI, the rest is refused behind it. A server
	 * need not be there yet. ERR_USAGE, ERR_SYS.
	 */
	int (*open)(void **ret_state, struct uri *uri, const struct queue_self *self);

	/* Append the name of the queue as records have it: the URI without user, group and secrets.
	 */
	void (*name_of)(const void *state, struct buf *out);

	/*
	 * Put what is there into the hand, never waiting for more than about a second: at first
	 * what was given to this consumer before, then what others left, then what is new. Entries
	 * that were fetched before may come again. What an entry points to lies in
	 * hand_arena(hand). Returns 0, ERR_QUIET if nothing is there now, ERR_HOLD with words if
	 * the queue is away, ERR_USAGE; what it has put into the hand counts in any case.
	 */
	int (*fetch)(void *state, struct hand *hand, const struct queue_wish *wish);

	/*
	 * The outcome of these is durable, in the order in which they were fetched: tell the queue.
	 * What was told before may be told again. Returns 0, ERR_HOLD: not now, the same will be
	 * told again; ERR_USAGE.
	 */
	int (*done)(void *state, const struct span *ids, size_t n);

	/*
	 * Called several times a second, whatever else is held: let nobody else take what this
	 * consumer has. Returns 0, ERR_HOLD, ERR_USAGE. NULL: nobody would.
	 */
	int (*keep)(void *state);

	void (*close)(void *state);
};

extern const struct queue_kind queue_redis_stream, queue_redis_list, queue_submit,
    queue_kafka_topic;

struct queue;

/* Open the queue that a SOURCE names; its journal lies in the folder. ERR_HOLD, ERR_USAGE, ERR_SYS.
 */
int queue_open(
    struct queue **ret_queue, const char *source, const struct settings *settings) WARN_UNUSED;

void queue_close(struct queue *q); /* NULL is a no-op */

/* As the calls of stage.h that they stand for. */
int queue_begin(struct queue *q, const struct begin *b) WARN_UNUSED;
int queue_batch(struct queue *q, struct batch *b) WARN_UNUSED;
int queue_tend(struct queue *q, uint64_t next) WARN_UNUSED;
bool queue_rests(const struct queue *q);

#endif
