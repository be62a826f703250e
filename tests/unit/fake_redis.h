/*
 * fake_redis - a server of the test's own on the unix socket `s` of the scratch folder: it gives
 * one prepared answer for each time it hears something, and keeps what it heard.
 */
#ifndef WINNOW_FAKE_REDIS_H
#define WINNOW_FAKE_REDIS_H

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/scratch.h"

enum { ANSWERS = 32 };

/* NULL: close the connection and take the next one; an empty text: never say anything again. */
static const char *answers[ANSWERS];
static char asked[8192];
static int listener;

static inline void
hear(int fd)
{
	char bytes[1024];
	ssize_t n = read(fd, bytes, sizeof(bytes) - 1);

	bytes[n < 0 ? 0 : n] = '\0';
	strncat(asked, bytes, sizeof(asked) - strlen(asked) - 1);
}

static inline void *
serve(void *unused)
{
	int fd = -1;

	for (size_t i = 0; i < ANSWERS; i++) {
		if (fd < 0)
			fd = accept(listener, NULL, NULL);
		if (answers[i] == NULL) {
			close(fd);
			fd = -1;
			continue;
		}
		hear(fd);
		while (answers[i][0] == '\0')
			pause();
		if (write(fd, answers[i], strlen(answers[i])) < 0)
			break;
	}
	return unused;
}

static inline void
start(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	pthread_t thread;

	signal(SIGPIPE, SIG_IGN);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", scratch_path("s"));
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
	cr_assert_eq(listen(listener, 5), 0);
	cr_assert_eq(pthread_create(&thread, NULL, serve, NULL), 0);
	pthread_detach(thread);
}

#endif
