#include "stages/state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/files.h"
#include "common/mem.h"
#include "stages/parts.h"
#include "common/uri.h"

enum { LOCK_TRIES = 250, LOCK_PAUSE_MS = 20 };

static char *
beside(const char *path, const char *suffix)
{
	char *joined = mem_alloc(strlen(path) + strlen(suffix) + 1);

	stpcpy(stpcpy(joined, path), suffix);
	return joined;
}

/* Names of descriptors: what they lead to may be a file, but one that this process was given. */
static bool
names_descriptor(const char *path)
{
	static const char *const names[] = {"/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(path, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static bool
can_be_resumed(const char *output)
{
	struct stat st;

	if (output == NULL || names_descriptor(output))
		return false;
	if (uri_is(output) || parts_wanted(output))
		return true;
	return stat(output, &st) < 0 || S_ISREG(st.st_mode);
}

/* A URI has nothing beside it. */
static bool
lacks_folder(const struct settings *s)
{
	return s->output != NULL && uri_is(s->output) && s->state == NULL;
}

int
state_check(const struct settings *s)
{
	if (!lacks_folder(s))
		return 0;
	return err_set(ERR_USAGE, "-o URI needs --state DIR: a folder that lasts, for the "
				  "checkpoint, the dead letters and "
				  "the index of the run");
}

static char *
beside_output(const char *output, const char *suffix)
{
	char *base = parts_folder(output), *path = beside(base, suffix);

	free(base);
	return path;
}

char *
state_folder(const struct settings *s)
{
	if (!can_be_resumed(s->output) || lacks_folder(s))
		return NULL;
	return s->state != NULL ? beside(s->state, "") : beside_output(s->output, ".winnow");
}

char *
state_dead_letters(const struct settings *s)
{
	if (s->dead_letters != NULL)
		return beside(s->dead_letters, "");
	if (!can_be_resumed(s->output) || lacks_folder(s))
		return NULL;
	return uri_is(s->output) ? beside(s->state, "/dead.jsonl")
				 : beside_output(s->output, ".dead.jsonl");
}

int
state_make(const char *folder)
{
	struct stat st;
	int error;

	error = mkdir(folder, 0777) == 0 ? 0 : errno;
	if (error == EEXIST && stat(folder, &st) == 0 && S_ISDIR(st.st_mode))
		error = 0; /* perhaps by one that died before the next line */
	/* what is to last in it must be found again; who may not list the folder above may not */
	if (error == 0 && file_sync_entry(folder) < 0 && errno != EACCES)
		error = errno;
	if (error == 0)
		return 0;
	return err_set(err_passes(error) ? ERR_HOLD : ERR_USAGE, "cannot make %s: %s", folder,
	    strerror(error));
}

/* Open and lock; ERR_STOP: somebody has it, or has just removed it. */
static int
try_lock(const char *path, int flags, int *ret_fd)
{
	struct stat st;
	int fd = open(path, flags | O_CLOEXEC, 0666);

	if (fd < 0)
		return err_set(err_passes(errno) ? ERR_HOLD : ERR_USAGE, "cannot write %s: %s",
		    path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0) {
		*ret_fd = fd;
		return 0;
	}
	close(fd);
	return ERR_STOP;
}

int
state_lock(const char *folder, int *ret_fd)
{
	return state_lock_name(folder, "lock", ret_fd);
}

static int
lock(const char *folder, const char *path, int flags, int *ret_fd)
{
	int r = ERR_STOP;

	for (int i = 0; i < LOCK_TRIES && r == ERR_STOP; i++) {
		if (i > 0)
			poll(NULL, 0, LOCK_PAUSE_MS);
		r = try_lock(path, flags, ret_fd);
	}
	if (r == ERR_STOP)
		r = err_set(ERR_USAGE,
		    "%s is in use by another process; wait for its end, or name another output",
		    folder);
	return r;
}

int
state_lock_run(const char *folder, int *ret_fd)
{
	return lock(folder, folder, O_RDONLY | O_DIRECTORY, ret_fd);
}

int
state_lock_name(const char *folder, const char *name, int *ret_fd)
{
	char *parent = beside(folder, "/"), *path = beside(parent, name);
	int r = lock(folder, path, O_RDWR | O_CREAT, ret_fd);

	free(parent);
	free(path);
	return r;
}
