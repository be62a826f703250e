/*
 * kafka - what a source and a sink in Kafka share: librdkafka's settings from a URI, its words, and
 * how large a message a topic takes.
 *
 * kafka://user@host:port,host:port/topic, with the keys security (plaintext, ssl, sasl_plaintext,
 * sasl_ssl; plaintext by default, with a user sasl_ssl), mechanism (PLAIN, SCRAM-SHA-256,
 * SCRAM-SHA-512), ca (a file of certificates), password-file; else the password is in
 * WINNOW_KAFKA_PASSWORD.
 *
 * Source: librdkafka 2.0, INTRODUCTION.md and CONFIGURATION.md.
 */
#ifndef WINNOW_KAFKA_H
#define WINNOW_KAFKA_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/uri.h"

enum {
	KAFKA_PORT = 9092,
	KAFKA_WORDS = 256,
	KAFKA_BATCH_OVERHEAD = 61,   /* bytes of a batch of messages, version 2 */
	KAFKA_MESSAGE_OVERHEAD = 99, /* of each message in it, its key of 16 bytes included: more */
};

/* The newest trouble of a handle, told by its own thread at the next poll. Starts as {0}. */
struct kafka_trouble {
	char words[KAFKA_WORDS];
	bool fatal; /* the handle cannot be used any more */
	bool away;  /* a broker is; who asks, and gets an answer, sets it back */
};

/*
 * Settings for the brokers and the topic of a URI; the topic is allocated. `trouble` is told what
 * goes wrong and lives as long as the handle. ERR_USAGE: no topic, unknown words, no password.
 */
int kafka_conf(rd_kafka_conf_t **ret_conf, char **ret_topic, struct uri *uri,
    struct kafka_trouble *trouble) WARN_UNUSED;

/* One more setting. ERR_USAGE if librdkafka does not know it or its value. */
int kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value) WARN_UNUSED;

/*
 * The most bytes that the topic takes as a batch of messages (max.message.bytes). Asks the brokers,
 * for a second at most. Returns 0; ERR_HOLD, with words: away, or no such topic now; ERR_STOP: they
 * do not tell us.
 */
int kafka_topic_limit(rd_kafka_t *rk, const char *topic, uint64_t *ret_bytes) WARN_UNUSED;

/*
 * Ask for the topic, for so long at most; brokers that may make topics make it then. Returns what
 * is wrong with it, or with the question if *ret_answered is false.
 */
rd_kafka_resp_err_t
kafka_ask_topic(rd_kafka_t *rk, const char *topic, int wait_ms, bool *ret_answered);

/* ERR_HOLD with what is known: "cannot WHAT: WORDS". */
int kafka_hold(const struct kafka_trouble *trouble, const char *what, const char *where);

#endif
