#include "stages/read/queue.h"

#include <criterion/criterion.h>
#include <zmq.h>

#include "tests/unit/scratch.h"

static struct hand hand;
static void *state, *context, *peer;
static char endpoint[256];

/* A place to submit to, and a peer of this type that does. */
static void
open_both(int type)
{
	struct settings settings = {.max_document = 100};
	struct queue_self self = {"me", &settings};
	struct uri u;
	char text[256];

	snprintf(text, sizeof(text), "zmq+submit://%s", scratch_path("s"));
	cr_assert_eq(uri_parse(&u, text), 0, "%s", err_text());
	cr_assert_eq(queue_submit.open(&state, &u, &self), 0, "%s", err_text());
	uri_done(&u);
	snprintf(endpoint, sizeof(endpoint), "ipc://%s", scratch_path("s"));
	context = zmq_ctx_new();
	peer = zmq_socket(context, type);
	cr_assert_eq(zmq_setsockopt(peer, ZMQ_LINGER, &(int){0}, sizeof(int)), 0);
	cr_assert_eq(zmq_connect(peer, endpoint), 0);
}

static void
close_both(void)
{
	queue_submit.close(state);
	zmq_close(peer);
	zmq_ctx_term(context);
	hand_done(&hand);
}

static void
send_frames(size_t n, const char *const *frames)
{
	for (size_t i = 0; i < n; i++)
		cr_assert(
		    zmq_send(peer, frames[i], strlen(frames[i]), i + 1 < n ? ZMQ_SNDMORE : 0) >= 0);
}

/* Until so many entries are in hand, or it was looked long enough for what must not come. */
static void
fetch(size_t n, int looks)
{
	struct queue_wish wish = {.entries = 10, .bytes = 1000, .max_document = 100};

	for (int i = 0; i < looks && (n == 0 || hand_count(&hand) < n); i++) {
		int r = queue_submit.fetch(state, &hand, &wish);

		cr_assert(r == 0 || r == ERR_QUIET);
		zmq_poll(NULL, 0, 1);
	}
	cr_assert_eq(hand_count(&hand), n);
}

static void
is_answer(const char *expected)
{
	char frame[256];
	int n = zmq_recv(peer, frame, sizeof(frame), 0);

	cr_assert(
	    n >= 0 && span_equal(span_of(frame, (size_t)n), span_str(expected)), "%.*s", n, frame);
}

TestSuite(submit, .init = scratch_open, .fini = scratch_close);

Test(submit, a_document_is_answered_when_it_is_done)
{
	const struct span ids[] = {SPAN("other"), SPAN("a1")};

	open_both(ZMQ_DEALER);
	send_frames(2, (const char *[]){"a1", "{\"text\": \"one\"}"});
	fetch(1, 60000);
	cr_assert(span_equal(hand_entry(&hand, 0)->id, SPAN("a1")));
	cr_assert(span_equal(hand_entry(&hand, 0)->given, SPAN("a1")));
	cr_assert(
	    span_equal(hand_entry(&hand, 0)->raw, SPAN("{\"id\": \"a1\", \"text\": \"one\"}")));
	cr_assert_eq(zmq_poll(&(zmq_pollitem_t){.socket = peer, .events = ZMQ_POLLIN}, 1, 100), 0,
	    "it is not done yet");
	cr_assert_eq(queue_submit.done(state, ids, 2), 0);
	is_answer("a1");
	is_answer("ok");
	is_answer("");
	close_both();
}

Test(submit, all_who_wait_for_an_id_are_answered)
{
	void *first, *own;

	open_both(ZMQ_DEALER);
	send_frames(2, (const char *[]){"a1", "{}"});
	fetch(1, 60000);
	first = peer;
	peer = zmq_socket(context, ZMQ_DEALER);
	cr_assert_eq(zmq_setsockopt(peer, ZMQ_LINGER, &(int){0}, sizeof(int)), 0);
	cr_assert_eq(zmq_connect(peer, endpoint), 0);
	send_frames(2, (const char *[]){"a1", "{}"});
	fetch(2, 60000);
	cr_assert_eq(queue_submit.done(state, &(struct span){"a1", 2}, 1), 0);
	is_answer("a1");
	is_answer("ok");
	is_answer("");
	own = peer;
	peer = first;
	is_answer("a1");
	zmq_close(own);
	close_both();
}

Test(submit, a_req_socket_will_do)
{
	const struct span ids[] = {SPAN("a1")};

	open_both(ZMQ_REQ);
	send_frames(2, (const char *[]){"a1", "\x81\xA4text\xA1z"});
	fetch(1, 60000);
	cr_assert_eq(hand_entry(&hand, 0)->form, FORM_MSGPACK);
	cr_assert_eq(queue_submit.done(state, ids, 1), 0);
	is_answer("a1");
	is_answer("ok");
	is_answer("");
	close_both();
}

Test(submit, what_is_no_submission_is_answered_at_once)
{
	static const char *const bad[][4] = {{"alone"}, {"", "{}"}, {"a", "{}", "more"},
	    {"a", "{}", "more", "and more"}, {"\xFF", "{}"}};
	static const size_t frames[] = {1, 2, 3, 4, 2};

	open_both(ZMQ_DEALER);
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		zmq_pollitem_t item = {.socket = peer, .events = ZMQ_POLLIN};

		send_frames(frames[i], bad[i]);
		for (int k = 0; k < 60000 && zmq_poll(&item, 1, 0) == 0; k++)
			fetch(0, 1);
		if (i == 1) /* as a REQ would say it, with nothing behind */
			is_answer("");
		is_answer(i == 0 ? "" : bad[i][i == 1]);
		is_answer("error");
		cr_assert(zmq_recv(peer, (char[256]){0}, 256, 0) > 0);
	}
	close_both();
}

Test(submit, a_large_one_is_refused_and_comes_to_an_end)
{
	char large[201];

	memset(large, 'x', 200);
	large[200] = '\0';
	open_both(ZMQ_DEALER);
	send_frames(2, (const char *[]){"a1", large});
	fetch(1, 60000);
	cr_assert_str_eq(hand_entry(&hand, 0)->refused, "too-large");
	close_both();
}

Test(submit, a_place_that_cannot_be_is_refused)
{
	struct settings settings = {0};
	struct queue_self self = {"me", &settings};
	struct uri u;

	cr_assert_eq(uri_parse(&u, "zmq+submit://"), 0);
	cr_assert_eq(queue_submit.open(&state, &u, &self), ERR_USAGE);
	uri_done(&u);
	cr_assert_eq(uri_parse(&u, "zmq+submit://host"), 0);
	cr_assert_eq(queue_submit.open(&state, &u, &self), ERR_USAGE);
	uri_done(&u);
	cr_assert_eq(uri_parse(&u, "zmq+submit://256.256.256.256:1"), 0);
	cr_assert_lt(queue_submit.open(&state, &u, &self), 0);
	uri_done(&u);
}
