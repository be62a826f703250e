/*
 * write - put records into the sink, in order, then report them durable.
 *
 * Documents that were refused go to the dead letters instead; all are counted, so that what came
 * in is what went out.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"
#include "common/mem.h"
#include "proto/document_pack.h"
#include "proto/record_json.h"
#include "proto/tally.h"
#include "stages/stage.h"
#include "stages/write/pretty.h"
#include "stages/write/sink.h"

enum { NARROW = 40, WIDE = 100, NO_TERMINAL = 80 };

struct write {
	const struct settings *settings;
	enum format format;
	struct pretty pretty;
	struct sink sink;
	char *dead_path;  /* NULL: refusals are log lines */
	struct sink dead; /* opened at the first one */
	struct buf line;
	struct counts counts;
	struct tally by_source, by_site, by_language, by_reason;
};

/* records */

static void
print_record(struct write *w, const struct document *d)
{
	w->line.n = 0;
	switch (w->format) {
	case FORMAT_PRETTY: pretty_print(&w->line, d, &w->pretty); return;
	case FORMAT_MSGPACK: document_pack(&w->line, d, SCOPE_RECORD); return;
	default: record_json(&w->line, d); buf_byte(&w->line, '\n');
	}
}

static bool
is_skipped(const struct write *w, const struct document *d)
{
	return w->settings->empty == EMPTY_SKIP && d->n_paragraphs == 0 && d->error.stage.n == 0;
}

/* s up to the first of these characters, or to a NUL. */
static struct span
up_to(struct span s, const char *ends)
{
	size_t n = 0;

	while (n < s.n && strchr(ends, s.p[n]) == NULL)
		n++;
	return span_cut(s, 0, n);
}

/* The host of a URL, or n == 0. */
static struct span
site_of(struct span url)
{
	const char *p = url.n == 0 ? NULL : memmem(url.p, url.n, "://", 3);
	struct span host;

	if (p == NULL)
		return span_of(NULL, 0);
	host = up_to(span_cut(url, (size_t)(p + 3 - url.p), url.n), "/?#");
	p = memrchr(host.p, '@', host.n); /* a user and a password stay out */
	if (p != NULL)
		host = span_cut(host, (size_t)(p + 1 - host.p), host.n);
	if (host.n > 0 && host.p[0] == '[') { /* an IPv6 address has colons of its own */
		struct span inside = up_to(host, "]");
		return inside.n < host.n ? span_cut(host, 0, inside.n + 1) : host;
	}
	return up_to(host, ":");
}

static void
count_record(struct write *w, const struct document *d)
{
	struct counts *c = &w->counts;
	struct span site = site_of(d->url);

	c->paragraphs += d->stats.paragraphs;
	c->kept += d->stats.kept;
	c->exact += d->stats.exact;
	c->near += d->stats.near;
	c->failed += d->error.stage.n > 0;
	if (d->error.stage.n > 0)
		tally_add(&w->by_reason, d->error.reason, 1);
	if (site.n > 0)
		tally_add(&w->by_site, site, 1);
	if (d->lang.n > 0)
		tally_add(&w->by_language, d->lang, 1);
}

static int
take_record(struct write *w, const struct document *d)
{
	if (d->warning.n > 0)
		log_line(LOG_WARNING, "%.*s, document at byte %llu: %.*s", (int)d->source.path.n,
		    d->source.path.p, (unsigned long long)d->source.offset, (int)d->warning.n,
		    d->warning.p);
	count_record(w, d);
	if (is_skipped(w, d)) {
		w->counts.skipped++;
		return 0;
	}
	w->counts.records++;
	print_record(w, d);
	return sink_put(&w->sink, buf_view(&w->line));
}

/* dead letters */

static int
take_refused(struct write *w, const struct document *d, uint64_t seq)
{
	const struct fault *f = &d->refused;

	w->counts.refused++;
	tally_add(&w->by_reason, f->reason, 1);
	log_line(LOG_WARNING, "refused %.*s, byte %llu: %.*s: %.*s", (int)d->source.path.n,
	    d->source.path.p, (unsigned long long)d->source.offset, (int)f->reason.n, f->reason.p,
	    (int)f->detail.n, f->detail.p);
	if (w->dead_path == NULL)
		return 0;
	if (w->dead.fd < 0) {
		TRY(sink_open(
		    &w->dead, w->dead_path, compression_of_name(w->dead_path), w->settings->force));
		w->dead.next = w->dead.member_next =
		    seq; /* nothing of earlier batches is lacking */
	}
	w->line.n = 0;
	dead_letter_json(&w->line, d);
	buf_byte(&w->line, '\n');
	return sink_put(&w->dead, buf_view(&w->line));
}

static int
take(void *state, struct batch *b, bool replay)
{
	struct write *w = state;

	(void)replay; /* the loop keeps what was written from coming here again */
	for (size_t i = 0; i < b->n_documents; i++) {
		const struct document *d = &b->documents[i];
		TRY(document_is_refused(d) ? take_refused(w, d, b->seq) : take_record(w, d));
		tally_add(&w->by_source, d->source.path, 1);
	}
	w->counts.in += b->n_read;
	w->counts.documents += b->n_documents;
	w->counts.bytes_in += b->read_bytes;
	w->counts.earlier += b->n_earlier;
	if (w->dead.fd >= 0)
		TRY(sink_end_batch(&w->dead, b->seq, b->read_bytes));
	return sink_end_batch(&w->sink, b->seq, b->read_bytes);
}

/* what happened, as JSON, for the folder of the run's state */

static void
print_counts(struct buf *b, const struct write *w)
{
	const struct {
		const char *name;
		const struct tally *tally;
	} tallies[] = {
	    {"source", &w->by_source},
	    {"site", &w->by_site},
	    {"language", &w->by_language},
	    {"reason", &w->by_reason},
	};

	buf_str(b, "{\"totals\": ");
	counts_json(b, &w->counts);
	for (size_t i = 0; i < sizeof(tallies) / sizeof(tallies[0]); i++) {
		buf_print(b, ", \"by_%s\": ", tallies[i].name);
		tally_json(b, tallies[i].tally);
	}
	buf_str(b, "}\n");
}

static int
save_counts(const struct write *w)
{
	struct buf b = {0};
	char *path;
	int fd, r = 0;

	if (w->settings->state == NULL)
		return 0;
	if (asprintf(&path, "%s/counts.json", w->settings->state) < 0)
		return err_set(ERR_SYS, "out of memory");
	print_counts(&b, w);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, b.p, b.n) != (ssize_t)b.n)
		r = err_set(ERR_HOLD, "cannot write %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(path);
	buf_done(&b);
	return r;
}

static int
commit(void *state, enum ending ending, uint64_t *io_done, bool *ret_settled)
{
	bool final = ending != ENDING_NO;
	struct write *w = state;
	uint64_t dead_done = *io_done;

	if (w->dead.fd >= 0)
		TRY(sink_flush(&w->dead, final, &dead_done));
	TRY(sink_flush(&w->sink, final, io_done));
	if (*io_done > dead_done)
		*io_done = dead_done;
	w->counts.bytes_out = w->sink.length;
	*ret_settled = true;
	return final ? save_counts(w) : 0;
}

static void
tell_counts(void *state, struct counts *ret_counts)
{
	*ret_counts = ((struct write *)state)->counts;
}

/* opening */

static struct span
without_compression(const char *path)
{
	struct span name = span_str(path);

	if (span_ends(name, SPAN(".gz")))
		return span_cut(name, 0, name.n - 3);
	if (span_ends(name, SPAN(".zst")))
		return span_cut(name, 0, name.n - 4);
	return name;
}

static enum format
choose_format(const struct settings *s)
{
	if (s->format != FORMAT_AUTO)
		return s->format;
	if (s->output != NULL && span_ends(without_compression(s->output), SPAN(".msgpack")))
		return FORMAT_MSGPACK;
	if (s->output == NULL && isatty(STDOUT_FILENO))
		return FORMAT_PRETTY;
	return FORMAT_JSONL;
}

static struct pretty
look_at_terminal(const struct settings *s)
{
	struct winsize size = {0};
	struct pretty p = {.width = NO_TERMINAL};

	if (s->output == NULL && isatty(STDOUT_FILENO)) {
		p.colour = getenv("NO_COLOR") == NULL;
		if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROW)
			p.width = size.ws_col < WIDE ? size.ws_col : WIDE;
	}
	return p;
}

static int
choose_dead_path(struct write *w)
{
	const struct settings *s = w->settings;
	struct stat dead, sink;

	if (s->dead_letters != NULL)
		w->dead_path = mem_string(s->dead_letters, strlen(s->dead_letters));
	else if (s->output != NULL && asprintf(&w->dead_path, "%s.dead.jsonl", s->output) < 0)
		return err_set(ERR_SYS, "out of memory");
	if (w->dead_path == NULL || stat(w->dead_path, &dead) < 0 || !S_ISREG(dead.st_mode))
		return 0;
	if (fstat(w->sink.fd, &sink) == 0 && sink.st_dev == dead.st_dev &&
	    sink.st_ino == dead.st_ino)
		return err_set(ERR_USAGE, "%s is the output; dead letters need a file of their own",
		    w->dead_path);
	/* one of an earlier run would not be of these records */
	if (!s->force && dead.st_size > 0)
		return err_set(ERR_USAGE, "%s is there; --force overwrites it", w->dead_path);
	if (s->force && unlink(w->dead_path) < 0)
		return err_set(ERR_USAGE, "%s: %s", w->dead_path, strerror(errno));
	return 0;
}

static void
close_write(void *state)
{
	struct write *w = state;

	if (w == NULL)
		return;
	sink_close(&w->sink);
	sink_close(&w->dead);
	tally_done(&w->by_source);
	tally_done(&w->by_site);
	tally_done(&w->by_language);
	tally_done(&w->by_reason);
	buf_done(&w->line);
	free(w->dead_path);
	free(w);
}

static int
open_write(void **ret_state, const struct settings *s)
{
	struct write *w = mem_zero(1, sizeof(*w));
	enum compression compression =
	    s->output == NULL ? COMPRESSION_NONE : compression_of_name(s->output);
	int r;

	w->settings = s;
	w->format = choose_format(s);
	w->pretty = look_at_terminal(s);
	w->sink.fd = w->dead.fd = -1;
	r = sink_open(&w->sink, s->output, compression, s->force);
	if (r == 0)
		r = choose_dead_path(w);
	if (r < 0) {
		close_write(w);
		return r;
	}
	*ret_state = w;
	return 0;
}

const struct stage stage = {
    .name = "write",
    .about = "Put records into a file or on standard output, in order.",
    .role = ROLE_SINK,
    .taker = TAKES_WRITE,
    .open = open_write,
    .batch = take,
    .commit = commit,
    .counts = tell_counts,
    .close = close_write,
};
