#include <zmq.h>

#include "stages/write/carrier.h"
#include "tests/unit/scratch.h"

static void *context, *peer, *state;
static struct parcel p;

static void
open_test(void)
{
	scratch_open();
	context = zmq_ctx_new();
}

static void
close_test(void)
{
	if (peer != NULL)
		zmq_close(peer);
	zmq_ctx_term(context);
	parcel_done(&p);
	scratch_close();
}

TestSuite(zmq_sink, .init = open_test, .fini = close_test);

static int
opens(const struct carrier_kind *kind, const char *rest)
{
	struct buf name = {0};
	struct uri uri;
	char text[256];
	int r;

	snprintf(text, sizeof(text), "%s://%s", kind->scheme, rest);
	cr_assert_eq(uri_parse(&uri, text), 0, "%s", err_text());
	r = kind->open(&state, &name, &uri, NULL);
	uri_done(&uri);
	buf_done(&name);
	return r;
}

static void
has_peer(int type, bool binds, const char *path)
{
	char endpoint[256];
	int timeout = 60000, zero = 0;

	snprintf(endpoint, sizeof(endpoint), "ipc://%s", path);
	peer = zmq_socket(context, type);
	zmq_setsockopt(peer, ZMQ_RCVTIMEO, &timeout, sizeof(timeout));
	zmq_setsockopt(peer, ZMQ_LINGER, &zero, sizeof(zero));
	if (type == ZMQ_SUB)
		zmq_setsockopt(peer, ZMQ_SUBSCRIBE, "00", 2);
	cr_assert_eq((binds ? zmq_bind : zmq_connect)(peer, endpoint), 0);
}

static void
part_is(const char *text)
{
	char got[256];
	int n = zmq_recv(peer, got, sizeof(got), 0);

	cr_assert_eq(n, (int)strlen(text), "%d bytes instead of %s", n, text);
	cr_assert(memcmp(got, text, strlen(text)) == 0);
}

static bool
can_be_read(void)
{
	return zmq_poll(&(zmq_pollitem_t){.socket = peer, .events = ZMQ_POLLIN}, 1, 0) > 0;
}

static void
add(uint64_t key, const char *body)
{
	parcel_add(&p, &(struct document){.key = key}, span_str(body));
}

Test(zmq_sink, waits_for_somebody_who_pulls_and_sends_each_record_once)
{
	const char *path = scratch_path("in");

	cr_assert_eq(opens(&zmq_push_carrier, path), 0, "%s", err_text());
	add(0xab, "one");
	add(1, "");
	cr_assert_eq(zmq_push_carrier.deliver(state, &p, SPAN("")), ERR_HOLD);
	cr_assert(strstr(err_text(), "nobody takes") != NULL, "%s", err_text());
	has_peer(ZMQ_PULL, true, path);
	for (int r = ERR_HOLD; r != 0; r = zmq_push_carrier.deliver(state, &p, SPAN("")))
		cr_assert_eq(r, ERR_HOLD);
	p.n = p.bytes.n = 0;
	add(2, "three");
	cr_assert_eq(zmq_push_carrier.deliver(state, &p, SPAN("")), 0);
	part_is("00000000000000ab");
	part_is("one");
	part_is("0000000000000001");
	part_is("");
	part_is("0000000000000002");
	part_is("three");
	zmq_push_carrier.close(state);
}

Test(zmq_sink, behind_a_hold_it_goes_on_where_it_was)
{
	enum { RECORDS = 1500 }; /* more than all that lies between the two */
	static char body[16384];
	const char *path = scratch_path("in");
	bool held = false;
	int r = ERR_HOLD;

	has_peer(ZMQ_PULL, true, path);
	cr_assert_eq(opens(&zmq_push_carrier, path), 0, "%s", err_text());
	memset(body, 'x', sizeof(body) - 1);
	for (int i = 0; i < RECORDS; i++)
		add((uint64_t)i, body);
	for (int n = 0; n < RECORDS; n++) {
		char expected[KEY_DIGITS + 1] = {0};

		while (r != 0 && !(held && can_be_read())) {
			r = zmq_push_carrier.deliver(state, &p, SPAN(""));
			held = held || r == ERR_HOLD;
		}
		key_print((uint64_t)n, expected);
		part_is(expected);
		cr_assert_eq(zmq_recv(peer, body, sizeof(body), 0), (int)sizeof(body) - 1);
	}
	cr_assert(held, "there was room for all");
	zmq_push_carrier.close(state);
}

Test(zmq_sink, publishes_to_who_has_subscribed_and_waits_for_nobody)
{
	const char *path = scratch_path("out");

	cr_assert_eq(opens(&zmq_pub_carrier, path), 0, "%s", err_text());
	add(0, "nobody hears this");
	cr_assert_eq(zmq_pub_carrier.deliver(state, &p, SPAN("")), 0);
	has_peer(ZMQ_SUB, false, path);
	p.n = p.bytes.n = 0;
	add(0xf000000000000000, "not subscribed to");
	add(5, "five");
	/* until the subscription has come */
	for (zmq_pollitem_t item = {.socket = peer, .events = ZMQ_POLLIN};
	     zmq_poll(&item, 1, 10) == 0;)
		cr_assert_eq(zmq_pub_carrier.deliver(state, &p, SPAN("")), 0);
	part_is("0000000000000005");
	part_is("five");
	zmq_pub_carrier.close(state);
}

Test(zmq_sink, who_binds_may_be_said)
{
	const char *path = scratch_path("in");
	char rest[256];

	snprintf(rest, sizeof(rest), "%s?bind=yes", path);
	cr_assert_eq(opens(&zmq_push_carrier, rest), 0, "%s", err_text());
	has_peer(ZMQ_PULL, false, path);
	add(1, "one");
	for (int r = ERR_HOLD; r != 0; r = zmq_push_carrier.deliver(state, &p, SPAN("")))
		cr_assert_eq(r, ERR_HOLD);
	part_is("0000000000000001");
	part_is("one");
	zmq_push_carrier.close(state);
	cr_assert_eq(opens(&zmq_push_carrier, "127.0.0.1:5560?bind=perhaps"), ERR_USAGE);
}

Test(zmq_sink, places_that_cannot_be_are_refused)
{
	static const char *const bad[] = {"host", "host:5560/path", "", ":0"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf name = {0};
		struct uri uri;
		char text[64];

		snprintf(text, sizeof(text), "zmq+push://%s", bad[i]);
		if (uri_parse(&uri, text) < 0)
			continue;
		cr_assert_eq(
		    zmq_push_carrier.open(&state, &name, &uri, NULL), ERR_USAGE, "%s", text);
		uri_done(&uri);
		buf_done(&name);
	}
}
