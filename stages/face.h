/*
 * face - what a process shows at --http: /metrics, /healthz, /readyz.
 */
#ifndef WINNOW_FACE_H
#define WINNOW_FACE_H

#include "common/http.h"
#include "stages/health.h"
#include "stages/settings.h"

/* Starts as {0}: shows nothing. */
struct face {
	struct http *http;
	struct health health;
};

/*
 * Show these processes at settings->http, if that is given, and say where. The processes must live
 * on. Signals have to be blocked. Returns 0, ERR_USAGE, ERR_SYS.
 */
int face_open(struct face *f, const struct settings *settings, const struct watched *processes,
    size_t n, bool is_chain) WARN_UNUSED;

void face_close(struct face *f);

/* Answer one path. */
void face_answer(void *face, struct span path, struct http_reply *reply);

#endif
