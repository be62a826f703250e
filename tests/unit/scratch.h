/*
 * scratch - a folder of the test's own, gone behind it, and what the test's process prints.
 *
 * TestSuite(name, .init = scratch_open, .fini = scratch_close) gives each test such a folder.
 */
#ifndef WINNOW_SCRATCH_H
#define WINNOW_SCRATCH_H

#include <errno.h>
#include <sys/mman.h>

#include "common/buf.h"
#include "common/inflate.h"
#include "tests/unit/folder.h"

static struct folder scratch_folder;

#define scratch (scratch_folder.path)

static inline void
scratch_close(void)
{
	folder_done(&scratch_folder);
}

static inline void
scratch_open(void)
{
	folder_open(&scratch_folder);
	atexit(scratch_close); /* argp ends a test without its .fini */
}

/* As folder_path, for an argv too. */
static inline char *
scratch_path(const char *name)
{
	return (char *)folder_path(&scratch_folder, name);
}

static inline char *
scratch_put(const char *name, struct span content)
{
	return (char *)folder_file(&scratch_folder, name, content);
}

static inline bool
scratch_has(const char *name)
{
	struct stat st;

	return lstat(scratch_path(name), &st) == 0;
}

/* The bytes of a file of the folder, decompressed if they are compressed; b->p ends with a NUL. */
static inline struct span
scratch_get(const char *name, struct buf *b)
{
	int fd = open(scratch_path(name), O_RDONLY | O_CLOEXEC);
	struct inflate *z;
	size_t n;

	cr_assert_geq(fd, 0, "%s: %s", name, strerror(errno));
	cr_assert_eq(inflate_open(&z, fd), 0);
	b->n = 0;
	do {
		cr_assert_eq(inflate_read(z, buf_room(b, 4096), 4096, &n), 0, "%s", err_text());
		b->n += n;
	} while (n > 0);
	inflate_close(z);
	close(fd);
	*buf_room(b, 1) = '\0';
	return buf_view(b);
}

static inline void
scratch_holds(const char *name, const char *content)
{
	struct buf b = {0};
	struct span s = scratch_get(name, &b);

	cr_assert(
	    span_equal(s, span_str(content)), "%s is\n%.*snot\n%s", name, (int)s.n, s.p, content);
	buf_done(&b);
}

/* what comes out on a descriptor of the test itself */

struct caught {
	int fd, saved, file;
};

static inline void
catch_begin(struct caught *c, int fd)
{
	fflush(NULL);
	c->fd = fd;
	c->saved = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	c->file = memfd_create("caught", MFD_CLOEXEC);
	cr_assert(c->saved >= 0 && c->file >= 0);
	dup2(c->file, fd);
}

/* What came; b->p ends with a NUL. */
static inline const char *
catch_end(struct caught *c, struct buf *b)
{
	ssize_t n;

	fflush(NULL);
	dup2(c->saved, c->fd);
	close(c->saved);
	b->n = 0;
	while ((n = pread(c->file, buf_room(b, 4096), 4096, (off_t)b->n)) > 0)
		b->n += (size_t)n;
	close(c->file);
	*buf_room(b, 1) = '\0';
	return b->p;
}

/* Point a descriptor at a file; the old one comes back by point_back. */
static inline int
point_to(int fd, const char *path, int flags)
{
	int saved = fcntl(fd, F_DUPFD_CLOEXEC, 10), file = open(path, flags | O_CLOEXEC);

	cr_assert_geq(file, 0, "%s: %s", path, strerror(errno));
	fflush(NULL);
	dup2(file, fd);
	close(file);
	return saved;
}

static inline void
point_back(int fd, int saved)
{
	dup2(saved, fd);
	close(saved);
}

#endif
