/*
 * submit - scrapers hand documents over by themselves: zmq+submit://0.0.0.0:5559
 *
 * A ROUTER: a message is the id of the document and the document; the answer is that id and `ok`,
 * when its outcome is durable, or `error` and why it is no submission. Who asks again with an id
 * that is known gets the same answer and leaves no second record. proto/README.md has the frames.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zmq.h>

#include "common/mem.h"
#include "common/utf8.h"
#include "proto/security.h"
#include "stages/loop.h"
#include "stages/read/answers.h"
#include "stages/read/entry_record.h"
#include "stages/read/queue.h"

enum {
	FRAMES = 3,         /* that are looked at: an empty one of a REQ, the id, the document */
	RECEIVE_AHEAD = 16, /* messages a peer that wait here; the rest waits where it is */
	ANSWERS_AHEAD = 1000,
	LINGER_MS = 1000, /* for answers that are on their way at the end */
	HEARTBEAT_MS = 5000,
	SPARE_BYTES = 1 << 20, /* a document so much over the limit is refused, not cut off */
};

struct submit {
	char *endpoint, *name;
	void *context, *socket;
	struct watch watch;
	int lock; /* of a path, or -1 */
	struct answers answers;
};

/* A message as it came; frames behind the last one that is looked at are counted. */
struct message {
	zmq_msg_t peer, frames[FRAMES];
	size_t n;
	bool delimited;
};

static struct span
bytes_of(zmq_msg_t *m)
{
	return span_of(zmq_msg_data(m), zmq_msg_size(m));
}

static void
message_done(struct message *m)
{
	zmq_msg_close(&m->peer);
	for (size_t i = 0; i < FRAMES; i++)
		zmq_msg_close(&m->frames[i]);
}

/* Take the rest of a message, of which the peer has come; too many frames share the last place. */
static void
receive_frames(struct submit *s, struct message *m)
{
	zmq_msg_t *frame = &m->peer;

	for (; zmq_msg_more(frame); m->n++) {
		frame = &m->frames[m->n < FRAMES ? m->n : FRAMES - 1];
		if (zmq_msg_recv(frame, s->socket, ZMQ_DONTWAIT) < 0)
			break;
		if (m->n == 0)
			m->delimited = zmq_msg_size(frame) == 0 && zmq_msg_more(frame);
	}
}

/* False: there is none. */
static bool
receive(struct submit *s, struct message *m)
{
	*m = (struct message){0};
	zmq_msg_init(&m->peer);
	for (size_t i = 0; i < FRAMES; i++)
		zmq_msg_init(&m->frames[i]);
	if (zmq_msg_recv(&m->peer, s->socket, ZMQ_DONTWAIT) < 0) {
		message_done(m);
		return false;
	}
	receive_frames(s, m);
	return true;
}

/* A peer that is gone, or takes nothing, asks again. */
static void
answer(struct submit *s, struct span peer, bool delimited, struct span id, const char *status,
    const char *words)
{
	if (zmq_send(s->socket, peer.p, peer.n, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
		return;
	if (delimited)
		zmq_send(s->socket, "", 0, ZMQ_SNDMORE);
	zmq_send(s->socket, id.p, id.n, ZMQ_SNDMORE);
	zmq_send(s->socket, status, strlen(status), ZMQ_SNDMORE);
	zmq_send(s->socket, words, strlen(words), 0);
}

/* Why a message is no submission, or NULL. */
static const char *
fault_of(struct message *m, struct span id)
{
	if (m->n != (m->delimited ? 3 : 2))
		return "a submission is two frames: the id, and the document";
	if (id.n == 0 || id.n > QUEUE_ID_BYTES || utf8_valid(id) < id.n)
		return "an id is between 1 and 1024 bytes of UTF-8";
	return NULL;
}

static void
take(struct submit *s, struct message *m, struct hand *hand, const struct queue_wish *wish)
{
	struct span id = bytes_of(&m->frames[m->delimited]);
	struct span body = bytes_of(&m->frames[1 + m->delimited]), peer = bytes_of(&m->peer);
	const char *fault = fault_of(m, id);
	struct arena *a = hand_arena(hand);
	struct entry_field given = {SPAN("id"), arena_copy(a, id)};
	struct queue_entry e = {.id = given.value, .given = given.value};

	if (fault != NULL) {
		answer(s, peer, m->delimited, m->n > 1 ? id : SPAN(""), "error", fault);
		return;
	}
	entry_from_value(&e, body);
	if (body.n > wish->max_document)
		entry_too_large(&e, a, body.n, wish->max_document);
	else {
		e.raw = entry_splice(a, e.form, body, &given, 1);
		if (e.raw.p == body.p)
			e.raw = arena_copy(a, body);
	}
	answers_wait(&s->answers, id, peer, m->delimited);
	hand_put(hand, &e);
}

static int
fetch_submit(void *state, struct hand *hand, const struct queue_wish *wish)
{
	struct submit *s = state;
	size_t bytes = hand->bytes, n;
	struct message m;

	for (n = 0; n < wish->entries && hand->bytes - bytes < wish->bytes && receive(s, &m); n++) {
		take(s, &m, hand, wish);
		message_done(&m);
	}
	return n > 0 ? 0 : ERR_QUIET;
}

static int
done_submit(void *state, const struct span *ids, size_t n)
{
	struct submit *s = state;
	struct waiter *w;

	for (size_t i = 0; i < n; i++)
		while ((w = answers_take(&s->answers, ids[i])) != NULL) {
			answer(s, span_of(w->peer, w->peer_n), w->delimited, ids[i], "ok", "");
			free(w);
		}
	return 0;
}

/* opening */

static void
close_submit(void *state)
{
	struct submit *s = state;

	if (s == NULL)
		return;
	loop_leave(&s->watch);
	if (s->socket != NULL)
		zmq_close(s->socket);
	security_leave(s->context);
	if (s->context != NULL)
		zmq_ctx_term(s->context);
	if (s->lock >= 0)
		close(s->lock);
	answers_done(&s->answers);
	free(s->endpoint);
	free(s->name);
	free(s);
}

static int
set(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof(value));
}

static int
bind_socket(struct submit *s, uint64_t max_document)
{
	int64_t most = (int64_t)(max_document + SPARE_BYTES);

	s->context = zmq_ctx_new();
	s->socket = s->context == NULL ? NULL : zmq_socket(s->context, ZMQ_ROUTER);
	if (s->socket == NULL)
		return err_set(ERR_SYS, "no socket: %s", zmq_strerror(errno));
	if (set(s->socket, ZMQ_RCVHWM, RECEIVE_AHEAD) < 0 ||
	    set(s->socket, ZMQ_SNDHWM, ANSWERS_AHEAD) < 0 ||
	    set(s->socket, ZMQ_LINGER, LINGER_MS) < 0 ||
	    set(s->socket, ZMQ_ROUTER_MANDATORY, 1) < 0 ||
	    set(s->socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS) < 0 ||
	    set(s->socket, ZMQ_IPV6, 1) < 0 ||
	    zmq_setsockopt(s->socket, ZMQ_MAXMSGSIZE, &most, sizeof(most)) < 0)
		return err_set(ERR_SYS, "no socket: %s", zmq_strerror(errno));
	TRY(security_apply(s->context, s->socket, s->endpoint, true));
	s->watch = (struct watch){.endpoint = s->endpoint, .who = "a scraper", .binds = true};
	TRY(loop_attend(&s->watch, s->context, s->socket));
	return port_bind(s->socket, s->endpoint, &s->lock);
}

static int
open_submit(void **ret_state, struct uri *u, const struct queue_self *self)
{
	struct submit *s;
	struct buf b = {0};
	int r;

	if ((u->host.n == 0 || u->port == 0) && u->path.n == 0)
		return err_set(ERR_USAGE, "zmq+submit:// takes host:port, or the path of a socket");
	s = mem_zero(1, sizeof(*s));
	s->lock = -1;
	if (u->host.n > 0)
		buf_print(&b, "tcp://%.*s", (int)u->authority.n, u->authority.p);
	else
		buf_print(&b, "ipc:///%.*s", (int)u->path.n, u->path.p);
	s->endpoint = mem_string(b.p, b.n);
	b.n = 0;
	uri_name(&b, u);
	s->name = mem_string(b.p, b.n);
	buf_done(&b);
	r = bind_socket(s, self->settings->max_document);
	if (r < 0) {
		close_submit(s);
		return r;
	}
	*ret_state = s;
	return 0;
}

static void
name_submit(const void *state, struct buf *out)
{
	buf_str(out, ((const struct submit *)state)->name);
}

const struct queue_kind queue_submit = {
    .name = "zmq+submit",
    .scheme = "zmq+submit",
    .open = open_submit,
    .name_of = name_submit,
    .fetch = fetch_submit,
    .done = done_submit,
    .close = close_submit,
};
