#include "proto/security.h"

#include "tests/unit/folder.h"
#include "tests/unit/proto/quick_socket.h"

enum { DEADLINE_MS = 60000, NEVER_MS = 300 };

TestSuite(security, .timeout = 240);

static void *context;

static int
apply(const char *endpoint, bool binds)
{
	void *s = quick_socket(context, ZMQ_PULL);
	int r = security_apply(context, s, endpoint, binds);

	zmq_close(s);
	return r;
}

Test(security, without_a_key_only_this_machine_is_bound_to)
{
	static const char *const near[] = {"tcp://127.0.0.1:5550", "tcp://127.9.9.9:*",
	    "tcp://[::1]:5550", "tcp://[::ffff:127.0.0.1]:1", "tcp://lo:5550", "ipc:///tmp/a",
	    "inproc://a"};
	static const char *const far[] = {"tcp://0.0.0.0:5550", "tcp://*:5550", "tcp://[::]:5550",
	    "tcp://10.0.0.7:5550", "tcp://eth0:5550", "tcp://[fe80::1%eth0]:1", "tcp://:1"};
	struct security_wish insecure = {.insecure = true};

	context = zmq_ctx_new();
	for (int i = 0; i < 7; i++)
		cr_assert_eq(apply(near[i], true), 0, "%s", near[i]);
	for (int i = 0; i < 7; i++) {
		cr_assert_eq(apply(far[i], true), ERR_USAGE, "%s", far[i]);
		cr_assert(strstr(err_text(), "--insecure") != NULL, "%s", err_text());
		cr_assert_eq(apply(far[i], false), 0, "to connect is another thing");
	}
	cr_assert_eq(security_open(&insecure), 0);
	for (int i = 0; i < 7; i++)
		cr_assert_eq(apply(far[i], true), 0, "%s", far[i]);
	security_close();
	zmq_ctx_term(context);
}

/* A folder with our pair, and perhaps others; keys in use. */
struct camp {
	struct folder folder;
	struct certificate own;
	char endpoint[128];
};

static void
make_pair(struct camp *c, const char *name, struct certificate *ret)
{
	cr_assert_eq(certificate_make(ret), 0);
	cr_assert_eq(certificate_save(ret, c->folder.path, name), 0, "%s", err_text());
}

static void
pitch(struct camp *c)
{
	struct security_wish wish = {0};

	folder_open(&c->folder);
	context = zmq_ctx_new();
	make_pair(c, "own", &c->own);
	wish.key = folder_path(&c->folder, "own.key_secret");
	cr_assert_eq(security_open(&wish), 0, "%s", err_text());
}

static void
strike(struct camp *c)
{
	security_leave(context);
	zmq_ctx_term(context);
	security_close();
	folder_done(&c->folder);
}

static void *
bind_one(struct camp *c, int type)
{
	void *s = quick_socket(context, type);
	size_t n = sizeof(c->endpoint);

	cr_assert_eq(security_apply(context, s, "tcp://127.0.0.1:*", true), 0, "%s", err_text());
	cr_assert_eq(zmq_bind(s, "tcp://127.0.0.1:*"), 0);
	cr_assert_eq(zmq_getsockopt(s, ZMQ_LAST_ENDPOINT, c->endpoint, &n), 0);
	return s;
}

/* Whether something that this one sends comes. */
static bool
gets_through(void *push, void *pull, int wait_ms)
{
	char byte;

	zmq_setsockopt(pull, ZMQ_RCVTIMEO, &wait_ms, sizeof(wait_ms));
	zmq_send(push, "x", 1, ZMQ_DONTWAIT);
	return zmq_recv(pull, &byte, 1, 0) == 1;
}

Test(security, one_pair_serves_a_whole_chain)
{
	struct camp c;
	void *pull, *push;

	pitch(&c);
	pull = bind_one(&c, ZMQ_PULL);
	push = quick_socket(context, ZMQ_PUSH);
	cr_assert_eq(security_apply(context, push, c.endpoint, false), 0);
	cr_assert_eq(zmq_connect(push, c.endpoint), 0);
	cr_assert(gets_through(push, pull, DEADLINE_MS));
	zmq_close(push);
	zmq_close(pull);
	strike(&c);
}

/* A peer with these keys, NULL for none, that wants to meet that one. */
static void
stays_out(struct camp *c, void *pull, const struct certificate *peer, const char *server)
{
	void *push = quick_socket(context, ZMQ_PUSH);

	if (peer != NULL) {
		zmq_setsockopt(push, ZMQ_CURVE_SERVERKEY, server, KEY_CHARS + 1);
		zmq_setsockopt(push, ZMQ_CURVE_PUBLICKEY, peer->public_key, KEY_CHARS + 1);
		zmq_setsockopt(push, ZMQ_CURVE_SECRETKEY, peer->secret_key, KEY_CHARS + 1);
	}
	cr_assert_eq(zmq_connect(push, c->endpoint), 0);
	cr_assert(!gets_through(push, pull, NEVER_MS));
	zmq_close(push);
}

Test(security, who_is_not_listed_or_has_no_key_stays_out)
{
	struct camp c;
	struct certificate stranger, listed;
	void *pull, *push;

	pitch(&c);
	make_pair(&c, "listed", &listed);
	cr_assert_eq(certificate_make(&stranger), 0);
	pull = bind_one(&c, ZMQ_PULL);
	stays_out(&c, pull, NULL, NULL);
	stays_out(&c, pull, &stranger, c.own.public_key);
	stays_out(&c, pull, &listed, stranger.public_key);
	push = quick_socket(context, ZMQ_PUSH);
	zmq_setsockopt(push, ZMQ_CURVE_SERVERKEY, c.own.public_key, KEY_CHARS + 1);
	zmq_setsockopt(push, ZMQ_CURVE_PUBLICKEY, listed.public_key, KEY_CHARS + 1);
	zmq_setsockopt(push, ZMQ_CURVE_SECRETKEY, listed.secret_key, KEY_CHARS + 1);
	cr_assert_eq(zmq_connect(push, c.endpoint), 0);
	cr_assert(gets_through(push, pull, DEADLINE_MS), "else nothing would");
	zmq_close(push);
	zmq_close(pull);
	strike(&c);
}

Test(security, a_host_with_a_certificate_has_to_be_its_owner)
{
	struct certificate other;
	struct camp c;
	char key[KEY_CHARS + 1];
	size_t n = sizeof(key);
	void *s;

	pitch(&c);
	make_pair(&c, "dedup", &other);
	s = quick_socket(context, ZMQ_PUSH);
	cr_assert_eq(security_apply(context, s, "tcp://dedup:5551", false), 0);
	cr_assert_eq(zmq_getsockopt(s, ZMQ_CURVE_SERVERKEY, key, &n), 0);
	cr_assert_str_eq(key, other.public_key);
	cr_assert_eq(security_apply(context, s, "tcp://write:5552", false), 0);
	n = sizeof(key);
	cr_assert_eq(zmq_getsockopt(s, ZMQ_CURVE_SERVERKEY, key, &n), 0);
	cr_assert_str_eq(key, c.own.public_key);
	zmq_close(s);
	folder_file(&c.folder, "broken.key", SPAN("no key"));
	cr_assert_eq(apply("tcp://broken:1", false), ERR_USAGE);
	strike(&c);
}

Test(security, keys_that_are_none_are_refused)
{
	struct security_wish wish = {.peers = "/tmp"};
	struct certificate pair;
	struct folder f;

	folder_open(&f);
	context = zmq_ctx_new();
	cr_assert_eq(security_open(&wish), ERR_USAGE);
	cr_assert(strstr(err_text(), "--key FILE is needed") != NULL, "%s", err_text());
	security_close();
	cr_assert_eq(certificate_make(&pair), 0);
	cr_assert_eq(certificate_save(&pair, f.path, "a"), 0);
	wish = (struct security_wish){.key = folder_path(&f, "a.key")};
	cr_assert_eq(security_open(&wish), ERR_USAGE);
	cr_assert(strstr(err_text(), "name the file .key_secret") != NULL, "%s", err_text());
	security_close();
	wish = (struct security_wish){
	    .key = folder_path(&f, "a.key_secret"), .peers = folder_path(&f, "none")};
	cr_assert_eq(security_open(&wish), 0);
	cr_assert_eq(apply("tcp://127.0.0.1:*", false), 0, "who connects asks nobody in");
	cr_assert_eq(apply("tcp://127.0.0.1:*", true), ERR_USAGE);
	cr_assert(strstr(err_text(), "none") != NULL, "%s", err_text());
	security_close();
	zmq_ctx_term(context);
	folder_done(&f);
}

Test(security, each_context_has_a_guard_of_its_own)
{
	struct camp c;
	void *first, *other = zmq_ctx_new(), *pull, *socket;

	pitch(&c);
	first = context;
	pull = bind_one(&c, ZMQ_PULL);
	context = other;
	socket = bind_one(&c, ZMQ_PULL);
	stays_out(&c, socket, NULL, NULL);
	zmq_close(socket);
	zmq_close(pull);
	security_leave(other);
	security_leave(other); /* a second time it is not there */
	zmq_ctx_term(other);
	context = first;
	strike(&c);
}
