#include "common/uri.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "common/err.h"

static struct uri
parsed(const char *text)
{
	struct uri u;

	cr_assert_eq(uri_parse(&u, text), 0, "%s: %s", text, err_text());
	return u;
}

static bool
is(struct span s, const char *expected)
{
	return span_equal(s, span_str(expected));
}

Test(uri, its_parts_are_found)
{
	struct uri u =
	    parsed("redis://me@queue.example:6380/3?stream=news%20items&group=winnow&empty=#x");

	cr_assert(is(u.scheme, "redis") && is(u.user, "me") && is(u.host, "queue.example"));
	cr_assert(is(u.authority, "queue.example:6380") && u.port == 6380 && is(u.path, "3"));
	cr_assert(is(uri_take(&u, "stream"), "news items"));
	cr_assert(is(uri_take(&u, "group"), "winnow"));
	cr_assert(uri_take(&u, "empty").n == 0 && uri_take(&u, "empty").p != NULL);
	cr_assert_null(uri_take(&u, "other").p);
	uri_done(&u);
}

Test(uri, most_parts_may_be_absent)
{
	struct uri u = parsed("zmq+submit://0.0.0.0:5559");

	cr_assert(is(u.scheme, "zmq+submit") && is(u.host, "0.0.0.0") && u.port == 5559);
	cr_assert(u.path.n == 0 && u.n_pairs == 0 && u.user.n == 0);
	uri_done(&u);
	u = parsed("redis://host");
	cr_assert(is(u.host, "host") && u.port == 0);
	uri_done(&u);
	u = parsed("redis+unix:///run/a%2Fb.sock?db=1");
	cr_assert(u.authority.n == 0 && is(u.path, "run/a/b.sock"));
	uri_done(&u);
}

Test(uri, an_authority_may_be_an_address_of_six_or_a_list)
{
	struct uri u = parsed("redis://[::1]:7000/0");

	cr_assert(is(u.host, "::1") && u.port == 7000 && is(u.authority, "[::1]:7000"));
	uri_done(&u);
	u = parsed("kafka://a:9092,b:9093/topic?group=g");
	cr_assert(is(u.authority, "a:9092,b:9093") && u.host.n == 0 && is(u.path, "topic"));
	uri_done(&u);
}

Test(uri, what_is_none_is_refused)
{
	static const char *const bad[] = {"", "crawl/a.jsonl", "://host", "a b://host",
	    "redis://host:0", "redis://host:65536", "redis://host:99999999999", "redis://host:x",
	    "redis://host:", "redis://[::1", "redis://[::1]7", "redis://h/%4", "redis://h/%zz",
	    "redis://h?a=%", "redis://h?a=1&a=2", "redis://h?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q"};
	struct uri u;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(uri_parse(&u, bad[i]), ERR_USAGE, "%s", bad[i]);
}

Test(uri, a_password_is_refused_and_not_repeated)
{
	struct uri u;

	cr_assert_eq(uri_parse(&u, "redis://me:hush@host/0"), ERR_USAGE);
	cr_assert_null(strstr(err_text(), "hush"));
	cr_assert_not_null(strstr(err_text(), "WINNOW_REDIS_PASSWORD"));
	cr_assert_not_null(strstr(err_text(), "password-file"));
}

Test(uri, a_key_that_nobody_takes_is_named)
{
	struct uri u = parsed("redis://h?stream=a&gruop=b");
	struct span value;

	cr_assert_eq(uri_need(&u, "stream", &value), 0);
	cr_assert(is(value, "a"));
	cr_assert_eq(uri_need(&u, "group", &value), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), "group="));
	cr_assert_eq(uri_check(&u), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), "gruop"));
	uri_take(&u, "gruop");
	cr_assert_eq(uri_check(&u), 0);
	uri_done(&u);
}

Test(uri, its_name_has_neither_user_nor_keys)
{
	struct uri u = parsed("redis://me@host:1/0?stream=a");
	struct buf b = {0};

	uri_name(&b, &u);
	cr_assert(is(buf_view(&b), "redis://host:1/0"));
	buf_done(&b);
	uri_done(&u);
}

Test(uri, a_path_of_a_file_is_none)
{
	cr_assert(uri_is("redis://h") && uri_is("zmq+push://h:1"));
	cr_assert(!uri_is("a.jsonl") && !uri_is("-") && !uri_is("") && !uri_is("a/b://c"));
}
