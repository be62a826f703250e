#include "stages/write/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/files.h"
#include "stages/state.h"

enum { PATIENCE_MS = 200 }; /* how long a stream may take nothing before that is a hold */

/*
 * A pipe of our own description, so that it can be made non-blocking without changing that of
 * whoever shares it; a blocked write could not report a hold.
 */
static int
open_stream(int fd)
{
	char path[32];
	int own;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return own >= 0 ? own : dup(fd);
}

static int
cannot_open(const char *path)
{
	return err_set(
	    err_passes(errno) ? ERR_HOLD : ERR_USAGE, "cannot write %s: %s", path, strerror(errno));
}

int
sink_check_free(const char *path, bool force)
{
	struct stat st;

	if (force || path == NULL || stat(path, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return 0;
	return err_set(ERR_USAGE, "%s is there; --force overwrites it", path);
}

static int
open_file(struct sink *s, const char *path, bool force)
{
	TRY(sink_check_free(path, force));
	s->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (s->fd < 0)
		return cannot_open(path);
	return 0;
}

int
sink_open(struct sink *s, const char *path, enum compression compression, bool force)
{
	struct stat st;

	*s = (struct sink){.name = path != NULL ? path : "standard output", .fd = -1};
	if (path != NULL)
		TRY(open_file(s, path, force));
	else if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode))
		s->fd = dup(STDOUT_FILENO); /* keeps its place: it may be appended to */
	else
		s->fd = open_stream(STDOUT_FILENO);
	if (s->fd < 0 || fstat(s->fd, &st) < 0)
		return err_set(ERR_SYS, "cannot write %s: %s", s->name, strerror(errno));
	s->regular = S_ISREG(st.st_mode);
	if (path != NULL && !s->regular) /* a blocked write could not report a hold here either */
		fcntl(s->fd, F_SETFL, O_WRONLY | O_NONBLOCK);
	if (compression != COMPRESSION_NONE)
		return deflate_open(&s->deflate, compression);
	return 0;
}

/* Cut an open file to its length; fd is the caller's. */
static int
cut(int fd, const char *path, uint64_t length)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(ERR_SYS, "cannot look at %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(
		    ERR_USAGE, "%s is no file any more; begin anew with --restart", path);
	if ((uint64_t)st.st_size < length)
		return err_set(ERR_USAGE,
		    "%s has %llu bytes, but %llu were written: put the file back, or begin anew "
		    "with --restart",
		    path, (unsigned long long)st.st_size, (unsigned long long)length);
	if ((uint64_t)st.st_size > length && ftruncate(fd, (off_t)length) < 0)
		return err_set(err_passes(errno) ? ERR_HOLD : ERR_SYS, "cannot cut %s: %s", path,
		    strerror(errno));
	return 0;
}

/* That a file just made is found again under its name, which may be a link to it. */
static int
sync_name(const char *path)
{
	char real[PATH_MAX];

	if (realpath(path, real) != NULL && file_sync_entry(real) == 0)
		return 0;
	/* made a moment ago, and its folder is gone since: its disk may come back */
	return err_set(err_passes(errno) || errno == ENOENT ? ERR_HOLD : ERR_SYS,
	    "cannot sync the folder of %s: %s", path, strerror(errno));
}

int
sink_resume(struct sink *s, const char *path, enum compression compression, uint64_t length)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | (length == 0 ? O_CREAT : 0), 0666), r;

	if (fd < 0 && errno == ENOENT && length > 0)
		return err_set(ERR_USAGE,
		    "%s is not there, but %llu bytes were written: put the file back, or begin "
		    "anew with --restart",
		    path, (unsigned long long)length);
	if (fd < 0)
		return cannot_open(path);
	r = cut(fd, path, length);
	if (r == 0 && length == 0)
		r = sync_name(path);
	if (r < 0) {
		close(fd);
		return r;
	}
	*s = (struct sink){.name = path, .fd = fd, .regular = true, .length = length};
	return compression == COMPRESSION_NONE ? 0 : deflate_open(&s->deflate, compression);
}

int
sink_put(struct sink *s, struct span bytes)
{
	if (s->deflate != NULL)
		return deflate_put(s->deflate, bytes, &s->pending);
	buf_span(&s->pending, bytes);
	return 0;
}

uint64_t
sink_member_bytes(const struct sink *s)
{
	return s->deflate == NULL ? 0 : deflate_member_bytes(s->deflate);
}

int
sink_end_member(struct sink *s)
{
	if (s->deflate != NULL)
		TRY(deflate_end_member(s->deflate, &s->pending));
	s->ended = s->pending.n;
	return 0;
}

static int
refused(int fd, const char *name)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	if (errno == EINTR)
		return 0;
	if (errno == EAGAIN) {
		if (poll(&p, 1, PATIENCE_MS) != 0)
			return 0;
		return err_set(ERR_HOLD, "nobody reads %s", name);
	}
	if (errno == EPIPE)
		return err_set(ERR_SYS, "%s was closed by its reader; it cannot be resumed", name);
	return err_set(ERR_HOLD, "cannot write %s: %s", name, strerror(errno));
}

long
stream_write(int fd, const char *name, struct span bytes)
{
	ssize_t n = write(fd, bytes.p, bytes.n);

	return n < 0 ? refused(fd, name) : n;
}

int
sink_flush(struct sink *s)
{
	size_t done = 0;
	long n = 0;

	while (n >= 0 && done < s->ended) {
		n = stream_write(s->fd, s->name, span_of(s->pending.p + done, s->ended - done));
		done += n < 0 ? 0 : (size_t)n;
	}
	s->length += done;
	s->ended -= done;
	buf_shift(&s->pending, done);
	return n < 0 ? (int)n : 0;
}

void
sink_take(struct sink *s, struct buf *ret_bytes)
{
	struct buf rest = *ret_bytes; /* its memory is used again */

	rest.n = 0;
	buf_span(&rest, span_cut(buf_view(&s->pending), s->ended, s->pending.n));
	*ret_bytes = s->pending;
	ret_bytes->n = s->ended;
	s->pending = rest;
	s->length += s->ended;
	s->ended = 0;
}

void
sink_close(struct sink *s)
{
	deflate_close(s->deflate);
	if (s->fd >= 0)
		close(s->fd);
	buf_done(&s->pending);
	*s = (struct sink){.fd = -1};
}
