#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/address.h"
#include "common/http.h"

enum {
	MOST_BYTES = 16 << 20,
	STATUS_BYTES = 12, /* "HTTP/1.1 200" */
};

/* The address and the path of http://HOST:PORT/PATH; the path may be missing: then it stays. */
static int
parse(const char *url, struct buf *address, const char **ret_path)
{
	const char *at = url + strlen("http://"), *slash;

	if (strncmp(url, "http://", strlen("http://")) != 0)
		return err_set(ERR_USAGE, "%s: only http://HOST:PORT/PATH is known", url);
	slash = strchr(at, '/');
	if (strpbrk(at, " \r\n") != NULL)
		return err_set(ERR_USAGE, "%s: a URL has no spaces", url);
	buf_put(address, at, slash == NULL ? strlen(at) : (size_t)(slash - at));
	buf_byte(address, '\0');
	if (slash != NULL)
		*ret_path = slash;
	return 0;
}

static int
exchange(int fd, struct span request, struct buf *answer)
{
	if (send(fd, request.p, request.n, MSG_NOSIGNAL) != (ssize_t)request.n)
		return err_set(ERR_SYS, "cannot ask: %s", strerror(errno));
	for (;;) {
		ssize_t n = recv(fd, buf_room(answer, 16384), 16384, 0);

		if (n < 0)
			return err_set(ERR_SYS, "no answer: %s",
			    errno == EAGAIN ? "it takes too long" : strerror(errno));
		if (n == 0)
			return 0;
		answer->n += (size_t)n;
		if (answer->n > MOST_BYTES)
			return err_set(ERR_SYS, "an answer of more than %d bytes", MOST_BYTES);
	}
}

/* HTTP/1.0 is asked, so that the body is all behind the head. */
static int
take(struct buf *answer, int *ret_status, struct buf *body)
{
	const char *end = answer->n == 0 ? NULL : memmem(answer->p, answer->n, "\r\n\r\n", 4);
	char line[STATUS_BYTES + 1] = "";

	if (end != NULL && end - answer->p >= STATUS_BYTES)
		memcpy(line, answer->p, STATUS_BYTES);
	if (sscanf(line, "HTTP/1.%*1[01] %3d", ret_status) != 1)
		return err_set(ERR_SYS, "what answers does not speak HTTP");
	buf_put(body, end + 4, (size_t)(answer->p + answer->n - (end + 4)));
	return 0;
}

int
http_get(const char *url, int timeout_ms, int *ret_status, struct buf *body)
{
	struct buf address = {0}, request = {0}, answer = {0};
	const char *path = "/";
	int fd, r;

	TRY(parse(url, &address, &path));
	buf_print(&request, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, address.p);
	r = address_connect(address.p, timeout_ms, &fd);
	if (r == 0) {
		r = exchange(fd, buf_view(&request), &answer);
		close(fd);
	}
	if (r == 0)
		r = take(&answer, ret_status, body);
	buf_done(&address);
	buf_done(&request);
	buf_done(&answer);
	return r;
}
