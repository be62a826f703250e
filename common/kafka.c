#include "common/kafka.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/mem.h"
#include "common/secret.h"

enum { ASK_MS = 1000 };

int
kafka_set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
	char why[KAFKA_WORDS];

	if (rd_kafka_conf_set(conf, name, value, why, sizeof(why)) != RD_KAFKA_CONF_OK)
		return err_set(ERR_USAGE, "kafka: %s", why);
	return 0;
}

static int
set_span(rd_kafka_conf_t *conf, const char *name, struct span value)
{
	char *text = mem_string(value.p, value.n);
	int r = kafka_set(conf, name, text);

	free(text);
	return r;
}

static void
note_error(rd_kafka_t *rk, int error, const char *reason, void *opaque)
{
	struct kafka_trouble *t = opaque;

	t->away = t->away || error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
		  error == RD_KAFKA_RESP_ERR__TRANSPORT || error == RD_KAFKA_RESP_ERR__RESOLVE;
	if (error == RD_KAFKA_RESP_ERR__FATAL) {
		char why[KAFKA_WORDS];
		rd_kafka_fatal_error(rk, why, sizeof(why));
		t->fatal = true;
		snprintf(t->words, sizeof(t->words), "%s", why);
	} else if (!t->fatal &&
		   (error != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || t->words[0] == '\0'))
		/* that all are down says less than how each was */
		snprintf(t->words, sizeof(t->words), "%s", reason);
}

/* Its own lines on standard error are nobody's log. */
static void
say_nothing(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	(void)rk;
	(void)level;
	(void)facility;
	(void)text;
}

static int
set_password(rd_kafka_conf_t *conf, struct uri *uri)
{
	struct span file = uri_take(uri, "password-file");
	char *password;
	int r;

	if (uri->user.n == 0)
		return 0;
	TRY(secret_password(&password, "WINNOW_KAFKA_PASSWORD", file));
	if (password == NULL)
		return err_set(ERR_USAGE, "kafka: a user needs a password: in "
					  "WINNOW_KAFKA_PASSWORD, or ?password-file=PATH");
	r = set_span(conf, "sasl.username", uri->user);
	if (r == 0)
		r = kafka_set(conf, "sasl.password", password);
	free(password);
	return r;
}

static int
set_security(rd_kafka_conf_t *conf, struct uri *uri)
{
	struct span security = uri_take(uri, "security"), mechanism = uri_take(uri, "mechanism"),
		    ca = uri_take(uri, "ca");

	if (security.p == NULL)
		security = uri->user.n > 0 ? SPAN("sasl_ssl") : SPAN("plaintext");
	TRY(set_span(conf, "security.protocol", security));
	if (uri->user.n > 0)
		TRY(set_span(
		    conf, "sasl.mechanisms", mechanism.p != NULL ? mechanism : SPAN("PLAIN")));
	if (ca.p != NULL)
		TRY(set_span(conf, "ssl.ca.location", ca));
	return set_password(conf, uri);
}

static int
fill(rd_kafka_conf_t *conf, struct uri *uri)
{
	if (uri->authority.n == 0 || uri->path.n == 0 ||
	    memchr(uri->path.p, '/', uri->path.n) != NULL)
		return err_set(ERR_USAGE,
		    "%.*s: brokers and a topic are needed, as "
		    "kafka://host:9092,host:9092/topic",
		    (int)uri->text.n, uri->text.p);
	TRY(set_span(conf, "bootstrap.servers", uri->authority));
	TRY(kafka_set(conf, "client.id", "winnow"));
	TRY(kafka_set(conf, "reconnect.backoff.max.ms", "5000"));
	return set_security(conf, uri);
}

int
kafka_conf(
    rd_kafka_conf_t **ret_conf, char **ret_topic, struct uri *uri, struct kafka_trouble *trouble)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	int r = fill(conf, uri);

	if (r < 0) {
		rd_kafka_conf_destroy(conf);
		return r;
	}
	rd_kafka_conf_set_opaque(conf, trouble);
	rd_kafka_conf_set_error_cb(conf, note_error);
	rd_kafka_conf_set_log_cb(conf, say_nothing);
	*ret_conf = conf;
	*ret_topic = mem_string(uri->path.p, uri->path.n);
	return 0;
}

rd_kafka_resp_err_t
kafka_ask_topic(rd_kafka_t *rk, const char *topic, int wait_ms, bool *ret_answered)
{
	rd_kafka_topic_t *handle = rd_kafka_topic_new(rk, topic, NULL);
	const struct rd_kafka_metadata *found;
	rd_kafka_resp_err_t error = rd_kafka_metadata(rk, 0, handle, &found, wait_ms);

	rd_kafka_topic_destroy(handle);
	*ret_answered = error == RD_KAFKA_RESP_ERR_NO_ERROR;
	if (*ret_answered) {
		error = found->topic_cnt == 1 ? found->topics[0].err : error;
		rd_kafka_metadata_destroy(found);
	}
	return error;
}

int
kafka_hold(const struct kafka_trouble *trouble, const char *what, const char *where)
{
	return err_set(ERR_HOLD, "cannot %s %s: %s", what, where,
	    trouble->words[0] != '\0' ? trouble->words : "no answer");
}

/* the limit of a topic */

static int
no_limit(rd_kafka_resp_err_t error, const char *topic, const char *words)
{
	switch (error) {
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE: return ERR_STOP;
	default:
		return err_set(ERR_HOLD, "cannot ask about the topic %s: %s", topic,
		    words != NULL ? words : rd_kafka_err2str(error));
	}
}

static int
read_limit(const rd_kafka_ConfigResource_t *topic, const char *name, uint64_t *ret_bytes)
{
	rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(topic);
	const rd_kafka_ConfigEntry_t **entries;
	size_t n;

	if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
		return no_limit(error, name, rd_kafka_ConfigResource_error_string(topic));
	entries = rd_kafka_ConfigResource_configs(topic, &n);
	for (size_t i = 0; i < n; i++) {
		const char *value = rd_kafka_ConfigEntry_value(entries[i]);

		if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), "max.message.bytes") != 0 ||
		    value == NULL)
			continue;
		*ret_bytes = strtoull(value, NULL, 10);
		return 0;
	}
	return ERR_STOP;
}

static int
take_limit(rd_kafka_event_t *event, const char *topic, uint64_t *ret_bytes)
{
	const rd_kafka_DescribeConfigs_result_t *result;
	const rd_kafka_ConfigResource_t **resources;
	size_t n;

	if (event == NULL)
		return err_set(ERR_HOLD, "cannot ask about the topic %s: no answer", topic);
	if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return no_limit(
		    rd_kafka_event_error(event), topic, rd_kafka_event_error_string(event));
	result = rd_kafka_event_DescribeConfigs_result(event);
	resources = rd_kafka_DescribeConfigs_result_resources(result, &n);
	return n == 1 ? read_limit(resources[0], topic, ret_bytes) : ERR_STOP;
}

int
kafka_topic_limit(rd_kafka_t *rk, const char *topic, uint64_t *ret_bytes)
{
	rd_kafka_ConfigResource_t *resource =
	    rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
	rd_kafka_AdminOptions_t *options =
	    rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
	rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
	rd_kafka_event_t *event;
	char why[KAFKA_WORDS];
	int r;

	rd_kafka_AdminOptions_set_request_timeout(options, ASK_MS, why, sizeof(why));
	rd_kafka_DescribeConfigs(rk, &resource, 1, options, queue);
	event = rd_kafka_queue_poll(queue, ASK_MS + ASK_MS / 2);
	r = take_limit(event, topic, ret_bytes);
	if (event != NULL)
		rd_kafka_event_destroy(event);
	rd_kafka_queue_destroy(queue);
	rd_kafka_AdminOptions_destroy(options);
	rd_kafka_ConfigResource_destroy(resource);
	return r;
}
