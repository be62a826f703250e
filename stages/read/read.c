/*
 * read - frame raw documents out of files, folders and standard input, as numbered batches, or take
 * them out of a queue (queue.h).
 *
 * It decides where a document begins and ends, and nothing else: what is in it, extract reads. A
 * batch is formed from the input alone, or journaled, so that one built again has the same
 * documents.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/log.h"
#include "common/mem.h"
#include "proto/framing.h"
#include "stages/inputs.h"
#include "stages/parts.h"
#include "stages/read/queue.h"
#include "stages/read/raw_document.h"
#include "stages/read/register.h"
#include "stages/stage.h"
#include "stages/state.h"

struct read {
	const struct settings *settings;
	struct inputs inputs;
	size_t at; /* the input in hand */
	struct framing framing;
	char *stdin_name; /* what standard input is called in records */
	struct filter *filter;
	struct token from; /* where an earlier process stopped; no state: between inputs */
	struct buf state;  /* of it */
	uint64_t stored;   /* bytes of the inputs that are done */
	uint64_t n_documents;
	char *list; /* the register of the run, or NULL */
	uint64_t run;
	bool list_is_old;    /* an input turned out to be unreadable */
	int tries;           /* at opening the input in hand */
	struct queue *queue; /* the source is one, and all of the above is nothing; or NULL */
};

enum { TRIES = 20 }; /* 5 s, at an input whose disk does not answer */

static struct span
name_of(const struct read *r, const struct input_file *file)
{
	return span_str(file->is_stdin ? r->stdin_name : file->name);
}

/*
 * An input that cannot be read is a refused document, in its place of the sequence. The register
 * says so, too: when it can be read, it is a new input.
 */
static void
add_unreadable(struct read *r, struct batch *b, struct input_file *file, int error)
{
	raw_unreadable(&b->documents[b->n_documents++], &b->arena, name_of(r, file), error);
	r->list_is_old = r->list_is_old || file->mtime != 0;
	file->bytes = file->mtime = 0;
}

static void
add_piece(struct read *r, struct batch *b, const struct piece *p)
{
	raw_document(
	    &b->documents[b->n_documents++], &b->arena, name_of(r, &r->inputs.files[r->at]), p);
	b->read_bytes += p->raw.n;
	r->n_documents++;
}

/* An input without a byte: by its name it holds records, of which there are none, or a text. */
static bool
is_named_as_records(const char *path)
{
	static const char *const endings[] = {".jsonl", ".ndjson", ".json", ".msgpack"};
	size_t n = strlen(path);

	for (int packed = 0; packed < 2; packed++) {
		for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
			if (span_ends(span_of(path, n), span_str(endings[i])))
				return true;
		if (span_ends(span_of(path, n), SPAN(".gz")))
			n -= 3;
		else if (span_ends(span_of(path, n), SPAN(".zst")))
			n -= 4;
	}
	return false;
}

/* Open the input in hand. 0, or the errno of what went wrong. */
static int
open_input(struct read *r)
{
	const struct input_file *file = &r->inputs.files[r->at];
	const struct settings *s = r->settings;
	static const enum form forms[] = {[INPUT_AUTO] = FORM_NONE,
	    [INPUT_TEXT] = FORM_TEXT,
	    [INPUT_JSONL] = FORM_JSON,
	    [INPUT_MSGPACK] = FORM_MSGPACK,
	    [INPUT_HTML] = FORM_HTML};
	bool records = file->is_stdin || is_named_as_records(file->path);
	bool goes_on = r->from.state.n > 0 && r->at == r->from.input;
	int fd;

	if (file->error != 0)
		return file->error;
	fd = file->is_stdin ? dup(STDIN_FILENO) : open(file->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (framing_begin(&r->framing, fd, forms[s->input], !records) < 0)
		return EIO;
	if (goes_on && framing_go_on(&r->framing, r->from.offset, r->from.state) < 0) {
		framing_end(&r->framing);
		return EIO;
	}
	return 0;
}

/* Whether the input in hand can be opened another time, after such an errno: then ERR_HOLD. */
static int
check_moment(struct read *r, int error)
{
	if (err_passes(error) || (inputs_may_pass(error) && r->tries++ < TRIES))
		return err_set(
		    ERR_HOLD, "cannot open %s: %s", r->inputs.files[r->at].path, strerror(error));
	return 0;
}

static void
close_input(struct read *r)
{
	r->stored += framing_end(&r->framing);
	r->at++;
	r->tries = 0;
}

static bool
is_full(const struct batch *b)
{
	return b->read_bytes >= BATCH_BYTES || b->n_documents == BATCH_DOCUMENTS;
}

/* One more document, if the input in hand has one. ERR_STOP: all are done. */
static int
add_next(struct read *r, struct batch *b)
{
	struct piece piece;
	int result, error;

	if (r->at == r->inputs.n)
		return ERR_STOP;
	if (!framing_is_open(&r->framing)) {
		error = open_input(r);
		if (error != 0) {
			TRY(check_moment(r, error));
			add_unreadable(r, b, &r->inputs.files[r->at], error);
			close_input(r);
			return 0;
		}
	}
	result = framing_next(&r->framing, &piece);
	if (result == 0)
		add_piece(r, b, &piece);
	if (result != ERR_STOP)
		return result;
	close_input(r);
	return 0;
}

/* Where the next process would go on: within an input, or at the beginning of one. */
static void
note_place(const struct read *r, struct batch *b)
{
	const struct framing *f = &r->framing;
	bool open = framing_is_open(f), within = open && !framing_at_end(f);
	struct buf state = {0};

	b->n_read = b->n_documents;
	b->token = (struct token){.input = r->at + (open && !within)};
	if (within) {
		framing_place(f, &state);
		b->token.offset = f->offset;
		b->token.state = arena_copy(&b->arena, buf_view(&state));
		buf_done(&state);
	}
}

/* Before anything of the batch leaves. */
static int
save_list(struct read *r)
{
	if (r->list_is_old && r->list != NULL)
		TRY(register_save(&r->inputs, r->list, r->run));
	r->list_is_old = false;
	return 0;
}

/* A batch that was held is gone on with: what is in it depends on the input alone. */
static int
fill(void *state, struct batch *b, bool replay)
{
	struct read *r = state;
	int result = 0;

	(void)replay;
	if (r->queue != NULL)
		return queue_batch(r->queue, b);
	if (b->documents == NULL) {
		framing_release(&r->framing);
		b->documents = arena_zero(&b->arena, BATCH_DOCUMENTS, sizeof(*b->documents));
	}
	while (result == 0 && !is_full(b)) {
		size_t at = r->at;

		result = add_next(r, b);
		if (r->at != at && b->n_documents > 0 && parts_wanted(r->settings->output))
			break; /* a part of the output begins between two batches */
	}
	if (result == ERR_HOLD)
		return result;
	TRY(save_list(r));
	note_place(r, b);
	return b->n_documents > 0 ? 0 : result;
}

static int
name_stdin(struct read *r, uint64_t runs)
{
	if (r->settings->source_name != NULL)
		r->stdin_name = inputs_name(r->settings->source_name);
	else if (asprintf(&r->stdin_name, "stdin:%llu", (unsigned long long)runs) < 0)
		return err_set(ERR_SYS, "out of memory");
	return 0;
}

/* The inputs in the order in which this run met them first; what was added comes behind. */
static int
put_in_order(struct read *r, const struct begin *b, const char *folder)
{
	struct inputs then = {0};
	int result;

	TRY(state_make(folder));
	free(r->list);
	if (asprintf(&r->list, "%s/inputs", folder) < 0) {
		r->list = NULL;
		return err_set(ERR_SYS, "out of memory");
	}
	r->run = b->run;
	result = register_load(&then, r->list, b->run);
	if (result == ERR_STOP)
		result = b->token.input == 0 && b->token.state.n == 0
			     ? 0
			     : err_set(ERR_USAGE,
				   "%s is gone, which the run needs to go on; --restart begins "
				   "anew",
				   r->list);
	if (result == 0)
		result = register_order(&r->inputs, &then, &b->token);
	if (result == 0)
		result = parts_distinct(&r->inputs, r->settings);
	if (result == 0)
		result = register_save(&r->inputs, r->list, b->run);
	inputs_done(&then);
	return result;
}

/* What was moved away after it was read is nothing to refuse, but somebody may miss it. */
static void
tell_gone(const struct read *r)
{
	const char *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < r->inputs.n; i++)
		if (r->inputs.files[i].gone && n++ == 0)
			first = r->inputs.files[i].path;
	if (n > 0)
		log_line(LOG_INFO,
		    "inputs that were read before and are not given any more: %zu, the first is %s",
		    n, first);
}

static int
begin(void *state, struct begin *b)
{
	struct read *r = state;
	const struct settings *s = r->settings;
	const struct token *at = &b->token;
	char *folder;
	int result = 0;

	if (r->queue != NULL)
		return queue_begin(r->queue, b);
	folder = s->state != NULL ? mem_string(s->state, strlen(s->state)) : state_folder(s);
	if (folder != NULL)
		result = put_in_order(r, b, folder);
	else if (at->input > 0 || at->state.n > 0)
		result = err_set(ERR_USAGE, "the run cannot go on without the list of its inputs: "
					    "name its folder by --state");
	free(folder);
	TRY(result);
	tell_gone(r);
	TRY(name_stdin(r, b->runs));
	if (at->input > r->inputs.n || (at->state.n > 0 && at->input == r->inputs.n))
		return err_set(ERR_USAGE,
		    "the run goes on behind inputs that are not given; --restart begins anew");
	buf_span(&r->state, at->state);
	r->from = b->token;
	r->from.state = buf_view(&r->state);
	for (; r->at < b->token.input; r->at++)
		r->stored += r->inputs.files[r->at].bytes;
	return 0;
}

static int
tend(void *state, uint64_t next)
{
	struct read *r = state;

	return r->queue == NULL ? 0 : queue_tend(r->queue, next);
}

static bool
rests(void *state, bool stopping)
{
	const struct read *r = state;

	return r->queue != NULL && (stopping || queue_rests(r->queue));
}

static void
progress(void *state, struct progress *ret_progress)
{
	const struct read *r = state;

	*ret_progress = (struct progress){
	    .bytes = r->stored + framing_stored(&r->framing), .total = r->inputs.total};
}

static void
close_read(void *state)
{
	struct read *r = state;

	if (r == NULL)
		return;
	framing_close(&r->framing);
	queue_close(r->queue);
	filter_close(r->filter);
	buf_done(&r->state);
	inputs_done(&r->inputs);
	free(r->stdin_name);
	free(r->list);
	free(r);
}

/* Whether there is any hope: at least one of the inputs can be read, or is an empty folder. */
static int
check(const struct read *r)
{
	for (size_t i = 0; i < r->inputs.n; i++)
		if (r->inputs.files[i].error == 0)
			return 0;
	if (r->inputs.n == 0)
		return 0;
	return err_set(
	    ERR_USAGE, "%s: %s", r->inputs.files[0].path, strerror(r->inputs.files[0].error));
}

/* List the inputs, without what the run itself writes into their folders. */
static int
list_inputs(struct read *r)
{
	const struct settings *s = r->settings;
	char *dead_letters = state_dead_letters(s);
	const char *own[] = {s->output, s->state, dead_letters};
	int result;

	result = inputs_list(&r->inputs, s->sources, s->n_sources,
	    (struct exclusion){own, sizeof(own) / sizeof(own[0])});
	free(dead_letters);
	return result;
}

/* A queue does not end: what would come behind it would never be read. */
static int
open_queue(struct read *r)
{
	const struct settings *s = r->settings;

	if (s->n_sources > 1)
		return err_set(ERR_USAGE,
		    "%s: a queue is the only SOURCE of its run; give the others to a run of their "
		    "own",
		    settings_queue(s));
	if (parts_wanted(s->output))
		return err_set(ERR_USAGE,
		    "%s is a folder with a file for each input: a queue goes into one file",
		    s->output);
	return queue_open(&r->queue, s->sources[0], s);
}

static int
open_inputs(struct read *r)
{
	TRY(filter_open(&r->filter, r->settings->filter));
	framing_open(&r->framing, r->settings->max_document, r->filter);
	TRY(list_inputs(r));
	return check(r);
}

static int
open_read(void **ret_state, const struct settings *s)
{
	struct read *r;
	int result;

	if (s->n_sources == 0)
		return err_set(ERR_USAGE, "no SOURCE: name files, folders, - for standard input, "
					  "or the URI of a queue");
	TRY(parts_check(s));
	if (parts_wanted(s->output) && settings_queue(s) != NULL)
		return err_set(
		    ERR_USAGE, "-o %s: a queue has no inputs to give a file each", s->output);
	r = mem_zero(1, sizeof(*r));
	r->settings = s;
	result = settings_queue(s) != NULL ? open_queue(r) : open_inputs(r);
	if (result < 0) {
		close_read(r);
		return result;
	}
	*ret_state = r;
	return 0;
}

const struct stage stage = {
    .name = "read",
    .about = "Frame raw documents out of files, folders, standard input or a queue, in order.",
    .args = "SOURCE...",
    .role = ROLE_SOURCE,
    .taker = TAKES_READ,
    .open = open_read,
    .begin = begin,
    .batch = fill,
    .tend = tend,
    .rests = rests,
    .progress = progress,
    .close = close_read,
};
