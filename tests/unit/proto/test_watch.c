#include "proto/watch.h"

#include "tests/unit/proto/quick_socket.h"

enum { LOOKS = 6000, LOOK_MS = 10, KEY_TEXT = 41 };

static void *context;
static char public_key[KEY_TEXT], secret_key[KEY_TEXT], endpoint[128];

TestSuite(watch, .timeout = 120);

/* One that binds and wants a key of whoever comes. */
static void *
bound(struct watch *w)
{
	static const int yes = 1;
	void *s = quick_socket(context, ZMQ_PULL);
	size_t n = sizeof(endpoint);

	cr_assert_eq(zmq_curve_keypair(public_key, secret_key), 0);
	cr_assert_eq(zmq_setsockopt(s, ZMQ_CURVE_SERVER, &yes, sizeof(yes)), 0);
	cr_assert_eq(zmq_setsockopt(s, ZMQ_CURVE_SECRETKEY, secret_key, KEY_TEXT), 0);
	*w = (struct watch){.endpoint = "tcp://127.0.0.1:*", .binds = true};
	cr_assert_eq(watch_open(w, context, s, false), 0, "%s", err_text());
	cr_assert_eq(zmq_bind(s, w->endpoint), 0);
	cr_assert_eq(zmq_getsockopt(s, ZMQ_LAST_ENDPOINT, endpoint, &n), 0);
	return s;
}

static void *
connected(struct watch *w, bool with_key)
{
	void *s = quick_socket(context, ZMQ_PUSH);

	if (with_key) {
		zmq_setsockopt(s, ZMQ_CURVE_SERVERKEY, public_key, KEY_TEXT);
		zmq_setsockopt(s, ZMQ_CURVE_PUBLICKEY, public_key, KEY_TEXT);
		zmq_setsockopt(s, ZMQ_CURVE_SECRETKEY, secret_key, KEY_TEXT);
	}
	*w = (struct watch){.endpoint = endpoint};
	cr_assert_eq(watch_open(w, context, s, false), 0, "%s", err_text());
	cr_assert_eq(zmq_connect(s, endpoint), 0);
	return s;
}

static void
close_one(struct watch *w, void *socket)
{
	watch_close(w);
	watch_close(w); /* a second time there is nothing */
	zmq_close(socket);
}

static void
sees(struct watch *w, uint64_t at_least)
{
	for (int i = 0; i < LOOKS && w->refusals < at_least; i++) {
		watch_take(w);
		zmq_poll(NULL, 0, LOOK_MS);
	}
	cr_assert_geq(w->refusals, at_least);
}

Test(watch, both_sides_see_a_refusal_and_its_end)
{
	struct watch own, theirs;
	void *pull, *push;
	uint64_t before;

	context = zmq_ctx_new();
	pull = bound(&own);
	push = connected(&theirs, false);
	sees(&own, 1);
	sees(&theirs, 1);
	cr_assert(own.refused && theirs.refused);
	close_one(&theirs, push);
	push = connected(&theirs, true);
	cr_assert_geq(zmq_send(push, "x", 1, 0), 0);
	cr_assert_eq(zmq_recv(pull, &(char){0}, 1, 0), 1);
	for (int i = 0; i < LOOKS && own.refused; i++) {
		watch_take(&own);
		zmq_poll(NULL, 0, LOOK_MS);
	}
	before = own.refusals;
	watch_take(&own);
	watch_take(&theirs);
	cr_assert(!own.refused && !theirs.refused);
	cr_assert_eq(own.refusals, before);
	cr_assert_eq(theirs.refusals, 0);
	close_one(&theirs, push);
	close_one(&own, pull);
	zmq_ctx_term(context);
}

Test(watch, a_path_has_nothing_to_be_watched_for_but_losses)
{
	struct watch w = {.endpoint = "ipc:///tmp/winnow-watch-test"};
	void *push;

	context = zmq_ctx_new();
	push = quick_socket(context, ZMQ_PUSH);
	cr_assert_eq(watch_open(&w, context, push, false), 0);
	cr_assert_null(w.monitor);
	watch_take(&w);
	watch_close(&w);
	cr_assert_eq(watch_open(&w, context, push, true), 0);
	cr_assert_not_null(w.monitor);
	close_one(&w, push);
	zmq_ctx_term(context);
}
