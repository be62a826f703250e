#include "common/http.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/address.h"
#include "http_desk.h"

TestSuite(http, .timeout = 60);

/* What comes back for these bytes, until the server has closed. */
static struct buf
raw(const struct desk *d, const char *request)
{
	struct buf got = {0};
	char address[64];
	int fd;
	ssize_t n;

	snprintf(address, sizeof(address), "127.0.0.1:%d", http_port(d->http));
	cr_assert_eq(address_connect(address, 20000, &fd), 0);
	cr_assert_eq(send(fd, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
	while ((n = recv(fd, buf_room(&got, 4096), 4096, 0)) > 0)
		got.n += (size_t)n;
	close(fd);
	buf_byte(&got, '\0');
	return got;
}

static void
answers(const struct desk *d, const char *request, const char *status, const char *has)
{
	struct buf got = raw(d, request);

	cr_assert(strncmp(got.p + strlen("HTTP/1.0"), status, strlen(status)) == 0, "%s", got.p);
	cr_assert(strstr(got.p, has) != NULL, "%s", got.p);
	buf_done(&got);
}

Test(http, a_path_is_answered_without_its_query)
{
	struct desk d;

	desk_open(&d);
	answers(&d, "GET /yes?a=b HTTP/1.0\r\n\r\n", " 200 ", "\r\n\r\n/yes");
	answers(&d, "GET /no HTTP/1.0\r\n\r\n", " 503 ", "\r\n\r\n/no");
	answers(&d, "HEAD /yes HTTP/1.0\r\n\r\n", " 200 ", "Content-Length: 4");
	answers(&d, "POST /yes HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", " 405 ", "only GET");
	desk_close(&d);
}

Test(http, what_is_no_request_harms_nobody)
{
	struct desk d;
	struct buf long_one = {0}, got;

	desk_open(&d);
	got = raw(&d, "\x16\x03\x01\x02\r\n\r\n\r\n");
	buf_done(&got);
	buf_str(&long_one, "GET /");
	for (int i = 0; i < 20000; i++)
		buf_byte(&long_one, 'x');
	buf_str(&long_one, " HTTP/1.0\r\n\r\n");
	buf_byte(&long_one, '\0');
	got = raw(&d, long_one.p);
	cr_assert(strstr(got.p, " 200 ") == NULL);
	buf_done(&got);
	buf_done(&long_one);
	answers(&d, "GET /yes HTTP/1.0\r\n\r\n", " 200 ", "/yes");
	desk_close(&d);
}

Test(http, one_that_says_nothing_keeps_nobody_waiting)
{
	struct desk d;
	char address[64];
	int silent;

	desk_open(&d);
	snprintf(address, sizeof(address), "127.0.0.1:%d", http_port(d.http));
	cr_assert_eq(address_connect(address, 20000, &silent), 0);
	answers(&d, "GET /yes HTTP/1.0\r\n\r\n", " 200 ", "/yes");
	desk_close(&d);
	close(silent);
}

Test(http, an_address_that_is_none_or_taken_is_refused)
{
	struct http *other;
	struct desk d;
	char address[64];

	desk_open(&d);
	snprintf(address, sizeof(address), "127.0.0.1:%d", http_port(d.http));
	cr_assert_eq(http_open(&other, address, desk_answer, NULL), ERR_SYS);
	cr_assert_eq(http_open(&other, "here", desk_answer, NULL), ERR_USAGE);
	desk_close(&d);
	cr_assert_eq(http_open(&other, address, desk_answer, NULL), 0, "it is free again");
	http_close(other);
	http_close(NULL);
}
