/*
 * redis_list - a list that others push to as a queue: redis://host:6379/0?list=spider:items
 *
 * Items are moved to a list of this consumer's own, LIST:winnow:CONSUMER, and taken off there when
 * their outcome is durable. Beside it stands a number, ...:done: how many were ever taken off,
 * changed in one transaction with the taking off. So each item has a number for good, and a server
 * that has forgotten its last second, or a process that died between two steps, changes nothing: an
 * item comes again under its number and its hash, and is known.
 *
 * Source: https://redis.io/commands/lmove, "Pattern: Reliable queue"; LMOVE needs Redis 6.2.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/hash.h"
#include "common/mem.h"
#include "common/redis.h"
#include "stages/loop.h"
#include "stages/read/entry_record.h"
#include "stages/read/queue.h"

enum { LOOK_MS = 50 /* how soon an empty list is looked at again */ };

struct list {
	struct redis *redis;
	char *key, *name;
	char *own, *done;    /* keys */
	uint64_t connection; /* what is known was learnt over this one; 0: none */
	uint64_t off;        /* items that were taken off ever */
	uint64_t n;          /* items in the list of its own */
	uint64_t at;         /* of them, those that were fetched */
	uint64_t look_due;   /* ms */
};

static int
ask(struct list *l, const struct span *args, size_t n, redisReply **ret)
{
	int r = redis_command(l->redis, args, n, ret);

	if (r == ERR_USAGE && redis_said(l->redis, "WRONGTYPE"))
		return err_set(ERR_USAGE,
		    "%s of Redis at %s is no list; a stream is named by ?stream=%s", l->key,
		    redis_name(l->redis), l->key);
	return r == ERR_RECORD ? ERR_USAGE : r;
}

static int
length(struct list *l, const char *key, uint64_t *ret_n)
{
	struct span args[] = {SPAN("LLEN"), span_str(key)};
	redisReply *reply;

	TRY(ask(l, args, 2, &reply));
	*ret_n = (uint64_t)reply->integer;
	freeReplyObject(reply);
	return 0;
}

/* How much is in the list of its own, and what the number of its first item is. */
static int
greet(struct list *l)
{
	struct span get[] = {SPAN("GET"), span_str(l->done)};
	redisReply *reply;

	TRY(redis_ready(l->redis));
	if (l->connection == redis_connections(l->redis))
		return 0;
	TRY(ask(l, get, 2, &reply));
	l->off = reply->type == REDIS_REPLY_STRING ? strtoull(reply->str, NULL, 10) : 0;
	freeReplyObject(reply);
	TRY(length(l, l->own, &l->n));
	l->at = 0;
	l->connection = redis_connections(l->redis);
	return 0;
}

/* The next item of the list of its own. */
static void
take_item(struct list *l, struct hand *hand, struct span item, const struct queue_wish *wish)
{
	struct arena *a = hand_arena(hand);
	struct queue_entry e = {0};

	e.id = arena_print(a, "%llu-%016llx", (unsigned long long)(l->off + l->at),
	    (unsigned long long)hash64(item));
	l->at++;
	entry_from_value(&e, item);
	if (item.n > wish->max_document)
		entry_too_large(&e, a, item.n, wish->max_document);
	else
		e.raw = arena_copy(a, item);
	hand_put(hand, &e);
}

/* Those that were moved before and not fetched since. */
static int
read_own(struct list *l, struct hand *hand, const struct queue_wish *wish)
{
	char from[24], to[24];
	struct span args[] = {SPAN("LRANGE"), span_str(l->own), {0}, {0}};
	redisReply *reply;
	int r = 0;

	snprintf(from, sizeof(from), "%llu", (unsigned long long)l->at);
	snprintf(to, sizeof(to), "%llu", (unsigned long long)(l->at + wish->entries - 1));
	args[2] = span_str(from);
	args[3] = span_str(to);
	TRY(ask(l, args, 4, &reply));
	for (size_t i = 0; i < reply->elements; i++)
		take_item(l, hand, redis_text(reply->element[i]), wish);
	if (reply->elements == 0) {
		l->connection = 0;
		r = err_set(ERR_HOLD,
		    "Redis at %s: somebody else has changed %s, which is read again",
		    redis_name(l->redis), l->own);
	}
	freeReplyObject(reply);
	return r;
}

/* Move some and fetch them. */
static int
move(struct list *l, struct hand *hand, const struct queue_wish *wish)
{
	struct span args[] = {
	    SPAN("LMOVE"), span_str(l->key), span_str(l->own), SPAN("LEFT"), SPAN("RIGHT")};
	size_t before = hand_count(hand);
	redisReply *reply;
	uint64_t n;

	TRY(length(l, l->key, &n));
	n = n < wish->entries ? n : wish->entries;
	for (size_t i = 0; i < n; i++)
		redis_send(l->redis, args, 5);
	for (size_t i = 0; i < n; i++) {
		int r = redis_answer(l->redis, &reply);

		if (r < 0)
			l->connection = 0; /* answers may be missing: all is looked at again */
		if (r == ERR_RECORD || r == ERR_USAGE)
			return ERR_USAGE;
		TRY(r);
		if (reply->type == REDIS_REPLY_STRING) {
			l->n++;
			take_item(l, hand, redis_text(reply), wish);
		}
		freeReplyObject(reply);
	}
	return hand_count(hand) > before ? 0 : ERR_QUIET;
}

static int
fetch_list(void *state, struct hand *hand, const struct queue_wish *wish)
{
	struct list *l = state;
	int r;

	TRY(greet(l));
	if (l->at < l->n)
		return read_own(l, hand, wish);
	if (loop_now() < l->look_due)
		return ERR_QUIET;
	r = move(l, hand, wish);
	l->look_due = r == ERR_QUIET ? loop_now() + LOOK_MS : 0;
	return r;
}

/* Take the first n off, and count them, both or neither. */
static int
take_off(struct list *l, uint64_t n)
{
	char from[24], number[24];
	struct span multi[] = {SPAN("MULTI")}, exec[] = {SPAN("EXEC")};
	struct span trim[] = {SPAN("LTRIM"), span_str(l->own), {0}, SPAN("-1")};
	struct span set[] = {SPAN("SET"), span_str(l->done), {0}};
	redisReply *reply;

	snprintf(from, sizeof(from), "%llu", (unsigned long long)n);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)(l->off + n));
	trim[2] = span_str(from);
	set[2] = span_str(number);
	redis_send(l->redis, multi, 1);
	redis_send(l->redis, trim, 4);
	redis_send(l->redis, set, 3);
	redis_send(l->redis, exec, 1);
	for (int i = 0; i < 4; i++) {
		int r = redis_answer(l->redis, &reply);

		if (r < 0)
			l->connection = 0;
		if (r == ERR_RECORD)
			return ERR_USAGE;
		TRY(r);
		freeReplyObject(reply);
	}
	l->off += n;
	l->n -= n;
	l->at -= n;
	return 0;
}

static int
done_list(void *state, const struct span *ids, size_t n)
{
	struct list *l = state;
	uint64_t end = 0;

	TRY(greet(l));
	for (size_t i = 0; i < n; i++) {
		uint64_t number = strtoull(ids[i].p, NULL, 10);

		end = number + 1 > end ? number + 1 : end;
	}
	if (end <= l->off || end > l->off + l->n)
		return 0; /* it was taken off before, or the server has forgotten it */
	if (end > l->off + l->at)
		l->at = end - l->off; /* it need not be read again */
	return take_off(l, end - l->off);
}

static void
name_list(const void *state, struct buf *out)
{
	buf_str(out, ((const struct list *)state)->name);
}

static void
close_list(void *state)
{
	struct list *l = state;

	if (l == NULL)
		return;
	redis_close(l->redis);
	free(l->key);
	free(l->name);
	free(l->own);
	free(l->done);
	free(l);
}

static char *print(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *
print(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		mem_exhausted();
	va_end(args);
	return text;
}

static int
open_list(void **ret_state, struct uri *u, const struct queue_self *self)
{
	struct list *l = mem_zero(1, sizeof(*l));
	struct span key, consumer = uri_take(u, "consumer");
	struct buf name = {0};
	int r = uri_need(u, "list", &key);

	if (r == 0)
		r = redis_open(&l->redis, u);
	if (r < 0) {
		close_list(l);
		return r;
	}
	if (consumer.n == 0)
		consumer = span_str(self->consumer);
	l->key = mem_string(key.p, key.n);
	l->own = print("%s:winnow:%.*s", l->key, (int)consumer.n, consumer.p);
	l->done = print("%s:done", l->own);
	uri_name(&name, u);
	l->name = print("%.*s?list=%s", (int)name.n, name.p, l->key);
	buf_done(&name);
	*ret_state = l;
	return 0;
}

const struct queue_kind queue_redis_list = {
    .name = "redis list",
    .scheme = "redis",
    .key = "list",
    .open = open_list,
    .name_of = name_list,
    .fetch = fetch_list,
    .done = done_list,
    .close = close_list,
};
