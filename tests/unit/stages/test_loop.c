#include "stages/loop.h"

#include <sys/signalfd.h>

#include "rig.h"
#include "stages/meter.h"

static zmq_pollitem_t none[1];

/* What a signalfd gives for one signal, through a pipe that the test can write to. */
static void
open_signals(struct loop *loop, int ret_pipe[2])
{
	cr_assert_eq(pipe2(ret_pipe, O_NONBLOCK), 0);
	loop->signals = ret_pipe[0];
}

static void
send_signal(const int fds[2])
{
	struct signalfd_siginfo info = {.ssi_signo = SIGTERM};

	cr_assert_eq(write(fds[1], &info, sizeof(info)), sizeof(info));
}

static void
close_signals(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

Test(loop, waits_until_a_socket_is_ready)
{
	struct loop loop = {0};
	zmq_pollitem_t items[2];
	struct port in, out;
	struct rig rig;
	int fds[2];

	open_signals(&loop, fds);
	rig_open(&rig);
	rig_port(&rig, &in, PORT_PULL, "a", true);
	rig_port(&rig, &out, PORT_PUSH, "a", false);
	rig_send_batch(&out, 1, 0, 0, 0);
	items[0] = loop_item(&in, ZMQ_POLLIN);
	items[1] = loop_item(&out, 0);
	cr_assert_eq(loop_wait(&loop, items, 2, RIG_DEADLINE_MS), 0);
	cr_assert_neq(items[0].revents & ZMQ_POLLIN, 0);
	cr_assert_eq(items[1].revents, 0);
	cr_assert(!loop.stopping);
	port_close(&in);
	port_close(&out);
	rig_done(&rig);
	close_signals(fds);
}

Test(loop, waits_no_longer_than_it_is_told)
{
	struct loop loop = {0};
	uint64_t start = loop_now();
	int fds[2];

	open_signals(&loop, fds);
	cr_assert_eq(loop_wait(&loop, none, 0, 2), 0);
	cr_assert_geq(loop_now() - start, 1);
	cr_assert(!loop.stopping);
	close_signals(fds);
}

Test(loop, the_first_signal_lets_it_stop)
{
	struct loop loop = {0};
	int fds[2];

	open_signals(&loop, fds);
	send_signal(fds);
	cr_assert_eq(loop_wait(&loop, none, 0, -1), 0);
	cr_assert(loop.stopping);
	close_signals(fds);
}

Test(loop, the_second_signal_ends_the_process_at_once, .exit_code = EXIT_TEMPORARY)
{
	struct loop loop = {0};
	int fds[2];

	open_signals(&loop, fds);
	send_signal(fds);
	cr_assert_eq(loop_wait(&loop, none, 0, -1), 0);
	loop.stopped_at -= SAME_SIGNAL_MS + 1; /* that was a while ago */
	send_signal(fds);
	cr_assert_eq(loop_wait(&loop, none, 0, -1), 0);
	cr_assert_fail("it lives");
}

Test(loop, the_same_signal_by_two_ways_is_one)
{
	struct loop loop = {0};
	int fds[2];

	open_signals(&loop, fds);
	send_signal(fds);
	cr_assert_eq(loop_wait(&loop, none, 0, -1), 0);
	send_signal(fds);
	cr_assert_eq(loop_wait(&loop, none, 0, -1), 0);
	cr_assert(loop.stopping);
	close_signals(fds);
}

Test(loop, a_stranger_is_told_when_their_number_doubles)
{
	struct port port = {.endpoint = "tcp://somewhere"};
	struct heard h;
	const char *text;
	int lines = 0;

	hear_begin(&h);
	for (port.strangers = 1; port.strangers <= 100; port.strangers++) {
		err_set(ERR_RECORD, "a wrong checksum");
		loop_stranger(&port);
	}
	text = hear_end(&h);
	for (const char *p = text; *p != '\0'; p++)
		lines += *p == '\n';
	cr_assert_eq(lines, 7, "1, 2, 4, 8, 16, 32, 64: %s", text);
	cr_assert(
	    strstr(text, "tcp://somewhere: ignored a wrong checksum (64 such messages)") != NULL);
}

Test(loop, random_numbers_are_not_0_and_not_twice_the_same)
{
	uint64_t a = loop_random(), b = loop_random();

	cr_assert_neq(a, 0);
	cr_assert_neq(b, 0);
	cr_assert_neq(a, b);
}

Test(loop, clocks_do_not_go_back)
{
	uint64_t now = loop_now();
	double processor = loop_processor();

	for (int i = 0; i < 1000; i++) {
		cr_assert_geq(loop_now(), now);
		cr_assert_geq(loop_processor(), processor);
		now = loop_now();
		processor = loop_processor();
	}
}

/* A socket that binds where w says, and wants a key of whoever comes; the address is a peer's. */
static void *
bind_keyed(struct watch *w, void *context, char address[64])
{
	void *socket = zmq_socket(context, ZMQ_PUB);
	char public[41], secret[41];
	size_t n = 64;
	int yes = 1;

	cr_assert_eq(zmq_curve_keypair(public, secret), 0);
	zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &yes, sizeof(yes));
	zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret, sizeof(secret));
	cr_assert_eq(loop_attend(w, context, socket), 0, "%s", err_text());
	cr_assert_eq(zmq_bind(socket, w->endpoint), 0);
	cr_assert_eq(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, address, &n), 0);
	return socket;
}

Test(loop, who_is_refused_at_a_socket_of_the_stage_is_counted_and_told)
{
	struct watch w = {.endpoint = "tcp://127.0.0.1:*", .binds = true};
	void *context = zmq_ctx_new(), *peer = zmq_socket(context, ZMQ_SUB), *socket;
	uint64_t end = loop_now() + RIG_DEADLINE_MS;
	struct loop loop = {0};
	char address[64];
	struct heard h;
	int fds[2];

	open_signals(&loop, fds);
	socket = bind_keyed(&w, context, address);
	hear_begin(&h);
	cr_assert_eq(zmq_connect(peer, address), 0);
	while (meter_get(meter_own(), METER_PEERS_REFUSED) == 0 && loop_now() < end)
		cr_assert_eq(loop_wait(&loop, none, 0, RIG_DEADLINE_MS), 0);
	cr_assert(strstr(hear_end(&h), ": refused who has no key") != NULL, "nobody was told");
	zmq_close(peer);
	loop_leave(&w);
	loop_leave(&w);
	cr_assert_null(w.monitor);
	cr_assert_eq(loop_wait(&loop, none, 0, 0), 0, "nobody is attended to any more");
	zmq_close(socket);
	zmq_ctx_term(context);
	close_signals(fds);
}

Test(loop, a_port_that_is_not_watched_wakes_nobody)
{
	const struct port port = {.lock = -1};

	cr_assert_eq(loop_monitor(&port.watch).fd, -1);
}
