#include "stages/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/utf8.h"

char *
inputs_name(const char *path)
{
	struct span s = span_str(path);
	struct buf name = {0};

	for (size_t at = 0; at < s.n;) {
		size_t from = at;

		if (utf8_next(s, &at, NULL) != UTF8_BAD) {
			buf_span(&name, span_cut(s, from, at));
			continue;
		}
		for (; from < at; from++)
			buf_print(&name, "\xEF\xBF\xBD%02X", (unsigned char)s.p[from]);
	}
	buf_byte(&name, '\0');
	return name.p;
}

void
inputs_add(struct inputs *in, const struct input_file *file)
{
	if ((in->n & (in->n - 1)) == 0) /* full at each power of two */
		in->files = mem_grow(in->files, (in->n == 0 ? 1 : 2 * in->n) * sizeof(*in->files));
	in->files[in->n] = *file;
	if (file->name == NULL)
		in->files[in->n].name = inputs_name(file->path);
	in->n++;
}

/* st is NULL for what is no regular file. */
static void
add(struct inputs *in, char *path, const struct stat *st, int error)
{
	struct input_file f = {.path = path, .error = error};

	if (st != NULL && faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) < 0)
		f.error = errno;
	else if (st != NULL) {
		f.bytes = (uint64_t)st->st_size;
		f.mtime = (uint64_t)st->st_mtim.tv_sec * 1000000000 + (uint64_t)st->st_mtim.tv_nsec;
	}
	inputs_add(in, &f);
}

static char *
join(const char *folder, const char *name)
{
	size_t n = strlen(folder);
	const char *slash = n > 0 && folder[n - 1] == '/' ? "" : "/";
	char *path = mem_alloc(n + strlen(name) + 2);

	stpcpy(stpcpy(stpcpy(path, folder), slash), name);
	return path;
}

static int
bytewise(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
not_itself(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static bool
excluded(struct exclusion exclusion, const struct stat *st)
{
	struct stat other;

	for (size_t i = 0; i < exclusion.n; i++)
		if (exclusion.paths[i] != NULL && stat(exclusion.paths[i], &other) == 0 &&
		    other.st_dev == st->st_dev && other.st_ino == st->st_ino)
			return true;
	return false;
}

static void walk(struct inputs *in, char *folder, struct exclusion exclusion);

/* One entry of a folder; symbolic links to files are followed, to folders not: they can go round.
 */
static void
visit(struct inputs *in, char *path, struct exclusion exclusion)
{
	struct stat st, link;

	if (lstat(path, &link) < 0 || stat(path, &st) < 0) {
		add(in, path, NULL, errno);
		return;
	}
	if (excluded(exclusion, &st))
		free(path);
	else if (S_ISDIR(st.st_mode) && !S_ISLNK(link.st_mode))
		walk(in, path, exclusion);
	else if (S_ISREG(st.st_mode))
		add(in, path, &st, 0);
	else
		free(path); /* a socket, a pipe, a device, a link to a folder: no document */
}

static void
walk(struct inputs *in, char *folder, struct exclusion exclusion)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, not_itself, bytewise);

	if (n < 0) {
		add(in, folder, NULL, errno);
		return;
	}
	for (int i = 0; i < n; i++) {
		visit(in, join(folder, entries[i]->d_name), exclusion);
		free(entries[i]);
	}
	free(entries);
	free(folder);
}

static void
add_source(struct inputs *in, const char *source, struct exclusion exclusion)
{
	char *path = mem_string(source, strlen(source));
	struct stat st;

	if (strcmp(source, "-") == 0) {
		add(in, path, NULL, 0);
		in->files[in->n - 1].is_stdin = true;
	} else if (stat(source, &st) < 0)
		add(in, path, NULL, errno);
	else if (S_ISDIR(st.st_mode))
		walk(in, path, exclusion);
	else
		add(in, path, S_ISREG(st.st_mode) ? &st : NULL, 0);
}

/* The bytes of all files, or 0 if one of them tells none. */
static uint64_t
total(const struct inputs *in)
{
	uint64_t sum = 0;
	struct stat st;

	for (size_t i = 0; i < in->n; i++) {
		const struct input_file *f = &in->files[i];
		bool sized = f->error != 0 || f->bytes > 0 ||
			     (!f->is_stdin && stat(f->path, &st) == 0 && S_ISREG(st.st_mode));
		if (f->is_stdin && fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode)) {
			sum += (uint64_t)st.st_size;
			continue;
		}
		if (!sized)
			return 0;
		sum += f->bytes;
	}
	return sum;
}

/* What is wrong with this process, and not with a file, is no reason to say that of the file. */
static int
check_moment(const struct inputs *in)
{
	for (size_t i = 0; i < in->n; i++)
		if (err_passes(in->files[i].error))
			return err_set(ERR_SYS, "cannot list %s: %s", in->files[i].path,
			    strerror(in->files[i].error));
	return 0;
}

int
inputs_list(
    struct inputs *ret_inputs, const char *const *sources, size_t n, struct exclusion exclusion)
{
	struct inputs in = {0};
	bool has_stdin = false;
	int r;

	for (size_t i = 0; i < n; i++) {
		bool is_stdin = strcmp(sources[i], "-") == 0;
		if (strstr(sources[i], "://") != NULL)
			return err_set(
			    ERR_USAGE, "%s: no such source; name files, folders or -", sources[i]);
		if (is_stdin && has_stdin)
			return err_set(ERR_USAGE, "- (standard input) can be a source only once");
		has_stdin = has_stdin || is_stdin;
	}
	for (size_t i = 0; i < n; i++)
		add_source(&in, sources[i], exclusion);
	in.total = total(&in);
	r = check_moment(&in);
	if (r == 0)
		*ret_inputs = in;
	else
		inputs_done(&in);
	return r;
}

bool
inputs_may_pass(int error)
{
	return error == EIO || error == ESTALE || error == ETIMEDOUT || error == EINTR;
}

void
inputs_done(struct inputs *in)
{
	for (size_t i = 0; i < in->n; i++) {
		free(in->files[i].path);
		free(in->files[i].name);
	}
	free(in->files);
	*in = (struct inputs){0};
}
