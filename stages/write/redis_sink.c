/*
 * redis_sink - redis://host:port/database?stream=NAME: each record as an entry of a stream, with
 * the fields key, id and record. Exactly once, as far as the server keeps what it has taken.
 *
 * The entries of a group of batches and the checkpoint, in the hash winnow:{NAME}, are one
 * MULTI/EXEC. The hash is watched from where its place was read last, so that nothing that another
 * process wrote is written over, and a late EXEC of a dead one is noticed. When an answer is lost
 * with its connection, the place tells whether the transaction was done. Trimming the stream is its
 * owner's affair.
 */
#include <stdlib.h>

#include "common/hash.h"
#include "common/log.h"
#include "common/mem.h"
#include "common/redis.h"
#include "stages/write/carrier.h"

enum { PLACE_BYTES = 16 }; /* the hash of a checkpoint as digits: says which one it is */

struct redis_sink {
	struct redis *redis;
	struct buf stream, key;
	uint64_t watched;        /* the connection on which the key is; 0: none */
	char known[PLACE_BYTES]; /* the place that is in Redis, as far as we know */
	bool has_known;          /* else there was none */
	bool told;               /* what the server keeps */
};

static void
close_sink(void *state)
{
	struct redis_sink *s = state;

	if (s == NULL)
		return;
	redis_close(s->redis);
	buf_done(&s->stream);
	buf_done(&s->key);
	free(s);
}

static int
open_sink(void **ret_state, struct buf *name, struct uri *uri, const struct settings *settings)
{
	struct redis_sink *s = mem_zero(1, sizeof(*s));
	struct span stream;
	int r = uri_need(uri, "stream", &stream);

	(void)settings;
	if (r == 0)
		r = redis_open(&s->redis, uri);
	if (r < 0) {
		close_sink(s);
		return r;
	}
	buf_span(&s->stream, stream);
	/* in a cluster both keys live at the same place, by the part in braces */
	if (memchr(stream.p, '{', stream.n) != NULL)
		buf_print(&s->key, "winnow:%.*s", (int)stream.n, stream.p);
	else
		buf_print(&s->key, "winnow:{%.*s}", (int)stream.n, stream.p);
	buf_print(name, "stream %.*s", (int)stream.n, stream.p);
	*buf_room(&s->stream, 1) = *buf_room(&s->key, 1) = '\0'; /* for messages */
	*ret_state = s;
	return 0;
}

/* the place */

/* The next answer is a place, or nothing. */
static int
take_place(struct redis_sink *s, char place[PLACE_BYTES], bool *ret_is_there)
{
	redisReply *reply;
	int r = redis_answer(s->redis, &reply);

	if (r < 0)
		return r == ERR_RECORD ? ERR_USAGE : r;
	*ret_is_there = reply->type == REDIS_REPLY_STRING && reply->len == PLACE_BYTES;
	if (*ret_is_there)
		memcpy(place, reply->str, PLACE_BYTES);
	freeReplyObject(reply);
	return 0;
}

/* The next answer has nothing to say. */
static int
take_nothing(struct redis_sink *s)
{
	redisReply *reply;

	TRY(redis_answer(s->redis, &reply));
	freeReplyObject(reply);
	return 0;
}

static void
ask_place(struct redis_sink *s)
{
	const struct span watch[] = {SPAN("WATCH"), buf_view(&s->key)};
	const struct span get[] = {SPAN("HGET"), buf_view(&s->key), SPAN("place")};

	redis_send(s->redis, watch, 2);
	redis_send(s->redis, get, 3);
}

/* Watch the key and read its place, one as the other or not at all. */
static int
look(struct redis_sink *s, char place[PLACE_BYTES], bool *ret_is_there)
{
	TRY(take_nothing(s));
	TRY(take_place(s, place, ret_is_there));
	s->watched = redis_connections(s->redis);
	return 0;
}

static bool
is_known(const struct redis_sink *s, const char place[PLACE_BYTES], bool is_there)
{
	return is_there == s->has_known && (!is_there || memcmp(place, s->known, PLACE_BYTES) == 0);
}

static void
know(struct redis_sink *s, const char place[PLACE_BYTES], bool is_there)
{
	s->has_known = is_there;
	if (is_there)
		memcpy(s->known, place, PLACE_BYTES);
}

static int
not_as_left(const struct redis_sink *s)
{
	return err_set(ERR_SYS,
	    "%s of Redis at %s is not as this process left it: another one writes there, or the "
	    "server has lost what it had taken",
	    s->key.p, redis_name(s->redis));
}

/* before a run */

/* Whether the server forgets when it dies; who may not ask is not told. */
static void
tell_what_is_kept(struct redis_sink *s)
{
	static const struct span info[] = {SPAN("INFO"), SPAN("persistence")};
	redisReply *reply;

	if (s->told || redis_command(s->redis, info, 2, &reply) < 0)
		return;
	s->told = true;
	if (reply->str != NULL && strstr(reply->str, "aof_enabled:0") != NULL)
		log_line(LOG_WARNING,
		    "Redis at %s keeps no append-only file: if it dies, records that it has taken "
		    "are lost (set appendonly yes, and appendfsync always)",
		    redis_name(s->redis));
	freeReplyObject(reply);
}

static int
ready(void *state, uint64_t *ret_max_record)
{
	struct redis_sink *s = state;
	const struct span type[] = {SPAN("TYPE"), buf_view(&s->stream)};
	redisReply *reply;
	struct span is;
	bool fits;

	(void)ret_max_record; /* any */
	TRY(redis_command(s->redis, type, 2, &reply));
	is = redis_text(reply);
	fits = span_equal(is, SPAN("none")) || span_equal(is, SPAN("stream"));
	if (!fits)
		err_set(ERR_USAGE, "%s at %s is a %.*s, not a stream", s->stream.p,
		    redis_name(s->redis), (int)is.n, is.p);
	freeReplyObject(reply);
	if (fits)
		tell_what_is_kept(s);
	return fits ? 0 : ERR_USAGE;
}

static int
find(void *state, struct buf *checkpoint, bool *ret_found)
{
	struct redis_sink *s = state;
	const struct span get[] = {SPAN("HGET"), buf_view(&s->key), SPAN("checkpoint")};
	char place[PLACE_BYTES];
	redisReply *reply;
	bool is_there;

	TRY(redis_ready(s->redis));
	ask_place(s);
	redis_send(s->redis, get, 3);
	TRY(look(s, place, &is_there));
	TRY(redis_answer(s->redis, &reply));
	know(s, place, is_there);
	*ret_found = is_there && reply->type == REDIS_REPLY_STRING;
	buf_span(checkpoint, redis_text(reply));
	freeReplyObject(reply);
	return 0;
}

/* transactions */

static void
send_record(struct redis_sink *s, const struct parcel *p, size_t i)
{
	char key[KEY_DIGITS];
	const struct span add[] = {SPAN("XADD"), buf_view(&s->stream), SPAN("*"), SPAN("key"),
	    span_of(key, sizeof(key)), SPAN("id"), parcel_id(p, i), SPAN("record"),
	    parcel_body(p, i)};

	key_print(p->records[i].key, key);
	redis_send(s->redis, add, sizeof(add) / sizeof(add[0]));
}

static void
send_all(struct redis_sink *s, const struct parcel *p, struct span checkpoint, struct span place)
{
	static const struct span multi = SPAN("MULTI"), exec = SPAN("EXEC");
	const struct span set[] = {
	    SPAN("HSET"), buf_view(&s->key), SPAN("place"), place, SPAN("checkpoint"), checkpoint};

	redis_send(s->redis, &multi, 1);
	for (size_t i = 0; i < p->n; i++)
		send_record(s, p, i);
	redis_send(s->redis, set, sizeof(set) / sizeof(set[0]));
	redis_send(s->redis, &exec, 1);
	ask_place(s); /* for the next transaction */
}

/* The answer to EXEC: what each command said. Redis takes nothing back if one has failed. */
static int
check_exec(const struct redis_sink *s, const redisReply *reply)
{
	if (reply->type == REDIS_REPLY_NIL)
		return not_as_left(s);
	for (size_t i = 0; i < reply->elements; i++)
		if (reply->element[i]->type == REDIS_REPLY_ERROR)
			return err_set(ERR_USAGE,
			    "Redis at %s took a transaction in part: %s; look at %s, and begin "
			    "anew",
			    redis_name(s->redis), reply->element[i]->str, s->stream.p);
	return 0;
}

/* MULTI, the entries, the checkpoint: each is put in a queue, or EXEC will not do any. */
static int
take_queued(struct redis_sink *s, size_t n)
{
	int worst = 0;

	for (size_t i = 0; i < n; i++) {
		int r = take_nothing(s);
		if (r == ERR_HOLD)
			return r;
		if (r < 0)
			worst = r;
	}
	return worst == ERR_RECORD ? ERR_SYS : worst;
}

static int
take_all(struct redis_sink *s, const struct parcel *p)
{
	redisReply *reply;
	int r;

	TRY(take_queued(s, p->n + 2));
	r = redis_answer(s->redis, &reply);
	if (r < 0)
		return r == ERR_RECORD ? ERR_SYS : r;
	r = check_exec(s, reply);
	freeReplyObject(reply);
	return r;
}

/* On a new connection: *ret_done if the transaction was done whose answer was lost. */
static int
look_again(struct redis_sink *s, const char place[PLACE_BYTES], bool *ret_done)
{
	char there[PLACE_BYTES];
	bool is_there;

	ask_place(s);
	TRY(look(s, there, &is_there));
	*ret_done = is_there && memcmp(there, place, PLACE_BYTES) == 0;
	return *ret_done || is_known(s, there, is_there) ? 0 : not_as_left(s);
}

static int
deliver(void *state, const struct parcel *p, struct span checkpoint)
{
	struct redis_sink *s = state;
	char place[PLACE_BYTES], there[PLACE_BYTES];
	bool is_there, done = false;

	key_print(hash64(checkpoint), place);
	TRY(redis_ready(s->redis));
	if (s->watched != redis_connections(s->redis))
		TRY(look_again(s, place, &done));
	if (!done) {
		s->watched = 0;
		send_all(s, p, checkpoint, span_of(place, PLACE_BYTES));
		TRY(take_all(s, p));
		if (look(s, there, &is_there) == 0 &&
		    (!is_there || memcmp(there, place, PLACE_BYTES) != 0))
			return not_as_left(s);
	}
	know(s, place, true);
	return 0;
}

const struct carrier_kind redis_carrier = {
    .scheme = "redis",
    .open = open_sink,
    .ready = ready,
    .find = find,
    .deliver = deliver,
    .close = close_sink,
};

const struct carrier_kind redis_unix_carrier = {
    .scheme = "redis+unix",
    .open = open_sink,
    .ready = ready,
    .find = find,
    .deliver = deliver,
    .close = close_sink,
};
