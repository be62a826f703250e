#include "common/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
	if (fd >= 0 && n == 0)
		return 0;
	return err_set(err_passes(error) ? ERR_HOLD
		       : error == EACCES ? ERR_USAGE
					 : ERR_SYS,
	    "cannot read %s: %s", path, strerror(error));
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

/* The folder that a path lies in, open, or -1 with errno. */
static int
open_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL   ? strdup(".")
		       : slash == path ? strdup("/")
				       : strndup(path, (size_t)(slash - path));
	int fd = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(folder);
	return fd;
}

/* Close, and keep the errno of what was before. */
static int
close_with(int fd, int r)
{
	int error = errno;

	close(fd);
	errno = error;
	return r;
}

int
file_sync_entry(const char *path)
{
	int folder = open_folder_of(path);

	if (folder < 0)
		return -1;
	return close_with(folder, fsync(folder));
}

int
file_replace_at(int folder, const char *name, struct span content)
{
	char fresh[NAME_MAX + 1];
	int fd, r;

	if (snprintf(fresh, sizeof(fresh), "%s.new", name) >= (int)sizeof(fresh)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	/* a fresh file: one whose fsync failed may say that all is well the next time */
	if (unlinkat(folder, fresh, 0) < 0 && errno != ENOENT)
		return -1;
	fd = openat(folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	r = close_with(fd, write_all(fd, content) < 0 || fsync(fd) < 0 ? -1 : 0);
	if (r == 0)
		r = renameat(folder, fresh, folder, name);
	if (r < 0) {
		int error = errno;
		unlinkat(folder, fresh, 0); /* it takes room */
		errno = error;
		return -1;
	}
	return fsync(folder);
}

int
file_replace(const char *path, struct span content)
{
	const char *slash = strrchr(path, '/');
	int folder = open_folder_of(path), r = -1;

	if (folder >= 0)
		r = close_with(
		    folder, file_replace_at(folder, slash != NULL ? slash + 1 : path, content));
	if (r < 0)
		return err_set(err_passes(errno) ? ERR_HOLD : ERR_SYS, "cannot write %s: %s", path,
		    strerror(errno));
	return 0;
}

enum file_place
file_place(int fd, const char *path)
{
	struct stat ours, there;

	if (fstat(fd, &ours) < 0 || ours.st_nlink == 0)
		return FILE_REMOVED;
	return stat(path, &there) == 0 && there.st_dev == ours.st_dev && there.st_ino == ours.st_ino
		   ? FILE_THERE
		   : FILE_AWAY;
}
