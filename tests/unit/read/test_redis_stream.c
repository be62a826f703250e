#include "stages/read/queue.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "stages/loop.h"
#include "tests/unit/fake_redis.h"

static struct hand hand;

static void *
opened(const char *keys)
{
	struct settings settings = {0};
	struct queue_self self = {"me", &settings};
	void *state;
	struct uri u;
	char text[256];

	snprintf(text, sizeof(text), "redis+unix://%s?%s", scratch_path("s"), keys);
	cr_assert_eq(uri_parse(&u, text), 0, "%s", err_text());
	cr_assert_eq(queue_redis_stream.open(&state, &u, &self), 0, "%s", err_text());
	cr_assert_eq(uri_check(&u), 0, "%s", err_text());
	uri_done(&u);
	return state;
}

static int
fetch(void *state, size_t n)
{
	struct queue_wish wish = {.entries = n, .bytes = 1000, .max_document = 100};

	return queue_redis_stream.fetch(state, &hand, &wish);
}

static void
is_entry(size_t i, const char *id, const char *raw)
{
	struct queue_entry *e = hand_entry(&hand, i);

	cr_assert(i < hand_count(&hand));
	cr_assert(span_equal(e->id, span_str(id)), "%.*s", (int)e->id.n, e->id.p);
	cr_assert(span_equal(e->raw, span_str(raw)), "%.*s", (int)e->raw.n, e->raw.p);
}

TestSuite(redis_stream, .init = scratch_open, .fini = scratch_close);

Test(redis_stream, uris_that_cannot_be_are_refused)
{
	static const char *const bad[] = {"redis://h?group=g",
	    "redis://h?stream=", "redis://h?stream=s&claim=soon", "redis://h?stream=s&claim=1ms",
	    "redis://h?stream=s&claim=2d", "rediss://h?stream=s"};
	struct settings settings = {0};
	struct queue_self self = {"me", &settings};
	struct uri u;
	void *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(uri_parse(&u, bad[i]), 0);
		cr_assert_eq(queue_redis_stream.open(&state, &u, &self), ERR_USAGE, "%s", bad[i]);
		uri_done(&u);
	}
}

Test(redis_stream, its_own_come_first_then_what_others_left_then_new_ones)
{
	uint64_t before;
	size_t n;
	void *s;

	answers[0] = "+PONG\r\n";
	answers[1] = "-BUSYGROUP exists\r\n";
	answers[2] = "*1\r\n*2\r\n$1\r\na\r\n*2\r\n"
		     "*2\r\n$3\r\n1-0\r\n*2\r\n$4\r\ntext\r\n$3\r\none\r\n"
		     "*2\r\n$3\r\n2-0\r\n*-1\r\n";
	answers[3] = "*1\r\n*2\r\n$1\r\na\r\n*0\r\n";
	answers[4] =
	    "*3\r\n$3\r\n0-0\r\n*1\r\n*2\r\n$3\r\n3-0\r\n*2\r\n$4\r\ntext\r\n$3\r\ntwo\r\n*0\r\n";
	answers[5] =
	    "*1\r\n*2\r\n$1\r\na\r\n*1\r\n*2\r\n$3\r\n4-0\r\n*2\r\n$1\r\nx\r\n$3\r\n{7}\r\n";
	answers[6] = answers[7] = "*-1\r\n"; /* the second one for a test that is slow */
	start();
	s = opened("stream=a&group=g");
	cr_assert_eq(fetch(s, 10), 0, "%s", err_text());
	is_entry(0, "1-0", "{\"text\": \"one\"}");
	is_entry(1, "2-0", "");
	cr_assert_eq(hand_entry(&hand, 1)->form, FORM_NONE, "it was trimmed");
	cr_assert_eq(fetch(s, 10), 0);
	is_entry(2, "3-0", "{\"text\": \"two\"}");
	cr_assert_eq(fetch(s, 10), 0);
	is_entry(3, "4-0", "{7}");
	before = loop_now();
	cr_assert_eq(fetch(s, 10), ERR_QUIET);
	n = strlen(asked);
	cr_assert_eq(fetch(s, 10), ERR_QUIET);
	cr_assert(strlen(asked) == n || loop_now() - before >= 50, "it is not asked again at once");
	cr_assert_eq(hand_count(&hand), 4);
	cr_assert_not_null(strstr(asked, "MKSTREAM"));
	cr_assert_not_null(strstr(asked, "XREADGROUP\r\n$5\r\nGROUP\r\n$1\r\ng\r\n$2\r\nme\r\n"));
	cr_assert_not_null(
	    strstr(asked, "XAUTOCLAIM\r\n$1\r\na\r\n$1\r\ng\r\n$2\r\nme\r\n$6\r\n300000\r\n"));
	queue_redis_stream.close(s);
	hand_done(&hand);
}

Test(redis_stream, a_large_entry_is_refused_without_its_bytes)
{
	char large[300];
	void *s;

	snprintf(large, sizeof(large),
	    "*1\r\n*2\r\n$1\r\na\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nx\r\n$120\r\n%0120d\r\n",
	    0);
	answers[0] = "+PONG\r\n";
	answers[1] = "+OK\r\n";
	answers[2] = large;
	start();
	s = opened("stream=a");
	cr_assert_eq(fetch(s, 10), 0);
	is_entry(0, "1-0", "");
	cr_assert_str_eq(hand_entry(&hand, 0)->refused, "too-large");
	queue_redis_stream.close(s);
	hand_done(&hand);
}

Test(redis_stream, a_group_that_is_gone_is_made_again)
{
	void *s;

	answers[0] = "+PONG\r\n";
	answers[1] = "+OK\r\n";
	answers[2] = "-NOGROUP No such key 'a' or consumer group 'winnow'\r\n";
	answers[3] = "+OK\r\n";
	answers[4] = "*-1\r\n";
	answers[5] = "*3\r\n$3\r\n0-0\r\n*0\r\n*0\r\n";
	answers[6] = "*-1\r\n";
	start();
	s = opened("stream=a");
	cr_assert_eq(fetch(s, 10), ERR_HOLD);
	cr_assert_eq(fetch(s, 10), ERR_QUIET, "%s", err_text());
	queue_redis_stream.close(s);
}

Test(redis_stream, only_what_is_idle_and_its_own_is_refreshed)
{
	void *s;

	answers[0] = "+PONG\r\n";
	answers[1] = "+OK\r\n";
	answers[2] = "*1\r\n*4\r\n$3\r\n1-0\r\n$2\r\nme\r\n:2000\r\n:1\r\n";
	answers[3] = "*1\r\n$3\r\n1-0\r\n";
	start();
	s = opened("stream=a&claim=6s&consumer=me2");
	cr_assert_eq(queue_redis_stream.keep(s), 0, "%s", err_text());
	cr_assert_eq(queue_redis_stream.keep(s), 0, "it is not asked again at once");
	cr_assert_not_null(
	    strstr(asked, "IDLE\r\n$4\r\n1000\r\n$1\r\n-\r\n$1\r\n+\r\n$3\r\n500\r\n$3\r\nme2"));
	cr_assert_not_null(strstr(asked, "me2\r\n$4\r\n1000\r\n$3\r\n1-0\r\n$6\r\nJUSTID"));
	queue_redis_stream.close(s);
}

Test(redis_stream, what_is_done_is_acknowledged_in_its_group)
{
	const struct span ids[] = {SPAN("1-0"), SPAN("2-0")};
	void *s;

	answers[0] = "+PONG\r\n";
	answers[1] = "+OK\r\n";
	answers[2] = ":2\r\n";
	start();
	s = opened("stream=a&group=g");
	cr_assert_eq(queue_redis_stream.done(s, ids, 2), 0, "%s", err_text());
	cr_assert_not_null(
	    strstr(asked, "XACK\r\n$1\r\na\r\n$1\r\ng\r\n$3\r\n1-0\r\n$3\r\n2-0\r\n"));
	queue_redis_stream.close(s);
}

Test(redis_stream, after_a_new_connection_its_own_are_read_again)
{
	int r = ERR_HOLD;
	void *s;

	answers[0] = answers[5] = "+PONG\r\n";
	answers[1] = answers[6] = "+OK\r\n";
	answers[2] = "*1\r\n*2\r\n$1\r\na\r\n*0\r\n";
	answers[3] = "*3\r\n$3\r\n0-0\r\n*0\r\n*0\r\n";
	answers[4] = NULL; /* it asks for new ones, and the answer is lost */
	answers[7] = "*1\r\n*2\r\n$1\r\na\r\n*1\r\n"
		     "*2\r\n$3\r\n1-0\r\n*2\r\n$4\r\ntext\r\n$3\r\none\r\n";
	start();
	s = opened("stream=a&group=g");
	for (int i = 0; i < 6000 && r != 0; i++) {
		r = fetch(s, 10);
		poll(NULL, 0, r == 0 ? 0 : 10);
	}
	cr_assert_eq(r, 0, "%s", err_text());
	is_entry(0, "1-0", "{\"text\": \"one\"}");
	cr_assert_eq(hand_count(&hand), 1);
	queue_redis_stream.close(s);
	hand_done(&hand);
}
