#include "common/kafka.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct kafka_trouble trouble;

static int
makes(const char *text, rd_kafka_conf_t **ret_conf, char **ret_topic)
{
	struct uri u;
	int r;

	cr_assert_eq(uri_parse(&u, text), 0, "%s", err_text());
	r = kafka_conf(ret_conf, ret_topic, &u, &trouble);
	if (r == 0)
		r = uri_check(&u);
	uri_done(&u);
	return r;
}

static void
has(rd_kafka_conf_t *conf, const char *name, const char *value)
{
	char text[128];
	size_t n = sizeof(text);

	cr_assert_eq(rd_kafka_conf_get(conf, name, text, &n), RD_KAFKA_CONF_OK);
	cr_assert_str_eq(text, value, "%s", name);
}

Test(kafka, a_uri_names_brokers_and_topic)
{
	rd_kafka_conf_t *conf;
	char *topic;

	cr_assert_eq(makes("kafka://a.example:9092,b.example/crawl.out", &conf, &topic), 0);
	has(conf, "bootstrap.servers", "a.example:9092,b.example");
	has(conf, "security.protocol", "plaintext");
	cr_assert_str_eq(topic, "crawl.out");
	rd_kafka_conf_destroy(conf);
	free(topic);
}

Test(kafka, a_user_has_a_password_and_a_safe_way)
{
	rd_kafka_conf_t *conf;
	char *topic;

	setenv("WINNOW_KAFKA_PASSWORD", "hush", 1);
	cr_assert_eq(makes("kafka://orla@a.example/t", &conf, &topic), 0, "%s", err_text());
	has(conf, "security.protocol", "sasl_ssl");
	has(conf, "sasl.mechanisms", "PLAIN");
	has(conf, "sasl.username", "orla");
	has(conf, "sasl.password", "hush");
	rd_kafka_conf_destroy(conf);
	free(topic);
	cr_assert_eq(
	    makes("kafka://orla@a.example/t?security=sasl_plaintext&mechanism=SCRAM-SHA-512", &conf,
		&topic),
	    0, "%s", err_text());
	has(conf, "security.protocol", "sasl_plaintext");
	has(conf, "sasl.mechanisms", "SCRAM-SHA-512");
	rd_kafka_conf_destroy(conf);
	free(topic);
}

Test(kafka, uris_that_cannot_be_are_refused)
{
	static const char *const bad[] = {"kafka://a.example", "kafka:///t",
	    "kafka://a.example/t/u", "kafka://a.example/t?security=none",
	    "kafka://orla@a.example/t"};
	rd_kafka_conf_t *conf;
	char *topic;

	unsetenv("WINNOW_KAFKA_PASSWORD");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(makes(bad[i], &conf, &topic), ERR_USAGE, "%s", bad[i]);
}

Test(kafka, a_broker_that_is_away_is_a_hold_with_words)
{
	rd_kafka_conf_t *conf;
	uint64_t bytes = 7;
	bool answered = true;
	char *topic, why[KAFKA_WORDS];
	rd_kafka_t *rk;

	cr_assert_eq(makes("kafka://127.0.0.1:1/t", &conf, &topic), 0);
	rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
	cr_assert_not_null(rk, "%s", why);
	cr_assert_eq(kafka_topic_limit(rk, topic, &bytes), ERR_HOLD);
	cr_assert(strstr(err_text(), "topic t") != NULL, "%s", err_text());
	for (int i = 0; i < 1000 && strstr(trouble.words, "127.0.0.1:1") == NULL; i++)
		rd_kafka_poll(rk, 10);
	cr_assert_eq(kafka_hold(&trouble, "reach", topic), ERR_HOLD);
	cr_assert(strstr(err_text(), "127.0.0.1:1") != NULL, "%s", err_text());
	cr_assert_eq(bytes, 7);
	cr_assert_neq(kafka_ask_topic(rk, topic, 100, &answered), 0);
	cr_assert_not(answered);
	rd_kafka_destroy(rk);
	free(topic);
}
