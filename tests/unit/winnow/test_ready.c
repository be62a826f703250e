#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/err.h"
#include "common/http.h"
#include "stages/winnow/commands.h"

TestSuite(ready, .timeout = 60);

static void
answer(void *object, struct span path, struct http_reply *reply)
{
	(void)object;
	reply->status = span_equal(path, SPAN("/readyz")) ? 200 : 503;
	reply->type = "text/plain";
	buf_str(&reply->body, "dedup: starting\n");
}

static int
ready(const char *url)
{
	char *argv[] = {(char *)"ready", (char *)url, NULL};

	return command_ready(url == NULL ? 1 : 2, argv);
}

Test(ready, says_what_the_process_says)
{
	struct http *h;
	char url[64];

	cr_assert_eq(http_open(&h, "127.0.0.1:0", answer, NULL), 0, "%s", err_text());
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", http_port(h));
	cr_assert_eq(ready(url), 0);
	cr_assert_eq(ready(url + strlen("http://")), 0, "an address will do");
	cr_assert_eq(setenv("WINNOW_HTTP", url + strlen("http://"), 1), 0);
	cr_assert_eq(ready(NULL), 0);
	snprintf(url, sizeof(url), "*:%d", http_port(h));
	cr_assert_eq(ready(url), 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/healthz", http_port(h));
	cr_assert_eq(ready(url), 1);
	http_close(h);
	cr_assert_eq(ready(url), 1, "nobody is there");
}

Test(ready, wants_a_url)
{
	cr_assert_eq(unsetenv("WINNOW_HTTP"), 0);
	cr_assert_eq(ready(NULL), EXIT_PERMANENT);
	cr_assert_eq(ready("ftp://127.0.0.1:1"), EXIT_PERMANENT);
	cr_assert_eq(ready("127.0.0.1"), EXIT_PERMANENT);
	cr_assert_eq(ready("--wrong"), EXIT_PERMANENT);
}
