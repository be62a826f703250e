/*
 * run - the whole chain on this machine: starts the stages, watches them, starts a dead worker
 * again, and ends when the sources end.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/files.h"
#include "common/log.h"
#include "common/mem.h"
#include "common/options.h"
#include "stages/face.h"
#include "stages/hold.h"
#include "stages/settings.h"
#include "stages/winnow/commands.h"
#include "stages/winnow/own_output.h"
#include "stages/winnow/plan.h"
#include "stages/winnow/progress.h"
#include "stages/winnow/restart.h"
#include "stages/winnow/run_report.h"

enum {
	POLL_MS = 100,
	GRACE_MS = 5000, /* between SIGTERM and SIGKILL at the end */
	RESTART_MS = 50, /* doubled with each death */
	RESTART_LAST_MS = 5000,
	SAME_SIGNAL_MS = 200, /* one Ctrl-C may come by two ways */
	MOST_DEATHS = 12,     /* of one stage, with nothing coming through between */
};

struct run {
	struct settings settings;
	struct options options;
	struct plan plan;
	int signals;
	int status[2]; /* a pipe: what read tells */
	int logs[2];   /* a pipe: what the stages log, where there is a progress line */
	struct buf status_in, log_in;
	struct progress_line progress;
	struct watched *watched; /* what --http shows: each child */
	struct face face;
	bool shows_progress; /* standard error is a terminal */
	bool line_shown;
	bool interrupted;
	uint64_t interrupted_at;
	struct hold away;  /* the state's disk, when a stage is to be started again */
	bool source_ended; /* read ended by itself, with exit status 0 */
	int result;        /* the exit status once it is decided, else -1 */
	uint64_t started_at;
	uint64_t ended_at; /* when the others were told to stop; 0: not yet */
	time_t started;
};

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static double
seconds(const struct run *r)
{
	return 1e-3 * (double)(now_ms() - r->started_at);
}

/* the line of progress, and log lines that pass above it */

static void
hide_line(struct run *r)
{
	if (r->line_shown)
		fputs("\r\033[K", stderr);
	r->line_shown = false;
}

static void
show_line(struct run *r)
{
	struct buf b = {0};

	if (!r->shows_progress || r->result >= 0)
		return;
	progress_print(&b, &r->progress, seconds(r));
	fprintf(stderr, "\r\033[K%.*s", (int)b.n, b.p);
	r->line_shown = true;
	buf_done(&b);
}

/* Read what there is; false at the end. */
static bool
drain(int fd, struct buf *b)
{
	char *room = buf_room(b, 65536);
	ssize_t n = read(fd, room, 65536);

	if (n > 0)
		b->n += (size_t)n;
	return n > 0;
}

static void
take_logs(struct run *r)
{
	const char *end;

	drain(r->logs[0], &r->log_in);
	end = memrchr(r->log_in.p, '\n', r->log_in.n);
	if (end == NULL)
		return;
	hide_line(r);
	fwrite(r->log_in.p, 1, (size_t)(end + 1 - r->log_in.p), stderr);
	buf_shift(&r->log_in, (size_t)(end + 1 - r->log_in.p));
	show_line(r);
}

static void
take_status(struct run *r)
{
	const char *end;

	drain(r->status[0], &r->status_in);
	while ((end = memchr(r->status_in.p, '\n', r->status_in.n)) != NULL) {
		size_t n = (size_t)(end - r->status_in.p);
		struct progress_line line;

		if (progress_parse(&line, span_of(r->status_in.p, n))) {
			if (line.counts.documents > r->progress.counts.documents)
				for (size_t i = 0; i < r->plan.n; i++)
					r->plan.children[i].deaths = 0;
			r->progress = line;
		}
		buf_shift(&r->status_in, n + 1);
	}
	show_line(r);
}

/* ends */

/* The run is over, with this exit status: the first to say so is right. */
static void
decide(struct run *r, int result)
{
	if (r->result < 0)
		r->result = result;
	if (r->ended_at != 0)
		return;
	r->ended_at = now_ms();
	for (size_t i = 0; i < r->plan.n; i++) {
		const struct child *c = &r->plan.children[i];
		/* read would wait for the others, a worker for what hangs */
		children_signal(c, 1, result != 0 && c->is_nothing_lost ? SIGKILL : SIGTERM);
	}
}

static void
say_death(const struct child *c, int status)
{
	if (WIFSIGNALED(status))
		log_line(LOG_WARNING, "%s was killed by signal %d (%s)", c->name, WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else
		log_line(LOG_WARNING, "%s ended with %d", c->name, WEXITSTATUS(status));
}

/* Started again after a while, the longer the more often it has died. */
static void
stage_died(struct run *r, struct child *c)
{
	uint64_t wait = RESTART_MS;

	if (c->once != NULL) {
		log_line(LOG_ERROR, "without %s the run cannot go on: %s", c->name, c->once);
		decide(r, EXIT_TEMPORARY);
		return;
	}
	if (++c->deaths > MOST_DEATHS) {
		log_line(LOG_ERROR, "%s dies again and again; the run ends here", c->name);
		decide(r, EXIT_TEMPORARY);
		return;
	}
	for (unsigned i = 1; i < c->deaths && wait < RESTART_LAST_MS; i++)
		wait *= 2;
	c->restart_at = now_ms() + wait;
}

static void
child_ended(struct run *r, struct child *c, int status)
{
	bool fine = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	if (r->ended_at != 0)
		return;
	if (strcmp(c->name, "read") == 0 && fine) {
		r->source_ended = true;
		decide(r, 0);
		return;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_PERMANENT) {
		decide(r, EXIT_PERMANENT); /* it has said why */
		return;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_GAVE_UP) {
		decide(r, EXIT_TEMPORARY);
		return;
	}
	if (!(fine && r->interrupted)) /* SIGTERM went to all of us: it is needed for the drain */
		say_death(c, status);
	stage_died(r, c);
}

static void
reap(struct run *r)
{
	int status, at;

	while ((at = children_reap(r->plan.children, r->plan.n, &status)) >= 0)
		child_ended(r, &r->plan.children[at], status);
}

/* A stage that is started where the state is not would begin anew there. */
static int
check_state(struct run *r)
{
	const struct plan *p = &r->plan;

	if (p->lock < 0 || file_place(p->lock, p->state) != FILE_AWAY) {
		hold_end(&r->away);
		return 0;
	}
	err_set(ERR_HOLD, "%s is not where it was: is its disk unmounted?", p->state);
	TRY(hold_on(&r->away, r->settings.hold_timeout_ms));
	return ERR_HOLD;
}

static int
restart_due(struct run *r)
{
	uint64_t now = now_ms();

	if (r->ended_at != 0)
		return 0;
	for (size_t i = 0; i < r->plan.n; i++) {
		struct child *c = &r->plan.children[i];
		int held;

		if (c->pid != 0 || c->restart_at == 0 || c->restart_at > now)
			continue;
		held = check_state(r);
		if (held < 0)
			return held == ERR_HOLD ? 0 : held;
		TRY(child_start(c, r->logs[1], now));
		if (i == 0 && r->interrupted) /* the one that was told to stop has died */
			kill(c->pid, SIGTERM);
	}
	return 0;
}

/* The first signal lets read stop and the window drain; the second ends all at once. */
static void
take_signals(struct run *r)
{
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			continue;
		if (r->interrupted && now_ms() - r->interrupted_at <= SAME_SIGNAL_MS)
			continue;
		if (r->interrupted) {
			children_signal(r->plan.children, r->plan.n, SIGKILL);
			decide(r, EXIT_TEMPORARY);
		}
		if (!r->interrupted)
			r->interrupted_at = now_ms();
		r->interrupted = true;
		if (r->plan.n > 0 && r->plan.children[0].pid > 0)
			kill(r->plan.children[0].pid, SIGTERM);
	}
}

/* the run */

static int
open_pipes(struct run *r)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	r->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	r->shows_progress = isatty(STDERR_FILENO) && r->settings.log == LOG_TEXT;
	if (r->signals < 0 || pipe2(r->status, O_CLOEXEC) < 0 ||
	    (r->shows_progress && pipe2(r->logs, O_CLOEXEC) < 0))
		return err_set(ERR_SYS, "cannot start: %s", strerror(errno));
	return 0;
}

static int
watch_once(struct run *r)
{
	struct pollfd p[] = {
	    {.fd = r->signals, .events = POLLIN},
	    {.fd = r->status[0], .events = POLLIN},
	    {.fd = r->logs[0], .events = POLLIN},
	};

	if (poll(p, 3, POLL_MS) < 0 && errno != EINTR)
		return err_set(ERR_SYS, "cannot wait: %s", strerror(errno));
	if (p[0].revents != 0)
		take_signals(r);
	if ((p[1].revents & POLLIN) != 0)
		take_status(r);
	if ((p[2].revents & POLLIN) != 0)
		take_logs(r);
	reap(r);
	return restart_due(r);
}

/* What still lies in the pipes when all children are gone. */
static void
drain_pipes(struct run *r)
{
	struct pollfd p[] = {
	    {.fd = r->status[0], .events = POLLIN},
	    {.fd = r->logs[0], .events = POLLIN},
	};

	while (poll(p, 2, 0) > 0 && ((p[0].revents | p[1].revents) & POLLIN) != 0) {
		if ((p[0].revents & POLLIN) != 0)
			take_status(r);
		if ((p[1].revents & POLLIN) != 0)
			take_logs(r);
	}
	hide_line(r);
}

static int
watch(struct run *r)
{
	/* before the end all may be dead at once, each waiting to be started again */
	while (r->ended_at == 0 || children_run(r->plan.children, r->plan.n)) {
		TRY(watch_once(r));
		if (r->ended_at != 0 && now_ms() - r->ended_at > GRACE_MS)
			children_signal(r->plan.children, r->plan.n, SIGKILL);
	}
	return 0;
}

/* At --http one port shows all processes of the run, and what this one waits for. */
static int
open_face(struct run *r)
{
	size_t n = r->plan.n;

	meter_add(METER_STARTS, 1);
	meter_set(METER_BEGUN, 1);
	meter_wait(true);
	r->watched = mem_zero(n + 1, sizeof(*r->watched));
	for (size_t i = 0; i < n; i++)
		r->watched[i] =
		    (struct watched){r->plan.children[i].name, r->plan.children[i].meter};
	r->watched[n] = (struct watched){"run", meter_own()};
	return face_open(&r->face, &r->settings, r->watched, n + 1, true);
}

/*
 * Do it, and again while a disk is full or read-only, as the stages wait for theirs. ERR_STOP: a
 * signal came meanwhile.
 */
static int
held(struct run *r, int (*work)(struct run *))
{
	struct pollfd p = {.fd = r->signals, .events = POLLIN};
	struct hold hold = {0};
	int result;

	while ((result = work(r)) == ERR_HOLD) {
		TRY(hold_on(&hold, r->settings.hold_timeout_ms));
		if (poll(&p, 1, HOLD_RETRY_MS) > 0)
			take_signals(r);
		if (r->interrupted)
			return ERR_STOP;
	}
	if (result == 0)
		hold_end(&hold);
	return result;
}

static int
forget(struct run *r)
{
	return r->settings.restart ? restart_forget(&r->settings) : 0;
}

static int
make_state(struct run *r)
{
	return plan_make_state(&r->plan);
}

static int
save_report(struct run *r)
{
	if (r->plan.state == NULL || !r->source_ended)
		return 0;
	return run_report_save(
	    r->plan.state, &r->settings, &r->options, r->started, seconds(r), r->result);
}

static int
start_all(struct run *r)
{
	r->started = time(NULL);
	r->started_at = now_ms();
	for (size_t i = 0; i < r->plan.n; i++)
		TRY(child_start(&r->plan.children[i], r->logs[1], r->started_at));
	return 0;
}

/* The exit status of a run whose source has ended and whose window is empty. */
static int
settle(struct run *r)
{
	const struct counts *c = &r->progress.counts;
	struct buf b = {0};

	if (r->interrupted && !r->progress.last) { /* before read knew what the others have */
		log_line(
		    LOG_INFO, "stopped%s", r->plan.goes_on ? "; the same command goes on" : "");
		return 0;
	}
	if (link_sink_is(&r->plan.sink) && c->in == 0) {
		log_line(LOG_INFO, "%llu documents in; what became of them, %s has not counted",
		    (unsigned long long)(r->progress.before + r->progress.read),
		    r->settings.output);
		return 0;
	}
	if (r->progress.last && r->progress.read == 0 && c->documents > 0)
		log_line(LOG_INFO, "0 new documents");
	progress_summary(&b, &r->progress, seconds(r));
	log_line(LOG_INFO, "%.*s", (int)b.n, b.p);
	buf_done(&b);
	if (r->interrupted && r->plan.goes_on)
		log_line(LOG_INFO, "stopped; the same command goes on");
	if (!r->progress.last || !progress_balances(&r->progress)) {
		log_line(LOG_ERROR, "THE COUNTS DO NOT BALANCE: something was lost or doubled");
		return EXIT_TEMPORARY;
	}
	return c->refused + c->failed > 0 ? EXIT_DEAD_LETTERS : 0;
}

static int
conduct(struct run *r)
{
	TRY(own_output_check(&r->settings));
	TRY(open_pipes(r));
	TRY(plan_make(&r->plan, &r->settings, &r->options, r->status[1]));
	TRY(open_face(r));
	TRY(held(r, forget));
	TRY(held(r, make_state));
	TRY(start_all(r));
	TRY(watch(r));
	drain_pipes(r);
	if (r->source_ended && r->result == 0)
		r->result = settle(r);
	return held(r, save_report);
}

/* A signal came while a disk was waited for: before the chain began, or when only run.json is left.
 */
static void
stop_waiting(struct run *r)
{
	if (r->source_ended)
		return;
	log_line(LOG_INFO, "stopped before anything was begun");
	r->result = 0;
}

static void
close_run(struct run *r)
{
	const int fds[] = {r->signals, r->status[0], r->status[1], r->logs[0], r->logs[1]};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	face_close(&r->face);
	free(r->watched);
	plan_done(&r->plan);
	settings_done(&r->options);
	buf_done(&r->status_in);
	buf_done(&r->log_in);
}

int
command_run(int argc, char **argv)
{
	struct run r = {
	    .plan.lock = -1, .signals = -1, .status = {-1, -1}, .logs = {-1, -1}, .result = -1};
	int result;

	argv[0] = (char *)"winnow run";
	log_open("winnow run");
	result = settings_parse(&r.settings, &r.options, TAKES_RUN,
	    "Drop duplicate paragraphs, summarize, and find the claims: the whole chain.",
	    "SOURCE...", argc, argv);
	if (result == 0) {
		if (r.settings.n_sources == 0)
			result = err_set(
			    ERR_USAGE, "no SOURCE: name files, folders or - for standard input");
		else
			result = conduct(&r);
	}
	if (result == ERR_STOP) {
		stop_waiting(&r);
		result = 0;
	}
	if (result < 0) {
		children_signal(r.plan.children, r.plan.n, SIGKILL);
		log_line(LOG_ERROR, "%s", err_text());
	}
	close_run(&r);
	if (result == ERR_GAVE_UP) /* 112 is for who starts a stage */
		return EXIT_TEMPORARY;
	return result < 0 ? err_exit(result) : r.result;
}
