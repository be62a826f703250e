#include "stages/stage.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/jail.h"
#include "common/log.h"
#include "common/mem.h"
#include "common/options.h"
#include "proto/security.h"
#include "stages/document_hook.h"
#include "stages/face.h"
#include "stages/hold.h"
#include "stages/jailed.h"

int
stage_work(const struct stage *s, void *state, struct batch *batch)
{
	for (size_t i = 0; i < batch->n_documents; i++) {
		jail_item((uint32_t)i);
		if (document_is_refused(&batch->documents[i]))
			continue;
		document_hook(s->name, &batch->documents[i]);
		TRY(s->document(state, &batch->arena, &batch->documents[i]));
	}
	jail_item((uint32_t)batch->n_documents);
	return 0;
}

int
stage_transform(const struct stage *s, void *state, struct batch *scratch, struct span body,
    struct buf *out, double *work_s)
{
	double start;

	batch_reset(scratch);
	TRY(batch_unpack(scratch, body));
	start = loop_processor();
	TRY(stage_work(s, state, scratch));
	*work_s += loop_processor() - start;
	batch_pack(out, scratch);
	return 0;
}

/*
 * SIGTERM and SIGINT as bytes to read: a handler's flag could be missed before a blocking call.
 * A SIGINT that is ignored, as under `winnow run` or nohup, stays so.
 */
static int
open_signals(void)
{
	struct sigaction old;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	if (sigaction(SIGINT, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit of file sizes is then an error like a full disk */
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int
run_role(struct loop *loop)
{
	switch (loop->stage->role) {
	case ROLE_SOURCE: return loop_source(loop);
	case ROLE_WORKER: return loop_worker(loop);
	case ROLE_ORDERED:
	case ROLE_SINK: return loop_ordered(loop);
	}
	return ERR_USAGE;
}

/* Open the stage; what it needs may be full or away just now. */
static int
open_stage(struct loop *loop)
{
	struct hold hold = {0};
	zmq_pollitem_t none;
	int r;

	while ((r = loop->stage->open(&loop->state, loop->settings)) == ERR_HOLD) {
		TRY(hold_on(&hold, loop->settings->hold_timeout_ms));
		TRY(loop_wait(loop, &none, 0, HOLD_RETRY_MS));
		if (loop->stopping)
			return ERR_STOP;
	}
	if (r == 0)
		hold_end(&hold);
	return r;
}

static int
run(struct loop *loop)
{
	int r = open_stage(loop);

	if (r == 0) {
		r = run_role(loop);
		loop->stage->close(loop->state);
	}
	return r;
}

static double
processor_s(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) +
	       1e-6 * (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec);
}

/* For benches: what of the processor time was the stage's own. Jailed children count too. */
static void
tell_times(const struct loop *loop)
{
	struct rusage own, children;

	if (!loop->settings->times)
		return;
	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &children);
	log_line(LOG_INFO, "processor %.3f s, own work %.3f s, peak memory %ld kB",
	    processor_s(&own) + processor_s(&children), loop->work_s,
	    own.ru_maxrss + children.ru_maxrss);
}

/* With keys, for the sockets that are opened from here on. */
static int
run_secured(struct loop *loop)
{
	const struct settings *s = loop->settings;
	const struct security_wish wish = {s->key, s->peers, s->insecure};
	int r = security_open(&wish);

	if (r == 0)
		r = run(loop);
	security_leave(loop->context);
	security_close();
	return r;
}

/* With figures, which are not there before and not there behind. */
static int
run_watched(struct loop *loop)
{
	struct watched own = {.stage = loop->stage->name};
	struct face face = {0};
	int r;

	TRY(meter_begin((int)loop->settings->meter_fd));
	own.meter = meter_own();
	r = face_open(&face, loop->settings, &own, 1, false);
	if (r == 0)
		r = run_secured(loop);
	face_close(&face);
	return r;
}

int
stage_run(const struct stage *s, int argc, char **argv)
{
	struct settings settings;
	struct options options;
	struct loop loop = {.stage = s, .settings = &settings, .options = &options, .argv = argv};
	char name[64];
	int r;

	snprintf(name, sizeof(name), "winnow %s", s->name);
	log_open(name);
	mem_tune();
	if (s->role == ROLE_WORKER && jailed_is_child(argc, argv))
		jailed_child(s, argc, argv);
	r = settings_parse(&settings, &options, s->taker, s->about, s->args, argc, argv);
	if (r == 0) {
		loop.signals = open_signals();
		loop.context = zmq_ctx_new();
		loop.max_message = port_max_bytes(settings.max_document);
		r = loop.context == NULL || loop.signals < 0
			? err_set(ERR_SYS, "cannot start: %s", strerror(errno))
			: run_watched(&loop);
		if (loop.context != NULL)
			zmq_ctx_term(loop.context);
		tell_times(&loop);
	}
	if (r < 0 && r != ERR_STOP)
		log_line(LOG_ERROR, "%s", err_text());
	settings_done(&options);
	return err_exit(r);
}
