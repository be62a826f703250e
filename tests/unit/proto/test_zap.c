#include "proto/zap.h"

#include <zmq.h>

#include "proto/certificate.h"
#include "tests/unit/folder.h"

enum { DEADLINE_MS = 60000 };

TestSuite(zap, .timeout = 240);

/* A handler over a folder with one certificate, and one who asks as libzmq does. */
struct gatehouse {
	struct folder folder;
	struct zap *zap;
	void *context, *asker;
	unsigned char listed[KEY_BYTES], unlisted[KEY_BYTES];
};

static void
make_key(unsigned char ret[KEY_BYTES], const char *folder, const char *name)
{
	struct certificate c;

	cr_assert_eq(certificate_make(&c), 0);
	cr_assert_not_null(zmq_z85_decode(ret, c.public_key));
	if (folder != NULL)
		cr_assert_eq(certificate_save(&c, folder, name), 0, "%s", err_text());
}

static void
man(struct gatehouse *g)
{
	int limit = DEADLINE_MS, none = 0;

	folder_open(&g->folder);
	make_key(g->listed, g->folder.path, "friend");
	make_key(g->unlisted, NULL, NULL);
	g->context = zmq_ctx_new();
	cr_assert_eq(zap_open(&g->zap, g->context, g->folder.path), 0, "%s", err_text());
	g->asker = zmq_socket(g->context, ZMQ_REQ);
	zmq_setsockopt(g->asker, ZMQ_RCVTIMEO, &limit, sizeof(limit));
	zmq_setsockopt(g->asker, ZMQ_LINGER, &none, sizeof(none));
	cr_assert_eq(zmq_connect(g->asker, "inproc://zeromq.zap.01"), 0);
}

static void
leave(struct gatehouse *g)
{
	zmq_close(g->asker);
	zap_close(g->zap);
	zmq_ctx_term(g->context);
	folder_done(&g->folder);
}

/* The status of an answer to these frames. */
static int
ask(struct gatehouse *g, const char *version, const char *domain, const char *mechanism,
    const unsigned char *key, size_t n)
{
	const char *head[] = {version, "1", domain, "10.0.0.7", "", mechanism};
	char frame[64];
	int status = -1, more = 1;
	size_t size = sizeof(more);

	for (int i = 0; i < 6; i++)
		zmq_send(g->asker, head[i], strlen(head[i]), ZMQ_SNDMORE);
	zmq_send(g->asker, key, n, 0);
	for (int i = 0; more; i++) {
		int got = zmq_recv(g->asker, frame, sizeof(frame) - 1, 0);

		cr_assert_geq(got, 0, "no answer");
		frame[got] = '\0';
		if (i == 1)
			cr_assert_str_eq(frame, "1", "the id of the request");
		if (i == 2)
			status = atoi(frame);
		zmq_getsockopt(g->asker, ZMQ_RCVMORE, &more, &size);
		cr_assert_eq(more, i < 5, "an answer has six frames");
	}
	return status;
}

Test(zap, only_a_listed_key_by_curve_in_our_domain_gets_in)
{
	struct gatehouse g;

	man(&g);
	cr_assert_eq(ask(&g, "1.0", "winnow", "CURVE", g.listed, KEY_BYTES), 200);
	cr_assert_eq(ask(&g, "1.0", "winnow", "CURVE", g.unlisted, KEY_BYTES), 300);
	cr_assert_eq(ask(&g, "1.0", "", "CURVE", g.listed, KEY_BYTES), 300);
	cr_assert_eq(ask(&g, "1.0", "global", "CURVE", g.listed, KEY_BYTES), 300);
	cr_assert_eq(ask(&g, "1.0", "winnow", "NULL", g.listed, KEY_BYTES), 300);
	cr_assert_eq(ask(&g, "1.0", "winnow", "PLAIN", g.listed, KEY_BYTES), 300);
	cr_assert_eq(ask(&g, "2.0", "winnow", "CURVE", g.listed, KEY_BYTES), 300);
	cr_assert_eq(ask(&g, "1.0", "winnow", "CURVE", g.listed, KEY_BYTES - 1), 300);
	cr_assert_eq(ask(&g, "1.0", "winnow", "CURVE", g.listed, 0), 300);
	leave(&g);
}

Test(zap, what_is_no_request_is_no_way_in)
{
	struct gatehouse g;
	char large[4096] = {0};
	int more = 1;
	size_t n = sizeof(more);

	man(&g);
	zmq_send(g.asker, large, sizeof(large), ZMQ_SNDMORE);
	for (int i = 0; i < 20; i++)
		zmq_send(g.asker, large, sizeof(large), ZMQ_SNDMORE);
	zmq_send(g.asker, "", 0, 0);
	while (more) {
		cr_assert_geq(zmq_recv(g.asker, large, sizeof(large), 0), 0);
		zmq_getsockopt(g.asker, ZMQ_RCVMORE, &more, &n);
	}
	cr_assert_eq(ask(&g, "1.0", "winnow", "CURVE", g.listed, KEY_BYTES), 200);
	leave(&g);
}

Test(zap, the_folder_counts_as_it_is_now)
{
	unsigned char second[KEY_BYTES];
	struct gatehouse g;
	char away[80];

	man(&g);
	snprintf(away, sizeof(away), "%s-gone", g.folder.path);
	make_key(second, g.folder.path, "second");
	cr_assert_eq(ask(&g, "1.0", "winnow", "CURVE", second, KEY_BYTES), 200);
	cr_assert_eq(unlink(folder_path(&g.folder, "friend.key")), 0);
	cr_assert_eq(ask(&g, "1.0", "winnow", "CURVE", g.listed, KEY_BYTES), 300);
	folder_file(&g.folder, "broken.key", SPAN("no key"));
	cr_assert_eq(ask(&g, "1.0", "winnow", "CURVE", second, KEY_BYTES), 200,
	    "what is broken lets nobody in, and shuts nobody out");
	cr_assert_eq(rename(g.folder.path, away), 0);
	cr_assert_eq(ask(&g, "1.0", "winnow", "CURVE", second, KEY_BYTES), 300, "no list, nobody");
	cr_assert_eq(rename(away, g.folder.path), 0);
	leave(&g);
}

Test(zap, a_folder_that_cannot_be_read_is_refused_at_the_start)
{
	struct folder f;
	struct zap *z = NULL;
	void *context = zmq_ctx_new();

	folder_open(&f);
	cr_assert_eq(zap_open(&z, context, folder_path(&f, "none")), ERR_USAGE);
	folder_file(&f, "a.key", SPAN("no key"));
	cr_assert_eq(zap_open(&z, context, f.path), ERR_USAGE);
	cr_assert(strstr(err_text(), "a.key") != NULL, "%s", err_text());
	cr_assert_null(z);
	zap_close(z);
	zmq_ctx_term(context);
	folder_done(&f);
}
