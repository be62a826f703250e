/*
 * zmq_sink - zmq+push://host:port and zmq+pub://host:port: each record as a message of two parts,
 * its key and itself.
 *
 * PUSH goes to whoever pulls, and waits while nobody does; PUB goes to who has subscribed, and to
 * nobody else. Keys are evenly spread hexadecimal digits: a subscription to "a" gets a sixteenth.
 * PUSH connects and PUB binds, unless the URI says otherwise by bind=yes or bind=no.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zmq.h>

#include "common/mem.h"
#include "proto/security.h"
#include "stages/loop.h"
#include "stages/write/carrier.h"

enum {
	PATIENCE_MS = 1000, /* how long nobody may take anything before that is a hold */
	PUSH_HIGH_WATER = 64,
	PUB_HIGH_WATER = 10000,
	LINGER_MS = 3000, /* at the end, for what is handed over and not sent */
};

struct zmq_sink {
	void *context, *socket;
	char *endpoint;
	struct watch watch;
	int lock;    /* of a path that is bound, or -1 */
	size_t sent; /* records of the parcel in hand */
};

static void
close_sink(void *state)
{
	struct zmq_sink *z = state;

	if (z == NULL)
		return;
	loop_leave(&z->watch);
	if (z->socket != NULL)
		zmq_close(z->socket);
	security_leave(z->context);
	if (z->context != NULL)
		zmq_ctx_term(z->context);
	if (z->lock >= 0)
		close(z->lock);
	free(z->endpoint);
	free(z);
}

static int
read_bind(struct uri *uri, bool *io_binds)
{
	struct span bind = uri_take(uri, "bind");

	if (bind.p == NULL)
		return 0;
	if (!span_equal(bind, SPAN("yes")) && !span_equal(bind, SPAN("no")))
		return err_set(ERR_USAGE, "bind=%.*s is neither yes nor no", (int)bind.n, bind.p);
	*io_binds = span_equal(bind, SPAN("yes"));
	return 0;
}

/* tcp://host:port; where there is no host, the path of a Unix socket. */
static int
read_endpoint(struct zmq_sink *z, const struct uri *uri)
{
	struct buf b = {0};

	if (uri->authority.n == 0 && uri->path.n > 0)
		buf_print(&b, "ipc:///%.*s", (int)uri->path.n, uri->path.p);
	else if (uri->port != 0 && uri->path.n == 0)
		buf_print(&b, "tcp://%.*s", (int)uri->authority.n, uri->authority.p);
	else
		return err_set(ERR_USAGE,
		    "%.*s: a host and a port are needed, as zmq+push://host:5560, or a path, as "
		    "zmq+push:///run/records",
		    (int)uri->text.n, uri->text.p);
	z->endpoint = mem_string(b.p, b.n);
	buf_done(&b);
	return 0;
}

static int
make_socket(struct zmq_sink *z, int type, bool binds)
{
	int water = type == ZMQ_PUSH ? PUSH_HIGH_WATER : PUB_HIGH_WATER, linger = LINGER_MS;
	int immediate = 1; /* nothing waits for a peer that is not there */

	z->context = zmq_ctx_new();
	z->socket = z->context == NULL ? NULL : zmq_socket(z->context, type);
	if (z->socket == NULL || zmq_setsockopt(z->socket, ZMQ_SNDHWM, &water, sizeof(water)) < 0 ||
	    zmq_setsockopt(z->socket, ZMQ_LINGER, &linger, sizeof(linger)) < 0 ||
	    zmq_setsockopt(z->socket, ZMQ_IMMEDIATE, &immediate, sizeof(immediate)) < 0)
		return err_set(ERR_SYS, "cannot make a socket: %s", zmq_strerror(errno));
	TRY(security_apply(z->context, z->socket, z->endpoint, binds));
	z->watch =
	    (struct watch){.endpoint = z->endpoint, .who = "who takes records", .binds = binds};
	TRY(loop_attend(&z->watch, z->context, z->socket));
	return binds ? port_bind(z->socket, z->endpoint, &z->lock)
		     : port_connect(z->socket, z->endpoint);
}

static int
open_sink(void **ret_state, struct buf *name, struct uri *uri, int type)
{
	struct zmq_sink *z = mem_zero(1, sizeof(*z));
	bool binds = type == ZMQ_PUB;
	int r = read_bind(uri, &binds);

	z->lock = -1;
	if (r == 0)
		r = read_endpoint(z, uri);
	if (r == 0)
		r = make_socket(z, type, binds);
	if (r < 0) {
		close_sink(z);
		return r;
	}
	buf_str(name, z->endpoint);
	*ret_state = z;
	return 0;
}

static int
open_push(void **ret_state, struct buf *name, struct uri *uri, const struct settings *s)
{
	(void)s;
	return open_sink(ret_state, name, uri, ZMQ_PUSH);
}

static int
open_pub(void **ret_state, struct buf *name, struct uri *uri, const struct settings *s)
{
	(void)s;
	return open_sink(ret_state, name, uri, ZMQ_PUB);
}

/* Both parts, or ERR_HOLD. */
static int
send_one(struct zmq_sink *z, const struct parcel *p, size_t i)
{
	struct span body = parcel_body(p, i);
	char key[KEY_DIGITS];

	key_print(p->records[i].key, key);
	if (zmq_send(z->socket, key, sizeof(key), ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
		if (errno == EAGAIN || errno == EINTR)
			return err_set(ERR_HOLD, "nobody takes records at %s", z->endpoint);
		return err_set(ERR_SYS, "%s: %s", z->endpoint, zmq_strerror(errno));
	}
	/* there is room for a message as a whole, once there is for its first part */
	if (zmq_send(z->socket, body.p, body.n, 0) < 0)
		return err_set(ERR_SYS, "%s: %s", z->endpoint, zmq_strerror(errno));
	return 0;
}

static int
deliver(void *state, const struct parcel *p, struct span checkpoint)
{
	struct zmq_sink *z = state;
	bool waited = false;

	(void)checkpoint; /* it is in the folder */
	while (z->sent < p->n) {
		zmq_pollitem_t item = {.socket = z->socket, .events = ZMQ_POLLOUT};
		int r = send_one(z, p, z->sent);

		if (r == ERR_HOLD && !waited) {
			waited = zmq_poll(&item, 1, PATIENCE_MS) == 0;
			continue;
		}
		TRY(r);
		waited = false;
		z->sent++;
	}
	z->sent = 0;
	return 0;
}

const struct carrier_kind zmq_push_carrier = {
    .scheme = "zmq+push",
    .at_most_once = true,
    .open = open_push,
    .deliver = deliver,
    .close = close_sink,
};

const struct carrier_kind zmq_pub_carrier = {
    .scheme = "zmq+pub",
    .at_most_once = true,
    .open = open_pub,
    .deliver = deliver,
    .close = close_sink,
};
