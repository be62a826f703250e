/*
 * link_place - a folder of its own for each test of links, ports in it, and waiting for what comes.
 */
#ifndef WINNOW_LINK_PLACE_H
#define WINNOW_LINK_PLACE_H

#include <time.h>
#include <unistd.h>

#include "proto/link.h"
#include "samples.h"

enum { DEADLINE_MS = 20000, MAX_BYTES = 1 << 20 };

/* A folder of its own for each test, with one endpoint in it. */
struct place_of_test {
	void *context;
	char folder[64];
	char endpoint[96];
};

static struct place_of_test at;

static inline void
begin(void)
{
	strcpy(at.folder, "/tmp/winnow-link-XXXXXX");
	cr_assert_not_null(mkdtemp(at.folder));
	snprintf(at.endpoint, sizeof(at.endpoint), "ipc://%s/a", at.folder);
	at.context = zmq_ctx_new();
	cr_assert_not_null(at.context);
}

static inline void
remove_file(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", at.folder, name);
	unlink(path);
}

static inline void
end(void)
{
	zmq_ctx_term(at.context);
	remove_file("a");
	remove_file("a.lock");
	cr_assert_eq(rmdir(at.folder), 0, "%s: %s", at.folder, strerror(errno));
}

static inline void
open_port(struct port *port, enum port_type type, bool binds)
{
	cr_assert_eq(
	    port_open(port, at.context, type, at.endpoint, binds, MAX_BYTES), 0, "%s", err_text());
}

/* Wait until something can be done with the socket; a test that waits for too long fails. */
static inline void
wait_for(void *socket, short events, int64_t deadline)
{
	zmq_pollitem_t item = {.socket = socket, .events = events};
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	deadline -= t.tv_sec * 1000 + t.tv_nsec / 1000000;
	cr_assert(deadline > 0, "nothing happened");
	zmq_poll(&item, 1, (long)deadline);
}

static inline int64_t
deadline_from_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000 + DEADLINE_MS;
}

static inline int
receive(struct port *port, struct frame *f)
{
	int64_t deadline = deadline_from_now();
	int r;

	while ((r = port_receive(port, f)) == ERR_HOLD)
		wait_for(port->socket, ZMQ_POLLIN, deadline);
	return r;
}

static inline void
send_body(struct port *port, const zmq_msg_t *peer, const struct header *h, zmq_msg_t *body)
{
	int64_t deadline = deadline_from_now();
	int r;

	while ((r = port_send(port, peer, h, body)) == ERR_HOLD)
		wait_for(port->socket, ZMQ_POLLOUT, deadline);
	cr_assert_eq(r, 0, "%s", err_text());
}

static inline void
send_text(struct port *port, const zmq_msg_t *peer, const struct header *h, struct span text)
{
	struct buf b = {0};
	zmq_msg_t body;

	if (text.n > 0)
		buf_span(&b, text);
	message_take(&body, &b);
	send_body(port, peer, h, &body);
	zmq_msg_close(&body);
}

/* The next message is this one. */
static inline void
receive_text(struct port *port, struct span text)
{
	struct frame f;

	cr_assert_eq(receive(port, &f), 0, "%s", err_text());
	cr_assert(span_equal(frame_body(&f), text));
	frame_done(&f);
}

/* Wait until connections broke, and no more than so many. */
static inline void
loses(struct port *port, uint64_t n)
{
	int64_t deadline = deadline_from_now();

	for (watch_take(&port->watch); port->watch.losses < n; watch_take(&port->watch))
		wait_for(port->watch.monitor, ZMQ_POLLIN, deadline);
	cr_assert_eq(port->watch.losses, n);
}

static const struct header plain = {.kind = FRAME_BATCH, .run = 1, .seq = 2};

#endif
