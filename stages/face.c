#include "stages/face.h"

#include "common/log.h"
#include "stages/figures.h"

enum { DOCUMENTS = 4 /* a chain may wait for so many that take all their time */ };

static void
say(struct http_reply *reply, bool fine, const char *words)
{
	if (fine)
		buf_str(&reply->body, words);
	reply->status = fine ? 200 : 503;
}

void
face_answer(void *face, struct span path, struct http_reply *reply)
{
	const struct face *f = face;

	reply->type = "text/plain; charset=utf-8";
	if (span_equal(path, SPAN("/metrics"))) {
		reply->type = FIGURES_TYPE;
		reply->status = 200;
		figures_print(&reply->body, &f->health);
	} else if (span_equal(path, SPAN("/healthz")))
		say(reply, health_live(&f->health, &reply->body), "ok\n");
	else if (span_equal(path, SPAN("/readyz")))
		say(reply, health_ready(&f->health, &reply->body), "ready\n");
	else {
		reply->status = 404;
		buf_str(&reply->body, "/metrics, /healthz, /readyz\n");
	}
}

/* A document may take its time; a chain is not stuck while it does. */
static uint64_t
stall_ms(const struct settings *s)
{
	uint64_t documents;

	if (s->stall_timeout_ms == UINT64_MAX ||
	    __builtin_mul_overflow(s->document_timeout_ms, DOCUMENTS, &documents))
		return UINT64_MAX;
	return s->stall_timeout_ms > documents ? s->stall_timeout_ms : documents;
}

int
face_open(struct face *f, const struct settings *settings, const struct watched *processes,
    size_t n, bool is_chain)
{
	if (settings->http == NULL || settings->http[0] == '\0')
		return 0;
	f->health = (struct health){processes, n, stall_ms(settings), is_chain};
	TRY(http_open(&f->http, settings->http, face_answer, f));
	log_line(LOG_INFO, "figures at port %d of %s: /metrics, /healthz, /readyz",
	    http_port(f->http), settings->http);
	return 0;
}

void
face_close(struct face *f)
{
	http_close(f->http);
	f->http = NULL;
}
