#include "stages/face.h"

#include "common/http.h"
#include "rig.h"

static struct http_reply
ask(struct face *f, const char *path)
{
	struct http_reply reply = {0};

	face_answer(f, span_str(path), &reply);
	buf_byte(&reply.body, '\0');
	return reply;
}

static void
answers(struct face *f, const char *path, int status, const char *has)
{
	struct http_reply reply = ask(f, path);

	cr_assert_eq(reply.status, status, "%s: %d", path, reply.status);
	cr_assert(strstr(reply.body.p, has) != NULL, "%s", reply.body.p);
	buf_done(&reply.body);
}

Test(face, three_paths_and_no_other)
{
	struct meter m = {0};
	struct watched own = {"dedup", &m};
	struct face f = {.health = {&own, 1, UINT64_MAX, false}};
	struct http_reply reply;

	answers(&f, "/readyz", 503, "dedup: starting\n");
	answers(&f, "/healthz", 200, "ok\n");
	answers(&f, "/", 404, "/metrics");
	m.values[METER_BEGUN] = 1;
	answers(&f, "/readyz", 200, "ready\n");
	f.health.stall_ms = 0;
	m.values[METER_TURNED_AT] = 1;
	answers(&f, "/healthz", 503, "dedup: stuck");
	reply = ask(&f, "/metrics");
	cr_assert_eq(reply.status, 200);
	cr_assert_eq(strncmp(reply.type, "application/openmetrics-text;", 29), 0);
	buf_done(&reply.body);
}

Test(face, is_only_there_where_it_is_asked_for)
{
	struct settings s = {.stall_timeout_ms = 1000, .document_timeout_ms = 30000};
	struct face f = {0};

	cr_assert_eq(face_open(&f, &s, NULL, 0, false), 0);
	cr_assert_null(f.http);
	face_close(&f);
	s.http = "";
	cr_assert_eq(face_open(&f, &s, NULL, 0, false), 0);
	cr_assert_null(f.http);
	s.http = "nowhere";
	cr_assert_eq(face_open(&f, &s, NULL, 0, false), ERR_USAGE);
}

Test(face, documents_may_take_their_time)
{
	struct settings s = {
	    .http = "127.0.0.1:0", .stall_timeout_ms = 1000, .document_timeout_ms = 30000};
	struct face f = {0};

	cr_assert_eq(face_open(&f, &s, NULL, 0, true), 0, "%s", err_text());
	cr_assert_eq(f.health.stall_ms, 120000);
	face_close(&f);
	s.stall_timeout_ms = 300000;
	cr_assert_eq(face_open(&f, &s, NULL, 0, true), 0);
	cr_assert_eq(f.health.stall_ms, 300000);
	face_close(&f);
	s.document_timeout_ms = UINT64_MAX;
	cr_assert_eq(face_open(&f, &s, NULL, 0, true), 0);
	cr_assert_eq(f.health.stall_ms, UINT64_MAX);
	face_close(&f);
}
