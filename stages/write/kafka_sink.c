/*
 * kafka_sink - kafka://host:port,host:port/topic: each record as a message whose key is that of the
 * record. At least once: what was sent before a process died and its checkpoint does not tell, the
 * next one sends again.
 *
 * The producer is idempotent and waits for all replicas in sync, so that a lost connection doubles
 * nothing. What the topic is too narrow for is known before it is sent: its limit is asked for at
 * the beginning, max-bytes=N says it where the brokers do not.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/kafka.h"
#include "common/mem.h"
#include "common/options.h"
#include "stages/write/carrier.h"

enum {
	PATIENCE_MS = 1000, /* how long nothing may arrive before that is a hold */
	POLL_MS = 50,
	CREATE_MS = 1000,
	STANDARD_BYTES = 1000000, /* where nobody says how much a topic takes */
	MOST_BYTES = 1000000000,  /* librdkafka's own limit */
};

enum state { WAITING, SENT, ARRIVED };

struct kafka_sink {
	rd_kafka_conf_t *conf; /* for the next handle */
	rd_kafka_t *rk;        /* NULL: not made yet */
	struct kafka_trouble trouble;
	char *topic;
	uint64_t given_bytes; /* max-bytes, or 0 */
	/* of the parcel in hand */
	unsigned char *states; /* [n], of enum state */
	size_t n, arrived, cap;
	rd_kafka_resp_err_t error; /* the newest one of a record */
};

static void
close_handle(struct kafka_sink *k)
{
	if (k->rk == NULL)
		return;
	rd_kafka_purge(k->rk,
	    RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
	rd_kafka_destroy(k->rk);
	k->rk = NULL;
}

static void
close_sink(void *state)
{
	struct kafka_sink *k = state;

	if (k == NULL)
		return;
	close_handle(k);
	if (k->conf != NULL)
		rd_kafka_conf_destroy(k->conf);
	free(k->states);
	free(k->topic);
	free(k);
}

/* A record has arrived, or will not: the opaque is its place in the states. */
static void
note_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
	struct kafka_trouble *trouble = opaque;
	struct kafka_sink *k =
	    (struct kafka_sink *)((char *)trouble - offsetof(struct kafka_sink, trouble));
	unsigned char *at = message->_private;

	(void)rk;
	if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
		*at = ARRIVED;
		k->arrived++;
	} else {
		*at = WAITING;
		k->error = message->err;
	}
}

static int
make_conf(struct kafka_sink *k, struct uri *uri)
{
	struct span most = uri_take(uri, "max-bytes");

	if (most.p != NULL) {
		char *text = mem_string(most.p, most.n);
		int r = option_size(text, &k->given_bytes);
		free(text);
		TRY(r);
	}
	TRY(kafka_conf(&k->conf, &k->topic, uri, &k->trouble));
	rd_kafka_conf_set_dr_msg_cb(k->conf, note_delivery);
	TRY(kafka_set(k->conf, "enable.idempotence", "true"));
	TRY(kafka_set(k->conf, "acks", "all"));
	/* it tries for ever; when that is too long is --hold-timeout's to say */
	TRY(kafka_set(k->conf, "message.timeout.ms", "0"));
	return kafka_set(k->conf, "linger.ms", "5");
}

static int
open_sink(void **ret_state, struct buf *name, struct uri *uri, const struct settings *s)
{
	struct kafka_sink *k = mem_zero(1, sizeof(*k));
	int r = make_conf(k, uri);

	(void)s;
	if (r < 0) {
		close_sink(k);
		return r;
	}
	buf_print(name, "topic %s", k->topic);
	*ret_state = k;
	return 0;
}

/* Make the handle, for messages of at most so many bytes; 0: as many as it ever takes. */
static int
make_handle(struct kafka_sink *k, uint64_t bytes)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_dup(k->conf);
	char why[KAFKA_WORDS], number[24];

	if (bytes > 0) {
		snprintf(number, sizeof(number), "%llu", (unsigned long long)bytes);
		TRY(kafka_set(conf, "message.max.bytes", number));
	}
	k->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
	if (k->rk == NULL) {
		rd_kafka_conf_destroy(conf);
		return err_set(ERR_SYS, "kafka: %s", why);
	}
	return 0;
}

/* Ask for the topic, upon which brokers that may make topics make it. */
static int
touch_topic(struct kafka_sink *k)
{
	bool answered;
	rd_kafka_resp_err_t error = kafka_ask_topic(k->rk, k->topic, CREATE_MS, &answered);

	rd_kafka_poll(k->rk, 0);
	if (!answered)
		return kafka_hold(&k->trouble, "reach the brokers of topic", k->topic);
	if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
		return err_set(ERR_HOLD, "the topic %s: %s", k->topic, rd_kafka_err2str(error));
	return 0;
}

/* What the topic takes; the handle that asks was made for that alone. */
static int
ask_limit(struct kafka_sink *k, uint64_t *ret_bytes)
{
	int r;

	if (k->rk == NULL)
		TRY(make_handle(k, 0));
	TRY(touch_topic(k));
	if (k->given_bytes > 0)
		*ret_bytes = k->given_bytes;
	else {
		r = kafka_topic_limit(k->rk, k->topic, ret_bytes);
		if (r == ERR_STOP)
			*ret_bytes = STANDARD_BYTES;
		else
			TRY(r);
	}
	if (*ret_bytes > MOST_BYTES)
		*ret_bytes = MOST_BYTES;
	close_handle(k);
	return 0;
}

static int
ready(void *state, uint64_t *ret_max_record)
{
	struct kafka_sink *k = state;
	enum { AROUND = KAFKA_BATCH_OVERHEAD + KAFKA_MESSAGE_OVERHEAD };
	uint64_t bytes;

	TRY(ask_limit(k, &bytes));
	if (bytes < 10 * AROUND)
		return err_set(ERR_USAGE, "the topic %s takes %llu bytes a message: too few",
		    k->topic, (unsigned long long)bytes);
	TRY(make_handle(k, bytes));
	*ret_max_record = bytes - AROUND;
	return 0;
}

static void
begin_parcel(struct kafka_sink *k, size_t n)
{
	if (n > k->cap) {
		k->states = mem_grow(k->states, n);
		k->cap = n;
	}
	if (n > 0) /* else there may be no array */
		memset(k->states, WAITING, n);
	k->n = n;
	k->arrived = 0;
}

/* What a record that did not arrive says about the others. */
static int
check_errors(struct kafka_sink *k)
{
	rd_kafka_resp_err_t error = k->error;

	k->error = RD_KAFKA_RESP_ERR_NO_ERROR;
	if (k->trouble.fatal || error == RD_KAFKA_RESP_ERR__FATAL)
		return err_set(ERR_SYS, "the producer of topic %s: %s", k->topic, k->trouble.words);
	if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
		return err_set(ERR_SYS,
		    "the topic %s takes less than it said, or than ?max-bytes "
		    "says",
		    k->topic);
	if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
		return err_set(
		    ERR_HOLD, "cannot send to topic %s: %s", k->topic, rd_kafka_err2str(error));
	return 0;
}

/* Hand over what waits, until the queue is full. */
static int
send_waiting(struct kafka_sink *k, const struct parcel *p)
{
	for (size_t i = 0; i < k->n; i++) {
		struct span body = parcel_body(p, i);
		char key[KEY_DIGITS];
		rd_kafka_resp_err_t error;

		if (k->states[i] != WAITING)
			continue;
		key_print(p->records[i].key, key);
		error = rd_kafka_producev(k->rk, RD_KAFKA_V_TOPIC(k->topic),
		    RD_KAFKA_V_KEY(key, sizeof(key)), RD_KAFKA_V_VALUE((void *)body.p, body.n),
		    RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(&k->states[i]),
		    RD_KAFKA_V_END);
		if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL)
			return 0;
		k->error = error; /* of the topic, as the brokers said it last */
		TRY(check_errors(k));
		k->states[i] = SENT;
	}
	return 0;
}

static int
deliver(void *state, const struct parcel *p, struct span checkpoint)
{
	struct kafka_sink *k = state;
	int quiet_ms = 0;

	(void)checkpoint; /* it is in the folder */
	if (k->n == 0)
		begin_parcel(k, p->n);
	while (k->arrived < k->n) {
		size_t before = k->arrived;

		TRY(send_waiting(k, p));
		rd_kafka_poll(k->rk, POLL_MS);
		TRY(check_errors(k));
		quiet_ms = k->arrived == before ? quiet_ms + POLL_MS : 0;
		if (quiet_ms >= PATIENCE_MS)
			return kafka_hold(&k->trouble, "reach the brokers of topic", k->topic);
	}
	k->n = 0;
	k->trouble.words[0] = '\0';
	return 0;
}

const struct carrier_kind kafka_carrier = {
    .scheme = "kafka",
    .open = open_sink,
    .ready = ready,
    .deliver = deliver,
    .close = close_sink,
};
