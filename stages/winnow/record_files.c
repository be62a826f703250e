#include "stages/winnow/record_files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "common/options.h"
#include "stages/settings.h"

#define LARGEST_RECORD (1ULL << 32)

/* The result of a walk that goes on after faults: the gravest. */
static int
graver(int a, int b)
{
	return a < b ? a : b;
}

static int
say(int r, const char *path, uint64_t offset)
{
	log_line(LOG_ERROR, "%s, byte %llu: %s", path, (unsigned long long)offset, err_text());
	return r;
}

/* Whether a piece is of no form that records have. */
static bool
is_prose(const struct piece *p)
{
	return p->form == FORM_TEXT || p->form == FORM_HTML;
}

static int
take_piece(
    const char *path, const struct piece *p, record_taker *take, void *object, struct arena *a)
{
	int r;

	if (p->reason != NULL)
		r = err_set(is_prose(p) ? ERR_USAGE : ERR_RECORD, "%s: %s", p->reason, p->detail);
	else if (is_prose(p))
		r = err_set(ERR_USAGE, "no records, but a text");
	else
		r = take(object, p, a);
	arena_reset(a);
	return r == ERR_RECORD || r == ERR_USAGE ? say(r, path, p->offset) : r;
}

static int
walk_open(const char *path, struct framing *f, record_taker *take, void *object)
{
	struct arena a = {0};
	struct piece piece;
	int r, worst = 0;

	for (;;) {
		framing_release(f);
		r = framing_next(f, &piece);
		if (r == ERR_QUIET)
			continue;
		if (r == ERR_STOP) {
			r = worst;
			break;
		}
		r = take_piece(path, &piece, take, object, &a);
		if (r < 0 && r != ERR_RECORD)
			break;
		worst = graver(worst, r);
	}
	arena_done(&a);
	return r;
}

static int
walk_file(const char *path, struct framing *f, record_taker *take, void *object)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0) {
		log_line(LOG_ERROR, "%s: %s", path, strerror(errno));
		return ERR_USAGE;
	}
	TRY(framing_begin(f, fd, FORM_NONE, false));
	r = walk_open(path, f, take, object);
	framing_end(f);
	return r;
}

int
record_files_walk(const char *const *paths, size_t n, record_taker *take, void *object)
{
	struct framing f;
	int worst = 0;

	framing_open(&f, LARGEST_RECORD);
	for (size_t i = 0; i < n; i++) {
		int r = walk_file(paths[i], &f, take, object);

		worst = graver(worst, r);
		if (r == ERR_SYS || r == ERR_STOP)
			break;
	}
	framing_close(&f);
	return worst;
}

int
record_files_print(struct span text)
{
	if (fwrite(text.p, 1, text.n, stdout) == text.n)
		return 0;
	return errno == EPIPE ? ERR_STOP : err_set(ERR_SYS, "standard output: %s", strerror(errno));
}

int
record_files_command(const struct record_command *c, int argc, char **argv)
{
	struct options options;
	int r;

	argv[0] = (char *)c->name;
	signal(SIGPIPE, SIG_IGN);
	log_open(c->name);
	r = settings_parse(c->settings, &options, c->taker, c->about, "FILE...", argc, argv);
	if (r == 0 && c->settings->n_sources == 0)
		r = err_set(ERR_USAGE, "no FILE: name files of records, or - for standard input");
	if (r == 0) {
		r = record_files_walk(
		    c->settings->sources, c->settings->n_sources, c->take, c->object);
		if (fflush(stdout) != 0 && r == 0 && errno != EPIPE)
			r = err_set(ERR_SYS, "standard output: %s", strerror(errno));
	}
	if (r == ERR_SYS || (r == ERR_USAGE && c->settings->n_sources == 0))
		log_line(LOG_ERROR, "%s", err_text());
	settings_done(&options);
	return err_exit(r);
}
