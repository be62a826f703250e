#include "stages/write/part_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/files.h"
#include "common/mem.h"
#include "stages/parts.h"
#include "stages/state.h"

void
part_files_open(struct part_files *p, const struct settings *s)
{
	*p = (struct part_files){.settings = s};
	if (parts_wanted(s->output))
		p->folder = parts_folder(s->output);
}

int
part_files_check(const struct part_files *p)
{
	DIR *d = p->settings->force ? NULL : opendir(p->folder);
	struct dirent *e = NULL;

	if (d == NULL)
		return 0; /* what is no folder is seen when it is made */
	do
		e = readdir(d);
	while (e != NULL && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0));
	closedir(d);
	if (e == NULL)
		return 0;
	return err_set(
	    ERR_USAGE, "%s is not empty; --force writes into it all the same", p->folder);
}

int
part_files_make(const struct part_files *p)
{
	return state_make(p->folder);
}

int
part_files_source(struct span *ret_source, const struct batch *b)
{
	struct span first = {0};

	for (size_t i = 0; i < b->n_documents; i++) {
		struct span source = parts_source(b->documents[i].source.path);

		if (i > 0 && !span_equal(source, first))
			return err_set(ERR_USAGE,
			    "a batch holds documents of two inputs: read needs the same -o, too");
		first = source;
	}
	*ret_source = first;
	return 0;
}

/* Another part is in hand, or none. */
static void
forget(struct part_files *p)
{
	free(p->name);
	free(p->path);
	free(p->work);
	p->name = p->path = p->work = NULL;
	p->source.n = 0;
}

static char *
join(const char *a, const char *between, const char *b)
{
	char *all = mem_alloc(strlen(a) + strlen(between) + strlen(b) + 1);

	stpcpy(stpcpy(stpcpy(all, a), between), b);
	return all;
}

static void
take(struct part_files *p, char *name)
{
	forget(p);
	p->name = name;
	p->path = join(p->folder, "/", name);
	p->work = join(p->path, ".part", "");
}

bool
part_files_is(struct part_files *p, struct span source)
{
	char *name;
	bool same;

	if (p->name == NULL)
		return false;
	if (p->source.n > 0)
		return span_equal(buf_view(&p->source), source);
	name = parts_name(source, parts_ending(p->settings));
	same = strcmp(name, p->name) == 0;
	free(name);
	if (same)
		buf_span(&p->source, source);
	return same;
}

/* The folders that the part lies in, down from that of all parts. */
static int
make_folders(const struct part_files *p)
{
	char *path = mem_string(p->path, strlen(p->path)), *slash;
	int r = part_files_make(p);

	for (slash = path + strlen(p->folder) + 1; r == 0 && (slash = strchr(slash, '/')) != NULL;
	     slash++) {
		*slash = '\0';
		r = state_make(path);
		*slash = '/';
	}
	free(path);
	return r;
}

int
part_files_next(struct part_files *p, struct sink *s, struct span source)
{
	const char *ending = parts_ending(p->settings);
	int r;

	take(p, parts_name(source, ending));
	r = make_folders(p);
	if (r == 0 && !p->settings->force && access(p->path, F_OK) == 0)
		r = err_set(ERR_USAGE, "%s is there; --force overwrites it", p->path);
	if (r == 0)
		r = sink_resume(s, p->work, compression_of_name(ending), 0);
	if (r < 0)
		forget(p);
	else
		buf_span(&p->source, source);
	return r;
}

int
part_files_resume(
    struct part_files *p, struct sink *s, struct span name, uint64_t bytes, uint64_t all)
{
	const char *ending = parts_ending(p->settings);
	struct stat st;

	forget(p);
	p->before = all;
	if (name.n == 0)
		return 0;
	take(p, mem_string(name.p, name.n));
	if (access(p->work, F_OK) < 0 && stat(p->path, &st) == 0 && (uint64_t)st.st_size == bytes) {
		forget(p); /* it got its name just before the end */
		return 0;
	}
	p->before = all - bytes;
	return sink_resume(s, p->work, compression_of_name(ending), bytes);
}

int
part_files_complete(struct part_files *p, struct sink *s)
{
	uint64_t bytes = s->length;

	if (rename(p->work, p->path) < 0 && errno != ENOENT)
		return err_set(err_passes(errno) ? ERR_HOLD : ERR_SYS, "cannot rename %s to %s: %s",
		    p->work, p->path, strerror(errno));
	if (file_sync_entry(p->path) < 0)
		return err_set(err_passes(errno) ? ERR_HOLD : ERR_SYS,
		    "cannot sync the folder of %s: %s", p->path, strerror(errno));
	sink_close(s);
	p->before += bytes;
	forget(p);
	return 0;
}

void
part_files_done(struct part_files *p)
{
	forget(p);
	buf_done(&p->source);
	free(p->folder);
	p->folder = NULL;
}
