#include "proto/index_control.h"

#include <pthread.h>
#include <sys/socket.h>

#include "tests/unit/folder.h"
#include <criterion/criterion.h>

struct server {
	int fd;
	const char *answer;
	char heard[256];
};

static void *
serve(void *object)
{
	struct server *s = object;
	int peer = -1;
	ssize_t n;

	while (peer < 0) { /* it does not block */
		fd_set set;

		FD_ZERO(&set);
		FD_SET(s->fd, &set);
		select(s->fd + 1, &set, NULL, NULL, NULL);
		peer = index_control_accept(s->fd);
	}
	do {
		n = read(peer, s->heard, sizeof(s->heard) - 1);
	} while (n < 0);
	if (send(peer, s->answer, strlen(s->answer), MSG_NOSIGNAL) < 0)
		s->heard[0] = '\0';
	close(peer);
	return NULL;
}

/* Ask with that answer waiting: the result, and what was heard. */
static int
ask(const struct folder *f, const char *answer, struct buf *out)
{
	struct server s = {.answer = answer};
	int dir = open(f->path, O_RDONLY | O_DIRECTORY), r;
	pthread_t thread;

	cr_assert_eq(index_control_listen(&s.fd, dir), 0, "%s", err_text());
	cr_assert_eq(pthread_create(&thread, NULL, serve, &s), 0);
	r = index_control_ask(f->path, "forget oldest 3", 10000, out);
	pthread_join(thread, NULL);
	cr_assert_str_eq(s.heard, "winnow-index 1 forget oldest 3\n");
	close(s.fd);
	close(dir);
	return r;
}

Test(index_control, a_question_gets_its_answer)
{
	struct buf out = {0};
	struct folder f;

	folder_open(&f);
	cr_assert_eq(ask(&f, "ok\n{\"n\": 3}\n", &out), 0, "%s", err_text());
	cr_assert(span_equal(buf_view(&out), SPAN("{\"n\": 3}\n")));
	cr_assert_eq(ask(&f, "error 100 it cannot\n", &out), ERR_USAGE);
	cr_assert_str_eq(err_text(), "it cannot");
	cr_assert_eq(ask(&f, "error 111 not now\n", &out), ERR_SYS);
	cr_assert_str_eq(err_text(), "not now");
	cr_assert_eq(ask(&f, "", &out), ERR_SYS);
	cr_assert(strstr(err_text(), "ended before it answered") != NULL);
	buf_done(&out);
	folder_done(&f);
}

Test(index_control, where_nobody_listens_that_is_said)
{
	struct buf out = {0};
	struct folder f;
	int dir, fd;

	folder_open(&f);
	cr_assert_eq(index_control_ask(f.path, "status", 1000, &out), ERR_STOP);
	cr_assert_eq(index_control_ask("/tmp/winnow-no-such", "status", 1000, &out), ERR_STOP);
	dir = open(f.path, O_RDONLY | O_DIRECTORY);
	cr_assert_eq(index_control_listen(&fd, dir), 0);
	cr_assert_eq(index_control_accept(fd), -1);
	close(fd); /* as one that was killed */
	cr_assert_eq(index_control_ask(f.path, "status", 1000, &out), ERR_STOP);
	cr_assert_eq(index_control_listen(&fd, dir), 0, "what it left goes");
	close(fd);
	close(dir);
	folder_done(&f);
}

Test(index_control, only_its_user_can_connect_however_long_the_path)
{
	struct buf out = {0};
	char path[512];
	struct stat st;
	struct folder f;
	int dir, fd;

	folder_open(&f);
	snprintf(path, sizeof(path), "%s/%0200d", f.path, 7);
	cr_assert_eq(mkdir(path, 0755), 0);
	dir = open(path, O_RDONLY | O_DIRECTORY);
	cr_assert_eq(index_control_listen(&fd, dir), 0, "%s", err_text());
	cr_assert_eq(fstatat(dir, INDEX_CONTROL, &st, 0), 0);
	cr_assert_eq(st.st_mode & 077, 0);
	cr_assert_eq(index_control_ask(path, "status", 1, &out), ERR_SYS, "nobody answers");
	cr_assert(strstr(err_text(), "has not done it") != NULL, "%s", err_text());
	close(fd);
	unlinkat(dir, INDEX_CONTROL, 0);
	close(dir);
	rmdir(path);
	buf_done(&out);
	folder_done(&f);
}
