#include "proto/link.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "link_place.h"

/* The context ends when all ports are closed, or the time is over. */
TestSuite(link, .init = begin, .fini = end, .timeout = 60);

/* Send until one message comes: a connection that is just breaking swallows what is sent to it. */
static void
gets_through(struct port *push, struct port *pull)
{
	int64_t deadline = deadline_from_now();
	struct frame f;
	int r;

	do {
		zmq_pollitem_t item = {.socket = pull->socket, .events = ZMQ_POLLIN};

		send_text(push, NULL, &plain, SPAN("there?"));
		cr_assert(deadline + DEADLINE_MS > deadline_from_now(), "nothing came");
		zmq_poll(&item, 1, 100);
	} while ((r = port_receive(pull, &f)) == ERR_HOLD);
	cr_assert_eq(r, 0);
	frame_done(&f);
}

Test(link, a_batch_arrives_whole)
{
	struct port push, pull;
	struct batch sent, got = {0};
	struct header h;
	struct frame f;
	struct buf b = {0};

	open_port(&pull, PORT_PULL, true);
	open_port(&push, PORT_PUSH, false);
	sample_batch(&sent);
	h = header_of(&sent);
	batch_pack(&b, &sent);
	send_text(&push, NULL, &h, buf_view(&b));
	cr_assert_eq(receive(&pull, &f), 0);
	cr_assert_eq(f.header.kind, FRAME_BATCH);
	cr_assert_eq(f.header.run, sent.run);
	cr_assert_eq(f.header.seq, sent.seq);
	cr_assert_eq(f.header.base, sent.base);
	cr_assert_eq(f.header.attempt, sent.attempt);
	cr_assert_eq(f.header.n_documents, sent.n_documents);
	cr_assert_eq(batch_unpack(&got, frame_body(&f)), 0);
	cr_assert_null(batch_differs(&sent, &got));
	cr_assert_eq(pull.strangers, 0);
	batch_done(&got);
	batch_done(&sent);
	frame_done(&f);
	buf_done(&b);
	port_close(&push);
	port_close(&pull);
}

Test(link, batches_arrive_in_order_also_the_large_and_the_empty)
{
	struct port push, pull;
	struct span large = {mem_zero(MAX_BYTES, 1), MAX_BYTES};

	open_port(&push, PORT_PUSH, true);
	open_port(&pull, PORT_PULL, false);
	for (uint64_t i = 0; i < 20; i++) {
		struct span text = i % 3 == 0 ? large : i % 3 == 1 ? SPAN("") : SPAN("small");
		struct header h = {.kind = FRAME_BATCH, .seq = i};
		struct frame f;

		send_text(&push, NULL, &h, text);
		cr_assert_eq(receive(&pull, &f), 0);
		cr_assert_eq(f.header.seq, i);
		cr_assert(span_equal(frame_body(&f), text));
		frame_done(&f);
	}
	free((char *)large.p);
	port_close(&push);
	port_close(&pull);
}

Test(link, a_body_may_be_sent_again)
{
	struct port push, pull;
	struct header again = plain;
	struct buf b = {0};
	struct frame f;
	zmq_msg_t body;

	open_port(&push, PORT_PUSH, true);
	open_port(&pull, PORT_PULL, false);
	buf_str(&b, "the same again, of more bytes than a message of ZeroMQ holds in itself");
	message_take(&body, &b);
	again.attempt = 1;
	send_body(&push, NULL, &plain, &body);
	send_body(&push, NULL, &again, &body);
	for (uint32_t i = 0; i < 2; i++) {
		cr_assert_eq(receive(&pull, &f), 0);
		cr_assert_eq(f.header.attempt, i);
		cr_assert(span_equal(frame_body(&f),
		    SPAN(
			"the same again, of more bytes than a message of ZeroMQ holds in itself")));
		frame_done(&f);
	}
	zmq_msg_close(&body);
	port_close(&push);
	port_close(&pull);
}

Test(link, an_answer_goes_to_the_one_that_asked)
{
	static const struct header ask = {.kind = FRAME_ASK}, report = {.kind = FRAME_REPORT};
	struct port router, dealers[2];
	struct frame f[2];

	open_port(&router, PORT_ROUTER, true);
	for (int i = 0; i < 2; i++) {
		open_port(&dealers[i], PORT_DEALER, false);
		send_text(&dealers[i], NULL, &ask, i == 0 ? SPAN("first") : SPAN("second"));
		cr_assert_eq(receive(&router, &f[i]), 0);
		cr_assert_eq(f[i].header.kind, FRAME_ASK);
		cr_assert(span_equal(frame_body(&f[i]), i == 0 ? SPAN("first") : SPAN("second")));
	}
	send_text(&router, &f[1].peer, &report, SPAN("to the second"));
	send_text(&router, &f[0].peer, &report, SPAN("to the first"));
	send_text(&router, &f[0].peer, &report, SPAN("and again"));
	receive_text(&dealers[0], SPAN("to the first"));
	receive_text(&dealers[0], SPAN("and again"));
	receive_text(&dealers[1], SPAN("to the second"));
	for (int i = 0; i < 2; i++) {
		frame_done(&f[i]);
		port_close(&dealers[i]);
	}
	port_close(&router);
}

Test(link, nothing_is_sent_to_nobody)
{
	static const enum port_type types[] = {PORT_PUSH, PORT_DEALER};
	struct port port;
	zmq_msg_t body, peer;

	zmq_msg_init(&body);
	for (int i = 0; i < 4; i++) {
		open_port(&port, types[i % 2], i / 2);
		cr_assert_eq(port_send(&port, NULL, &plain, &body), ERR_HOLD);
		port_close(&port);
		zmq_ctx_term(at.context); /* until it is unbound */
		at.context = zmq_ctx_new();
	}
	open_port(&port, PORT_ROUTER, true);
	zmq_msg_init_size(&peer, 5);
	memcpy(zmq_msg_data(&peer), "\0\x01\x02\x03\x04", 5);
	cr_assert_eq(port_send(&port, &peer, &plain, &body), ERR_HOLD);
	cr_assert_eq(zmq_msg_size(&peer), 5);
	zmq_msg_close(&peer);
	port_close(&port);
}

/* Its checksum would cost more than the question; read asks for room again and again. */
Test(link, a_body_is_not_read_before_there_is_room)
{
	enum { BYTES = 4096 };
	void *unreadable = mmap(NULL, BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct port push;
	zmq_msg_t body;

	cr_assert_neq(unreadable, MAP_FAILED);
	cr_assert_eq(zmq_msg_init_data(&body, unreadable, BYTES, NULL, NULL), 0);
	open_port(&push, PORT_PUSH, true);
	cr_assert_eq(port_send(&push, NULL, &plain, &body), ERR_HOLD);
	zmq_msg_close(&body);
	port_close(&push);
	munmap(unreadable, BYTES);
}

Test(link, nothing_comes_from_nobody)
{
	struct port pull, router;
	struct frame f;

	open_port(&pull, PORT_PULL, true);
	cr_assert_eq(port_receive(&pull, &f), ERR_HOLD);
	cr_assert_eq(pull.strangers, 0);
	port_close(&pull);
	open_port(&router, PORT_ROUTER, false);
	cr_assert_eq(port_receive(&router, &f), ERR_HOLD);
	port_close(&router);
}

Test(link, a_connection_that_is_closed_is_a_loss)
{
	struct port push, pulls[2];

	open_port(&push, PORT_PUSH, true);
	for (uint64_t i = 0; i < 2; i++) {
		open_port(&pulls[i], PORT_PULL, false);
		gets_through(&push, &pulls[i]);
		watch_take(&push.watch);
		cr_assert_eq(push.watch.losses, i);
		port_close(&pulls[i]);
		loses(&push, i + 1);
	}
	port_close(&push);
}

Test(link, a_peer_that_is_killed_is_a_loss)
{
	pid_t child = fork();
	struct port push;
	int status;

	if (child == 0) {
		void *context = zmq_ctx_new();
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (port_open(&push, context, PORT_PULL, at.endpoint, false, MAX_BYTES) == 0)
			pause();
		_exit(1);
	}
	open_port(&push, PORT_PUSH, true);
	send_text(&push, NULL, &plain, SPAN("it is there"));
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	loses(&push, 1);
	port_close(&push);
}

Test(link, ports_that_do_not_send_batches_watch_nothing)
{
	struct port pull;

	open_port(&pull, PORT_PULL, true);
	watch_take(&pull.watch);
	cr_assert_null(pull.watch.monitor);
	cr_assert_eq(pull.watch.losses, 0);
	port_close(&pull);
}

Test(link, messages_over_the_limit_are_not_taken)
{
	enum { LIMIT = 4096 };
	struct port push, good, pull;
	struct span large = {mem_zero(LIMIT + 1, 1), LIMIT + 1};

	cr_assert_eq(port_open(&pull, at.context, PORT_PULL, at.endpoint, true, LIMIT), 0);
	open_port(&push, PORT_PUSH, false);
	open_port(&good, PORT_PUSH, false);
	send_text(&push, NULL, &plain, span_cut(large, 0, LIMIT));
	receive_text(&pull, span_cut(large, 0, LIMIT));
	send_text(&push, NULL, &plain, large);
	loses(&push, 1);
	send_text(&good, NULL, &plain, SPAN("the next good one"));
	receive_text(&pull, SPAN("the next good one"));
	cr_assert_eq(pull.strangers, 0);
	free((char *)large.p);
	port_close(&push);
	port_close(&good);
	port_close(&pull);
}

Test(link, the_limit_of_a_message_follows_from_that_of_a_document)
{
	static const uint64_t mib = 1 << 20;

	cr_assert_eq(port_max_bytes(0), 64 * mib);
	cr_assert_eq(port_max_bytes(64 * mib), 320 * mib);
	cr_assert_eq(port_max_bytes(INT64_MAX / 4), INT64_MAX);
	cr_assert_eq(port_max_bytes((uint64_t)1 << 62), INT64_MAX, "four times it is 2^64");
	cr_assert_eq(port_max_bytes(UINT64_MAX), INT64_MAX);
}

Test(link, a_message_takes_the_bytes_without_copying)
{
	struct buf b = {0};
	zmq_msg_t m;
	const char *bytes;

	buf_str(&b, "some bytes");
	bytes = b.p;
	message_take(&m, &b);
	cr_assert_eq(zmq_msg_data(&m), bytes);
	cr_assert_eq(zmq_msg_size(&m), 10);
	cr_assert(b.p == NULL && b.n == 0 && b.cap == 0);
	zmq_msg_close(&m);
	message_take(&m, &b);
	cr_assert_eq(zmq_msg_size(&m), 0);
	zmq_msg_close(&m);
}

static bool no_memory;

/* In the place of ZeroMQ's own, which is called unless there is no memory. */
int
zmq_msg_init_data(zmq_msg_t *m, void *bytes, size_t n, zmq_free_fn *release, void *hint)
{
	int (*real)(zmq_msg_t *, void *, size_t, zmq_free_fn *, void *);

	if (no_memory) {
		errno = ENOMEM;
		return -1;
	}
	*(void **)&real = dlsym(RTLD_NEXT, "zmq_msg_init_data");
	return real(m, bytes, n, release, hint);
}

Test(link, a_message_for_which_there_is_no_memory_ends_the_process, .exit_code = EXIT_TEMPORARY,
    .fini = NULL)
{
	struct buf b = {0};
	zmq_msg_t m;

	buf_str(&b, "some bytes");
	end(); /* while there is somebody to do it */
	no_memory = true;
	message_take(&m, &b);
}
