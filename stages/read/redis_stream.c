/*
 * redis_stream - a consumer group of a Redis stream as a queue:
 * redis://host:6379/0?stream=S&group=G
 *
 * After each connection the group is made if it is absent, and what was given to this consumer
 * before is read again: an answer may have been lost on its way. What a dead consumer left is
 * claimed when nobody has refreshed it for the claim time; what this one has is refreshed several
 * times within that, and only what is still its own. Trimming is left to the stream's owner.
 *
 * Source: https://redis.io/docs/data-types/streams; XAUTOCLAIM needs Redis 6.2.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/mem.h"
#include "common/options.h"
#include "common/redis.h"
#include "stages/loop.h"
#include "stages/read/entry_record.h"
#include "stages/read/queue.h"

enum {
	LOOK_MS = 50,         /* how soon a quiet stream is looked at again */
	PENDING_A_TIME = 500, /* ids that are refreshed together */
	DONE_A_TIME = 1000,
};

struct stream {
	struct redis *redis;
	char *key, *group, *consumer, *name;
	char claim[24], refresh[24]; /* ms, as arguments */
	uint64_t claim_ms;
	uint64_t connection; /* what is known was learnt over this one; 0: none */
	bool rereads;        /* what was given to this consumer before is not read to its end */
	char reread_at[64];  /* the id behind which that goes on */
	char claim_at[64];   /* the same for what others left; "0-0" between two rounds */
	uint64_t claim_due, keep_due, look_due; /* ms */
};

/* what Redis answers */

static void
keep_id(char room[64], struct span id)
{
	snprintf(room, 64, "%.*s", (int)id.n, id.p);
}

/* [name, value, name, value, ...] */
static void
take_fields(struct queue_entry *e, struct arena *a, const redisReply *fields)
{
	size_t n = fields->elements / 2;
	struct entry_field *list = arena_alloc(a, (n + 1) * sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i] = (struct entry_field){arena_copy(a, redis_text(fields->element[2 * i])),
		    arena_copy(a, redis_text(fields->element[2 * i + 1]))};
	entry_from_fields(e, a, list, n);
}

static uint64_t
bytes_of(const redisReply *fields)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < fields->elements; i++)
		sum += redis_text(fields->element[i]).n;
	return sum;
}

/* [id, fields], or [id, nil] of one that is trimmed, or nil. */
static void
take_entry(struct hand *hand, const redisReply *r, const struct queue_wish *wish)
{
	struct arena *a = hand_arena(hand);
	struct queue_entry e = {0};
	const redisReply *fields;

	if (r->type != REDIS_REPLY_ARRAY || r->elements < 2 || redis_text(r->element[0]).n == 0)
		return;
	fields = r->element[1];
	e.id = arena_copy(a, redis_text(r->element[0]));
	if (fields->type == REDIS_REPLY_ARRAY && bytes_of(fields) > wish->max_document) {
		e.form = FORM_JSON;
		entry_too_large(&e, a, bytes_of(fields), wish->max_document);
	} else if (fields->type == REDIS_REPLY_ARRAY)
		take_fields(&e, a, fields);
	hand_put(hand, &e);
}

static void
take_entries(struct hand *hand, const redisReply *list, const struct queue_wish *wish)
{
	for (size_t i = 0; i < list->elements; i++)
		take_entry(hand, list->element[i], wish);
}

/* The entries of the one stream that XREADGROUP was asked about; NULL: none. */
static const redisReply *
entries_of(const redisReply *r)
{
	if (r->type != REDIS_REPLY_ARRAY || r->elements != 1 || r->element[0]->elements != 2)
		return NULL;
	r = r->element[0]->element[1];
	return r->type == REDIS_REPLY_ARRAY && r->elements > 0 ? r : NULL;
}

/* asking */

/* Somebody has removed the group, or the whole stream: it is made again. */
static int
ask(struct stream *s, const struct span *args, size_t n, redisReply **ret)
{
	int r = redis_command(s->redis, args, n, ret);

	if (r == ERR_RECORD && redis_said(s->redis, "NOGROUP")) {
		s->connection = 0;
		return err_set(ERR_HOLD,
		    "Redis at %s: the group %s of %s is gone and is made again",
		    redis_name(s->redis), s->group, s->key);
	}
	return r == ERR_RECORD ? ERR_USAGE : r;
}

static int
no_stream(const struct stream *s)
{
	return err_set(ERR_USAGE, "%s of Redis at %s is no stream; a list is named by ?list=%s",
	    s->key, redis_name(s->redis), s->key);
}

static int
make_group(struct stream *s)
{
	struct span args[] = {SPAN("XGROUP"), SPAN("CREATE"), span_str(s->key), span_str(s->group),
	    SPAN("0"), SPAN("MKSTREAM")};
	redisReply *reply;
	int r = redis_command(s->redis, args, 6, &reply);

	if (r == 0)
		freeReplyObject(reply);
	else if (r == ERR_RECORD)
		r = redis_said(s->redis, "BUSYGROUP") ? 0 : ERR_USAGE;
	else if (r == ERR_USAGE && redis_said(s->redis, "WRONGTYPE"))
		r = no_stream(s);
	return r;
}

/* What is known of the server is of another connection: begin as if nothing were. */
static int
greet(struct stream *s)
{
	TRY(redis_ready(s->redis));
	if (s->connection == redis_connections(s->redis))
		return 0;
	TRY(make_group(s));
	s->connection = redis_connections(s->redis);
	s->rereads = true;
	keep_id(s->reread_at, SPAN("0-0"));
	keep_id(s->claim_at, SPAN("0-0"));
	return 0;
}

static int
read_group(struct stream *s, struct hand *hand, const struct queue_wish *wish, const char *from)
{
	char count[24];
	struct span args[] = {SPAN("XREADGROUP"), SPAN("GROUP"), span_str(s->group),
	    span_str(s->consumer), SPAN("COUNT"), {0}, SPAN("STREAMS"), span_str(s->key),
	    span_str(from)};
	const redisReply *entries;
	redisReply *reply;

	snprintf(count, sizeof(count), "%zu", wish->entries);
	args[5] = span_str(count);
	TRY(ask(s, args, sizeof(args) / sizeof(args[0]), &reply));
	entries = entries_of(reply);
	if (entries != NULL) {
		take_entries(hand, entries, wish);
		keep_id(
		    s->reread_at, redis_text(entries->element[entries->elements - 1]->element[0]));
	}
	freeReplyObject(reply);
	return entries != NULL ? 0 : ERR_QUIET;
}

/* [where to go on, entries, ids that are trimmed]; a round is over when that is 0-0 again. */
static int
claim(struct stream *s, struct hand *hand, const struct queue_wish *wish)
{
	char count[24];
	struct span args[] = {SPAN("XAUTOCLAIM"), span_str(s->key), span_str(s->group),
	    span_str(s->consumer), span_str(s->claim), span_str(s->claim_at), SPAN("COUNT"), {0}};
	redisReply *reply;

	snprintf(count, sizeof(count), "%zu", wish->entries);
	args[7] = span_str(count);
	TRY(ask(s, args, sizeof(args) / sizeof(args[0]), &reply));
	if (reply->type == REDIS_REPLY_ARRAY && reply->elements >= 2) {
		keep_id(s->claim_at, redis_text(reply->element[0]));
		take_entries(hand, reply->element[1], wish);
	} else
		keep_id(s->claim_at, SPAN("0-0"));
	freeReplyObject(reply);
	if (strcmp(s->claim_at, "0-0") == 0)
		s->claim_due = loop_now() + s->claim_ms / 2;
	return 0;
}

static int
fetch_stream(void *state, struct hand *hand, const struct queue_wish *wish)
{
	struct stream *s = state;
	int r = ERR_QUIET;

	TRY(greet(s));
	if (s->rereads) {
		r = read_group(s, hand, wish, s->reread_at);
		s->rereads = r != ERR_QUIET;
		if (r != ERR_QUIET)
			return r;
	}
	if (loop_now() >= s->claim_due) {
		size_t before = hand_count(hand);

		TRY(claim(s, hand, wish));
		if (hand_count(hand) > before)
			return 0;
	}
	if (loop_now() < s->look_due)
		return ERR_QUIET;
	r = read_group(s, hand, wish, ">");
	s->look_due = r == ERR_QUIET ? loop_now() + LOOK_MS : 0;
	return r;
}

/* acknowledging, and keeping what is not acknowledged yet */

static int
done_stream(void *state, const struct span *ids, size_t n)
{
	struct stream *s = state;
	struct span args[3 + DONE_A_TIME] = {SPAN("XACK"), span_str(s->key), span_str(s->group)};
	redisReply *reply;

	TRY(greet(s));
	for (size_t at = 0, now; at < n; at += now) {
		now = n - at < DONE_A_TIME ? n - at : DONE_A_TIME;
		memcpy(args + 3, ids + at, now * sizeof(*ids));
		TRY(ask(s, args, 3 + now, &reply));
		freeReplyObject(reply);
	}
	return 0;
}

/*
 * Refresh those of a list of pending ones, [[id, consumer, idle, deliveries], ...]. Had another
 * consumer claimed one between the two questions it would not have been idle for so long.
 */
static int
refresh(struct stream *s, const redisReply *list)
{
	struct span args[5 + PENDING_A_TIME + 1] = {SPAN("XCLAIM"), span_str(s->key),
	    span_str(s->group), span_str(s->consumer), span_str(s->refresh)};
	redisReply *reply;
	size_t n = 5;

	for (size_t i = 0; i < list->elements && i < PENDING_A_TIME; i++)
		if (list->element[i]->elements > 0)
			args[n++] = redis_text(list->element[i]->element[0]);
	args[n++] = SPAN("JUSTID");
	TRY(ask(s, args, n, &reply));
	freeReplyObject(reply);
	return 0;
}

static int
keep_stream(void *state)
{
	struct stream *s = state;
	struct span args[] = {SPAN("XPENDING"), span_str(s->key), span_str(s->group), SPAN("IDLE"),
	    span_str(s->refresh), SPAN("-"), SPAN("+"), SPAN("500"), span_str(s->consumer)};
	redisReply *reply;
	bool more = true;

	if (loop_now() < s->keep_due)
		return 0;
	TRY(greet(s));
	while (more) { /* what was refreshed is idle no more */
		int r = 0;

		TRY(ask(s, args, sizeof(args) / sizeof(args[0]), &reply));
		more = reply->elements == PENDING_A_TIME;
		if (reply->elements > 0)
			r = refresh(s, reply);
		freeReplyObject(reply);
		TRY(r);
	}
	s->keep_due = loop_now() + s->claim_ms / 6;
	return 0;
}

/* opening */

static void
name_stream(const void *state, struct buf *out)
{
	buf_str(out, ((const struct stream *)state)->name);
}

static void
close_stream(void *state)
{
	struct stream *s = state;

	if (s == NULL)
		return;
	redis_close(s->redis);
	free(s->key);
	free(s->group);
	free(s->consumer);
	free(s->name);
	free(s);
}

static char *
copy(struct span s, const char *otherwise)
{
	return s.n > 0 ? mem_string(s.p, s.n) : mem_string(otherwise, strlen(otherwise));
}

static int
take_claim(struct stream *s, struct span text)
{
	char *claim = copy(text, "5m");
	int r = option_time(claim, &s->claim_ms);

	if (r < 0 || s->claim_ms < 600 || s->claim_ms > 86400000)
		r = err_set(ERR_USAGE, "claim=%s: a time between 600ms and 1d", claim);
	free(claim);
	snprintf(s->claim, sizeof(s->claim), "%llu", (unsigned long long)s->claim_ms);
	snprintf(s->refresh, sizeof(s->refresh), "%llu", (unsigned long long)s->claim_ms / 6);
	return r;
}

static int
open_stream(void **ret_state, struct uri *u, const struct queue_self *self)
{
	struct stream *s = mem_zero(1, sizeof(*s));
	struct span key;
	struct buf name = {0};
	int r = uri_need(u, "stream", &key);

	if (r == 0)
		r = take_claim(s, uri_take(u, "claim"));
	if (r == 0)
		r = redis_open(&s->redis, u);
	if (r < 0) {
		close_stream(s);
		return r;
	}
	s->key = copy(key, "");
	s->group = copy(uri_take(u, "group"), "winnow");
	s->consumer = copy(uri_take(u, "consumer"), self->consumer);
	uri_name(&name, u);
	buf_print(&name, "?stream=%s", s->key);
	s->name = mem_string(name.p, name.n);
	buf_done(&name);
	*ret_state = s;
	return 0;
}

const struct queue_kind queue_redis_stream = {
    .name = "redis stream",
    .scheme = "redis",
    .key = "stream",
    .open = open_stream,
    .name_of = name_stream,
    .fetch = fetch_stream,
    .done = done_stream,
    .keep = keep_stream,
    .close = close_stream,
};
