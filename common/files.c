#include "common/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 << 10 };

int
file_read(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = errno;
	ssize_t n = 0;

	if (fd < 0 && error == ENOENT)
		return ERR_STOP;
	if (fd >= 0) {
		while ((n = read(fd, buf_room(out, PIECE_BYTES), PIECE_BYTES)) > 0)
			out->n += (size_t)n;
		error = errno;
		close(fd);
	}
	return fd < 0 || n < 0 ? err_set(ERR_SYS, "cannot read %s: %s", path, strerror(error)) : 0;
}

static int
write_all(int fd, struct span s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			s = span_cut(s, (size_t)n, s.n);
	}
	return 0;
}

/* The entry of a file in its folder, made durable. */
static int
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL   ? strdup(".")
		       : slash == path ? strdup("/")
				       : strndup(path, (size_t)(slash - path));
	int fd = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0) {
		int error = errno;
		close(fd);
		errno = error;
	}
	free(folder);
	return r;
}

int
file_replace(const char *path, struct span content)
{
	char *fresh;
	int fd, r = 0, error;

	if (asprintf(&fresh, "%s.new", path) < 0)
		return err_set(ERR_SYS, "out of memory");
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write_all(fd, content) < 0 || fsync(fd) < 0 || rename(fresh, path) < 0 ||
	    sync_folder(path) < 0)
		r = -1;
	error = errno;
	if (fd >= 0)
		close(fd);
	if (r < 0) {
		unlink(fresh);
		r = err_set(err_passes(error) ? ERR_HOLD : ERR_SYS, "cannot write %s: %s", path,
		    strerror(error));
	}
	free(fresh);
	return r;
}
