#include "stages/winnow/run_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/json.h"
#include "common/options.h"
#include "common/secret.h"

/* A word of the command line; what it holds of passwords is not stored. */
static void
print_word(struct buf *b, const char *word)
{
	struct buf masked = {0};

	secret_mask(&masked, span_str(word));
	json_string(b, buf_view(&masked));
	buf_done(&masked);
}

static void
print_options(struct buf *b, const struct options *o)
{
	bool first = true;

	buf_str(b, ", \"options\": {");
	for (size_t i = 0; i < o->n_specs; i++) {
		if (o->given[i] == NULL)
			continue;
		buf_str(b, first ? "" : ", ");
		json_string(b, span_str(o->specs[i].name));
		buf_str(b, ": ");
		print_word(b, o->given[i]);
		first = false;
	}
	buf_byte(b, '}');
}

static void
print_inputs(struct buf *b, const struct settings *s)
{
	buf_str(b, ", \"inputs\": [");
	for (size_t i = 0; i < s->n_sources; i++) {
		buf_str(b, i == 0 ? "" : ", ");
		print_word(b, s->sources[i]);
	}
	buf_byte(b, ']');
}

/* Append a whole small file without the line ends at its end; null if there is nothing of it. */
static void
append_file(struct buf *b, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t start = b->n;
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0) {
		n = read(fd, buf_room(b, 65536), 65536);
		if (n > 0)
			b->n += (size_t)n;
	}
	if (fd >= 0)
		close(fd);
	while (b->n > start && b->p[b->n - 1] == '\n')
		b->n--;
	if (n < 0 || b->n == start) {
		b->n = start;
		buf_str(b, "null");
	}
}

static int
replace_file(const char *folder, const char *name, struct span content)
{
	char *path = NULL, *fresh = NULL;
	int fd, r = 0;

	if (asprintf(&path, "%s/%s", folder, name) < 0 ||
	    asprintf(&fresh, "%s/%s.new", folder, name) < 0)
		return err_set(ERR_SYS, "out of memory");
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, content.p, content.n) != (ssize_t)content.n ||
	    rename(fresh, path) < 0)
		r = err_set(ERR_SYS, "cannot write %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(path);
	free(fresh);
	return r;
}

int
run_report_save(const char *state, const struct settings *s, const struct options *o,
    time_t started, double seconds, int status)
{
	struct buf b = {0};
	char when[32], *counts;
	struct tm tm;
	int r;

	if (asprintf(&counts, "%s/counts.json", state) < 0)
		return err_set(ERR_SYS, "out of memory");
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&started, &tm));
	buf_print(&b, "{\"version\": \"%s\", \"started\": \"%s\", \"seconds\": %.3f, \"exit\": %d",
	    WINNOW_VERSION, when, seconds, status);
	print_options(&b, o);
	print_inputs(&b, s);
	buf_str(&b, ", \"counts\": ");
	append_file(&b, counts);
	buf_str(&b, "}\n");
	r = replace_file(state, "run.json", buf_view(&b));
	if (r == 0)
		unlink(counts);
	free(counts);
	buf_done(&b);
	return r;
}
