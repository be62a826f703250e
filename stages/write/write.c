/*
 * write - put records into the sink, in order, then report them durable.
 *
 * Documents that were refused go to the dead letters instead; all are counted, so that what came
 * in is what went out. What is durable moves on from boundary to boundary: places between two
 * batches where no member of a compressed file is open (members.h). An output that is a file is
 * committed there with a checkpoint (ledger.h), from which another process goes on; so is one that
 * is a folder, file by file (part_files.h), and a sink by URI (carrier.h); a stream is written out,
 * and cannot be resumed.
 */
#include <poll.h>
#include <stdlib.h>

#include "common/background.h"
#include "common/hook.h"
#include "common/log.h"
#include "common/mem.h"
#include "stages/meter.h"
#include "stages/parts.h"
#include "stages/stage.h"
#include "stages/state.h"
#include "stages/write/course.h"
#include "stages/write/output.h"

enum {
	PENDING_BYTES = 2 << 20,
	DOCUMENT_BYTES = 600, /* packed around its raw bytes and paths: a refusal's words, too */
};

struct write {
	const struct settings *settings;
	bool resumes; /* the output is a file with a checkpoint */
	struct ledger ledger;
	uint64_t run, index;
	struct output output;
	struct refusals refusals;
	struct course course;
	bool finished, finishing; /* the checkpoint says so, or the one under way does */
};

/* taking batches */

static bool
is_skipped(const struct write *w, const struct document *d)
{
	return w->settings->empty == EMPTY_SKIP && d->n_paragraphs == 0 && d->error.stage.n == 0;
}

/* What the sink cannot take leaves as a dead letter: the record itself, with the reason. */
static int
take_too_large(struct write *w, const struct document *d)
{
	struct document letter = *d;

	letter.error = letter.refused = (struct fault){.stage = SPAN("write"),
	    .reason = SPAN("too-large"),
	    .detail = span_str(err_text()),
	    .attempts = 1};
	count_refused(&w->course.taken.counts, &w->course.fresh, &letter);
	return refusals_put_record(&w->refusals, &letter);
}

static int
take_record(struct write *w, const struct document *d)
{
	bool skipped = is_skipped(w, d);
	int r;

	if (d->warning.n > 0) {
		char where[1024];

		place_words(&d->source, where, sizeof(where));
		log_line(LOG_WARNING, "%s: %.*s", where, (int)d->warning.n, d->warning.p);
	}
	r = skipped ? 0 : output_put(&w->output, d);
	if (r == ERR_RECORD)
		return take_too_large(w, d);
	count_record(&w->course.taken.counts, &w->course.fresh, d, skipped);
	return r;
}

static int
take_document(struct write *w, const struct document *d)
{
	struct counts *c = &w->course.taken.counts;

	if (document_is_refused(d)) {
		count_refused(c, &w->course.fresh, d);
		return refusals_put(&w->refusals, d);
	}
	if (d->filtered.n == 0)
		return take_record(w, d);
	count_filtered(c, &w->course.fresh, d);
	return 0;
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

/* commits */

static int
end_output(struct write *w)
{
	TRY(output_end(&w->output, &w->refusals));
	course_boundary(&w->course);
	return 0;
}

static int
commit_stream(struct write *w, enum ending ending, uint64_t *io_done, bool *ret_settled)
{
	struct mark *durable = &w->course.durable;

	if (ending != ENDING_NO)
		TRY(end_output(w));
	if (w->refusals.sink.fd >= 0)
		TRY(sink_flush(&w->refusals.sink));
	TRY(sink_flush(&w->output.sink));
	mark_copy(durable, &w->course.boundary);
	durable->counts.bytes_out = w->output.sink.length;
	*io_done = durable->next;
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
		mark_copy(&w->course.durable, &w->course.under_way);
		w->finished = w->finishing;
	}
	return 0;
}

static bool
has_more(const struct write *w, enum ending ending)
{
	uint64_t boundary = w->course.boundary.next, durable = w->course.durable.next;

	if (hook_is_off("commit-before-report") && ending == ENDING_NO)
		return boundary >= durable + 8;
	return boundary != durable || (ending == ENDING_FINAL && !w->finished);
}

static int
start(struct write *w, bool finished)
{
	struct checkpoint c = {.run = w->run,
	    .index = w->index,
	    .finished = finished,
	    .part = span_str(w->output.parts.name)};
	struct cargo cargo = {
	    &w->output.sink, &w->refusals.sink, &w->output.parcel, w->refusals.path};

	course_describe(&w->course, &c);
	c.counts.bytes_out = w->output.parts.before;
	TRY(ledger_start(&w->ledger, &c, &cargo));
	mark_copy(&w->course.under_way, &w->course.boundary);
	w->course.under_way.counts = c.counts;
	w->finishing = finished;
	return 0;
}

/* parts */

/* Wait until all that was taken is durable. */
static int
commit_taken(struct write *w)
{
	struct pollfd p = {.events = POLLIN};

	TRY(end_output(w));
	for (;;) {
		TRY(settle(w));
		if (ledger_busy(&w->ledger)) {
			p.fd = background_wake(w->ledger.background);
			poll(&p, 1, -1);
		} else if (w->course.boundary.next == w->course.durable.next)
			return 0;
		else
			TRY(start(w, false));
	}
}

/* Nothing was taken since the newest checkpoint. */
static bool
is_all_durable(const struct write *w)
{
	return !ledger_busy(&w->ledger) && w->course.taken.next == w->course.durable.next;
}

static int
complete_part(struct write *w)
{
	TRY(part_files_complete(&w->output.parts, &w->output.sink));
	ledger_forget_output(&w->ledger);
	return 0;
}

/* The list of parts is for --restart: it is written before the part is there. */
static int
note_part(struct write *w, struct span source)
{
	char *name = parts_name(source, parts_ending(w->settings));
	int r = ledger_note_part(&w->ledger, name);

	free(name);
	return r;
}

/* Where the output is a folder: records go to the part of the batch's input from here on. */
static int
turn_to_part(struct write *w, const struct batch *b)
{
	struct part_files *p = &w->output.parts;
	struct span source;

	if (p->folder == NULL || b->n_documents == 0)
		return 0;
	TRY(part_files_source(&source, b));
	if (part_files_is(p, source))
		return 0;
	if (p->name != NULL) {
		TRY(commit_taken(w));
		TRY(complete_part(w));
	}
	TRY(note_part(w, source));
	return part_files_next(p, &w->output.sink, source);
}

static int
take(void *state, struct batch *b, bool replay)
{
	struct write *w = state;
	struct mark *taken = &w->course.taken;
	bool boundary;

	(void)replay; /* the loop keeps what was written from coming here again */
	TRY(turn_to_part(w, b));
	TRY(refusals_prepare(&w->refusals, b, &w->output.sink, output_may_refuse(&w->output)));
	for (size_t i = 0; i < b->n_documents; i++)
		TRY(take_document(w, &b->documents[i]));
	count_batch(&taken->counts, b);
	taken->next = b->seq + 1;
	taken->token = b->token;
	mark_copy(taken, taken);
	TRY(output_batch(&w->output, &w->refusals, window_bytes(b), &boundary));
	if (boundary)
		course_boundary(&w->course);
	return 0;
}

static int
commit(void *state, enum ending ending, uint64_t *io_done, bool *ret_settled)
{
	struct write *w = state;

	if (!w->resumes)
		return commit_stream(w, ending, io_done, ret_settled);
	TRY(settle(w));
	if (w->finished && w->output.parts.name != NULL && is_all_durable(w))
		TRY(complete_part(w));
	if (ending == ENDING_FINAL || hook_is_off("member-by-size"))
		TRY(end_output(w));
	if (!ledger_busy(&w->ledger) && has_more(w, ending))
		TRY(start(w, ending == ENDING_FINAL));
	*io_done =
	    hook_is_off("commit-before-report") ? w->course.boundary.next : w->course.durable.next;
	*ret_settled = !ledger_busy(&w->ledger);
	return 0;
}

/* What waits while the disk does its part is kept small: batches wait better where they are. */
static bool
is_full(void *state)
{
	const struct write *w = state;

	return output_waiting(&w->output) + w->refusals.sink.pending.n > PENDING_BYTES;
}

static int
wake(void *state)
{
	const struct write *w = state;

	return w->resumes && !w->ledger.again ? background_wake(w->ledger.background) : -1;
}

static void
tell_token(void *state, struct token *ret_token)
{
	*ret_token = ((struct write *)state)->course.durable.token;
}

static void
keep_index(void *state, uint64_t id)
{
	((struct write *)state)->index = id;
}

static void
tell_counts(void *state, struct counts *ret_counts)
{
	*ret_counts = ((struct write *)state)->course.durable.counts;
}

static void
tell(void *state)
{
	const struct tally *dead = &((struct write *)state)->course.settled.dead;

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
	b->next = w->course.durable.next;
	b->index = w->index;
	b->token = w->course.durable.token;
}

static int
check_paths(const struct write *w)
{
	TRY(refusals_check(&w->refusals));
	return w->resumes ? output_check(&w->output) : 0;
}

/* Nothing of another run is taken any more. */
static void
forget(struct write *w)
{
	course_forget(&w->course);
	w->output.members = (struct members){0};
	w->finished = w->finishing = false;
	w->index = 0;
}

static int
open_files(struct write *w, const struct checkpoint *c)
{
	TRY(output_resume(&w->output, c));
	return refusals_resume(&w->refusals, c->dead_bytes);
}

/* Where the last process was. */
static int
go_on(struct write *w)
{
	struct checkpoint c = {0};
	bool found;
	int r;

	TRY(ledger_find(&w->ledger, w->refusals.path, &c, &found));
	if (!found)
		return check_paths(w);
	r = open_files(w, &c);
	if (r == 0 && c.finished && w->output.parts.name != NULL)
		r = complete_part(w); /* it has died just before that */
	if (r == 0) {
		forget(w);
		w->run = c.run;
		w->index = c.index;
		w->finished = c.finished;
		course_go_on(&w->course, &c);
	}
	checkpoint_done(&c);
	return r;
}

static int
begin_new(struct write *w, uint64_t run)
{
	struct checkpoint c = {.run = run};

	if (!w->resumes) {
		TRY(end_output(w));
		forget(w);
		w->run = run;
		return 0;
	}
	TRY(settle(w));
	if (ledger_busy(&w->ledger))
		return err_set(ERR_HOLD, "the run before is being committed");
	TRY(ledger_check_folder(&w->ledger));
	TRY(check_paths(w));
	TRY(ledger_begin(&w->ledger, &c, w->refusals.path));
	TRY(refusals_remove(&w->refusals)); /* of an earlier run: empty, or --force */
	TRY(open_files(w, &(struct checkpoint){0}));
	TRY(ledger_check_place(&w->ledger, &w->output.sink, &w->refusals.sink));
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
	output_close(&w->output);
	refusals_close(&w->refusals);
	course_done(&w->course);
	free(w);
}

static int
open_output(struct write *w)
{
	char *folder;

	TRY(state_check(w->settings));
	TRY(output_open(&w->output, w->settings));
	folder = state_folder(w->settings);
	w->resumes = folder != NULL;
	if (w->resumes) {
		w->refusals.ledger = &w->ledger;
		return ledger_open(&w->ledger, w->settings, folder, w->output.carrier);
	}
	TRY(output_stream(&w->output));
	return check_paths(w);
}

static int
open_write(void **ret_state, const struct settings *s)
{
	struct write *w;
	int r;

	TRY(parts_check(s));
	w = mem_zero(1, sizeof(*w));
	w->settings = s;
	w->ledger.folder_fd = w->ledger.lock = w->output.sink.fd = -1;
	refusals_open(&w->refusals, s);
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
    .about = "Put records into a file, on standard output, or into a sink by URI, in order.",
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
