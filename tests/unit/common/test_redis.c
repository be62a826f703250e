#include "common/redis.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/unit/fake_redis.h"

static struct redis *
opened(const char *keys)
{
	struct redis *r;
	struct uri u;
	char text[256];

	snprintf(text, sizeof(text), "redis+unix://me@%s%s", scratch_path("s"), keys);
	cr_assert_eq(uri_parse(&u, text), 0, "%s", err_text());
	cr_assert_eq(redis_open(&r, &u), 0, "%s", err_text());
	cr_assert_eq(uri_check(&u), 0);
	uri_done(&u);
	return r;
}

static int
ask(struct redis *r, redisReply **ret)
{
	struct span args[] = {SPAN("GET"), SPAN("a\0b")};

	return redis_command(r, args, 2, ret);
}

TestSuite(redis, .init = scratch_open, .fini = scratch_close);

Test(redis, uris_that_cannot_be_are_refused)
{
	static const char *const bad[] = {"rediss://host/0", "http://host", "redis://",
	    "redis://a,b/0", "redis://host/x", "redis+unix://host/path", "redis+unix://",
	    "redis://host?password-file=/nowhere/at/all"};
	struct redis *r;
	struct uri u;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(uri_parse(&u, bad[i]), 0);
		cr_assert_eq(redis_open(&r, &u), ERR_USAGE, "%s", bad[i]);
		uri_done(&u);
	}
}

Test(redis, a_command_is_answered_after_the_greeting)
{
	struct redis *r;
	redisReply *reply;

	setenv("WINNOW_REDIS_PASSWORD", "hush", 1);
	answers[0] = answers[1] = answers[2] = "+OK\r\n";
	answers[3] = "$2\r\nhi\r\n";
	start();
	r = opened("?db=2");
	cr_assert_eq(ask(r, &reply), 0, "%s", err_text());
	cr_assert(span_equal(redis_text(reply), SPAN("hi")));
	freeReplyObject(reply);
	cr_assert_str_eq(asked, "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$4\r\nhush\r\n"
				"*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n"
				"*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$3\r\na");
	cr_assert_eq(redis_connections(r), 1);
	redis_close(r);
}

Test(redis, a_server_that_is_away_is_waited_for)
{
	struct redis *r = opened("");
	redisReply *reply;

	cr_assert_eq(ask(r, &reply), ERR_HOLD);
	cr_assert_not_null(strstr(err_text(), scratch_path("s")), "%s", err_text());
	answers[0] = "+PONG\r\n";
	start();
	cr_assert_eq(redis_ready(r), ERR_HOLD, "it tried before it was time");
	for (int i = 0; i < 1000 && redis_ready(r) == ERR_HOLD; i++)
		cr_assert_eq(poll(NULL, 0, 1), 0);
	cr_assert_eq(redis_ready(r), 0);
	redis_close(r);
}

Test(redis, a_connection_that_broke_is_made_again)
{
	struct redis *r;
	redisReply *reply;

	answers[0] = "+PONG\r\n";
	answers[1] = NULL;
	answers[2] = "+PONG\r\n";
	answers[3] = ":7\r\n";
	start();
	r = opened("");
	cr_assert_eq(redis_ready(r), 0);
	cr_assert_eq(ask(r, &reply), ERR_HOLD);
	for (int i = 0; i < 1000 && redis_ready(r) == ERR_HOLD; i++)
		cr_assert_eq(poll(NULL, 0, 1), 0);
	cr_assert_eq(ask(r, &reply), 0);
	cr_assert_eq(reply->integer, 7);
	freeReplyObject(reply);
	cr_assert_eq(redis_connections(r), 2);
	redis_close(r);
}

Test(redis, a_silent_server_is_left_after_a_second)
{
	struct redis *r;
	redisReply *reply;

	answers[0] = "+PONG\r\n";
	answers[1] = "";
	start();
	r = opened("");
	cr_assert_eq(ask(r, &reply), ERR_HOLD);
	cr_assert_not_null(strstr(err_text(), "no answer"), "%s", err_text());
	redis_close(r);
}

Test(redis, errors_pass_or_last)
{
	struct redis *r;
	redisReply *reply;

	answers[0] = "+PONG\r\n";
	answers[1] = "-BUSYGROUP Consumer Group name already exists\r\n";
	answers[2] = "-WRONGTYPE Operation against a key\r\n";
	answers[3] = "-READONLY You can't write against a read only replica.\r\n";
	start();
	r = opened("");
	cr_assert_eq(ask(r, &reply), ERR_RECORD);
	cr_assert(redis_said(r, "BUSYGROUP") && !redis_said(r, "BUSY"));
	cr_assert_eq(ask(r, &reply), ERR_USAGE);
	cr_assert_eq(ask(r, &reply), ERR_HOLD);
	cr_assert_not_null(strstr(err_text(), "READONLY"), "%s", err_text());
	cr_assert_eq(redis_connections(r), 1);
	redis_close(r);
}

Test(redis, a_cluster_is_called_one)
{
	struct redis *r;
	redisReply *reply;

	answers[0] = "+PONG\r\n";
	answers[1] = "-MOVED 3999 10.0.0.7:6381\r\n";
	answers[2] = "-CROSSSLOT Keys in request don't hash to the same slot\r\n";
	start();
	r = opened("");
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(ask(r, &reply), ERR_USAGE);
		cr_assert_not_null(strstr(err_text(), "a node of a cluster"), "%s", err_text());
	}
	redis_close(r);
}

Test(redis, a_wrong_password_lasts)
{
	struct redis *r;

	setenv("WINNOW_REDIS_PASSWORD", "hush", 1);
	answers[0] = "-WRONGPASS invalid username-password pair\r\n";
	start();
	r = opened("");
	cr_assert_eq(redis_ready(r), ERR_USAGE);
	cr_assert_null(strstr(err_text(), "hush"));
	cr_assert_not_null(strstr(err_text(), "?password-file=PATH"), "%s", err_text());
	redis_close(r);
}

Test(redis, a_server_that_loads_is_waited_for)
{
	struct redis *r;

	answers[0] = "-LOADING Redis is loading the dataset in memory\r\n";
	start();
	r = opened("");
	cr_assert_eq(redis_ready(r), ERR_HOLD);
	redis_close(r);
}
