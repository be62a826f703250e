/*
 * kafka_topic - a consumer group of a Kafka topic as a queue:
 * kafka://host:9092,host:9092/topic?group=G
 *
 * An entry's id is PARTITION:OFFSET. What is committed of a partition is the offset below which all
 * that was fetched is done: commits go by hand, in the background, and one that is lost costs that
 * some entries come again, which their ids tell. A partition that goes to another consumer goes
 * with what is done committed; what is in flight of it comes out here, and there once more under
 * the same key, so that nothing is lost. The membership has a name that lasts (group.instance.id):
 * a killed process that is started again has its partitions at once.
 *
 * Source: librdkafka 2.0, INTRODUCTION.md; KIP-345 (static membership), KIP-429 (cooperative
 * rebalancing).
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/kafka.h"
#include "common/mem.h"
#include "common/options.h"
#include "stages/loop.h"
#include "stages/read/entry_record.h"
#include "stages/read/queue.h"

enum {
	LOOK_MS = 1000,  /* how often a broker that is away is looked for */
	ASK_MS = 500,    /* how long that may take */
	COMMIT_MS = 500, /* how often what is done is told */
	REST_MS = 1000,  /* nobody has fetched for so long: nothing more is to come meanwhile */
	ID_BYTES = 40,
};

/* A partition that is ours, and what was fetched of it and is not committed. */
struct partition {
	int32_t number;
	struct fetched {
		int64_t offset;
		bool done;
	} * places; /* in order; [at, n) count */
	size_t at, n, cap;
	int64_t next, told; /* all below are done; and the brokers know so. -1: not known */
};

struct topic {
	rd_kafka_t *rk;
	struct kafka_trouble trouble;
	char *topic, *group, *name;
	char session[24]; /* ms: who says nothing for so long is gone */
	struct partition *parts;
	size_t n_parts;
	rd_kafka_message_t *early; /* came while nobody fetched; NULL: none */
	bool joined;               /* the group has given us partitions, or none */
	bool paused;
	uint64_t fetched_at, looked_at, committed_at; /* ms */
};

/* partitions */

static struct partition *
part_of(struct topic *t, int32_t number)
{
	for (size_t i = 0; i < t->n_parts; i++)
		if (t->parts[i].number == number)
			return &t->parts[i];
	t->parts = mem_grow(t->parts, (t->n_parts + 1) * sizeof(*t->parts));
	t->parts[t->n_parts] = (struct partition){.number = number, .next = -1, .told = -1};
	return &t->parts[t->n_parts++];
}

static void
put_place(struct partition *p, int64_t offset)
{
	if (p->n > p->at && p->places[p->n - 1].offset >= offset)
		p->at = p->n = 0; /* it begins anew further up */
	if (p->at > 0 && p->n == p->cap) {
		memmove(p->places, p->places + p->at, (p->n - p->at) * sizeof(*p->places));
		p->n -= p->at;
		p->at = 0;
	}
	if (p->n == p->cap) {
		p->cap = p->cap == 0 ? 1024 : 2 * p->cap;
		p->places = mem_grow(p->places, p->cap * sizeof(*p->places));
	}
	p->places[p->n++] = (struct fetched){.offset = offset};
}

static int
compare_places(const void *a, const void *b)
{
	const struct fetched *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Of an entry that is not ours any more, or was not fetched by this process, nothing is known. */
static void
mark_done(struct partition *p, int64_t offset)
{
	struct fetched key = {.offset = offset}, *found;

	found = p->n == p->at ? NULL
			      : bsearch(&key, p->places + p->at, p->n - p->at, sizeof(*p->places),
				    compare_places);
	if (found != NULL)
		found->done = true;
}

static void
advance(struct partition *p)
{
	for (; p->at < p->n && p->places[p->at].done; p->at++)
		p->next = p->places[p->at].offset + 1;
}

static void
forget_part(struct partition *p)
{
	p->at = p->n = 0;
	p->next = p->told = -1;
}

/* Called within a poll. */
static void
note_commit(
    rd_kafka_t *rk, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t *list, void *opaque)
{
	struct topic *t = (struct topic *)((char *)opaque - offsetof(struct topic, trouble));

	(void)rk;
	for (int i = 0; error == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; i++) {
		const rd_kafka_topic_partition_t *e = &list->elems[i];
		struct partition *p = part_of(t, e->partition);

		if (e->err == RD_KAFKA_RESP_ERR_NO_ERROR && e->offset > p->told)
			p->told = e->offset;
	}
}

/* Commit what is done and not known to be; `waits` for the answer. What fails is tried again. */
static void
commit(struct topic *t, bool waits)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)t->n_parts);

	for (size_t i = 0; i < t->n_parts; i++) {
		struct partition *p = &t->parts[i];

		advance(p);
		if (p->next > p->told)
			rd_kafka_topic_partition_list_add(list, t->topic, p->number)->offset =
			    p->next;
	}
	t->committed_at = loop_now();
	if (list->cnt > 0)
		rd_kafka_commit(t->rk, list, !waits);
	rd_kafka_topic_partition_list_destroy(list);
}

/* Partitions come and go. Called within a poll. */
static void
rebalance(
    rd_kafka_t *rk, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t *list, void *opaque)
{
	struct topic *t = (struct topic *)((char *)opaque - offsetof(struct topic, trouble));
	rd_kafka_error_t *error;

	if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
		t->joined = true;
		t->paused = false; /* of the new ones that is not so */
		error = rd_kafka_incremental_assign(rk, list);
	} else {
		if (!rd_kafka_assignment_lost(rk))
			commit(t, true);
		error = rd_kafka_incremental_unassign(rk, list);
	}
	for (int i = 0; i < list->cnt; i++)
		forget_part(part_of(t, list->elems[i].partition));
	if (error != NULL)
		snprintf(
		    t->trouble.words, sizeof(t->trouble.words), "%s", rd_kafka_error_string(error));
	rd_kafka_error_destroy(error);
}

/* fetching */

static int
is_away(struct topic *t, const char *words)
{
	t->trouble.away = true;
	snprintf(t->trouble.words, sizeof(t->trouble.words), "%s", words);
	return kafka_hold(&t->trouble, "read the topic", t->topic);
}

static int
take_message(
    struct topic *t, struct hand *hand, const struct queue_wish *wish, const rd_kafka_message_t *m)
{
	struct arena *a = hand_arena(hand);
	struct queue_entry e = {0};

	if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR)
		return is_away(t, rd_kafka_message_errstr(m));
	t->trouble.away = false;
	put_place(part_of(t, m->partition), m->offset);
	e.id = arena_print(a, "%d:%lld", m->partition, (long long)m->offset);
	if (m->len > wish->max_document) {
		e.form = FORM_JSON;
		entry_too_large(&e, a, m->len, wish->max_document);
	} else if (m->len > 0)
		entry_from_value(&e, arena_copy(a, span_of(m->payload, m->len)));
	hand_put(hand, &e);
	return 0;
}

/* Whether there is somebody, and the topic. */
static rd_kafka_resp_err_t
ask_topic(struct topic *t)
{
	bool answered;

	return kafka_ask_topic(t->rk, t->topic, ASK_MS, &answered);
}

/* Nothing has come: is there nothing, or nobody? */
static int
look(struct topic *t)
{
	rd_kafka_resp_err_t error;

	if (t->trouble.fatal)
		return err_set(ERR_SYS, "the topic %s: %s", t->topic, t->trouble.words);
	if (!t->trouble.away)
		return t->joined ? ERR_QUIET
				 : err_set(ERR_HOLD, "joining the group %s of the topic %s",
				       t->group, t->topic);
	if (loop_now() - t->looked_at < LOOK_MS)
		return kafka_hold(&t->trouble, "read the topic", t->topic);
	t->looked_at = loop_now();
	error = ask_topic(t);
	if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
		return is_away(t, rd_kafka_err2str(error));
	t->trouble.away = false;
	return ERR_QUIET;
}

static void
pause_all(struct topic *t, bool paused)
{
	rd_kafka_topic_partition_list_t *list;

	if (t->paused == paused || rd_kafka_assignment(t->rk, &list) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return;
	if (paused)
		rd_kafka_pause_partitions(t->rk, list);
	else
		rd_kafka_resume_partitions(t->rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	t->paused = paused;
}

/* The next message, NULL: none is there. For rd_kafka_message_destroy. */
static rd_kafka_message_t *
next_message(struct topic *t)
{
	rd_kafka_message_t *m = t->early;

	t->early = NULL;
	return m != NULL ? m : rd_kafka_consumer_poll(t->rk, 0);
}

static int
fetch_topic(void *state, struct hand *hand, const struct queue_wish *wish)
{
	struct topic *t = state;
	size_t n = 0, bytes = hand->bytes;
	rd_kafka_message_t *m;

	t->fetched_at = loop_now();
	pause_all(t, false);
	while (n < wish->entries && hand->bytes - bytes < wish->bytes &&
	       (m = next_message(t)) != NULL) {
		int r = take_message(t, hand, wish, m);

		rd_kafka_message_destroy(m);
		TRY(r);
		n++;
	}
	return n > 0 ? 0 : look(t);
}

/* Who does not poll is put out of the group; who polls and does not fetch must get nothing more. */
static int
keep_topic(void *state)
{
	struct topic *t = state;

	if (loop_now() - t->committed_at >= COMMIT_MS)
		commit(t, false);
	if (loop_now() - t->fetched_at < REST_MS)
		return 0;
	pause_all(t, true);
	if (t->early == NULL)
		t->early = rd_kafka_consumer_poll(t->rk, 0);
	return 0;
}

static int
done_topic(void *state, const struct span *ids, size_t n)
{
	struct topic *t = state;

	for (size_t i = 0; i < n; i++) {
		char text[ID_BYTES], *colon;
		long number;

		snprintf(text, sizeof(text), "%.*s", (int)ids[i].n, ids[i].p);
		number = strtol(text, &colon, 10);
		if (*colon == ':')
			mark_done(part_of(t, (int32_t)number), strtoll(colon + 1, NULL, 10));
	}
	if (loop_now() - t->committed_at >= COMMIT_MS)
		commit(t, false);
	return 0;
}

/* opening */

static void
name_topic(const void *state, struct buf *out)
{
	buf_str(out, ((const struct topic *)state)->name);
}

static void
close_topic(void *state)
{
	struct topic *t = state;

	if (t == NULL)
		return;
	if (t->early != NULL)
		rd_kafka_message_destroy(t->early);
	if (t->rk != NULL) /* a last word to a broker that is away would be waited for */
		rd_kafka_destroy_flags(t->rk, ask_topic(t) != RD_KAFKA_RESP_ERR_NO_ERROR
						  ? RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE
						  : 0);
	for (size_t i = 0; i < t->n_parts; i++)
		free(t->parts[i].places);
	free(t->parts);
	free(t->topic);
	free(t->group);
	free(t->name);
	free(t);
}

static int
set_all(rd_kafka_conf_t *conf, const struct topic *t, const char *consumer)
{
	const struct {
		const char *name, *value;
	} settings[] = {
	    {"group.id", t->group},
	    {"group.instance.id", consumer},
	    {"session.timeout.ms", t->session},
	    {"partition.assignment.strategy", "cooperative-sticky"},
	    {"enable.auto.commit", "false"},
	    {"enable.auto.offset.store", "false"},
	    {"auto.offset.reset", "earliest"},
	    {"queued.max.messages.kbytes", "16384"},
	    {"receive.message.max.bytes", "1000000000"},
	    {"fetch.wait.max.ms", "100"},
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		TRY(kafka_set(conf, settings[i].name, settings[i].value));
	rd_kafka_conf_set_rebalance_cb(conf, rebalance);
	rd_kafka_conf_set_offset_commit_cb(conf, note_commit);
	return 0;
}

static int
subscribe(struct topic *t)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_resp_err_t error;

	rd_kafka_topic_partition_list_add(list, t->topic, RD_KAFKA_PARTITION_UA);
	rd_kafka_poll_set_consumer(t->rk);
	error = rd_kafka_subscribe(t->rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
		return err_set(ERR_USAGE, "the topic %s: %s", t->topic, rd_kafka_err2str(error));
	return 0;
}

static int
take_session(struct topic *t, struct span text)
{
	char *session = text.p == NULL ? mem_string("30s", 3) : mem_string(text.p, text.n);
	uint64_t ms;
	int r = option_time(session, &ms);

	if (r < 0 || ms < 1000 || ms > 3600000)
		r = err_set(ERR_USAGE, "session=%s: a time between 1s and 1h", session);
	if (r == 0)
		snprintf(t->session, sizeof(t->session), "%llu", (unsigned long long)ms);
	free(session);
	return r;
}

static int
start(struct topic *t, struct uri *u, const struct queue_self *self)
{
	struct span group = uri_take(u, "group");
	struct buf name = {0};
	rd_kafka_conf_t *conf;
	char why[KAFKA_WORDS];

	TRY(take_session(t, uri_take(u, "session")));
	TRY(kafka_conf(&conf, &t->topic, u, &t->trouble));
	t->group = group.n > 0 ? mem_string(group.p, group.n) : mem_string("winnow", 6);
	uri_name(&name, u);
	t->name = mem_string(name.p, name.n);
	buf_done(&name);
	if (set_all(conf, t, self->consumer) < 0) {
		rd_kafka_conf_destroy(conf);
		return ERR_USAGE;
	}
	t->rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
	if (t->rk == NULL) {
		rd_kafka_conf_destroy(conf);
		return err_set(ERR_USAGE, "kafka: %s", why);
	}
	return subscribe(t);
}

static int
open_topic(void **ret_state, struct uri *u, const struct queue_self *self)
{
	struct topic *t = mem_zero(1, sizeof(*t));
	int r = start(t, u, self);

	if (r < 0) {
		close_topic(t);
		return r;
	}
	t->fetched_at = loop_now();
	*ret_state = t;
	return 0;
}

const struct queue_kind queue_kafka_topic = {
    .name = "kafka topic",
    .scheme = "kafka",
    .open = open_topic,
    .name_of = name_topic,
    .fetch = fetch_topic,
    .done = done_topic,
    .keep = keep_topic,
    .close = close_topic,
};
