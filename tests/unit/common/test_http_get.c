#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/address.h"
#include "http_desk.h"

TestSuite(http_get, .timeout = 60);

static void
gets(const char *base, const char *path, int status, const char *body)
{
	char url[128];
	struct buf got = {0};
	int is = 0;

	snprintf(url, sizeof(url), "%s%s", base, path);
	cr_assert_eq(http_get(url, 20000, &is, &got), 0, "%s", err_text());
	cr_assert_eq(is, status);
	cr_assert(span_equal(buf_view(&got), span_str(body)), "%.*s", (int)got.n, got.p);
	buf_done(&got);
}

Test(http_get, a_url_gives_status_and_body)
{
	struct desk d;

	desk_open(&d);
	gets(d.url, "yes/a", 200, "/yes/a");
	gets(d.url, "no", 503, "/no");
	d.url[strlen(d.url) - 1] = '\0';
	gets(d.url, "", 503, "/");
	desk_close(&d);
}

static void
fails(const char *url, int code)
{
	struct buf got = {0};
	int status;

	cr_assert_eq(http_get(url, 200, &status, &got), code, "%s", url);
	cr_assert_eq(got.n, 0);
	buf_done(&got);
}

Test(http_get, what_is_no_url_is_refused)
{
	fails("127.0.0.1:80/", ERR_USAGE);
	fails("https://127.0.0.1:80/", ERR_USAGE);
	fails("http://127.0.0.1/", ERR_USAGE);
	fails("http://127.0.0.1:80/a b", ERR_USAGE);
}

/* A peer that says these bytes, whoever comes. */
static void *
be_peer(void *listener)
{
	static const char words[] = "220 a server of mail\r\n\r\n";
	char request[512];
	int peer = accept(*(int *)listener, NULL, NULL);

	if (recv(peer, request, sizeof(request), 0) > 0)
		send(peer, words, sizeof(words) - 1, MSG_NOSIGNAL);
	close(peer);
	return NULL;
}

Test(http_get, a_peer_that_says_nothing_or_nonsense_is_no_answer)
{
	char url[64];
	int listener, port;
	pthread_t thread;

	cr_assert_eq(address_listen("127.0.0.1:0", 4, &listener, &port), 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	fails(url, ERR_SYS); /* it connects, and nobody accepts */
	cr_assert(strstr(err_text(), "too long") != NULL, "%s", err_text());
	close(listener);
	cr_assert_eq(address_listen("127.0.0.1:0", 4, &listener, &port), 0);
	fcntl(listener, F_SETFL, 0); /* its accept waits */
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	cr_assert_eq(pthread_create(&thread, NULL, be_peer, &listener), 0);
	fails(url, ERR_SYS);
	pthread_join(thread, NULL);
	close(listener);
	fails(url, ERR_SYS);
	cr_assert(strstr(err_text(), "cannot connect") != NULL, "%s", err_text());
}
