#include "stages/write/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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
open_file(struct sink *s, const char *path, bool force)
{
	struct stat st;

	if (!force && stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		return err_set(ERR_USAGE, "%s is there; --force overwrites it", path);
	s->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (s->fd < 0)
		return err_set(errno == ENOSPC ? ERR_SYS : ERR_USAGE, "cannot write %s: %s", path,
		    strerror(errno));
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

int
sink_put(struct sink *s, struct span bytes)
{
	if (s->deflate != NULL)
		return deflate_put(s->deflate, bytes, &s->pending);
	buf_span(&s->pending, bytes);
	return 0;
}

static int
end_member(struct sink *s)
{
	if (s->deflate != NULL && deflate_member_bytes(s->deflate) > 0)
		TRY(deflate_end_member(s->deflate, &s->pending));
	s->ended = s->pending.n;
	s->member_next = s->next;
	s->member_input = 0;
	return 0;
}

int
sink_end_batch(struct sink *s, uint64_t seq, uint64_t input_bytes)
{
	s->next = seq + 1;
	s->member_input += input_bytes;
	if (s->deflate == NULL || deflate_member_bytes(s->deflate) >= MEMBER_BYTES ||
	    s->next - s->member_next >= MEMBER_BATCHES || s->member_input >= MEMBER_INPUT_BYTES)
		return end_member(s);
	return 0;
}

static int
refused(struct sink *s)
{
	struct pollfd p = {.fd = s->fd, .events = POLLOUT};

	if (errno == EINTR)
		return 0;
	if (errno == EAGAIN) {
		if (poll(&p, 1, PATIENCE_MS) != 0)
			return 0;
		return err_set(ERR_HOLD, "nobody reads %s", s->name);
	}
	if (errno == EPIPE)
		return err_set(
		    ERR_SYS, "%s was closed by its reader; it cannot be resumed", s->name);
	return err_set(ERR_HOLD, "cannot write %s: %s", s->name, strerror(errno));
}

/* Write the front of what is pending; it stays pending as far as it is not taken. */
static int
write_out(struct sink *s, size_t n)
{
	size_t done = 0;
	int r = 0;

	while (r == 0 && done < n) {
		ssize_t wrote = write(s->fd, s->pending.p + done, n - done);

		if (wrote < 0)
			r = refused(s);
		else
			done += (size_t)wrote;
	}
	s->length += done;
	s->ended -= done;
	buf_shift(&s->pending, done);
	return r;
}

int
sink_flush(struct sink *s, bool final, uint64_t *ret_next)
{
	if (final)
		TRY(end_member(s));
	TRY(write_out(s, s->ended));
	*ret_next = s->member_next;
	return 0;
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
