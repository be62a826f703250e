#include "proto/link.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "samples.h"

enum { DEADLINE_MS = 20000, MAX_BYTES = 1 << 20 };

/* A folder of its own for each test, with one endpoint in it. */
struct place_of_test {
	void *context;
	char folder[64];
	char endpoint[96];
};

static struct place_of_test at;

static void
begin(void)
{
	strcpy(at.folder, "/tmp/winnow-link-XXXXXX");
	cr_assert_not_null(mkdtemp(at.folder));
	snprintf(at.endpoint, sizeof(at.endpoint), "ipc://%s/a", at.folder);
	at.context = zmq_ctx_new();
	cr_assert_not_null(at.context);
}

static void
remove_file(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", at.folder, name);
	unlink(path);
}

static void
end(void)
{
	zmq_ctx_term(at.context);
	remove_file("a");
	remove_file("a.lock");
	cr_assert_eq(rmdir(at.folder), 0, "%s: %s", at.folder, strerror(errno));
}

/* The context ends when all ports are closed, or the time is over. */
TestSuite(link, .init = begin, .fini = end, .timeout = 60);

static void
open_port(struct port *port, enum port_type type, bool binds)
{
	cr_assert_eq(
	    port_open(port, at.context, type, at.endpoint, binds, MAX_BYTES), 0, "%s", err_text());
}

/* Wait until something can be done with the socket; a test that waits for too long fails. */
static void
wait_for(void *socket, short events, int64_t deadline)
{
	zmq_pollitem_t item = {.socket = socket, .events = events};
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	deadline -= t.tv_sec * 1000 + t.tv_nsec / 1000000;
	cr_assert(deadline > 0, "nothing happened");
	zmq_poll(&item, 1, (long)deadline);
}

static int64_t
deadline_from_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000 + DEADLINE_MS;
}

static int
receive(struct port *port, struct frame *f)
{
	int64_t deadline = deadline_from_now();
	int r;

	while ((r = port_receive(port, f)) == ERR_HOLD)
		wait_for(port->socket, ZMQ_POLLIN, deadline);
	return r;
}

static void
send_body(struct port *port, const zmq_msg_t *peer, const struct header *h, zmq_msg_t *body)
{
	int64_t deadline = deadline_from_now();
	int r;

	while ((r = port_send(port, peer, h, body)) == ERR_HOLD)
		wait_for(port->socket, ZMQ_POLLOUT, deadline);
	cr_assert_eq(r, 0, "%s", err_text());
}

static void
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
static void
receive_text(struct port *port, struct span text)
{
	struct frame f;

	cr_assert_eq(receive(port, &f), 0, "%s", err_text());
	cr_assert(span_equal(frame_body(&f), text));
	frame_done(&f);
}

/* Wait until connections broke, and no more than so many. */
static void
loses(struct port *port, uint64_t n)
{
	int64_t deadline = deadline_from_now();

	for (port_watch(port); port->losses < n; port_watch(port))
		wait_for(port->monitor, ZMQ_POLLIN, deadline);
	cr_assert_eq(port->losses, n);
}

static const struct header plain = {.kind = FRAME_BATCH, .run = 1, .seq = 2};

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

static int
option_of(struct port *port, int option)
{
	int value = -77;
	size_t n = sizeof(value);

	cr_assert_eq(zmq_getsockopt(port->socket, option, &value, &n), 0);
	return value;
}

Test(link, no_unsafe_default_is_left)
{
	for (int type = PORT_PUSH; type <= PORT_ROUTER; type++) {
		bool control = type == PORT_DEALER || type == PORT_ROUTER;
		struct port port;
		int64_t most;
		size_t n = sizeof(most);

		open_port(&port, (enum port_type)type, false);
		cr_assert_eq(option_of(&port, ZMQ_SNDHWM), control ? 64 : PORT_HIGH_WATER);
		cr_assert_eq(option_of(&port, ZMQ_RCVHWM), control ? 64 : PORT_HIGH_WATER);
		cr_assert_eq(option_of(&port, ZMQ_LINGER), 1000);
		cr_assert_eq(option_of(&port, ZMQ_HEARTBEAT_IVL), 5000);
		cr_assert_eq(option_of(&port, ZMQ_HEARTBEAT_TIMEOUT), 20000);
		cr_assert_eq(option_of(&port, ZMQ_HANDSHAKE_IVL), 10000);
		cr_assert_eq(option_of(&port, ZMQ_RECONNECT_IVL), 10);
		cr_assert_eq(option_of(&port, ZMQ_RECONNECT_IVL_MAX), 1000);
		cr_assert_eq(zmq_getsockopt(port.socket, ZMQ_MAXMSGSIZE, &most, &n), 0);
		cr_assert_eq(most, MAX_BYTES);
		port_close(&port);
	}
}

Test(link, a_second_binder_of_a_path_is_refused_and_the_first_goes_on)
{
	struct port first, second, push;

	open_port(&first, PORT_PULL, true);
	cr_assert_eq(
	    port_open(&second, at.context, PORT_PULL, at.endpoint, true, MAX_BYTES), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), at.endpoint), "%s", err_text());
	port_close(&second);
	cr_assert_eq(
	    port_open(&second, at.context, PORT_ROUTER, at.endpoint, true, MAX_BYTES), ERR_USAGE);
	port_close(&second);
	open_port(&push, PORT_PUSH, false);
	send_text(&push, NULL, &plain, SPAN("still here"));
	receive_text(&first, SPAN("still here"));
	port_close(&push);
	port_close(&first);
}

Test(link, a_path_is_free_again_when_its_binder_has_gone)
{
	struct port pull, push;

	open_port(&pull, PORT_PULL, true);
	port_close(&pull);
	zmq_ctx_term(at.context);
	at.context = zmq_ctx_new();
	open_port(&pull, PORT_PULL, true);
	open_port(&push, PORT_PUSH, false);
	send_text(&push, NULL, &plain, SPAN("again"));
	receive_text(&pull, SPAN("again"));
	port_close(&push);
	port_close(&pull);
}

Test(link, a_binder_that_was_killed_leaves_the_path_free)
{
	struct port pull, push;
	int ready[2], status;
	pid_t child;
	char c;

	cr_assert_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		void *context = zmq_ctx_new();
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (port_open(&pull, context, PORT_PULL, at.endpoint, true, MAX_BYTES) == 0 &&
		    write(ready[1], "r", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	cr_assert_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
	cr_assert_eq(
	    port_open(&pull, at.context, PORT_PULL, at.endpoint, true, MAX_BYTES), ERR_USAGE);
	port_close(&pull);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	open_port(&pull, PORT_PULL, true);
	open_port(&push, PORT_PUSH, false);
	send_text(&push, NULL, &plain, SPAN("in its place"));
	receive_text(&pull, SPAN("in its place"));
	port_close(&push);
	port_close(&pull);
}

Test(link, an_ipc_socket_is_for_its_owner_only)
{
	struct port pull;
	struct stat st;
	mode_t mask = umask(0);

	open_port(&pull, PORT_PULL, true);
	cr_assert_eq(stat(at.endpoint + strlen("ipc://"), &st), 0);
	cr_assert(S_ISSOCK(st.st_mode));
	cr_assert_eq(st.st_mode & 077, 0, "mode %o", st.st_mode);
	cr_assert_eq(umask(mask), 0, "the mask of the process was changed");
	port_close(&pull);
}

Test(link, too_long_a_path_is_refused)
{
	char endpoint[256];
	struct port pull;
	int n = snprintf(endpoint, sizeof(endpoint), "ipc://%s/", at.folder);

	memset(endpoint + n, 'x', sizeof(endpoint) - (size_t)n);
	endpoint[6 + 108] = '\0';
	cr_assert_eq(port_open(&pull, at.context, PORT_PULL, endpoint, true, MAX_BYTES), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), "107"), "%s", err_text());
	port_close(&pull);
	cr_assert_eq(
	    port_open(&pull, at.context, PORT_PULL, endpoint, false, MAX_BYTES), ERR_USAGE);
	port_close(&pull);
	endpoint[6 + 107] = '\0';
	cr_assert_eq(port_open(&pull, at.context, PORT_PULL, endpoint, true, MAX_BYTES), 0);
	port_close(&pull);
	zmq_ctx_term(at.context);
	at.context = zmq_ctx_new();
	remove_file(endpoint + n);
	strcpy(endpoint + 6 + 107, ".lock");
	remove_file(endpoint + n);
}

Test(link, what_is_no_endpoint_is_refused)
{
	static const char *const bad[] = {"", "nonsense", "carrier://pigeon", "tcp://127.0.0.1:x",
	    "tcp://", "bind:", "bind:nonsense", "connect:nonsense", "ipc:///no/such/folder/a"};
	struct port port;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(port_open(&port, at.context, PORT_PULL, bad[i], true, MAX_BYTES),
		    ERR_USAGE, "%s", bad[i]);
		port_close(&port);
		port_close(&port);
		cr_assert_null(port.socket);
	}
}

Test(link, a_prefix_says_who_binds)
{
	struct port pull, push;
	char binds[128], connects[128];

	snprintf(binds, sizeof(binds), "bind:%s", at.endpoint);
	snprintf(connects, sizeof(connects), "connect:%s", at.endpoint);
	cr_assert_eq(port_open(&pull, at.context, PORT_PULL, connects, true, MAX_BYTES), 0);
	cr_assert_eq(port_open(&push, at.context, PORT_PUSH, binds, false, MAX_BYTES), 0);
	send_text(&push, NULL, &plain, SPAN("the other way round"));
	receive_text(&pull, SPAN("the other way round"));
	port_close(&push);
	port_close(&pull);
}

Test(link, a_tcp_port_in_use_may_be_free_later)
{
	char endpoint[128];
	size_t n = sizeof(endpoint);
	struct port first, second;

	cr_assert_eq(
	    port_open(&first, at.context, PORT_PULL, "tcp://127.0.0.1:*", true, MAX_BYTES), 0);
	cr_assert_eq(zmq_getsockopt(first.socket, ZMQ_LAST_ENDPOINT, endpoint, &n), 0);
	cr_assert_eq(port_open(&second, at.context, PORT_PULL, endpoint, true, MAX_BYTES), ERR_SYS);
	cr_assert_not_null(strstr(err_text(), endpoint), "%s", err_text());
	port_close(&second);
	port_close(&first);
}

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

Test(link, messages_that_are_not_ours_are_counted_and_dropped)
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

Test(link, asks_that_are_not_ours_are_counted_and_dropped)
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

Test(link, random_bytes_are_counted_and_dropped)
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
Test(link, the_kind_of_a_message_comes_as_it_was_sent)
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

Test(link, a_connection_that_is_closed_is_a_loss)
{
	struct port push, pulls[2];

	open_port(&push, PORT_PUSH, true);
	for (uint64_t i = 0; i < 2; i++) {
		open_port(&pulls[i], PORT_PULL, false);
		gets_through(&push, &pulls[i]);
		port_watch(&push);
		cr_assert_eq(push.losses, i);
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
	port_watch(&pull);
	cr_assert_null(pull.monitor);
	cr_assert_eq(pull.losses, 0);
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
