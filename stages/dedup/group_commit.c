#include "stages/dedup/group_commit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/mem.h"
#include "proto/owner_log.h"

enum phase { RESTS, FLIES, LANDED, ENDS };

struct group_commit {
	struct index_files *files;
	int fd;           /* of the last segment; -1: it needs another one */
	struct buf notes; /* by the loop, since the last group */
	uint64_t mark;    /* behind them */
	uint64_t synced;  /* the mark of the last group that is synced, as far as the loop knows */
	uint64_t log_bytes; /* behind the last snapshot, as far as the loop knows */
	int wake;
	bool has_thread;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;

	/* whoever may touch these follows from the phase: while it flies, the thread */
	enum phase phase; /* under the mutex */
	struct buf group; /* being written; kept until it is synced */
	uint64_t group_mark;
	int result; /* of the last flight */
	char fault[512];
};

static void
leave_segment(struct group_commit *g)
{
	g->files->calls->truncate(g->fd, (off_t)g->files->bytes);
	close(g->fd);
	g->fd = -1;
}

/* Write and sync the group where it belongs; 0 or an errno. */
static int
put_down(struct group_commit *g)
{
	bool sync;
	int error = index_files_append(g->files, g->fd, buf_view(&g->group), &sync);

	if (error == 0)
		return 0;
	if (sync || !err_passes(error))
		leave_segment(g);
	else
		g->files->calls->truncate(g->fd, (off_t)g->files->bytes);
	return error;
}

static int
failed(const struct group_commit *g, int error)
{
	char name[INDEX_NAME_BYTES];

	index_file_name(name, INDEX_SEGMENT, g->files->last);
	return index_files_failed(g->files, name, error);
}

static int
fly(struct group_commit *g)
{
	int error = g->fd < 0 ? 0 : put_down(g);

	if (g->fd >= 0)
		return error == 0 ? 0 : failed(g, error);
	TRY(index_files_next(g->files, &g->fd));
	error = put_down(g);
	return error == 0 ? 0 : failed(g, error);
}

/* The group is synced, or why it is not. */
static void
note_result(struct group_commit *g, int r)
{
	g->result = r;
	if (r < 0) {
		snprintf(g->fault, sizeof(g->fault), "%s", err_text());
		return;
	}
	g->group.n = 0;
}

static void *
thread_main(void *object)
{
	struct group_commit *g = object;
	const uint64_t one = 1;

	pthread_mutex_lock(&g->mutex);
	while (g->phase != ENDS) {
		if (g->phase != FLIES) {
			pthread_cond_wait(&g->changed, &g->mutex);
			continue;
		}
		pthread_mutex_unlock(&g->mutex);
		note_result(g, fly(g));
		pthread_mutex_lock(&g->mutex);
		g->phase = LANDED;
		pthread_cond_signal(&g->changed);
		if (write(g->wake, &one, sizeof(one)) < 0)
			continue; /* it can be read already */
	}
	pthread_mutex_unlock(&g->mutex);
	return NULL;
}

/* The phase, once it is not FLIES if we wait for that. */
static enum phase
phase_of(struct group_commit *g, bool wait)
{
	enum phase phase;

	pthread_mutex_lock(&g->mutex);
	while (wait && g->phase == FLIES)
		pthread_cond_wait(&g->changed, &g->mutex);
	phase = g->phase;
	pthread_mutex_unlock(&g->mutex);
	return phase;
}

static void
set_phase(struct group_commit *g, enum phase phase)
{
	pthread_mutex_lock(&g->mutex);
	g->phase = phase;
	pthread_cond_signal(&g->changed);
	pthread_mutex_unlock(&g->mutex);
}

/* Close the group and let the thread write it. */
static void
start(struct group_commit *g)
{
	struct buf empty = g->group;

	owner_log_sync(&g->notes, g->files->id);
	g->group = g->notes;
	g->group_mark = g->mark;
	g->notes = empty;
	set_phase(g, FLIES);
}

/*
 * Take the result of a flight that is over. What has failed is tried again here and not by the
 * thread, so that the answer is known at once.
 */
static int
land(struct group_commit *g)
{
	if (g->result == ERR_HOLD)
		note_result(g, fly(g));
	if (g->result < 0)
		return err_set(g->result, "%s", g->fault);
	g->synced = g->group_mark;
	set_phase(g, RESTS);
	return 0;
}

static int
turn(struct group_commit *g, bool wait)
{
	enum phase phase = phase_of(g, wait);
	uint64_t events;

	if (read(g->wake, &events, sizeof(events)) < 0)
		events = 0; /* nothing had come */
	if (phase == FLIES)
		return 1;
	if (phase == LANDED)
		TRY(land(g));
	g->log_bytes = g->files->log_bytes + g->files->bytes;
	if (g->notes.n == 0)
		return 0;
	start(g);
	return 1;
}

int
group_commit_turn(struct group_commit *g, uint64_t *ret_next)
{
	int r = turn(g, false);

	if (r >= 0)
		*ret_next = r == 0 ? g->mark : g->synced;
	return r;
}

int
group_commit_drain(struct group_commit *g)
{
	int r;

	while ((r = turn(g, true)) > 0)
		;
	return r;
}

int
group_commit_segment(struct group_commit *g)
{
	if (g->fd >= 0)
		close(g->fd);
	g->fd = -1;
	return index_files_next(g->files, &g->fd);
}

uint64_t
group_commit_log_bytes(const struct group_commit *g)
{
	return g->log_bytes;
}

struct buf *
group_commit_notes(struct group_commit *g)
{
	return &g->notes;
}

void
group_commit_mark(struct group_commit *g, uint64_t next)
{
	g->mark = next;
}

void
group_commit_begin(struct group_commit *g, uint64_t next)
{
	g->mark = g->synced = next;
}

bool
group_commit_flies(struct group_commit *g)
{
	return phase_of(g, false) == FLIES;
}

bool
group_commit_rests(struct group_commit *g)
{
	return g->notes.n == 0 && phase_of(g, false) == RESTS;
}

int
group_commit_wake(const struct group_commit *g)
{
	return g->wake;
}

/* Signals are the loop's. */
static int
start_thread(struct group_commit *g)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&g->thread, NULL, thread_main, g);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0)
		return err_set(ERR_SYS, "no thread for the index: %s", strerror(error));
	g->has_thread = true;
	return 0;
}

int
group_commit_open(struct group_commit **ret_g, struct index_files *files)
{
	struct group_commit *g = mem_zero(1, sizeof(*g));
	int r;

	g->files = files;
	g->fd = -1;
	pthread_mutex_init(&g->mutex, NULL);
	pthread_cond_init(&g->changed, NULL);
	g->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = g->wake < 0 ? err_set(ERR_SYS, "eventfd: %s", strerror(errno)) : 0;
	if (r == 0)
		r = index_files_resume(files, &g->fd);
	if (r == 0)
		r = start_thread(g);
	if (r < 0)
		group_commit_close(g);
	else
		*ret_g = g;
	return r;
}

void
group_commit_close(struct group_commit *g)
{
	if (g == NULL)
		return;
	if (g->has_thread) {
		phase_of(g, true);
		set_phase(g, ENDS);
		pthread_join(g->thread, NULL);
	}
	if (g->fd >= 0)
		close(g->fd);
	if (g->wake >= 0)
		close(g->wake);
	pthread_mutex_destroy(&g->mutex);
	pthread_cond_destroy(&g->changed);
	buf_done(&g->notes);
	buf_done(&g->group);
	free(g);
}
