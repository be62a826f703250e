#include "proto/link.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "link_place.h"
#include "proto/security.h"

/* The context ends when all ports are closed, or the time is over. */
TestSuite(link_endpoints, .init = begin, .fini = end, .timeout = 60);

static int
option_of(struct port *port, int option)
{
	int value = -77;
	size_t n = sizeof(value);

	cr_assert_eq(zmq_getsockopt(port->socket, option, &value, &n), 0);
	return value;
}

Test(link_endpoints, no_unsafe_default_is_left)
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

Test(link_endpoints, a_second_binder_of_a_path_is_refused_and_the_first_goes_on)
{
	struct port first, second, push;

	open_port(&first, PORT_PULL, true);
	cr_assert_eq(
	    port_open(&second, at.context, PORT_PULL, at.endpoint, true, MAX_BYTES), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), at.endpoint), "%s", err_text());
	cr_assert_not_null(strstr(err_text(), "in use by another process"), "%s", err_text());
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

Test(link_endpoints, a_path_is_free_again_when_its_binder_has_gone)
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

Test(link_endpoints, a_binder_that_was_killed_leaves_the_path_free)
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

Test(link_endpoints, an_ipc_socket_is_for_its_owner_only)
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

Test(link_endpoints, too_long_a_path_is_refused)
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

Test(link_endpoints, what_is_no_endpoint_is_refused)
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

Test(link_endpoints, a_prefix_says_who_binds)
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

Test(link_endpoints, a_tcp_port_in_use_may_be_free_later)
{
	char endpoint[128];
	size_t n = sizeof(endpoint);
	struct port first, second;

	cr_assert_eq(
	    port_open(&first, at.context, PORT_PULL, "tcp://127.0.0.1:*", true, MAX_BYTES), 0);
	cr_assert_eq(zmq_getsockopt(first.socket, ZMQ_LAST_ENDPOINT, endpoint, &n), 0);
	cr_assert_eq(port_open(&second, at.context, PORT_PULL, endpoint, true, MAX_BYTES), ERR_SYS,
	    "%s", err_text());
	cr_assert_not_null(strstr(err_text(), endpoint), "%s", err_text());
	cr_assert_not_null(strstr(err_text(), "in use by another process"), "%s", err_text());
	port_close(&second);
	port_close(&first);
}

static void
is_refused(const char *endpoint, bool binds, const char *why)
{
	struct port port;

	cr_assert_eq(port_open(&port, at.context, PORT_PULL, endpoint, binds, MAX_BYTES), ERR_USAGE,
	    "%s", endpoint);
	cr_assert_not_null(strstr(err_text(), endpoint), "%s", err_text());
	cr_assert_not_null(strstr(err_text(), why), "%s: %s", endpoint, err_text());
	port_close(&port);
}

Test(link_endpoints, a_tcp_address_has_a_host_and_a_port)
{
	static const char *const hosts[] = {"tcp://", "tcp://:5555", "tcp://127.0.0.1"};
	static const char *const ports[] = {"tcp://127.0.0.1:", "tcp://127.0.0.1:65536",
	    "tcp://127.0.0.1:70000", "tcp://127.0.0.1:4294967297", "tcp://127.0.0.1:-1",
	    "tcp://127.0.0.1:80x", "tcp://[::1]:99999", "tcp://*:http"};
	static const struct security_wish insecure = {.insecure = true};

	for (size_t i = 0; i < 2 * sizeof(hosts) / sizeof(hosts[0]); i++)
		is_refused(hosts[i / 2], i % 2, "a host and a port");
	for (size_t i = 0; i < 2 * sizeof(ports) / sizeof(ports[0]); i++)
		is_refused(ports[i / 2], i % 2, "from 1 to 65535");
	is_refused("tcp://127.0.0.1:0", false, "from 1 to 65535");
	is_refused("tcp://127.0.0.1:*", false, "from 1 to 65535");
	is_refused("tcp://192.0.2.1:5555", true, "without keys anybody");
	cr_assert_eq(security_open(&insecure), 0);
	is_refused("tcp://192.0.2.1:5555", true, "no such address");
}

/* The last port there is can be named: it may be in use, but it is a port. */
Test(link_endpoints, all_tcp_ports_can_be_named)
{
	struct port port;
	int r = port_open(&port, at.context, PORT_PULL, "tcp://127.0.0.1:65535", true, MAX_BYTES);

	cr_assert(r == 0 || r == ERR_SYS, "%s", err_text());
	port_close(&port);
	cr_assert_eq(port_open(&port, at.context, PORT_PULL, "tcp://[::1]:65535", false, MAX_BYTES),
	    0, "%s", err_text());
	port_close(&port);
}

Test(link_endpoints, a_folder_of_somebody_else_is_refused)
{
	uid_t user = geteuid();

	cr_assert_eq(chmod(at.folder, 0500), 0);
	cr_assert(user != 0 || seteuid(65534) == 0);
	is_refused(at.endpoint, true, "a folder of your own");
	cr_assert_eq(seteuid(user), 0);
	cr_assert_eq(chmod(at.folder, 0700), 0);
}

/* So many descriptors are free: each time port_open comes a little further. */
static int
open_with_free(int n_free)
{
	enum { LIMIT = 200 };
	struct rlimit old, limit;
	struct port port;
	int taken[LIMIT], n = 0, r;

	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	limit = old;
	limit.rlim_cur = LIMIT;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	while (n < LIMIT && (taken[n] = dup(0)) >= 0)
		n++;
	for (; n > 0 && n_free > 0; n_free--)
		close(taken[--n]);
	r = port_open(&port, at.context, PORT_PULL, at.endpoint, true, MAX_BYTES);
	port_close(&port);
	while (n > 0)
		close(taken[--n]);
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	return r;
}

Test(link_endpoints, a_lack_of_descriptors_may_pass)
{
	struct port port;
	int n_free = 0, r;

	open_port(&port, PORT_PULL, false); /* what the context itself needs */
	while ((r = open_with_free(n_free)) == ERR_SYS && n_free < 20) {
		cr_assert_not_null(strstr(err_text(), "oo many open files"), "%s", err_text());
		n_free++;
	}
	cr_assert_eq(r, 0, "with %d free: %s", n_free, err_text());
	cr_assert_geq(n_free, 2, "the lock was never the one that failed");
	port_close(&port);
}

Test(link_endpoints, no_limit_is_below_zero)
{
	struct port port;
	int64_t most;
	size_t n = sizeof(most);

	cr_assert_eq(port_open(&port, at.context, PORT_PULL, at.endpoint, false, UINT64_MAX), 0);
	cr_assert_eq(zmq_getsockopt(port.socket, ZMQ_MAXMSGSIZE, &most, &n), 0);
	cr_assert_eq(most, INT64_MAX);
	port_close(&port);
}
