/*
 * rig - a stage in a process of its own, between ports that the test holds: the test is its peers.
 *
 * Nobody sleeps: each wait is for an event, with a deadline. The process dies with the test.
 */
#ifndef WINNOW_RIG_H
#define WINNOW_RIG_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/log.h"
#include "common/mem.h"
#include "proto/ack.h"
#include "proto/batch.h"
#include "proto/link.h"
#include "stages/loop.h"
#include "stages/stage.h"

enum {
	RIG_DEADLINE_MS = 20000,
	RIG_ARGS = 16,
	RIG_KILLED = 1000, /* and the signal */
};

struct rig {
	char folder[64];
	char args[RIG_ARGS][160];
	int n_args;
	void *context;
	pid_t pid;
	int pidfd;
};

static inline void
rig_open(struct rig *rig)
{
	*rig = (struct rig){.folder = "/tmp/winnow-test-XXXXXX", .pidfd = -1};
	cr_assert(mkdtemp(rig->folder) != NULL);
}

/* One more flag of the stage's command line. */
static inline void
rig_flag(struct rig *rig, const char *name, const char *value)
{
	snprintf(rig->args[rig->n_args++], sizeof(rig->args[0]), "--%s=%s", name, value);
}

static inline const char *
rig_endpoint(const struct rig *rig, const char *name, char ret[128])
{
	snprintf(ret, 128, "ipc://%s/%s", rig->folder, name);
	return ret;
}

/* An end of a link: the flag, and a socket of that name in the rig's folder. */
static inline void
rig_end(struct rig *rig, const char *flag)
{
	char endpoint[128];

	rig_flag(rig, flag, rig_endpoint(rig, flag, endpoint));
}

/* No handlers of the test's own process: they are not made for two. */
static inline void
rig_leave(int status, void *unused)
{
	(void)unused;
	_exit(status);
}

static inline void
rig_become(struct rig *rig, const struct stage *s)
{
	char *argv[RIG_ARGS + 2] = {(char *)s->name};
	char path[128];
	int log;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(path, sizeof(path), "%s/log", rig->folder);
	log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(log, STDERR_FILENO);
	close(log);
	for (int i = 0; i < rig->n_args; i++)
		argv[i + 1] = rig->args[i];
	on_exit(rig_leave, NULL); /* leaks are for the chain tests to find */
	exit(stage_run(s, rig->n_args + 1, argv));
}

static inline void
rig_start(struct rig *rig, const struct stage *s)
{
	fflush(NULL);
	rig->pid = fork();
	cr_assert_geq(rig->pid, 0);
	if (rig->pid == 0)
		rig_become(rig, s);
	rig->pidfd = pidfd_open(rig->pid, 0);
	cr_assert_geq(rig->pidfd, 0);
}

/* Wait for the end of the process: its exit status, or RIG_KILLED and the signal. */
static inline int
rig_wait(struct rig *rig)
{
	struct pollfd p = {.fd = rig->pidfd, .events = POLLIN};
	int status;

	cr_assert_eq(poll(&p, 1, RIG_DEADLINE_MS), 1, "the stage does not end");
	cr_assert_eq(waitpid(rig->pid, &status, 0), rig->pid);
	close(rig->pidfd);
	rig->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : RIG_KILLED + WTERMSIG(status);
}

static inline void
rig_signal(struct rig *rig, int sig)
{
	cr_assert_eq(kill(rig->pid, sig), 0);
}

/* What the process has logged. */
static inline struct span
rig_log(struct rig *rig, struct buf *b)
{
	char path[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/log", rig->folder);
	fd = open(path, O_RDONLY);
	b->n = 0;
	while (fd >= 0 && (n = read(fd, buf_room(b, 4096), 4096)) > 0)
		b->n += (size_t)n;
	close(fd);
	return buf_view(b);
}

/* How often the process has logged something with these words. */
static inline int
rig_said(struct rig *rig, const char *words)
{
	struct buf b = {0};
	struct span log = rig_log(rig, &b);
	int n = 0;

	for (const char *p = log.p; p != NULL && p < log.p + log.n; p++) {
		p = memmem(p, (size_t)(log.p + log.n - p), words, strlen(words));
		if (p == NULL)
			break;
		n++;
	}
	buf_done(&b);
	return n;
}

/* End the process, if it runs, and leave nothing behind. */
static inline void
rig_done(struct rig *rig)
{
	DIR *d;
	struct dirent *e;

	if (rig->pid > 0) {
		rig_signal(rig, SIGKILL);
		rig_wait(rig);
	}
	if (rig->context != NULL)
		zmq_ctx_term(rig->context);
	d = opendir(rig->folder);
	while (d != NULL && (e = readdir(d)) != NULL)
		unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	rmdir(rig->folder);
}

/* the test's own ends */

static inline void
rig_port(struct rig *rig, struct port *port, enum port_type type, const char *flag, bool binds)
{
	static char endpoints[8][128];
	static unsigned n;
	const char *endpoint = rig_endpoint(rig, flag, endpoints[n++ % 8]);

	if (rig->context == NULL)
		rig->context = zmq_ctx_new();
	cr_assert_eq(
	    port_open(port, rig->context, type, endpoint, binds, 1 << 24), 0, "%s", err_text());
}

static inline void
rig_await(const struct port *port, short events)
{
	zmq_pollitem_t item = {.socket = port->socket, .events = events};

	cr_assert_eq(
	    zmq_poll(&item, 1, RIG_DEADLINE_MS), 1, "nothing happens at %s", port->endpoint);
}

/* Whether a message lies there now. */
static inline bool
rig_has(const struct port *port)
{
	zmq_pollitem_t item = {.socket = port->socket, .events = ZMQ_POLLIN};

	return zmq_poll(&item, 1, 0) == 1;
}

static inline struct frame
rig_take(struct port *port)
{
	struct frame f;
	int r;

	while ((r = port_receive(port, &f)) == ERR_HOLD)
		rig_await(port, ZMQ_POLLIN);
	cr_assert_eq(r, 0, "%s", err_text());
	return f;
}

/* Send a body, which is emptied. */
static inline void
rig_send(struct port *port, const zmq_msg_t *peer, const struct header *h, struct buf *body)
{
	zmq_msg_t message;
	int r;

	message_take(&message, body);
	while ((r = port_send(port, peer, h, &message)) == ERR_HOLD)
		rig_await(port, ZMQ_POLLOUT);
	cr_assert_eq(r, 0, "%s", err_text());
	zmq_msg_close(&message);
}

/* A batch of one document, which is called after its seq. */
static inline void
rig_send_batch(struct port *port, uint64_t run, uint64_t seq, uint64_t base, uint32_t attempt)
{
	struct header h = {.kind = FRAME_BATCH,
	    .run = run,
	    .seq = seq,
	    .base = base,
	    .attempt = attempt,
	    .n_documents = 1};
	struct document d = {
	    .id = SPAN("a document"), .key = seq, .source = {.path = SPAN("a path")}};
	struct batch b = {.documents = &d,
	    .n_documents = 1,
	    .n_read = 1,
	    .read_bytes = 100,
	    .token = {.input = 3, .offset = seq, .state = SPAN("state")}};
	struct buf body = {0};

	batch_pack(&body, &b);
	rig_send(port, NULL, &h, &body);
}

static inline void
rig_send_ask(struct port *port, uint64_t run, struct ask ask)
{
	struct header h = {.kind = FRAME_ASK, .run = run, .base = ask.base};
	struct buf body = {0};

	ask_pack(&body, &ask);
	rig_send(port, NULL, &h, &body);
}

static inline void
rig_send_report(struct port *port, const zmq_msg_t *peer, const struct report *r)
{
	struct header h = {.kind = FRAME_REPORT, .run = r->run};
	struct buf body = {0};

	report_pack(&body, r);
	rig_send(port, peer, &h, &body);
}

/* The next report; its hold, a text of the message, is copied to ret_hold if that is not NULL. */
static inline struct report
rig_take_report(struct port *port, char ret_hold[128])
{
	struct frame f = rig_take(port);
	struct report r;

	cr_assert_eq(f.header.kind, FRAME_REPORT);
	cr_assert_eq(report_unpack(&r, frame_body(&f)), 0);
	cr_assert_eq(f.header.run, r.run);
	if (ret_hold != NULL)
		snprintf(ret_hold, 128, "%.*s", (int)r.hold.n, r.hold.p);
	r.hold = r.hold.n > 0 ? SPAN("held") : SPAN("");
	frame_done(&f);
	return r;
}

/* Memory that the test and the process of the stage both see. */
static inline void *
rig_share(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(p, MAP_FAILED);
	return p;
}

/* what comes out on standard error of the test itself */

struct heard {
	int saved, file;
	char text[8192];
};

static inline void
hear_begin(struct heard *h)
{
	fflush(stderr);
	h->saved = dup(STDERR_FILENO);
	h->file = memfd_create("heard", 0);
	dup2(h->file, STDERR_FILENO);
}

static inline const char *
hear_end(struct heard *h)
{
	ssize_t n;

	fflush(stderr);
	dup2(h->saved, STDERR_FILENO);
	close(h->saved);
	n = pread(h->file, h->text, sizeof(h->text) - 1, 0);
	close(h->file);
	h->text[n > 0 ? n : 0] = '\0';
	return h->text;
}

#endif
