#include "proto/index_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/mem.h"
#include "proto/owner_log.h"

enum { POLL_MS = 20 };

static ssize_t
write_at(int fd, const void *p, size_t n, off_t at)
{
	return pwrite(fd, p, n, at);
}

static const struct index_calls system_calls = {
    .write = write_at, .sync = fdatasync, .truncate = ftruncate};

int
index_files_failed(const struct index_files *f, const char *name, int error)
{
	return err_set(
	    err_passes(error) ? ERR_HOLD : ERR_SYS, "%s/%s: %s", f->folder, name, strerror(error));
}

int
index_folder(const char **ret_folder, const char *uri)
{
	if (strncmp(uri, "file:", 5) != 0 || uri[5] == '\0')
		return err_set(ERR_USAGE, "--index: '%s' is no index; use file:DIR", uri);
	*ret_folder = uri + 5;
	return 0;
}

/* opening */

/* A predecessor that was killed may still be going. */
static int
take_lock(struct index_files *f, unsigned wait_ms)
{
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000};

	for (unsigned waited = 0;; waited += POLL_MS) {
		if (flock(f->lock, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return index_files_failed(f, "lock", errno);
		if (waited >= wait_ms)
			return err_set(
			    ERR_USAGE, "%s: the index is in use by another process", f->folder);
		nanosleep(&pause, NULL);
	}
}

/* The folder that a path lies in, so that its name there lasts. */
static void
sync_parent(int dir)
{
	int parent = openat(dir, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (parent >= 0) {
		fsync(parent);
		close(parent);
	}
}

static int
cannot_open(const char *before, const char *folder, const char *name)
{
	int error = errno;

	return err_set(err_passes(error) ? ERR_HOLD : ERR_USAGE, "%s%s%s: %s", before, folder, name,
	    strerror(error));
}

int
index_files_open(struct index_files *ret_f, const char *folder, bool make, unsigned wait_ms)
{
	struct index_files *f = ret_f;
	bool made = make && mkdir(folder, 0777) == 0;

	*f = (struct index_files){.dir = -1, .lock = -1, .calls = &system_calls};
	f->folder = mem_string(folder, strlen(folder));
	if (make && !made && errno != EEXIST)
		return cannot_open("--index: ", folder, "");
	f->dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir < 0)
		return cannot_open("", folder, "");
	if (made)
		sync_parent(f->dir);
	f->lock = openat(f->dir, "lock", O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), 0666);
	if (f->lock < 0 && !make && (errno == ENOENT || errno == EROFS || errno == EACCES))
		return 0; /* only to be read, where nobody can have it open */
	if (f->lock < 0)
		return cannot_open("", folder, "/lock");
	return take_lock(f, wait_ms);
}

int
index_files_look(struct index_files *ret_f, const char *folder)
{
	struct index_files *f = ret_f;

	*f = (struct index_files){.dir = -1, .lock = -1, .calls = &system_calls};
	f->folder = mem_string(folder, strlen(folder));
	f->dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return f->dir < 0 ? err_set(ERR_USAGE, "%s: %s", folder, strerror(errno)) : 0;
}

void
index_files_close(struct index_files *f)
{
	if (f->dir >= 0)
		close(f->dir);
	if (f->lock >= 0)
		close(f->lock);
	free(f->folder);
	*f = (struct index_files){.dir = -1, .lock = -1};
}

/* listing */

void
index_file_name(char ret_name[INDEX_NAME_BYTES], enum index_file kind, uint64_t number)
{
	snprintf(ret_name, INDEX_NAME_BYTES,
	    kind == INDEX_SEGMENT ? "owners-%06" PRIu64 ".log" : "snapshot-%06" PRIu64 ".idx",
	    number);
}

/* The number of a file by its name; 0: it is not of that kind. */
static uint64_t
number_of(const char *name, enum index_file kind)
{
	const char *digits = strchr(name, '-');
	uint64_t number = digits == NULL ? 0 : strtoull(digits + 1, NULL, 10);
	char same[INDEX_NAME_BYTES];

	index_file_name(same, kind, number);
	return strcmp(name, same) == 0 ? number : 0;
}

typedef int entry_taker(struct index_files *f, const char *name);

static int
each_name(struct index_files *f, entry_taker *take)
{
	int fd = openat(f->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	int r = 0;

	if (d == NULL && fd >= 0)
		close(fd);
	if (d == NULL)
		return index_files_failed(f, "", errno);
	while (r == 0 && (e = readdir(d)) != NULL)
		r = take(f, e->d_name);
	closedir(d);
	return r;
}

static int
note_name(struct index_files *f, const char *name)
{
	uint64_t segment = number_of(name, INDEX_SEGMENT);
	uint64_t snapshot = number_of(name, INDEX_SNAPSHOT);

	if (strcmp(name, "owners.log") == 0)
		return err_set(ERR_USAGE,
		    "%s/owners.log: made by another version of winnow; begin a new index, with "
		    "--index file:ANOTHER",
		    f->folder);
	f->last = segment > f->last ? segment : f->last;
	f->snapshot = snapshot > f->snapshot ? snapshot : f->snapshot;
	return 0;
}

int
index_files_list(struct index_files *f)
{
	f->snapshot = f->last = 0;
	TRY(each_name(f, note_name));
	f->first = f->snapshot > 0 ? f->snapshot : 1;
	f->last = f->last < f->snapshot ? f->snapshot : f->last;
	return 0;
}

/* A file that a snapshot has replaced may stay: nobody reads it. */
static int
remove_name(struct index_files *f, const char *name)
{
	uint64_t segment = number_of(name, INDEX_SEGMENT);
	uint64_t snapshot = number_of(name, INDEX_SNAPSHOT);

	if ((segment > 0 && segment < f->first) || (snapshot > 0 && snapshot < f->snapshot))
		unlinkat(f->dir, name, 0);
	return 0;
}

void
index_files_clear(struct index_files *f)
{
	if (each_name(f, remove_name) < 0)
		return; /* they are in nobody's way */
}

/* writing */

int
index_files_append(struct index_files *f, int fd, struct span b, bool *ret_sync)
{
	*ret_sync = false;
	for (size_t done = 0; done < b.n;) {
		ssize_t n = f->calls->write(fd, b.p + done, b.n - done, (off_t)(f->bytes + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? ENOSPC : errno;
		done += (size_t)n;
	}
	*ret_sync = true;
	if (f->calls->sync(fd) < 0)
		return errno;
	f->bytes += b.n;
	return 0;
}

int
index_files_name(struct index_files *f, const char *unfinished, const char *name)
{
	if (renameat(f->dir, unfinished, f->dir, name) < 0 || fsync(f->dir) < 0)
		return errno;
	return 0;
}

/* A file with the head of the next segment, and that segment's name. Returns 0 or an errno. */
static int
make_segment(struct index_files *f, const char *name, int *ret_fd)
{
	const struct index_head h = {f->parameters, f->id, f->last + 1, f->bytes};
	char head[INDEX_HEAD_BYTES];
	int fd, error = 0;

	fd = openat(f->dir, INDEX_UNFINISHED, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return errno;
	index_head_pack(head, INDEX_SEGMENT, &h);
	if (f->calls->write(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head))
		error = errno != 0 ? errno : ENOSPC;
	else if (f->calls->sync(fd) < 0)
		error = errno;
	if (error == 0)
		error = index_files_name(f, INDEX_UNFINISHED, name);
	if (error != 0)
		close(fd);
	else
		*ret_fd = fd;
	return error;
}

int
index_files_next(struct index_files *f, int *ret_fd)
{
	char name[INDEX_NAME_BYTES];
	int error;

	index_file_name(name, INDEX_SEGMENT, f->last + 1);
	errno = 0;
	error = make_segment(f, name, ret_fd);
	if (error != 0)
		return index_files_failed(f, name, error);
	f->log_bytes += f->bytes;
	f->last++;
	f->bytes = INDEX_HEAD_BYTES;
	f->torn = 0;
	return 0;
}

static int
begin_index(struct index_files *f, int *ret_fd)
{
	if (f->id == 0 && getrandom(&f->id, sizeof(f->id), 0) != (ssize_t)sizeof(f->id))
		return err_set(ERR_SYS, "no random numbers: %s", strerror(errno));
	f->id |= 1;
	return index_files_next(f, ret_fd);
}

int
index_files_resume(struct index_files *f, int *ret_fd)
{
	char name[INDEX_NAME_BYTES];
	int fd;

	index_files_clear(f);
	unlinkat(f->dir, INDEX_UNFINISHED, 0);
	unlinkat(f->dir, INDEX_UNFINISHED_SNAPSHOT, 0);
	if (f->last == 0)
		return begin_index(f, ret_fd);
	index_file_name(name, INDEX_SEGMENT, f->last);
	fd = openat(f->dir, name, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return index_files_failed(f, name, errno);
	/* what was read may not be on the disk yet, if its writer was killed before the sync */
	if ((f->torn > 0 && f->calls->truncate(fd, (off_t)f->bytes) < 0) ||
	    f->calls->sync(fd) < 0) {
		int error = errno;

		close(fd);
		return index_files_failed(f, name, error);
	}
	f->torn = 0;
	*ret_fd = fd;
	return 0;
}

int
index_files_add(struct index_files *f, struct buf *b)
{
	char name[INDEX_NAME_BYTES];
	bool unused;
	int fd, error;

	TRY(index_files_resume(f, &fd));
	owner_log_sync(b, f->id);
	error = index_files_append(f, fd, buf_view(b), &unused);
	if (error != 0)
		f->calls->truncate(fd, (off_t)f->bytes);
	close(fd);
	if (error == 0)
		return 0;
	index_file_name(name, INDEX_SEGMENT, f->last);
	return index_files_failed(f, name, error);
}
