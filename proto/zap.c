#include "proto/zap.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <zmq.h>

#include "common/mem.h"
#include "proto/certificate.h"

enum {
	/* frames of a request: RFC 27 */
	VERSION,
	REQUEST_ID,
	DOMAIN,
	ADDRESS,
	IDENTITY,
	MECHANISM,
	CREDENTIALS,
	FRAMES,
	FRAME_BYTES = 256,
	SETTLED_S = 2, /* the clock of a folder is coarse */
};

struct zap {
	void *context, *socket;
	const char *folder;
	struct timespec changed; /* when the folder was, as it was read */
	bool settled;            /* that was long enough before */
	unsigned char (*keys)[KEY_BYTES];
	size_t n;
	pthread_t thread;
};

struct request {
	unsigned char frames[FRAMES][FRAME_BYTES];
	size_t sizes[FRAMES];
	int n;
};

/* the folder */

static int
add(struct zap *z, const char *name)
{
	struct certificate c;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", z->folder, name);
	TRY(certificate_load(&c, path));
	z->keys = mem_grow(z->keys, (z->n + 1) * sizeof(*z->keys));
	zmq_z85_decode(z->keys[z->n++], c.public_key);
	return 0;
}

static bool
is_certificate(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && name[0] != '.' && strcmp(name + n - 4, ".key") == 0;
}

/* All certificates of the folder; what cannot be read lets nobody in, and the rest does. */
static int
read_folder(struct zap *z)
{
	DIR *d = opendir(z->folder);
	struct dirent *e;
	struct stat st;
	int r = 0;

	z->n = 0;
	if (d == NULL || fstat(dirfd(d), &st) < 0) {
		int error = errno;
		if (d != NULL)
			closedir(d);
		return err_set(ERR_USAGE, "cannot read the certificates in %s: %s", z->folder,
		    strerror(error));
	}
	z->changed = st.st_mtim;
	z->settled = time(NULL) > st.st_mtim.tv_sec + SETTLED_S;
	while ((e = readdir(d)) != NULL)
		if (is_certificate(e->d_name) && add(z, e->d_name) < 0)
			r = ERR_USAGE;
	closedir(d);
	return r;
}

static bool
has_changed(const struct zap *z)
{
	struct stat st;

	return !z->settled || stat(z->folder, &st) < 0 || st.st_mtim.tv_sec != z->changed.tv_sec ||
	       st.st_mtim.tv_nsec != z->changed.tv_nsec;
}

static bool
is_listed(struct zap *z, const unsigned char key[KEY_BYTES])
{
	if (has_changed(z) && read_folder(z) < 0 && z->n == 0)
		return false;
	for (size_t i = 0; i < z->n; i++)
		if (memcmp(z->keys[i], key, KEY_BYTES) == 0)
			return true;
	return false;
}

/* requests */

/* Take one, all its frames; what is too long or too much is no request. False: the end. */
static bool
receive(void *socket, struct request *q)
{
	int more = 1;
	size_t n = sizeof(more);

	for (q->n = 0; more; q->n++) {
		unsigned char spare[FRAME_BYTES];
		int i = q->n < FRAMES ? q->n : -1;
		int got = zmq_recv(socket, i < 0 ? spare : q->frames[i], FRAME_BYTES, 0);

		if (got < 0)
			return false;
		if (i >= 0)
			q->sizes[i] = (size_t)got;
		if (zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &n) < 0)
			return false;
	}
	return true;
}

static bool
is(const struct request *q, int frame, const char *text)
{
	return q->sizes[frame] == strlen(text) && memcmp(q->frames[frame], text, strlen(text)) == 0;
}

static bool
may_enter(struct zap *z, const struct request *q)
{
	return q->n == FRAMES && is(q, VERSION, "1.0") && is(q, DOMAIN, ZAP_DOMAIN) &&
	       is(q, MECHANISM, "CURVE") && q->sizes[CREDENTIALS] == KEY_BYTES &&
	       is_listed(z, q->frames[CREDENTIALS]);
}

/*
 * No is 300: behind 400 a libzmq that connects would never try again, and its key may be listed in
 * a moment.
 */
static void
answer(struct zap *z, const struct request *q)
{
	bool yes = may_enter(z, q);
	const char *frames[] = {yes ? "200" : "300", yes ? "" : "not listed", "", ""};
	size_t id =
	    q->n > REQUEST_ID && q->sizes[REQUEST_ID] <= FRAME_BYTES ? q->sizes[REQUEST_ID] : 0;

	zmq_send(z->socket, "1.0", 3, ZMQ_SNDMORE);
	zmq_send(z->socket, q->frames[REQUEST_ID], id, ZMQ_SNDMORE);
	for (int i = 0; i < 4; i++) /* status, its words, user, metadata */
		zmq_send(z->socket, frames[i], strlen(frames[i]), i < 3 ? ZMQ_SNDMORE : 0);
}

static void *
serve(void *object)
{
	struct zap *z = object;
	struct request q;

	while (receive(z->socket, &q) || errno == EINTR)
		answer(z, &q);
	zmq_close(z->socket);
	return NULL;
}

/* Signals are for the thread of the loop. */
static int
make_thread(struct zap *z)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&z->thread, NULL, serve, z);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error == 0 ? 0 : err_set(ERR_SYS, "cannot make a thread: %s", strerror(error));
}

static int
begin(struct zap *z)
{
	int zero = 0;

	TRY(read_folder(z));
	z->socket = zmq_socket(z->context, ZMQ_REP);
	if (z->socket == NULL || zmq_setsockopt(z->socket, ZMQ_LINGER, &zero, sizeof(zero)) < 0 ||
	    zmq_bind(z->socket, "inproc://zeromq.zap.01") < 0)
		return err_set(ERR_SYS, "cannot ask who connects: %s", zmq_strerror(errno));
	return make_thread(z);
}

int
zap_open(struct zap **ret, void *context, const char *folder)
{
	struct zap *z = mem_zero(1, sizeof(*z));
	int r;

	z->context = context;
	z->folder = folder;
	r = begin(z);
	if (r == 0) {
		*ret = z;
		return 0;
	}
	if (z->socket != NULL)
		zmq_close(z->socket);
	free(z->keys);
	free(z);
	return r;
}

void
zap_close(struct zap *z)
{
	if (z == NULL)
		return;
	zmq_ctx_shutdown(z->context);
	pthread_join(z->thread, NULL);
	free(z->keys);
	free(z);
}
