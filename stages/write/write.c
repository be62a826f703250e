/*
 * write - put records into the sink, in order, then report them durable.
 *
 * Documents that were refused go to the dead letters instead; all are counted, so that what came
 * in is what went out. What is durable moves on from boundary to boundary: places between two
 * batches where no member of a compressed file is open (members.h). An output that is a file is
 * committed there with a checkpoint (ledger.h), from which another process goes on; a stream is
 * written out, and cannot be resumed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/background.h"
#include "common/hook.h"
#include "common/log.h"
#include "common/mem.h"
#include "proto/record_json.h"
#include "stages/meter.h"
#include "stages/stage.h"
#include "stages/state.h"
#include "stages/write/count.h"
#include "stages/write/ledger.h"
#include "stages/write/members.h"
#include "stages/write/shape.h"

enum {
	PENDING_BYTES = 2 << 20,
	DOCUMENT_BYTES = 600, /* packed around its raw bytes and paths: a refusal's words, too */
};

/* A place between two batches. */
struct mark {
	uint64_t next; /* the seq behind it */
	struct counts counts;
	struct token token;
	struct buf state; /* the bytes of the token */
};

struct write {
	const struct settings *settings;
	struct shape shape;
	enum compression compression;
	bool resumes; /* the output is a file with a checkpoint */
	struct ledger ledger;
	uint64_t run, index;
	struct sink sink;
	char *dead_path;  /* NULL: refusals are log lines */
	struct sink dead; /* opened at the first one */
	struct members members;
	struct buf line;
	struct mark taken, boundary, under_way, durable;
	struct tallies fresh, settled; /* since the boundary, and up to it */
	bool finished, finishing;      /* the checkpoint says so, or the one under way does */
};

static void
mark_copy(struct mark *to, const struct mark *from)
{
	to->next = from->next;
	to->counts = from->counts;
	to->token = from->token;
	to->state.n = 0;
	buf_span(&to->state, from->token.state);
	to->token.state = buf_view(&to->state);
}

/* records */

static bool
is_skipped(const struct write *w, const struct document *d)
{
	return w->settings->empty == EMPTY_SKIP && d->n_paragraphs == 0 && d->error.stage.n == 0;
}

static int
take_record(struct write *w, const struct document *d)
{
	bool skipped = is_skipped(w, d);

	if (d->warning.n > 0)
		log_line(LOG_WARNING, "%.*s, document at byte %llu: %.*s", (int)d->source.path.n,
		    d->source.path.p, (unsigned long long)d->source.offset, (int)d->warning.n,
		    d->warning.p);
	count_record(&w->taken.counts, &w->fresh, d, skipped);
	if (skipped)
		return 0;
	w->line.n = 0;
	shape_print(&w->line, d, &w->shape);
	return sink_put(&w->sink, buf_view(&w->line));
}

/* dead letters */

static int
take_refused(struct write *w, const struct document *d)
{
	const struct fault *f = &d->refused;

	count_refused(&w->taken.counts, &w->fresh, d);
	log_line(LOG_WARNING, "refused %.*s, byte %llu: %.*s: %.*s", (int)d->source.path.n,
	    d->source.path.p, (unsigned long long)d->source.offset, (int)f->reason.n, f->reason.p,
	    (int)f->detail.n, f->detail.p);
	if (w->dead_path == NULL)
		return 0;
	w->line.n = 0;
	dead_letter_json(&w->line, d);
	buf_byte(&w->line, '\n');
	return sink_put(&w->dead, buf_view(&w->line));
}

static bool
is_file(const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* A file that somebody may want is only emptied when that is asked for. */
static int
check_free(const struct write *w, const char *path)
{
	struct stat st;

	if (w->settings->force || path == NULL || stat(path, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size == 0)
		return 0;
	return err_set(ERR_USAGE, "%s is there; --force overwrites it", path);
}

/* Open what dead letters go to, at the first one. */
static int
open_dead(struct write *w)
{
	enum compression compression = compression_of_name(w->dead_path);
	struct stat dead, sink;

	if (w->resumes && (is_file(w->dead_path) || access(w->dead_path, F_OK) < 0)) {
		if (!ledger_has_claim(&w->ledger)) {
			TRY(check_free(w, w->dead_path));
			TRY(ledger_claim(&w->ledger, w->dead_path));
		}
		TRY(sink_resume(&w->dead, w->dead_path, compression, 0));
	} else
		TRY(sink_open(&w->dead, w->dead_path, compression, w->settings->force));
	if (fstat(w->dead.fd, &dead) == 0 && fstat(w->sink.fd, &sink) == 0 && w->dead.regular &&
	    dead.st_dev == sink.st_dev && dead.st_ino == sink.st_ino)
		return err_set(ERR_USAGE, "%s is the output; dead letters need a file of their own",
		    w->dead_path);
	return 0;
}

/* Before anything of the batch is taken, so that it can be tried again. */
static int
prepare_dead(struct write *w, const struct batch *b)
{
	if (w->dead_path == NULL || w->dead.fd >= 0)
		return 0;
	for (size_t i = 0; i < b->n_documents; i++)
		if (document_is_refused(&b->documents[i]))
			return open_dead(w);
	return 0;
}

/* All that was taken may be committed. */
static void
reach_boundary(struct write *w)
{
	mark_copy(&w->boundary, &w->taken);
	tallies_move(&w->settled, &w->fresh);
}

/*
 * What the batch takes of read's window, or more: its raw bytes and what is packed around them. Of
 * the input alone, so that members end at the same batches whatever happens.
 */
static uint64_t
window_bytes(const struct batch *b)
{
	uint64_t n = b->read_bytes;

	for (size_t i = 0; i < b->n_documents; i++)
		n += DOCUMENT_BYTES + 2 * b->documents[i].source.path.n;
	return n;
}

static int
take(void *state, struct batch *b, bool replay)
{
	struct write *w = state;
	bool boundary;

	(void)replay; /* the loop keeps what was written from coming here again */
	TRY(prepare_dead(w, b));
	for (size_t i = 0; i < b->n_documents; i++) {
		const struct document *d = &b->documents[i];
		if (d->filtered.n > 0 && !document_is_refused(d))
			count_filtered(&w->taken.counts, &w->fresh, d);
		else
			TRY(document_is_refused(d) ? take_refused(w, d) : take_record(w, d));
	}
	count_batch(&w->taken.counts, b);
	w->taken.next = b->seq + 1;
	w->taken.token = b->token;
	mark_copy(&w->taken, &w->taken);
	TRY(members_batch(&w->members, &w->sink, &w->dead, window_bytes(b), &boundary));
	if (boundary)
		reach_boundary(w);
	return 0;
}

/* commits */

static int
end_members(struct write *w)
{
	TRY(members_end(&w->members, &w->sink, &w->dead));
	reach_boundary(w);
	return 0;
}

static int
commit_stream(struct write *w, enum ending ending, uint64_t *io_done, bool *ret_settled)
{
	if (ending != ENDING_NO)
		TRY(end_members(w));
	if (w->dead.fd >= 0)
		TRY(sink_flush(&w->dead));
	TRY(sink_flush(&w->sink));
	mark_copy(&w->durable, &w->boundary);
	w->durable.counts.bytes_out = w->sink.length;
	*io_done = w->durable.next;
	*ret_settled = true;
	return 0;
}

/* What has become durable since. */
static int
settle(struct write *w)
{
	bool done;

	TRY(ledger_settle(&w->ledger, &done));
	if (done) {
		mark_copy(&w->durable, &w->under_way);
		w->finished = w->finishing;
	}
	return 0;
}

static bool
has_more(const struct write *w, enum ending ending)
{
	if (hook_is_off("commit-before-report") && ending == ENDING_NO)
		return w->boundary.next >= w->durable.next + 8;
	return w->boundary.next != w->durable.next || (ending == ENDING_FINAL && !w->finished);
}

static int
start(struct write *w, bool finished)
{
	struct checkpoint c = {.run = w->run,
	    .next = w->boundary.next,
	    .index = w->index,
	    .token = w->boundary.token,
	    .finished = finished,
	    .counts = w->boundary.counts};

	memcpy(c.by, w->settled.by, sizeof(c.by));
	TRY(ledger_start(&w->ledger, &c, &w->sink, &w->dead, w->dead_path));
	mark_copy(&w->under_way, &w->boundary);
	w->under_way.counts = c.counts;
	w->finishing = finished;
	return 0;
}

static int
commit(void *state, enum ending ending, uint64_t *io_done, bool *ret_settled)
{
	struct write *w = state;

	if (!w->resumes)
		return commit_stream(w, ending, io_done, ret_settled);
	TRY(settle(w));
	if (ending == ENDING_FINAL || hook_is_off("member-by-size"))
		TRY(end_members(w));
	if (!ledger_busy(&w->ledger) && has_more(w, ending))
		TRY(start(w, ending == ENDING_FINAL));
	*io_done = hook_is_off("commit-before-report") ? w->boundary.next : w->durable.next;
	*ret_settled = !ledger_busy(&w->ledger);
	return 0;
}

/* What waits while the disk does its part is kept small: batches wait better where they are. */
static bool
is_full(void *state)
{
	const struct write *w = state;

	return w->sink.pending.n + w->dead.pending.n > PENDING_BYTES;
}

static int
wake(void *state)
{
	const struct write *w = state;

	return w->resumes ? background_wake(w->ledger.background) : -1;
}

static void
tell_token(void *state, struct token *ret_token)
{
	*ret_token = ((struct write *)state)->durable.token;
}

static void
keep_index(void *state, uint64_t id)
{
	((struct write *)state)->index = id;
}

static void
tell_counts(void *state, struct counts *ret_counts)
{
	*ret_counts = ((struct write *)state)->durable.counts;
}

static void
tell(void *state)
{
	const struct tally *dead = &((struct write *)state)->settled.dead;

	for (size_t i = 0; i < dead->slots; i++)
		if (dead->rows[i].name != NULL)
			meter_row(
			    span_of(dead->rows[i].name, dead->rows[i].n_name), dead->rows[i].count);
}

/* a run begins or goes on */

static void
fill(const struct write *w, struct begin *b)
{
	b->run = w->run;
	b->next = w->durable.next;
	b->index = w->index;
	b->token = w->durable.token;
}

static int
check_paths(const struct write *w)
{
	const char *output = w->settings->output;
	struct stat dead, sink;

	TRY(check_free(w, w->dead_path));
	if (!w->resumes)
		return 0;
	if (w->dead_path != NULL &&
	    (strcmp(output, w->dead_path) == 0 ||
		(stat(output, &sink) == 0 && stat(w->dead_path, &dead) == 0 &&
		    sink.st_dev == dead.st_dev && sink.st_ino == dead.st_ino)))
		return err_set(ERR_USAGE, "%s is the output; dead letters need a file of their own",
		    w->dead_path);
	return check_free(w, output);
}

static int
remove_dead(const struct write *w)
{
	if (is_file(w->dead_path) && unlink(w->dead_path) < 0)
		return err_set(ERR_USAGE, "cannot remove %s: %s", w->dead_path, strerror(errno));
	return 0;
}

/* Nothing is taken yet, or any more. */
static void
forget(struct write *w)
{
	struct mark *marks[] = {&w->taken, &w->boundary, &w->under_way, &w->durable};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		mark_copy(marks[i], &(struct mark){0});
	tallies_done(&w->fresh);
	tallies_done(&w->settled);
	w->members = (struct members){0};
	w->finished = w->finishing = false;
	w->index = 0;
}

static int
open_files(struct write *w, uint64_t output_bytes, uint64_t dead_bytes)
{
	sink_close(&w->sink);
	sink_close(&w->dead);
	TRY(sink_resume(&w->sink, w->settings->output, w->compression, output_bytes));
	if (dead_bytes == 0)
		return ledger_has_claim(&w->ledger) ? remove_dead(w) : 0;
	return sink_resume(&w->dead, w->dead_path, compression_of_name(w->dead_path), dead_bytes);
}

/* Where the last process was. */
static int
go_on(struct write *w)
{
	struct checkpoint c = {0};
	bool found;
	int r;

	TRY(ledger_find(&w->ledger, w->dead_path, &c, &found));
	if (!found)
		return check_paths(w);
	r = open_files(w, c.output_bytes, c.dead_bytes);
	if (r == 0) {
		forget(w);
		w->run = c.run;
		w->index = c.index;
		w->finished = c.finished;
		mark_copy(&w->taken,
		    &(struct mark){.next = c.next, .counts = c.counts, .token = c.token});
		memcpy(w->settled.by, c.by, sizeof(c.by));
		memset(c.by, 0, sizeof(c.by));
		mark_copy(&w->boundary, &w->taken);
		mark_copy(&w->durable, &w->taken);
	}
	checkpoint_done(&c);
	return r;
}

static int
begin_new(struct write *w, uint64_t run)
{
	struct checkpoint c = {.run = run};

	if (!w->resumes) {
		TRY(end_members(w));
		forget(w);
		w->run = run;
		return 0;
	}
	TRY(settle(w));
	if (ledger_busy(&w->ledger))
		return err_set(ERR_HOLD, "the run before is being committed");
	TRY(check_paths(w));
	TRY(ledger_begin(&w->ledger, &c, w->dead_path));
	TRY(remove_dead(w)); /* of an earlier run: empty, or --force */
	TRY(open_files(w, 0, 0));
	forget(w);
	w->run = run;
	return 0;
}

static int
begin(void *state, struct begin *b)
{
	struct write *w = state;

	if (b->run == 0 && w->run == 0 && w->resumes)
		TRY(go_on(w));
	if (b->run != 0 && b->run != w->run)
		TRY(begin_new(w, b->run));
	fill(w, b);
	return 0;
}

/* opening */

static void
close_write(void *state)
{
	struct write *w = state;

	if (w == NULL)
		return;
	ledger_close(&w->ledger);
	sink_close(&w->sink);
	sink_close(&w->dead);
	buf_done(&w->taken.state);
	buf_done(&w->boundary.state);
	buf_done(&w->under_way.state);
	buf_done(&w->durable.state);
	tallies_done(&w->fresh);
	tallies_done(&w->settled);
	buf_done(&w->line);
	free(w->dead_path);
	free(w);
}

static int
open_output(struct write *w)
{
	const struct settings *s = w->settings;
	char *folder = state_folder(s);

	w->resumes = folder != NULL;
	if (w->resumes)
		return ledger_open(&w->ledger, s, folder);
	TRY(sink_open(&w->sink, s->output, w->compression, s->force));
	return check_paths(w);
}

static int
open_write(void **ret_state, const struct settings *s)
{
	struct write *w = mem_zero(1, sizeof(*w));
	int r;

	w->settings = s;
	w->shape = shape_choose(s);
	w->compression = s->output == NULL ? COMPRESSION_NONE : compression_of_name(s->output);
	w->dead_path = state_dead_letters(s);
	w->sink.fd = w->dead.fd = w->ledger.folder_fd = w->ledger.lock = -1;
	r = open_output(w);
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
    .begin = begin,
    .batch = take,
    .commit = commit,
    .wake = wake,
    .full = is_full,
    .token = tell_token,
    .index = keep_index,
    .counts = tell_counts,
    .tell = tell,
    .close = close_write,
};
