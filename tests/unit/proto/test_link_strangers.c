#include "proto/link.h"

#include "link_place.h"

/* The context ends when all ports are closed, or the time is over. */
TestSuite(link_strangers, .init = begin, .fini = end, .timeout = 60);

/* Somebody who speaks ZeroMQ, but not to us. */
static void *
stranger(int type)
{
	void *socket = zmq_socket(at.context, type);
	int linger = 0;

	cr_assert_eq(zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof(linger)), 0);
	cr_assert_eq(zmq_connect(socket, at.endpoint), 0);
	return socket;
}

static void
send_parts(void *socket, const struct span *parts, int n)
{
	for (int i = 0; i < n; i++)
		cr_assert_eq(zmq_send(socket, parts[i].p, parts[i].n, i + 1 < n ? ZMQ_SNDMORE : 0),
		    (int)parts[i].n);
}

static void
is_strange(struct port *port, uint64_t n, const char *why)
{
	struct frame f;

	cr_assert_eq(receive(port, &f), ERR_RECORD);
	cr_assert_not_null(strstr(err_text(), why), "'%s' does not say '%s'", err_text(), why);
	cr_assert_eq(port->strangers, n);
}

/* Each kind of message that is not ours, and after each one that is. */
static void
bear_strangers(struct port *port, struct port *friend, void *socket)
{
	unsigned char frame[HEADER_BYTES], wrong[HEADER_BYTES];
	struct span body = SPAN("a body"), head = span_of((char *)frame, HEADER_BYTES);
	struct span bad = span_of((char *)wrong, HEADER_BYTES);
	struct {
		struct span parts[3];
		int n;
		const char *why;
	} messages[] = {
	    {{SPAN("hello")}, 1, "parts"},
	    {{head}, 1, "parts"},
	    {{head, body, SPAN("")}, 3, "parts"},
	    {{head, body, body}, 3, "parts"},
	    {{SPAN(""), SPAN("")}, 2, "bytes"},
	    {{body, head}, 2, "bytes"},
	    {{bad, body}, 2, "magic"},
	    {{bad, body}, 2, "version"},
	    {{head, SPAN("A body")}, 2, "checksum"},
	    {{head, SPAN("")}, 2, "checksum"},
	};
	uint64_t n = sizeof(messages) / sizeof(messages[0]);

	header_pack(frame, &plain, body);
	for (uint64_t i = 0; i < n; i++) {
		memcpy(wrong, frame, sizeof(wrong));
		wrong[strcmp(messages[i].why, "magic") == 0 ? 0 : 4] ^= 0x40;
		send_parts(socket, messages[i].parts, messages[i].n);
		is_strange(port, i + 1, messages[i].why);
		send_text(friend, NULL, &plain, SPAN("the next good one"));
		receive_text(port, SPAN("the next good one"));
	}
}

Test(link_strangers, messages_that_are_not_ours_are_counted_and_dropped)
{
	struct port pull, push;
	void *socket;

	open_port(&pull, PORT_PULL, true);
	open_port(&push, PORT_PUSH, false);
	socket = stranger(ZMQ_PUSH);
	bear_strangers(&pull, &push, socket);
	zmq_close(socket);
	port_close(&push);
	port_close(&pull);
}

Test(link_strangers, asks_that_are_not_ours_are_counted_and_dropped)
{
	struct port router, dealer;
	void *socket;

	open_port(&router, PORT_ROUTER, true);
	open_port(&dealer, PORT_DEALER, false);
	socket = stranger(ZMQ_DEALER);
	bear_strangers(&router, &dealer, socket);
	zmq_close(socket);
	port_close(&dealer);
	port_close(&router);
}

Test(link_strangers, random_bytes_are_counted_and_dropped)
{
	struct port pull, push;
	struct arena a = {0};
	struct dice d = {8, &a};
	void *socket;

	open_port(&pull, PORT_PULL, true);
	open_port(&push, PORT_PUSH, false);
	socket = stranger(ZMQ_PUSH);
	for (uint64_t i = 1; i <= 200; i++) {
		struct span parts[4];
		int n = 1 + (int)roll_below(&d, 4);

		for (int k = 0; k < n; k++)
			parts[k] = roll_span(&d, roll_below(&d, 2) ? HEADER_BYTES : 300);
		send_parts(socket, parts, n);
		is_strange(&pull, i, "");
	}
	send_text(&push, NULL, &plain, SPAN("the next good one"));
	receive_text(&pull, SPAN("the next good one"));
	zmq_close(socket);
	arena_done(&a);
	port_close(&push);
	port_close(&pull);
}

/* A peer of ours sends a port of another kind what is whole: the reader of the body decides. */

Test(link_strangers, the_kind_of_a_message_comes_as_it_was_sent)
{
	for (unsigned kind = FRAME_BATCH; kind < FRAME_COUNT; kind++) {
		struct header h = {.kind = (enum frame_kind)kind};
		struct port pull, push;
		struct frame f;

		open_port(&pull, PORT_PULL, true);
		open_port(&push, PORT_PUSH, false);
		send_text(&push, NULL, &h, SPAN("x"));
		cr_assert_eq(receive(&pull, &f), 0);
		cr_assert_eq(f.header.kind, kind);
		frame_done(&f);
		port_close(&push);
		port_close(&pull);
		zmq_ctx_term(at.context);
		at.context = zmq_ctx_new();
	}
}

Test(link_strangers, a_batch_of_another_number_of_documents_than_its_header_says)
{
	struct port pull, push;
	struct batch sent;
	struct header h;
	struct buf b = {0};

	open_port(&pull, PORT_PULL, true);
	open_port(&push, PORT_PUSH, false);
	sample_batch(&sent);
	batch_pack(&b, &sent);
	h = header_of(&sent);
	h.n_documents++;
	send_text(&push, NULL, &h, buf_view(&b));
	is_strange(&pull, 1, "of which the header says");
	h.n_documents = 0;
	send_text(&push, NULL, &h, buf_view(&b));
	is_strange(&pull, 2, "of which the header says 0");
	h = header_of(&sent);
	send_text(&push, NULL, &h, buf_view(&b));
	receive_text(&pull, buf_view(&b));
	batch_done(&sent);
	buf_done(&b);
	port_close(&push);
	port_close(&pull);
}
