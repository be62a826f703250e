/* Against librdkafka's own mock cluster; chain/source_kafka has a real broker. */
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/kafka.h" /* before the mock */

#include <librdkafka/rdkafka_mock.h>

#include "stages/read/queue.h"

enum { PATIENCE = 6000 /* looks, 10 ms apart */ };

static const struct queue_kind *const kind = &queue_kafka_topic;
static rd_kafka_t *helper;
static rd_kafka_mock_cluster_t *cluster;
static struct hand hand;
static void *state;

static rd_kafka_t *
client(rd_kafka_type_t type)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char why[256];
	rd_kafka_t *rk;

	if (cluster != NULL)
		rd_kafka_conf_set(conf, "bootstrap.servers",
		    rd_kafka_mock_cluster_bootstraps(cluster), why, sizeof(why));
	rd_kafka_conf_set(conf, "group.id", "g", why, sizeof(why));
	rk = rd_kafka_new(type, conf, why, sizeof(why));
	cr_assert_not_null(rk, "%s", why);
	return rk;
}

static void
open_test(void)
{
	helper = client(RD_KAFKA_PRODUCER);
	cluster = rd_kafka_mock_cluster_new(helper, 1);
	rd_kafka_mock_topic_create(cluster, "in", 1, 1);
}

static void
close_test(void)
{
	kind->close(state);
	hand_done(&hand);
	rd_kafka_mock_cluster_destroy(cluster);
	rd_kafka_destroy(helper);
}

TestSuite(kafka_topic, .init = open_test, .fini = close_test, .timeout = 240);

static int
opens(const char *rest)
{
	struct queue_self self = {.consumer = "quay-1"};
	struct uri u;
	char text[256];
	int r;

	snprintf(text, sizeof(text), "kafka://me.example%s", rest);
	if (rest[0] == '?')
		snprintf(text, sizeof(text), "kafka://%s/in%s",
		    rd_kafka_mock_cluster_bootstraps(cluster), rest);
	cr_assert_eq(uri_parse(&u, text), 0, "%s", err_text());
	r = kind->open(&state, &u, &self);
	uri_done(&u);
	return r;
}

static void
produce(const char *const *values, size_t n)
{
	rd_kafka_t *rk = client(RD_KAFKA_PRODUCER);

	for (size_t i = 0; i < n; i++)
		cr_assert_eq(
		    rd_kafka_producev(rk, RD_KAFKA_V_TOPIC("in"), RD_KAFKA_V_PARTITION(0),
			RD_KAFKA_V_VALUE((void *)values[i], strlen(values[i])), RD_KAFKA_V_END),
		    0);
	cr_assert_eq(rd_kafka_flush(rk, 60000), 0);
	rd_kafka_destroy(rk);
}

/* Fetch until so many are in hand. */
static void
fetched(size_t n)
{
	const struct queue_wish wish = {.entries = 4, .bytes = 1 << 20, .max_document = 100};
	int r = 0;

	for (int i = 0; i < PATIENCE && hand_count(&hand) < n; i++) {
		r = kind->fetch(state, &hand, &wish);
		cr_assert(r == 0 || r == ERR_QUIET || r == ERR_HOLD, "%s", err_text());
		if (r != 0)
			poll(NULL, 0, 10);
	}
	cr_assert_eq(hand_count(&hand), n, "%d: %s", r, err_text());
}

static void
done(const char *ids)
{
	struct span list[8];
	size_t n = 0;

	for (; *ids != '\0'; ids += strcspn(ids, " "), ids += *ids == ' ')
		list[n++] = span_of(ids, strcspn(ids, " "));
	cr_assert_eq(kind->done(state, list, n), 0);
}

/* With these done, told again and again, as they are when they come again: what is committed. */
static void
committed(const char *ids, int64_t wanted)
{
	const struct queue_wish more = {.entries = 4, .bytes = 1000, .max_document = 100};
	rd_kafka_t *rk = client(RD_KAFKA_CONSUMER);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	int64_t offset = -1;

	rd_kafka_topic_partition_list_add(list, "in", 0);
	for (int i = 0; i < PATIENCE && offset != wanted; i++) {
		cr_assert_leq(kind->fetch(state, &hand, &more), 0);
		done(ids);
		cr_assert_eq(kind->keep(state), 0);
		poll(NULL, 0, 10);
		cr_assert_eq(rd_kafka_committed(rk, list, 60000), 0);
		offset = list->elems[0].offset < 0 ? -1 : list->elems[0].offset;
	}
	cr_assert_eq(offset, wanted, "%d, not %d", (int)offset, (int)wanted);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_consumer_close(rk);
	rd_kafka_destroy(rk);
}

#define LONG \
	"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"

static const char *const messages[] = {"{\"text\": \"one\"}", "json failed to parse", "",
    "{\"text\": \"" LONG LONG "\"}", "{\"text\": \"five\"}", "{\"text\": \"six\"}"};

Test(kafka_topic, messages_are_entries_named_by_their_place)
{
	cr_assert_eq(opens("?group=g"), 0, "%s", err_text());
	produce(messages, 6);
	fetched(6);
	cr_assert(span_equal(hand_entry(&hand, 0)->id, SPAN("0:0")));
	cr_assert_eq(hand_entry(&hand, 0)->form, FORM_JSON);
	cr_assert(span_equal(hand_entry(&hand, 0)->raw, span_str(messages[0])));
	cr_assert_eq(hand_entry(&hand, 1)->form, FORM_JSON, "extract says that it is none");
	cr_assert_eq(hand_entry(&hand, 2)->form, FORM_NONE, "nothing is there");
	cr_assert_str_eq(hand_entry(&hand, 3)->refused, "too-large");
	cr_assert(span_equal(hand_entry(&hand, 5)->id, SPAN("0:5")));
}

Test(kafka_topic, what_is_committed_has_nothing_below_it_that_is_not_done)
{
	cr_assert_eq(opens("?group=g"), 0, "%s", err_text());
	produce(messages, 6);
	fetched(6);
	committed("0:0 0:1 0:3 7:1 nonsense", 2);
	committed("0:4 0:3 0:2", 5);
	committed("0:2 0:5 0:4 0:3", 6);
}

Test(kafka_topic, its_name_has_neither_user_nor_group)
{
	struct buf name = {0};

	setenv("WINNOW_KAFKA_PASSWORD", "hush", 1);
	cr_assert_eq(opens(":9092/in?group=g"), 0, "%s", err_text());
	kind->name_of(state, &name);
	cr_assert(span_equal(buf_view(&name), SPAN("kafka://me.example:9092/in")), "%.*s",
	    (int)name.n, name.p);
	buf_done(&name);
}

Test(kafka_topic, a_broker_that_is_away_is_a_hold)
{
	const struct queue_wish wish = {.entries = 4, .bytes = 1 << 20, .max_document = 100};
	int r = ERR_QUIET;

	rd_kafka_mock_broker_set_down(cluster, 1);
	cr_assert_eq(opens("?group=g"), 0, "%s", err_text());
	for (int i = 0; i < PATIENCE; i++) {
		r = kind->fetch(state, &hand, &wish);
		cr_assert_eq(r, ERR_HOLD, "%d", r);
		if (strstr(err_text(), "cannot read the topic in") != NULL)
			break;
		poll(NULL, 0, 10);
	}
	cr_assert(strstr(err_text(), "cannot read the topic in") != NULL, "%s", err_text());
	rd_kafka_mock_broker_set_up(cluster, 1);
	produce(messages, 2);
	fetched(2);
}

Test(kafka_topic, without_a_topic_it_is_refused)
{
	cr_assert_eq(opens(":9092"), ERR_USAGE);
}

Test(kafka_topic, a_session_is_a_time)
{
	cr_assert_eq(opens("?session=soon"), ERR_USAGE);
	cr_assert_eq(opens("?session=10ms"), ERR_USAGE);
	cr_assert_eq(opens("?session=10s"), 0, "%s", err_text());
}
