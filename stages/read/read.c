/*
 * read - frame raw documents out of files, folders and standard input, as numbered batches.
 *
 * It decides where a document begins and ends, and nothing else: what is in it, extract reads. A
 * batch is formed from the input alone, so that one built again has the same documents.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/hash.h"
#include "common/mem.h"
#include "common/utf8.h"
#include "proto/document_pack.h"
#include "proto/framing.h"
#include "stages/read/dead_letters.h"
#include "stages/read/inputs.h"
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
	uint64_t n_unreadable; /* inputs that gave nothing but an error */
};

static struct span
name_of(const struct read *r, const struct input_file *file)
{
	return span_str(file->is_stdin ? r->stdin_name : file->name);
}

/*
 * The occurrence of a document as text: path@offset:hash. It says which document this is wherever
 * its input is read again, and its hash is the document's key.
 */
static void
identify(struct document *d, struct arena *a)
{
	char digits[KEY_DIGITS];

	key_print(hash64(d->raw), digits);
	d->id = arena_print(a, "%.*s@%llu:%.*s", (int)d->source.path.n, d->source.path.p,
	    (unsigned long long)d->source.offset, KEY_DIGITS, digits);
	d->key = hash64(d->id);
}

static void
refuse(struct document *d, struct arena *a, const char *reason, const char *detail)
{
	d->refused = (struct fault){
	    .stage = SPAN("read"),
	    .reason = span_str(reason),
	    .detail = arena_copy(a, span_str(detail)),
	    .attempts = 1,
	};
}

/* An input that cannot be read is a refused document, in its place of the sequence. */
static void
add_unreadable(struct read *r, struct batch *b, const struct input_file *file, int error)
{
	struct document *d = &b->documents[b->n_documents++];

	*d = (struct document){.source = {.path = name_of(r, file)}};
	identify(d, &b->arena);
	refuse(d, &b->arena, "unreadable", strerror(error));
	r->n_unreadable++;
}

/* A dead letter stands for the document that it was, where place and bytes still give its key. */
static void
open_letter(struct document *d, struct arena *a)
{
	struct document letter, again;

	if (d->form != FORM_JSON || !dead_letter_read(&letter, a, d->raw))
		return;
	again = letter;
	identify(&again, a);
	if (again.key == letter.key)
		*d = letter;
}

/* Text of an archive, as valid UTF-8. */
static struct span
text_of(struct arena *a, struct span s)
{
	size_t replaced;

	return s.n == 0 ? span_of(NULL, 0) : utf8_repair(a, s, &replaced);
}

/* Fourteen digits of an ARC as ISO 8601; anything else stays as it is. */
static struct span
date_of(struct arena *a, struct span s)
{
	if (s.n < 14 || memchr(s.p, '-', s.n) != NULL)
		return text_of(a, s);
	return arena_print(a, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", s.p, s.p + 4, s.p + 6, s.p + 8,
	    s.p + 10, s.p + 12);
}

/* What the head of the record says; its id is the document's, never its occurrence. */
static void
describe(struct document *d, struct arena *a, const struct piece *p)
{
	const struct record_head *h = &p->head;

	d->warc.mime = text_of(a, p->mime);
	if (!p->archived)
		return;
	d->url = text_of(a, h->url);
	d->fetched = date_of(a, h->date);
	d->type = text_of(a, p->type);
	d->warc.record = text_of(a, h->id);
	d->warc.date = d->fetched;
	d->warc.digest = text_of(a, h->payload_digest.n > 0 ? h->payload_digest : h->block_digest);
	d->warc.status = p->status;
	if (h->type == RECORD_REVISIT)
		d->warc.revisit = h->refers.n > 0 ? text_of(a, h->refers) : SPAN("unknown");
	if (d->warc.record.n > 0)
		d->id = d->warc.record;
}

static void
add_piece(struct read *r, struct batch *b, const struct piece *p)
{
	struct document *d = &b->documents[b->n_documents++];

	*d = (struct document){
	    .source = {.path = name_of(r, &r->inputs.files[r->at]),
		.offset = p->offset,
		.length = p->length},
	    .form = p->form,
	    .raw = p->raw,
	    .filtered = p->filtered,
	};
	if (p->entry.n > 0)
		d->source.path = arena_print(&b->arena, "%.*s%.*s", (int)d->source.path.n,
		    d->source.path.p, (int)p->entry.n, p->entry.p);
	if (p->entry.n > 0)
		d->source.path = text_of(&b->arena, d->source.path);
	identify(d, &b->arena);
	describe(d, &b->arena, p);
	if (p->warning[0] != '\0')
		d->warning = arena_copy(&b->arena, span_str(p->warning));
	if (p->reason != NULL)
		refuse(d, &b->arena, p->reason, p->detail);
	else
		open_letter(d, &b->arena);
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
	    [INPUT_MSGPACK] = FORM_MSGPACK};
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
	return goes_on && framing_go_on(&r->framing, r->from.offset, r->from.state) < 0 ? EIO : 0;
}

static void
close_input(struct read *r)
{
	r->stored += framing_end(&r->framing);
	r->at++;
}

static bool
is_full(const struct batch *b)
{
	return b->read_bytes >= BATCH_BYTES || b->n_documents == BATCH_DOCUMENTS;
}

/* One more document, if the input in hand has one. ERR_STOP: all are done. ERR_HOLD: not yet. */
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

static int
fill(void *state, struct batch *b, bool replay)
{
	struct read *r = state;
	int result = 0;

	(void)replay;
	framing_release(&r->framing);
	b->documents = arena_zero(&b->arena, BATCH_DOCUMENTS, sizeof(*b->documents));
	while (result == 0 && !is_full(b))
		result = add_next(r, b);
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
	char *path;
	int result;

	TRY(state_make(folder));
	if (asprintf(&path, "%s/inputs", folder) < 0)
		return err_set(ERR_SYS, "out of memory");
	result = register_load(&then, path, b->run);
	if (result == ERR_STOP)
		result = b->token.input == 0 && b->token.state.n == 0
			     ? 0
			     : err_set(ERR_USAGE,
				   "%s is gone, which the run needs to go on; --restart begins "
				   "anew",
				   path);
	if (result == 0)
		result = register_order(&r->inputs, &then, &b->token);
	if (result == 0)
		result = register_save(&r->inputs, path, b->run);
	inputs_done(&then);
	free(path);
	return result;
}

static int
begin(void *state, struct begin *b)
{
	struct read *r = state;
	const struct settings *s = r->settings;
	const struct token *at = &b->token;
	char *folder = s->state != NULL ? mem_string(s->state, strlen(s->state)) : state_folder(s);
	int result = 0;

	if (folder != NULL)
		result = put_in_order(r, b, folder);
	else if (at->input > 0 || at->state.n > 0)
		result = err_set(ERR_USAGE, "the run cannot go on without the list of its inputs: "
					    "name its folder by --state");
	free(folder);
	TRY(result);
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
	filter_close(r->filter);
	buf_done(&r->state);
	inputs_done(&r->inputs);
	free(r->stdin_name);
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

static int
open_read(void **ret_state, const struct settings *s)
{
	struct read *r;
	int result;

	if (s->n_sources == 0)
		return err_set(ERR_USAGE, "no SOURCE: name files, folders or - for standard input");
	r = mem_zero(1, sizeof(*r));
	r->settings = s;
	result = filter_open(&r->filter, s->filter);
	framing_open(&r->framing, s->max_document, r->filter);
	if (result == 0)
		result = list_inputs(r);
	if (result == 0)
		result = check(r);
	if (result < 0) {
		close_read(r);
		return result;
	}
	*ret_state = r;
	return 0;
}

const struct stage stage = {
    .name = "read",
    .about = "Frame raw documents out of files, folders and standard input, in order.",
    .args = "SOURCE...",
    .role = ROLE_SOURCE,
    .taker = TAKES_READ,
    .open = open_read,
    .begin = begin,
    .batch = fill,
    .progress = progress,
    .close = close_read,
};
