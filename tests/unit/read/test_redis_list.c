#include "stages/read/queue.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/unit/fake_redis.h"

static struct hand hand;

static void *
opened(void)
{
	struct settings settings = {0};
	struct queue_self self = {"me", &settings};
	void *state;
	struct uri u;
	char text[256];

	snprintf(text, sizeof(text), "redis+unix://%s?list=items", scratch_path("s"));
	cr_assert_eq(uri_parse(&u, text), 0, "%s", err_text());
	cr_assert_eq(queue_redis_list.open(&state, &u, &self), 0, "%s", err_text());
	cr_assert_eq(uri_check(&u), 0);
	uri_done(&u);
	return state;
}

static int
fetch(void *state, size_t n)
{
	struct queue_wish wish = {.entries = n, .bytes = 1000, .max_document = 100};

	return queue_redis_list.fetch(state, &hand, &wish);
}

static void
is_entry(size_t i, unsigned number, const char *raw)
{
	struct queue_entry *e = hand_entry(&hand, i);
	char id[64];

	snprintf(id, sizeof(id), "%u-%016llx", number, (unsigned long long)hash64(span_str(raw)));
	cr_assert(i < hand_count(&hand));
	cr_assert(span_equal(e->id, span_str(id)), "%.*s", (int)e->id.n, e->id.p);
	cr_assert(span_equal(e->raw, span_str(raw)), "%.*s", (int)e->raw.n, e->raw.p);
}

TestSuite(redis_list, .init = scratch_open, .fini = scratch_close);

Test(redis_list, what_was_moved_before_comes_first_under_its_number)
{
	void *l;

	answers[0] = "+PONG\r\n";
	answers[1] = "$2\r\n40\r\n";                    /* GET done */
	answers[2] = ":2\r\n";                          /* LLEN own */
	answers[3] = "*2\r\n$2\r\n{}\r\n$3\r\n{1}\r\n"; /* LRANGE */
	answers[4] = ":1\r\n";                          /* LLEN items */
	answers[5] = "$3\r\n{2}\r\n";                   /* LMOVE */
	answers[6] = ":0\r\n";
	start();
	l = opened();
	cr_assert_eq(fetch(l, 10), 0, "%s", err_text());
	is_entry(0, 40, "{}");
	is_entry(1, 41, "{1}");
	cr_assert_eq(fetch(l, 10), 0);
	is_entry(2, 42, "{2}");
	cr_assert_eq(fetch(l, 10), ERR_QUIET);
	cr_assert_not_null(strstr(asked, "items:winnow:me:done"));
	cr_assert_not_null(
	    strstr(asked, "LMOVE\r\n$5\r\nitems\r\n$15\r\nitems:winnow:me\r\n$4\r\nLEFT"));
	queue_redis_list.close(l);
	hand_done(&hand);
}

Test(redis_list, what_is_done_is_taken_off_and_counted_together)
{
	const struct span ids[] = {SPAN("40-aa"), SPAN("41-bb")}, before[] = {SPAN("39-cc")};
	void *l;

	answers[0] = "+PONG\r\n";
	answers[1] = "$2\r\n40\r\n";
	answers[2] = ":3\r\n";
	answers[3] = "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n+OK\r\n";
	answers[4] = "*1\r\n$3\r\n{2}\r\n";
	start();
	l = opened();
	cr_assert_eq(queue_redis_list.done(l, before, 1), 0, "nothing is asked");
	cr_assert_eq(queue_redis_list.done(l, ids, 2), 0, "%s", err_text());
	cr_assert_eq(queue_redis_list.done(l, ids, 2), 0, "nothing is asked");
	cr_assert_not_null(strstr(asked, "MULTI"));
	cr_assert_not_null(strstr(asked, "LTRIM\r\n$15\r\nitems:winnow:me\r\n$1\r\n2\r\n$2\r\n-1"));
	cr_assert_not_null(strstr(asked, "items:winnow:me:done\r\n$2\r\n42\r\n"));
	cr_assert_eq(fetch(l, 10), 0);
	is_entry(0, 42, "{2}");
	queue_redis_list.close(l);
	hand_done(&hand);
}

Test(redis_list, after_a_new_connection_all_is_looked_at_again)
{
	int r = ERR_HOLD;
	void *l;

	answers[0] = answers[4] = "+PONG\r\n";
	answers[1] = "$-1\r\n";
	answers[2] = ":0\r\n";
	answers[3] = NULL; /* it asks how many there are; the server has died and has forgotten */
	answers[5] = "$1\r\n7\r\n";
	answers[6] = ":1\r\n";
	answers[7] = "*1\r\n$2\r\n{}\r\n";
	start();
	l = opened();
	for (int i = 0; i < 6000 && r != 0; i++) {
		r = fetch(l, 10);
		poll(NULL, 0, r == 0 ? 0 : 10);
	}
	cr_assert_eq(r, 0, "%s", err_text());
	is_entry(0, 7, "{}");
	queue_redis_list.close(l);
	hand_done(&hand);
}
