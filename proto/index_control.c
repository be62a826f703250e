#include "proto/index_control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { WAITING = 8 };

/* A short path to the socket, whatever the length of that of its folder. */
static struct sockaddr_un
address(int dir)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/" INDEX_CONTROL, dir);
	return a;
}

static int
listen_at(int fd, int dir)
{
	const struct sockaddr_un a = address(dir);
	mode_t mask = umask(077);
	int r;

	unlinkat(dir, INDEX_CONTROL, 0);
	r = bind(fd, (const struct sockaddr *)&a, sizeof(a));
	umask(mask);
	return r < 0 ? r : listen(fd, WAITING);
}

int
index_control_listen(int *ret_fd, int dir)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || listen_at(fd, dir) < 0) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return err_set(ERR_SYS, INDEX_CONTROL ": %s", strerror(error));
	}
	*ret_fd = fd;
	return 0;
}

int
index_control_accept(int fd)
{
	int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ucred who;
	socklen_t n = sizeof(who);

	if (peer < 0)
		return -1;
	if (getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 &&
	    (who.uid == geteuid() || who.uid == 0))
		return peer;
	close(peer);
	return -1;
}

/* asking */

static int
connect_to(int *ret_fd, const char *folder)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = dir < 0 ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct sockaddr_un a = address(dir);
	int error;

	if (fd >= 0 && connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0) {
		close(dir);
		*ret_fd = fd;
		return 0;
	}
	error = errno;
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	if (error == ENOENT || error == ECONNREFUSED)
		return err_set(ERR_STOP, "%s: nobody listens at " INDEX_CONTROL, folder);
	return err_set(ERR_SYS, "%s/" INDEX_CONTROL ": %s", folder, strerror(error));
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* All that comes until the other side closes. */
static int
hear(int fd, unsigned wait_ms, struct buf *out)
{
	long end = now_ms() + wait_ms;
	ssize_t n;

	do {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		long left = end - now_ms();

		if (poll(&p, 1, left > 0 ? (int)left : 0) == 0)
			return err_set(ERR_SYS,
			    "the dedup that has the index open has not done it in %u s; its log "
			    "may say what it waits for",
			    wait_ms / 1000);
		n = read(fd, buf_room(out, 4096), 4096);
		if (n > 0)
			out->n += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return 0;
}

/* "ok" and what follows, or "error CODE words". */
static int
understand(struct buf *answer)
{
	struct span s = buf_view(answer);
	char *end;

	if (span_starts(s, SPAN("ok\n"))) {
		buf_shift(answer, 3);
		return 0;
	}
	buf_byte(answer, '\0');
	if (span_starts(s, SPAN("error "))) {
		long code = strtol(answer->p + 6, &end, 10);

		return err_set(code == EXIT_PERMANENT ? ERR_USAGE : ERR_SYS, "%.*s",
		    (int)strcspn(end + (*end == ' '), "\n"), end + (*end == ' '));
	}
	return err_set(ERR_SYS, "the dedup that has the index open ended before it answered; "
				"what it had begun is done or not, never half");
}

int
index_control_ask(const char *folder, const char *question, unsigned wait_ms, struct buf *answer)
{
	struct buf line = {0};
	int fd = -1, r;

	TRY(connect_to(&fd, folder));
	buf_print(&line, INDEX_CONTROL_WORDS "%s\n", question);
	answer->n = 0;
	r = send(fd, line.p, line.n, MSG_NOSIGNAL) == (ssize_t)line.n ? hear(fd, wait_ms, answer)
								      : 0;
	buf_done(&line);
	close(fd);
	return r < 0 ? r : understand(answer);
}
