/* A server of the test's own, on a Unix socket: prepared answers, one for what comes at a time. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/hash.h"
#include "stages/write/carrier.h"
#include "tests/unit/scratch.h"

enum { CONNECTIONS = 3, ASKED_BYTES = 65536 };

#define THEN "\1" /* what is behind it, is said when something more was asked */
#define GREETED "+PONG\r\n" THEN
#define NOTHING "$-1\r\n"
#define QUEUED THEN "+OK\r\n+QUEUED\r\n+QUEUED\r\n" /* MULTI, one record, the checkpoint */
#define FOUND_NOTHING "+OK\r\n" NOTHING NOTHING
#define DONE "*2\r\n$3\r\n1-0\r\n:1\r\n"

/* What a connection says; then it is cut, if another one follows. */
static struct buf said[CONNECTIONS];
static char asked[CONNECTIONS][ASKED_BYTES];
static pthread_t thread;
static int listener;
static struct parcel p;
static void *state;

/* What comes in one piece, behind what has come. */
static bool
hear(int fd, char *text)
{
	size_t n = strlen(text);

	return read(fd, text + n, ASKED_BYTES - 1 - n) > 0;
}

static void
talk(int fd, int i)
{
	struct span rest = buf_view(&said[i]);

	while (rest.n > 0 && hear(fd, asked[i])) {
		const char *end = memchr(rest.p, THEN[0], rest.n);
		size_t n = end == NULL ? rest.n : (size_t)(end - rest.p);

		if (write(fd, rest.p, n) < 0)
			return;
		rest = span_cut(rest, end == NULL ? n : n + 1, rest.n);
	}
}

static void *
serve(void *unused)
{
	for (int i = 0; i < CONNECTIONS && said[i].n > 0; i++) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			break;
		talk(fd, i);
		if (i + 1 < CONNECTIONS && said[i + 1].n > 0)
			shutdown(fd, SHUT_WR);
		while (hear(fd, asked[i]))
			;
		close(fd);
	}
	return unused;
}

static void
open_test(void)
{
	scratch_open();
	signal(SIGPIPE, SIG_IGN);
	parcel_add(&p, &(struct document){.key = 0xab, .id = SPAN("doc")}, SPAN("{record}"));
}

static void
close_test(void)
{
	if (state != NULL)
		redis_unix_carrier.close(state);
	parcel_done(&p);
	scratch_close();
}

TestSuite(redis_sink, .init = open_test, .fini = close_test);

static int
opens(const char *keys)
{
	struct buf name = {0};
	struct uri u;
	char text[256];
	int r;

	snprintf(text, sizeof(text), "redis+unix://%s%s", scratch_path("s"), keys);
	cr_assert_eq(uri_parse(&u, text), 0, "%s", err_text());
	r = redis_unix_carrier.open(&state, &name, &u, NULL);
	uri_done(&u);
	buf_done(&name);
	return r;
}

static void
start(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", scratch_path("s"));
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
	cr_assert_eq(listen(listener, 5), 0);
	cr_assert_eq(pthread_create(&thread, NULL, serve, NULL), 0);
	cr_assert_eq(opens("?stream=new"), 0, "%s", err_text());
}

static void
says(int connection, const char *text)
{
	buf_str(&said[connection], text);
}

static void
says_place(int connection, const char *checkpoint)
{
	char digits[KEY_DIGITS];

	key_print(hash64(span_str(checkpoint)), digits);
	buf_print(&said[connection], "$16\r\n%.16s\r\n", digits);
}

/* The server has nothing yet. */
static void
found_nothing(void)
{
	struct buf checkpoint = {0};
	bool found;

	start();
	cr_assert_eq(redis_unix_carrier.find(state, &checkpoint, &found), 0, "%s", err_text());
	cr_assert(!found);
	buf_done(&checkpoint);
}

/* As the loop does it: again while it is held. */
static int
delivered(const char *checkpoint)
{
	int r = ERR_HOLD;

	for (int i = 0; i < 6000 && r == ERR_HOLD; i++) {
		r = redis_unix_carrier.deliver(state, &p, span_str(checkpoint));
		if (r == ERR_HOLD)
			poll(NULL, 0, 10);
	}
	return r;
}

/* After this all that was asked can be looked at. */
static void
closed(void)
{
	redis_unix_carrier.close(state);
	state = NULL;
	pthread_join(thread, NULL);
}

Test(redis_sink, needs_a_stream)
{
	cr_assert_eq(opens(""), ERR_USAGE);
	cr_assert(strstr(err_text(), "stream") != NULL, "%s", err_text());
}

Test(redis_sink, records_and_checkpoint_are_one_transaction)
{
	says(0, GREETED FOUND_NOTHING QUEUED DONE "+OK\r\n");
	says_place(0, "first");
	found_nothing();
	cr_assert_eq(delivered("first"), 0, "%s", err_text());
	closed();
	cr_assert_str_eq(strstr(asked[0], "*1\r\n$5\r\nMULTI"),
	    "*1\r\n$5\r\nMULTI\r\n"
	    "*9\r\n$4\r\nXADD\r\n$3\r\nnew\r\n$1\r\n*\r\n$3\r\nkey\r\n$16\r\n00000000000000ab\r\n"
	    "$2\r\nid\r\n$3\r\ndoc\r\n$6\r\nrecord\r\n$8\r\n{record}\r\n"
	    "*6\r\n$4\r\nHSET\r\n$12\r\nwinnow:{new}\r\n$5\r\nplace\r\n$16\r\n370f0f1c16b0aa53\r\n"
	    "$10\r\ncheckpoint\r\n$5\r\nfirst\r\n"
	    "*1\r\n$4\r\nEXEC\r\n"
	    "*2\r\n$5\r\nWATCH\r\n$12\r\nwinnow:{new}\r\n"
	    "*3\r\n$4\r\nHGET\r\n$12\r\nwinnow:{new}\r\n$5\r\nplace\r\n");
}

Test(redis_sink, a_transaction_whose_answer_was_lost_is_not_done_again)
{
	says(0, GREETED FOUND_NOTHING);
	says(1, GREETED "+OK\r\n");
	says_place(1, "first");
	found_nothing();
	cr_assert_eq(delivered("first"), 0, "%s", err_text());
	closed();
	cr_assert_null(strstr(asked[1], "XADD"));
}

Test(redis_sink, one_that_was_not_done_is_done_then)
{
	says(0, GREETED FOUND_NOTHING);
	says(1, GREETED "+OK\r\n" NOTHING QUEUED DONE "+OK\r\n");
	says_place(1, "first");
	found_nothing();
	cr_assert_eq(delivered("first"), 0, "%s", err_text());
	closed();
	cr_assert_not_null(strstr(asked[1], "XADD"));
}

static void
is_not_as_left(const char *checkpoint)
{
	cr_assert_eq(delivered(checkpoint), ERR_SYS);
	cr_assert(strstr(err_text(), "not as this process left it") != NULL, "%s", err_text());
	closed();
}

Test(redis_sink, what_another_one_wrote_is_not_written_over)
{
	says(0, GREETED FOUND_NOTHING QUEUED "*-1\r\n");
	found_nothing();
	is_not_as_left("first");
}

Test(redis_sink, what_changed_while_the_connection_was_lost_is_noticed)
{
	says(0, GREETED FOUND_NOTHING);
	says(1, GREETED "+OK\r\n");
	says_place(1, "somebody's");
	found_nothing();
	is_not_as_left("first");
	cr_assert_null(strstr(asked[1], "XADD"));
}

Test(redis_sink, what_the_server_lost_is_noticed)
{
	says(0, GREETED FOUND_NOTHING QUEUED DONE "+OK\r\n");
	says_place(0, "first");
	says(1, GREETED "+OK\r\n" NOTHING);
	found_nothing();
	cr_assert_eq(delivered("first"), 0);
	is_not_as_left("second");
}

Test(redis_sink, what_another_one_wrote_behind_it_is_noticed)
{
	says(0, GREETED FOUND_NOTHING QUEUED DONE "+OK\r\n");
	says_place(0, "somebody's");
	found_nothing();
	is_not_as_left("first");
}

Test(redis_sink, a_transaction_in_part_ends_it)
{
	says(0, GREETED FOUND_NOTHING QUEUED "*2\r\n-WRONGTYPE no\r\n:1\r\n");
	found_nothing();
	cr_assert_eq(delivered("first"), ERR_USAGE);
	cr_assert(strstr(err_text(), "in part") != NULL, "%s", err_text());
	closed();
}

Test(redis_sink, the_checkpoint_is_found_again)
{
	struct buf checkpoint = {0};
	bool found;

	says(0, GREETED "+OK\r\n");
	says_place(0, "first");
	says(0, "$5\r\nfirst\r\n");
	start();
	cr_assert_eq(redis_unix_carrier.find(state, &checkpoint, &found), 0, "%s", err_text());
	cr_assert(found);
	cr_assert(span_equal(buf_view(&checkpoint), SPAN("first")));
	buf_done(&checkpoint);
	closed();
}

Test(redis_sink, a_key_that_is_no_stream_is_refused)
{
	uint64_t most = 7;

	says(0, GREETED "+string\r\n");
	start();
	cr_assert_eq(redis_unix_carrier.ready(state, &most), ERR_USAGE);
	cr_assert(strstr(err_text(), "not a stream") != NULL, "%s", err_text());
	closed();
}
