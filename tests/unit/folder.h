/*
 * folder - a folder of a test's own, with files, and gone at its end.
 */
#ifndef WINNOW_FOLDER_H
#define WINNOW_FOLDER_H

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/span.h"

struct folder {
	char path[64];
	char paths[16][128]; /* of folder_path, the newest 16 */
	unsigned n;
};

static inline void
folder_open(struct folder *f)
{
	*f = (struct folder){.path = "/tmp/winnow-test-XXXXXX"};
	cr_assert(mkdtemp(f->path) != NULL);
}

static inline int
folder_remove(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static inline void
folder_done(struct folder *f)
{
	nftw(f->path, folder_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path of something in it; good until 16 others were asked for. */
static inline const char *
folder_path(struct folder *f, const char *name)
{
	char *path = f->paths[f->n++ % 16];

	cr_assert_lt(strlen(f->path) + strlen(name) + 1, sizeof(f->paths[0]));
	stpcpy(stpcpy(stpcpy(path, f->path), "/"), name);
	return path;
}

static inline const char *
folder_file(struct folder *f, const char *name, struct span content)
{
	const char *path = folder_path(f, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	cr_assert_geq(fd, 0, "%s", path);
	cr_assert_eq(write(fd, content.p, content.n), (ssize_t)content.n);
	close(fd);
	return path;
}

static inline const char *
folder_text(struct folder *f, const char *name, const char *content)
{
	return folder_file(f, name, span_str(content));
}

static inline const char *
folder_make(struct folder *f, const char *name)
{
	const char *path = folder_path(f, name);

	cr_assert_eq(mkdir(path, 0777), 0, "%s", path);
	return path;
}

#endif
