/* Against librdkafka's own mock cluster; chain/sink_kafka has a real broker. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "common/kafka.h" /* before the mock */

#include <librdkafka/rdkafka_mock.h>

#include "stages/write/carrier.h"

enum { PRODUCE = 0 }; /* the number of this request */

static rd_kafka_t *helper;
static rd_kafka_mock_cluster_t *cluster;
static void *state;
static struct parcel p;

static void
open_test(void)
{
	char why[256];

	helper = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof(why));
	cr_assert_not_null(helper, "%s", why);
	cluster = rd_kafka_mock_cluster_new(helper, 1);
	rd_kafka_mock_topic_create(cluster, "out", 1, 1);
}

static void
close_test(void)
{
	kafka_carrier.close(state);
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(helper);
	parcel_done(&p);
}

TestSuite(kafka_sink, .init = open_test, .fini = close_test, .timeout = 240);

static int
opens(const char *keys)
{
	struct buf name = {0};
	struct uri u;
	char text[256];
	int r;

	snprintf(text, sizeof(text), "kafka://%s/out%s", rd_kafka_mock_cluster_bootstraps(cluster),
	    keys);
	cr_assert_eq(uri_parse(&u, text), 0, "%s", err_text());
	r = kafka_carrier.open(&state, &name, &u, NULL);
	uri_done(&u);
	buf_done(&name);
	return r;
}

/* What ready answers at last, however often a slow broker lets it wait. */
static int
ready_at_last(uint64_t *most)
{
	int r;

	while ((r = kafka_carrier.ready(state, most)) == ERR_HOLD)
		;
	return r;
}

static void
opened(void)
{
	uint64_t most = 0;

	cr_assert_eq(opens("?max-bytes=5000"), 0, "%s", err_text());
	cr_assert_eq(ready_at_last(&most), 0, "%s", err_text());
	cr_assert_eq(most, 5000 - KAFKA_BATCH_OVERHEAD - KAFKA_MESSAGE_OVERHEAD);
}

static void
add(uint64_t from, uint64_t to)
{
	for (; from < to; from++)
		parcel_add(&p, &(struct document){.key = from}, SPAN("a record"));
}

static int
delivers(void)
{
	int r = kafka_carrier.deliver(state, &p, SPAN(""));

	if (r == 0)
		p.n = p.bytes.n = 0;
	return r;
}

static void
delivers_at_last(void)
{
	int r;

	while ((r = delivers()) == ERR_HOLD)
		;
	cr_assert_eq(r, 0, "%s", err_text());
}

/* The topic holds exactly these keys, in this order. */
static void
holds(uint64_t n)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(1);
	rd_kafka_message_t *m;
	rd_kafka_t *rk;
	char why[256];

	rd_kafka_conf_set(
	    conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster), why, sizeof(why));
	rd_kafka_conf_set(conf, "group.id", "test", why, sizeof(why));
	rd_kafka_conf_set(conf, "enable.partition.eof", "true", why, sizeof(why));
	rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
	cr_assert_not_null(rk, "%s", why);
	rd_kafka_topic_partition_list_add(all, "out", 0)->offset = 0;
	rd_kafka_assign(rk, all);
	for (uint64_t i = 0; i <= n; i++) {
		char key[KEY_DIGITS];

		m = rd_kafka_consumer_poll(rk, 60000);
		cr_assert_not_null(m);
		cr_assert_eq(m->err, i == n ? RD_KAFKA_RESP_ERR__PARTITION_EOF : 0, "%d at %d",
		    m->err, (int)i);
		key_print(i, key);
		cr_assert(
		    i == n || (m->key_len == KEY_DIGITS && memcmp(m->key, key, KEY_DIGITS) == 0));
		rd_kafka_message_destroy(m);
	}
	rd_kafka_topic_partition_list_destroy(all);
	rd_kafka_consumer_close(rk);
	rd_kafka_destroy(rk);
}

Test(kafka_sink, brings_records_in_order_with_their_keys)
{
	opened();
	add(0, 300);
	delivers_at_last();
	add(300, 301);
	delivers_at_last();
	cr_assert_eq(delivers(), 0, "nothing is brought at once");
	holds(301);
}

Test(kafka_sink, brokers_that_go_away_are_waited_for_and_nothing_is_doubled)
{
	opened();
	add(0, 100);
	delivers_at_last();
	rd_kafka_mock_broker_set_down(cluster, 1);
	add(100, 200);
	cr_assert_eq(delivers(), ERR_HOLD);
	cr_assert(strstr(err_text(), "topic out") != NULL, "%s", err_text());
	cr_assert_eq(delivers(), ERR_HOLD);
	rd_kafka_mock_broker_set_up(cluster, 1);
	delivers_at_last();
	holds(200);
}

Test(kafka_sink, a_topic_that_became_narrower_ends_the_process)
{
	int r;

	opened();
	add(0, 1);
	rd_kafka_mock_push_request_errors(
	    cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
	while ((r = delivers()) == ERR_HOLD) /* a slow broker */
		;
	cr_assert_eq(r, ERR_SYS);
	cr_assert(strstr(err_text(), "max-bytes") != NULL, "%s", err_text());
}

Test(kafka_sink, what_it_may_not_is_a_hold_and_tried_again)
{
	bool told = false;
	int r;

	opened();
	add(0, 1);
	rd_kafka_mock_push_request_errors(
	    cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
	while ((r = delivers()) == ERR_HOLD)
		told = told || strstr(err_text(), "authorization") != NULL;
	cr_assert_eq(r, 0, "%s", err_text());
	cr_assert(told);
	holds(1);
}

Test(kafka_sink, a_limit_that_is_none_is_refused)
{
	uint64_t most;

	cr_assert_eq(opens("?max-bytes=many"), ERR_USAGE);
	cr_assert_eq(opens("?max-bytes=1000"), 0);
	cr_assert_eq(ready_at_last(&most), ERR_USAGE);
}
