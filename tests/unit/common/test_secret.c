#include "common/secret.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/unit/scratch.h"

static void
masks(const char *text, const char *expected)
{
	struct buf b = {0};

	secret_mask(&b, span_str(text));
	cr_assert(span_equal(buf_view(&b), span_str(expected)), "%s became %.*s", text, (int)b.n,
	    b.p == NULL ? "" : b.p);
	buf_done(&b);
}

Test(secret, user_and_password_are_stars)
{
	masks("redis://user:password@host", "redis://***@host");
	masks("redis://:password@host:6379/0", "redis://***@host:6379/0");
	masks("https://token@host/path?q=1", "https://***@host/path?q=1");
	masks("amqp://a:b@[::1]:5672", "amqp://***@[::1]:5672");
	masks("redis://user:pass@word@host", "redis://***@host");
}

Test(secret, every_uri_of_a_line_is_masked)
{
	masks("cannot reach redis://a:b@one, nor redis://c:d@two: refused",
	    "cannot reach redis://***@one, nor redis://***@two: refused");
	masks("\"redis://a:b@one\" x@y", "\"redis://***@one\" x@y");
}

Test(secret, a_password_with_a_slash_is_masked_too)
{
	masks("redis://:pa/ss@host/0", "redis://***@host/0");
	masks("redis://user:12/34?5#6@host", "redis://user:12/34?5#6@host");
	masks("redis://user:1x/34?5#6@host", "redis://***@host");
}

Test(secret, what_holds_none_stays)
{
	static const char *const plain[] = {"", "://", "://@", "a text", "user:password@host",
	    "https://host/@user", "https://host:8080/a@b", "https://[::1]:80/a@b", "file:///a@b",
	    "crawl/a.jsonl@0:fd0fd8bed91f9d17", "http://", "x://y z@w"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		masks(plain[i], plain[i]);
}

Test(secret, a_password_is_found_and_a_user_alone_is_none)
{
	static const char *const bad[] = {"redis://user:password@host", "--index=redis://:p@host/0",
	    "redis://:pa/ss@host", "x://a@b then y://c:d@e"};
	static const char *const good[] = {"", "redis://user@host", "redis://user:@host",
	    "https://host:8080/a@b", "file:seen", "user:password@host", "tcp://0.0.0.0:5550"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert(secret_is_in(span_str(bad[i])), "%s", bad[i]);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		cr_assert(!secret_is_in(span_str(good[i])), "%s", good[i]);
	cr_assert(!secret_is_in(span_of(NULL, 0)));
}

Test(secret, it_is_appended)
{
	struct buf b = {0};

	buf_str(&b, "at ");
	secret_mask(&b, SPAN("x://a@b"));
	secret_mask(&b, span_of(NULL, 0));
	cr_assert(span_equal(buf_view(&b), SPAN("at x://***@b")));
	buf_done(&b);
}

TestSuite(password, .init = scratch_open, .fini = scratch_close);

Test(password, it_comes_from_a_file_or_the_environment)
{
	char *path = scratch_put("password", SPAN("of the file\nsecond line\n"));
	char *password;

	setenv("WINNOW_TEST_PASSWORD", "of the environment", 1);
	cr_assert_eq(secret_password(&password, "WINNOW_TEST_PASSWORD", span_str(path)), 0);
	cr_assert_str_eq(password, "of the file");
	free(password);
	cr_assert_eq(secret_password(&password, "WINNOW_TEST_PASSWORD", span_of(NULL, 0)), 0);
	cr_assert_str_eq(password, "of the environment");
	free(password);
	unsetenv("WINNOW_TEST_PASSWORD");
	cr_assert_eq(secret_password(&password, "WINNOW_TEST_PASSWORD", span_of(NULL, 0)), 0);
	cr_assert_null(password);
}

Test(password, a_file_without_one_is_refused_by_name)
{
	static const char *const content[] = {"", "\nsecond"};
	char *password;

	for (size_t i = 0; i < 2; i++) {
		char *path = scratch_put("empty", span_str(content[i]));
		cr_assert_eq(secret_password(&password, "X", span_str(path)), ERR_USAGE);
		cr_assert_not_null(strstr(err_text(), path));
	}
	cr_assert_eq(secret_password(&password, "X", span_str(scratch_path("absent"))), ERR_USAGE);
}
