#include "stages/write/refusals.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"
#include "proto/record_json.h"
#include "stages/state.h"

void
refusals_open(struct refusals *l, const struct settings *s)
{
	*l = (struct refusals){.settings = s, .path = state_dead_letters(s), .sink = {.fd = -1}};
}

static bool
is_file(const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int
into_output(const struct refusals *l)
{
	return err_set(
	    ERR_USAGE, "%s is the output; dead letters need a file of their own", l->path);
}

int
refusals_check(const struct refusals *l)
{
	const char *output = l->settings->output;
	struct stat dead, sink;

	TRY(sink_check_free(l->path, l->settings->force));
	if (l->ledger != NULL && l->path != NULL &&
	    (strcmp(output, l->path) == 0 ||
		(stat(output, &sink) == 0 && stat(l->path, &dead) == 0 &&
		    sink.st_dev == dead.st_dev && sink.st_ino == dead.st_ino)))
		return into_output(l);
	return 0;
}

/* Open what dead letters go to, at the first one. */
static int
open_file(struct refusals *l, const struct sink *output)
{
	enum compression compression = compression_of_name(l->path);
	struct stat dead, sink;

	if (l->ledger != NULL && (is_file(l->path) || access(l->path, F_OK) < 0)) {
		if (!ledger_has_claim(l->ledger)) {
			TRY(sink_check_free(l->path, l->settings->force));
			TRY(ledger_claim(l->ledger, l->path));
		}
		TRY(sink_resume(&l->sink, l->path, compression, 0));
	} else
		TRY(sink_open(&l->sink, l->path, compression, l->settings->force));
	if (fstat(l->sink.fd, &dead) == 0 && fstat(output->fd, &sink) == 0 && l->sink.regular &&
	    dead.st_dev == sink.st_dev && dead.st_ino == sink.st_ino)
		return into_output(l);
	return 0;
}

int
refusals_prepare(struct refusals *l, const struct batch *b, const struct sink *output, bool always)
{
	if (l->path == NULL || l->sink.fd >= 0)
		return 0;
	if (always)
		return open_file(l, output);
	for (size_t i = 0; i < b->n_documents; i++)
		if (document_is_refused(&b->documents[i]))
			return open_file(l, output);
	return 0;
}

static void
tell(const struct document *d, const struct fault *f)
{
	char where[1024];

	place_words(&d->source, where, sizeof(where));
	log_line(LOG_WARNING, "refused %s: %.*s: %.*s", where, (int)f->reason.n, f->reason.p,
	    (int)f->detail.n, f->detail.p);
}

/* One line, as `print` makes it. */
static int
put_line(struct refusals *l, const struct document *d,
    void (*print)(struct buf *out, const struct document *d))
{
	struct buf line = {0};
	int r;

	if (l->path == NULL)
		return 0;
	print(&line, d);
	buf_byte(&line, '\n');
	r = sink_put(&l->sink, buf_view(&line));
	buf_done(&line);
	return r;
}

int
refusals_put(struct refusals *l, const struct document *d)
{
	tell(d, &d->refused);
	return put_line(l, d, dead_letter_json);
}

int
refusals_put_record(struct refusals *l, const struct document *d)
{
	tell(d, &d->error);
	return put_line(l, d, record_json);
}

int
refusals_resume(struct refusals *l, uint64_t bytes)
{
	sink_close(&l->sink);
	if (bytes == 0)
		return ledger_has_claim(l->ledger) ? refusals_remove(l) : 0;
	return sink_resume(&l->sink, l->path, compression_of_name(l->path), bytes);
}

int
refusals_remove(const struct refusals *l)
{
	if (is_file(l->path) && unlink(l->path) < 0)
		return err_set(ERR_USAGE, "cannot remove %s: %s", l->path, strerror(errno));
	return 0;
}

void
refusals_close(struct refusals *l)
{
	sink_close(&l->sink);
	free(l->path);
	l->path = NULL;
}
