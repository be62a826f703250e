#include "proto/link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/mem.h"
#include "proto/batch.h"
#include "proto/security.h"

enum {
	IPC_PATH_BYTES = 107, /* sockaddr_un, without its end */
	LINGER_MS = 1000,
	RECONNECT_MS = 10,
	RECONNECT_MAX_MS = 1000,
	HEARTBEAT_MS = 5000,
	HEARTBEAT_TIMEOUT_MS = 20000,
	HANDSHAKE_MS = 10000,
	CONTROL_HIGH_WATER = 64, /* asks and reports are small */
	SLACK_BYTES = 64 << 20,  /* of a message, besides its documents */
};

static const struct {
	int zmq;
	int high_water;
} types[] = {
    [PORT_PUSH] = {ZMQ_PUSH, PORT_HIGH_WATER},
    [PORT_PULL] = {ZMQ_PULL, PORT_HIGH_WATER},
    [PORT_DEALER] = {ZMQ_DEALER, CONTROL_HIGH_WATER},
    [PORT_ROUTER] = {ZMQ_ROUTER, CONTROL_HIGH_WATER},
};

static int
set(void *socket, int option, int value)
{
	if (zmq_setsockopt(socket, option, &value, sizeof(value)) < 0)
		return err_set(ERR_SYS, "socket option %d: %s", option, zmq_strerror(errno));
	return 0;
}

static int
set_options(void *socket, enum port_type type, uint64_t max_bytes)
{
	int64_t most = max_bytes > INT64_MAX ? INT64_MAX : (int64_t)max_bytes; /* below 0: any */

	if (zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &most, sizeof(most)) < 0)
		return err_set(ERR_SYS, "the size of messages: %s", zmq_strerror(errno));
	TRY(set(socket, ZMQ_SNDHWM, types[type].high_water));
	TRY(set(socket, ZMQ_RCVHWM, types[type].high_water));
	TRY(set(socket, ZMQ_LINGER, LINGER_MS));
	TRY(set(socket, ZMQ_RECONNECT_IVL, RECONNECT_MS));
	TRY(set(socket, ZMQ_RECONNECT_IVL_MAX, RECONNECT_MAX_MS));
	TRY(set(socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS));
	TRY(set(socket, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS));
	TRY(set(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS));
	TRY(set(socket, ZMQ_IPV6, 1));
	if (type == PORT_PUSH || type == PORT_DEALER)
		TRY(set(socket, ZMQ_IMMEDIATE, 1)); /* nothing waits for a peer that is not there */
	if (type == PORT_ROUTER)
		TRY(set(socket, ZMQ_ROUTER_MANDATORY, 1));
	return 0;
}

/* What may be otherwise in a moment, without anybody changing the command. */
static bool
may_pass(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOSPC || error == EDQUOT ||
	       error == ENOMEM || error == EINTR || error == EIO;
}

/* The words behind "cannot bind": what is wrong, and what to do. */
static const char *
bind_advice(int error)
{
	switch (error) {
	case EADDRINUSE: return "in use by another process: stop it, or name another address";
	case EACCES: return "no permission: name a port above 1023, or a folder of your own";
	case EADDRNOTAVAIL:
	case ENODEV: return "this machine has no such address: name one of its own, or * for all";
	default: return zmq_strerror(error);
	}
}

/* One binder an ipc path, while this process lives. */
static int
lock_path(const char *endpoint, const char *path, int *ret_lock)
{
	char *name = mem_alloc(strlen(path) + sizeof(".lock"));
	int r = 0;

	stpcpy(stpcpy(name, path), ".lock");
	*ret_lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*ret_lock < 0)
		r = err_set(may_pass(errno) ? ERR_SYS : ERR_USAGE, "cannot bind %s: %s: %s",
		    endpoint, name, bind_advice(errno));
	else if (flock(*ret_lock, LOCK_EX | LOCK_NB) < 0)
		r = errno == EWOULDBLOCK
			? err_set(
			      ERR_USAGE, "cannot bind %s: %s", endpoint, bind_advice(EADDRINUSE))
			: err_set(ERR_SYS, "cannot lock %s: %s", name, strerror(errno));
	free(name);
	return r;
}

int
port_bind(void *socket, const char *endpoint, int *ret_lock)
{
	*ret_lock = -1;
	if (strncmp(endpoint, "ipc://", 6) == 0)
		TRY(lock_path(endpoint, endpoint + 6, ret_lock));
	if (zmq_bind(socket, endpoint) < 0)
		return err_set(errno == EADDRINUSE || may_pass(errno) ? ERR_SYS : ERR_USAGE,
		    "cannot bind %s: %s", endpoint, bind_advice(errno));
	return 0;
}

static int
bind_own(struct port *port)
{
	mode_t old = umask(077); /* ipc sockets follow it */
	int r = port_bind(port->socket, port->endpoint, &port->lock);

	umask(old);
	return r;
}

int
port_connect(void *socket, const char *endpoint)
{
	if (zmq_connect(socket, endpoint) < 0)
		return err_set(may_pass(errno) ? ERR_SYS : ERR_USAGE, "cannot connect to %s: %s",
		    endpoint, zmq_strerror(errno));
	return 0;
}

/*
 * The host and the port of a tcp address. ZeroMQ takes what it can of them: a port of 70000 it
 * would take as another one, or call it an invalid argument.
 */
static int
check_tcp(const char *endpoint, bool binds)
{
	const char *host = endpoint + strlen("tcp://"), *colon = strrchr(host, ':');
	size_t digits = colon == NULL ? 0 : strspn(colon + 1, "0123456789");
	bool any = binds && colon != NULL && strcmp(colon + 1, "*") == 0;

	if (colon == NULL || colon == host)
		return err_set(ERR_USAGE, "%s: a host and a port are needed, tcp://HOST:PORT%s",
		    endpoint, binds ? "; * is all of this machine's addresses" : "");
	if (any)
		return 0;
	if (digits == 0 || digits > 5 || colon[1 + digits] != '\0' || atoi(colon + 1) > 65535 ||
	    (!binds && atoi(colon + 1) == 0))
		return err_set(ERR_USAGE, "%s: '%s' is no port: it is a number from 1 to 65535",
		    endpoint, colon + 1);
	return 0;
}

static int
check_endpoint(const char *endpoint, bool binds)
{
	if (strncmp(endpoint, "tcp://", 6) == 0)
		return check_tcp(endpoint, binds);
	if (strncmp(endpoint, "ipc://", 6) == 0 && strlen(endpoint + 6) > IPC_PATH_BYTES)
		return err_set(ERR_USAGE, "%s: a path of more than %d bytes; use a shorter folder",
		    endpoint, IPC_PATH_BYTES);
	return 0;
}

uint64_t
port_max_bytes(uint64_t max_document)
{
	uint64_t most;

	if (__builtin_mul_overflow(max_document, 4, &most) ||
	    __builtin_add_overflow(most, SLACK_BYTES, &most) || most > INT64_MAX)
		return INT64_MAX;
	return most;
}

int
port_open(struct port *port, void *context, enum port_type type, const char *endpoint, bool binds,
    uint64_t max_bytes)
{
	*port = (struct port){.type = type, .lock = -1};
	if (strncmp(endpoint, "bind:", 5) == 0) {
		binds = true;
		endpoint += 5;
	} else if (strncmp(endpoint, "connect:", 8) == 0) {
		binds = false;
		endpoint += 8;
	}
	port->endpoint = endpoint;
	port->watch = (struct watch){.endpoint = endpoint, .who = "a peer", .binds = binds};
	TRY(check_endpoint(endpoint, binds));
	port->socket = zmq_socket(context, types[type].zmq);
	if (port->socket == NULL)
		return err_set(ERR_SYS, "cannot make a socket: %s", zmq_strerror(errno));
	TRY(set_options(port->socket, type, max_bytes));
	TRY(security_apply(context, port->socket, endpoint, binds));
	TRY(watch_open(&port->watch, context, port->socket, type == PORT_PUSH));
	return binds ? bind_own(port) : port_connect(port->socket, endpoint);
}

void
port_close(struct port *port)
{
	watch_close(&port->watch);
	if (port->socket != NULL)
		zmq_close(port->socket);
	if (port->lock >= 0)
		close(port->lock);
	*port = (struct port){.lock = -1};
}

static int
would_block(void)
{
	if (errno == EAGAIN || errno == EHOSTUNREACH || errno == EINTR)
		return ERR_HOLD;
	return err_set(ERR_SYS, "a socket failed: %s", zmq_strerror(errno));
}

static int
send_peer(struct port *port, const zmq_msg_t *peer)
{
	zmq_msg_t copy;

	zmq_msg_init(&copy);
	if (zmq_msg_copy(&copy, (zmq_msg_t *)peer) < 0 ||
	    zmq_msg_send(&copy, port->socket, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
		int r = would_block();
		zmq_msg_close(&copy);
		return r;
	}
	return 0;
}

/* Asked before the checksum: read looks for room far more often than there is any. */
static bool
has_room(struct port *port)
{
	int events;
	size_t n = sizeof(events);

	return port->type != PORT_PUSH ||
	       zmq_getsockopt(port->socket, ZMQ_EVENTS, &events, &n) < 0 ||
	       (events & ZMQ_POLLOUT) != 0;
}

int
port_send(struct port *port, const zmq_msg_t *peer, const struct header *h, zmq_msg_t *body)
{
	unsigned char frame[HEADER_BYTES];
	zmq_msg_t copy;

	if (!has_room(port))
		return ERR_HOLD;
	header_pack(frame, h, span_of(zmq_msg_data(body), zmq_msg_size(body)));
	if (peer != NULL)
		TRY(send_peer(port, peer));
	if (zmq_send(port->socket, frame, sizeof(frame), ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
		return would_block();
	zmq_msg_init(&copy);
	if (zmq_msg_copy(&copy, body) < 0 || zmq_msg_send(&copy, port->socket, 0) < 0) {
		zmq_msg_close(&copy);
		return err_set(ERR_SYS, "a socket failed: %s", zmq_strerror(errno));
	}
	return 0;
}

/* The parts of one message, all of them; parts beyond `want` are thrown away. Their number. */
static int
receive_parts(struct port *port, zmq_msg_t *parts, int want)
{
	zmq_msg_t rest;
	int n = 0, more = 1;

	zmq_msg_init(&rest);
	for (; more; n++) {
		zmq_msg_t *part = n < want ? &parts[n] : &rest;
		if (zmq_msg_recv(part, port->socket, n == 0 ? ZMQ_DONTWAIT : 0) < 0) {
			int r = would_block();
			zmq_msg_close(&rest);
			return r;
		}
		more = zmq_msg_more(part);
	}
	zmq_msg_close(&rest);
	return n;
}

static int
check(struct port *port, struct frame *f, zmq_msg_t *head, int n, int want)
{
	struct span first = span_of(zmq_msg_data(head), zmq_msg_size(head));
	int64_t documents;

	port->other = 0;
	if (n != want)
		return err_set(ERR_RECORD, "a message of %d parts", n);
	if (header_unpack(&f->header, first, frame_body(f)) < 0) {
		unsigned version = header_version(first, frame_body(f));

		port->other = version != header_own_version() ? version : 0;
		return ERR_RECORD;
	}
	documents = f->header.kind == FRAME_BATCH ? batch_count(frame_body(f)) : -1;
	if (documents >= 0 && documents != f->header.n_documents)
		return err_set(ERR_RECORD, "a batch of %lld documents, of which the header says %u",
		    (long long)documents, f->header.n_documents);
	return 0;
}

/* It is not ours; if it is of another version of ours, that is said to who asks. */
static void
take_stranger(struct port *port, const struct frame *f)
{
	static const struct header ours = {.kind = FRAME_REPORT};
	zmq_msg_t empty;

	port->strangers++;
	if (port->other == 0 || port->type != PORT_ROUTER)
		return;
	zmq_msg_init(&empty);
	if (port_send(port, &f->peer, &ours, &empty) < 0)
		port->watch.losses++; /* it is gone */
	zmq_msg_close(&empty);
}

int
port_receive(struct port *port, struct frame *ret_frame)
{
	zmq_msg_t parts[3];
	int want = port->type == PORT_ROUTER ? 3 : 2, n, r;

	for (int i = 0; i < 3; i++)
		zmq_msg_init(&parts[i]);
	n = receive_parts(port, parts, want);
	ret_frame->peer = parts[0];
	ret_frame->body = parts[want - 1];
	r = n < 0 ? n : check(port, ret_frame, &parts[want - 2], n, want);
	if (want == 3)
		zmq_msg_close(&parts[1]);
	else {
		zmq_msg_close(&parts[0]);
		zmq_msg_init(&ret_frame->peer);
	}
	if (r == ERR_RECORD)
		take_stranger(port, ret_frame);
	if (r < 0)
		frame_done(ret_frame);
	return r;
}

void
frame_done(struct frame *f)
{
	zmq_msg_close(&f->body);
	zmq_msg_close(&f->peer);
}

static void
release(void *bytes, void *hint)
{
	(void)hint;
	free(bytes);
}

void
message_take(zmq_msg_t *ret_message, struct buf *b)
{
	if (b->p == NULL)
		zmq_msg_init(ret_message);
	else if (zmq_msg_init_data(ret_message, b->p, b->n, release, NULL) < 0)
		mem_exhausted(); /* the one way in which it fails */
	*b = (struct buf){0};
}
