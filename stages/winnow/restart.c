#include "stages/winnow/restart.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/files.h"
#include "common/uri.h"
#include "proto/checkpoint.h"
#include "proto/index_files.h"
#include "proto/index_take_back.h"
#include "stages/parts.h"
#include "stages/state.h"

enum { INDEX_WAIT_MS = 5000 };

/* What a run keeps in the folder of its state, but the lock: somebody may wait for it. */
static const char *const own_files[] = {"checkpoint", "checkpoint.new", "dead-letters",
    "dead-letters.new", "inputs", "inputs.new", "parts", "run.json", "run.json.new"};

static int
cannot_remove(const char *folder, const char *slash, const char *name)
{
	int error = errno;

	return err_set(err_passes(error) ? ERR_HOLD : ERR_USAGE, "cannot remove %s%s%s: %s", folder,
	    slash, name, strerror(error));
}

static int
remove_file(const char *path)
{
	return unlink(path) < 0 && errno != ENOENT ? cannot_remove(path, "", "") : 0;
}

/* The files of a folder of ours, which has no folders in it, and the folder. */
static int
remove_folder(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), r = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (d == NULL)
		return errno == ENOENT ? 0 : cannot_remove("the state", "/", name);
	while (r == 0 && (e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
		    unlinkat(fd, e->d_name, 0) < 0)
			r = cannot_remove(name, "/", e->d_name);
	closedir(d);
	if (r == 0 && unlinkat(parent, name, AT_REMOVEDIR) < 0)
		r = cannot_remove("the state", "/", name);
	return r;
}

static int
remove_state(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;

	if (fd < 0)
		return cannot_remove(folder, "", "");
	for (size_t i = 0; r == 0 && i < sizeof(own_files) / sizeof(own_files[0]); i++)
		if (unlinkat(fd, own_files[i], 0) < 0 && errno != ENOENT)
			r = cannot_remove(folder, "/", own_files[i]);
	if (r == 0)
		r = remove_folder(fd, "index");
	close(fd);
	return r;
}

/* Whether nothing lies there but what the stages make before a run begins. */
static bool
has_not_begun(const char *folder)
{
	DIR *d = opendir(folder);
	bool fresh = d != NULL;
	struct dirent *e;

	while (fresh && (e = readdir(d)) != NULL)
		fresh = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
			strcmp(e->d_name, "index") == 0;
	if (d != NULL)
		closedir(d);
	return fresh;
}

/* The names of the run's own files in an output that is a folder, a line each. */
static int
list_parts(struct buf *ret, const struct settings *s, const char *folder)
{
	char *path;
	int r;

	if (!parts_wanted(s->output))
		return 0;
	if (asprintf(&path, "%s/parts", folder) < 0)
		return err_set(ERR_SYS, "out of memory");
	r = file_read(path, ret);
	free(path);
	return r == ERR_STOP ? 0 : r;
}

static int
remove_parts(const struct settings *s, struct span names)
{
	char path[PATH_MAX];
	int r = 0;

	while (names.n > 0 && r == 0) {
		const char *end = memchr(names.p, '\n', names.n);
		size_t n = end == NULL ? names.n : (size_t)(end - names.p);

		snprintf(path, sizeof(path), "%s%.*s", s->output, (int)n, names.p);
		r = remove_file(path);
		snprintf(path, sizeof(path), "%s%.*s.part", s->output, (int)n, names.p);
		if (r == 0)
			r = remove_file(path);
		names = span_cut(names, end == NULL ? n : n + 1, names.n);
	}
	return r;
}

/* The checkpoint goes first: without it nothing goes on, whatever of the rest is still there. */
static int
forget(const struct settings *s, const char *folder)
{
	char *dead_letters = state_dead_letters(s);
	struct buf parts = {0};
	int r = list_parts(&parts, s, folder);

	if (r == 0)
		r = remove_state(folder);
	if (r == 0 && parts_wanted(s->output))
		r = remove_parts(s, buf_view(&parts));
	else if (r == 0 && !uri_is(s->output))
		r = remove_file(s->output);
	buf_done(&parts);
	if (r == 0 && dead_letters != NULL)
		r = remove_file(dead_letters);
	free(dead_letters);
	return r;
}

/* Whether the run may be forgotten as far as a named index goes: it may hold owners that it
 * brought. */
static int
settle_index(const struct settings *s, const char *folder)
{
	struct checkpoint c = {0};
	const char *index;
	bool found = false, has = false;
	int r;

	if (s->index == NULL)
		return 0;
	TRY(index_folder(&index, s->index));
	r = checkpoint_load(&c, folder, &found);
	if (r == 0 && found)
		r = index_has_run(&has, index, c.run, INDEX_WAIT_MS);
	if (r == 0 && has && !s->take_back)
		r = err_set(ERR_USAGE,
		    "%s holds owners of the run that is to be forgotten: with --take-back they go, "
		    "too",
		    s->index);
	if (r == 0 && has && s->take_back)
		r = index_take_back(index, c.run, INDEX_WAIT_MS);
	checkpoint_done(&c);
	return r;
}

/* What a sink by URI has taken stays there; what keeps its own checkpoint would go on at it. */
static int
check_sink(const struct settings *s)
{
	if (!uri_is(s->output) || strncmp(s->output, "redis", 5) != 0)
		return 0;
	return err_set(ERR_USAGE,
	    "--restart: the checkpoint of this output is in Redis; remove %s, and there the key "
	    "winnow:{STREAM}, with its records or without them",
	    s->state);
}

int
restart_forget(const struct settings *s)
{
	char *folder;
	int lock = -1, r;

	TRY(state_check(s));
	folder = state_folder(s);
	if (folder == NULL)
		return err_set(ERR_USAGE, "--restart: this output has no state; name a file by -o");
	r = check_sink(s);
	if (r < 0 || access(folder, F_OK) < 0) {
		free(folder);
		return r;
	}
	r = state_lock(folder, &lock);
	if (r == 0)
		r = settle_index(s, folder);
	if (r == 0)
		r = forget(s, folder);
	if (lock >= 0)
		close(lock);
	free(folder);
	return r;
}

void
restart_tidy(const char *folder)
{
	struct index_files index = {.dir = -1, .lock = -1};
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *path = NULL;

	if (fd >= 0 && has_not_begun(folder) && asprintf(&path, "%s/index", folder) >= 0 &&
	    (access(path, F_OK) < 0 || index_files_open(&index, path, false, 0) == 0) &&
	    remove_folder(fd, "index") == 0)
		rmdir(folder);
	index_files_close(&index);
	free(path);
	if (fd >= 0)
		close(fd);
}
