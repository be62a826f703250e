#include "common/background.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/mem.h"

enum phase { IDLE, STARTED, DONE, CLOSING };

struct background {
	int wake;
	bool has_thread;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t change;
	enum phase phase; /* this and all below under the mutex */
	background_job *job;
	void *argument;
	int result;
	char words[1024];
};

static void
do_job(struct background *b)
{
	background_job *job = b->job;
	void *argument = b->argument;
	int result;

	pthread_mutex_unlock(&b->mutex);
	result = job(argument);
	pthread_mutex_lock(&b->mutex);
	b->result = result;
	snprintf(b->words, sizeof(b->words), "%s", result < 0 ? err_text() : "");
	b->phase = DONE;
	eventfd_write(b->wake, 1);
	pthread_cond_broadcast(&b->change);
}

static void *
live(void *argument)
{
	struct background *b = argument;

	pthread_mutex_lock(&b->mutex);
	while (b->phase != CLOSING) {
		if (b->phase == STARTED)
			do_job(b);
		else
			pthread_cond_wait(&b->change, &b->mutex);
	}
	pthread_mutex_unlock(&b->mutex);
	return NULL;
}

/* Signals are for the thread of the loop. */
static int
make_thread(struct background *b)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&b->thread, NULL, live, b);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0)
		return err_set(ERR_SYS, "cannot make a thread: %s", strerror(error));
	b->has_thread = true;
	return 0;
}

int
background_open(struct background **ret)
{
	struct background *b = mem_zero(1, sizeof(*b));

	b->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (b->wake < 0) {
		free(b);
		return err_set(ERR_SYS, "cannot make a descriptor: %s", strerror(errno));
	}
	pthread_mutex_init(&b->mutex, NULL);
	pthread_cond_init(&b->change, NULL);
	*ret = b;
	return 0;
}

int
background_start(struct background *b, background_job *job, void *argument)
{
	if (!b->has_thread)
		TRY(make_thread(b));
	pthread_mutex_lock(&b->mutex);
	b->job = job;
	b->argument = argument;
	b->phase = STARTED;
	pthread_cond_broadcast(&b->change);
	pthread_mutex_unlock(&b->mutex);
	return 0;
}

bool
background_busy(const struct background *b)
{
	struct background *own = (struct background *)b;
	bool busy;

	pthread_mutex_lock(&own->mutex);
	busy = b->phase == STARTED || b->phase == DONE;
	pthread_mutex_unlock(&own->mutex);
	return busy;
}

/* Under the mutex: hand the result over. */
static void
take(struct background *b, int *ret_result)
{
	eventfd_t count;

	eventfd_read(b->wake, &count);
	b->phase = IDLE;
	if (b->result < 0)
		err_set(b->result, "%s", b->words);
	*ret_result = b->result;
}

bool
background_result(struct background *b, int *ret_result)
{
	bool done;

	pthread_mutex_lock(&b->mutex);
	done = b->phase == DONE;
	if (done)
		take(b, ret_result);
	pthread_mutex_unlock(&b->mutex);
	return done;
}

void
background_wait(struct background *b, int *ret_result)
{
	pthread_mutex_lock(&b->mutex);
	while (b->phase == STARTED)
		pthread_cond_wait(&b->change, &b->mutex);
	take(b, ret_result);
	pthread_mutex_unlock(&b->mutex);
}

int
background_wake(const struct background *b)
{
	return b->wake;
}

void
background_close(struct background *b)
{
	if (b == NULL)
		return;
	if (b->has_thread) {
		pthread_mutex_lock(&b->mutex);
		while (b->phase == STARTED)
			pthread_cond_wait(&b->change, &b->mutex);
		b->phase = CLOSING;
		pthread_cond_broadcast(&b->change);
		pthread_mutex_unlock(&b->mutex);
		pthread_join(b->thread, NULL);
	}
	pthread_mutex_destroy(&b->mutex);
	pthread_cond_destroy(&b->change);
	close(b->wake);
	free(b);
}
