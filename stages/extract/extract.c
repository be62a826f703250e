/*
 * extract - bytes of a document to title, language and paragraphs, each with the hash of its normal
 * form.
 *
 * A pure function of one document: it keeps nothing, and many of it run side by side.
 */
#include <stdlib.h>

#include "common/mem.h"
#include "common/utf8.h"
#include "proto/json_in.h"
#include "stages/extract/detect.h"
#include "stages/extract/normalise.h"
#include "stages/extract/paragraphs.h"
#include "stages/extract/record.h"
#include "stages/stage.h"

enum { MAP_BYTES = 1 << 20 };

struct extract {
	const struct settings *settings;
	struct normaliser *normaliser;
	struct detector *detector;
	struct renames renames;
	struct buf map; /* a document as MessagePack; keeps its memory up to MAP_BYTES */
};

static int
refuse(struct document *d, struct arena *a, const char *reason)
{
	d->refused = (struct fault){
	    .stage = SPAN("extract"),
	    .reason = span_str(reason),
	    .detail = arena_copy(a, span_str(err_text())),
	    .attempts = 1,
	};
	return 0;
}

/* The paragraphs of a text, or those that the record brought. */
static int
split(struct document *d, struct arena *a, const struct body *body, enum paragraphs_mode mode)
{
	if (!body->has_paragraphs)
		return paragraphs_split(a, body->text, mode, &d->paragraphs, &d->n_paragraphs);
	d->paragraphs = body->paragraphs;
	d->n_paragraphs = 0;
	for (size_t i = 0; i < body->n_paragraphs; i++) {
		struct paragraph p = body->paragraphs[i];

		p.text = utf8_trim(p.text);
		if (p.kind == KIND_TEXT)
			p.kind = paragraph_kind(p.text);
		if (p.text.n > 0)
			d->paragraphs[d->n_paragraphs++] = p;
	}
	return 0;
}

static void
hash_paragraphs(struct extract *e, struct document *d)
{
	for (size_t i = 0; i < d->n_paragraphs; i++) {
		struct paragraph *p = &d->paragraphs[i];

		p->hash = hash128(normalise(e->normaliser, p->text, &p->chars));
		d->stats.bytes += p->text.n;
	}
	d->stats.paragraphs = d->n_paragraphs;
}

/* A text without a title is called by its first line, if that is a heading. */
static void
set_title(struct document *d)
{
	if (d->title.n == 0 && d->n_paragraphs > 0 && d->paragraphs[0].kind == KIND_HEADING)
		d->title = d->paragraphs[0].text;
}

/* The language that the document names, or --lang, or what it looks like. */
static void
set_language(const struct extract *e, struct document *d)
{
	const char *lang = e->settings->lang;

	if (d->lang.n > 0)
		return;
	if (lang != NULL && strcmp(lang, "auto") != 0)
		d->lang = span_str(lang);
	else
		d->lang = detect_language(e->detector, d->paragraphs, d->n_paragraphs);
}

/* Raw bytes to a body; a negative result is the document's, err_text() says why. */
static int
read_text(struct document *d, struct arena *a, struct body *body, size_t *replaced)
{
	(void)d;
	body->has_text = true;
	body->text = utf8_repair(a, d->raw, replaced);
	return 0;
}

static int
read_json(
    struct extract *e, struct document *d, struct arena *a, struct body *body, size_t *replaced)
{
	struct span bytes;
	int r;

	e->map.n = 0;
	r = json_in(&e->map, a, utf8_repair(a, d->raw, replaced));
	bytes = arena_copy(a, buf_view(&e->map));
	if (e->map.cap > MAP_BYTES)
		buf_done(&e->map);
	return r < 0 ? r : record_read(d, body, replaced, a, bytes, &e->renames);
}

static void
warn_of_replaced(struct document *d, struct arena *a, size_t replaced)
{
	if (replaced > 0 && d->form == FORM_MSGPACK) /* of which most bytes are no UTF-8 */
		d->warning =
		    arena_print(a, "%zu sequences that are no UTF-8 were replaced", replaced);
	else if (replaced > 0)
		d->warning = arena_print(a,
		    "%zu sequences that are no UTF-8 were replaced, the first at byte %zu",
		    replaced, utf8_valid(d->raw));
}

static int
work_on(void *state, struct arena *a, struct document *d)
{
	struct extract *e = state;
	struct body body = {0};
	size_t replaced = 0;

	switch (d->form) {
	case FORM_NONE: return 0; /* paragraphs came with it */
	case FORM_TEXT:
		if (read_text(d, a, &body, &replaced) < 0)
			return refuse(d, a, "bad-text");
		break;
	case FORM_JSON:
		if (read_json(e, d, a, &body, &replaced) < 0)
			return refuse(d, a, "bad-json");
		break;
	case FORM_MSGPACK:
		if (record_read(d, &body, &replaced, a, d->raw, &e->renames) < 0)
			return refuse(d, a, "bad-msgpack");
		break;
	}
	if (split(d, a, &body, e->settings->paragraphs) < 0)
		return refuse(d, a, "too-many-paragraphs");
	warn_of_replaced(d, a, replaced);
	hash_paragraphs(e, d);
	set_title(d);
	set_language(e, d);
	d->form = FORM_NONE;
	d->raw = span_of(NULL, 0);
	return 0;
}

static void
close_extract(void *state)
{
	struct extract *e = state;

	if (e == NULL)
		return;
	normalise_close(e->normaliser);
	detect_close(e->detector);
	buf_done(&e->map);
	free(e->renames.list);
	free(e);
}

static int
open_extract(void **ret_state, const struct settings *settings)
{
	struct extract *e = mem_zero(1, sizeof(*e));
	int r = renames_parse(&e->renames, settings->map);

	e->settings = settings;
	e->detector = detect_open();
	if (r == 0)
		r = normalise_open(&e->normaliser);
	if (r < 0) {
		close_extract(e);
		return r;
	}
	*ret_state = e;
	return 0;
}

const struct stage stage = {
    .name = "extract",
    .about = "Read documents: title, language, paragraphs and their hashes.",
    .source = "DESIGN of the normal form: README, section Duplicates",
    .role = ROLE_WORKER,
    .taker = TAKES_EXTRACT,
    .refuses = true,
    .open = open_extract,
    .document = work_on,
    .close = close_extract,
};
