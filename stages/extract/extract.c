/*
 * extract - bytes of a document to title, language and paragraphs, each with the hash of its normal
 * form.
 *
 * A pure function of one document: it keeps nothing, and many of it run side by side.
 */
#include <stdlib.h>

#include "common/mem.h"
#include "common/utf8.h"
#include "proto/filter.h"
#include "proto/json_in.h"
#include "proto/normalise.h"
#include "proto/sketch.h"
#include "stages/extract/charset.h"
#include "stages/extract/detect.h"
#include "stages/extract/html.h"
#include "stages/extract/http_body.h"
#include "stages/extract/paragraphs.h"
#include "stages/extract/record.h"
#include "stages/stage.h"

enum { MAP_BYTES = 1 << 20 };

struct extract {
	const struct settings *settings;
	struct filter *filter;
	struct normaliser *normaliser;
	struct charset *charset;
	struct html *html;
	struct detector *detector;
	struct sketcher *sketcher; /* NULL: nobody wants sketches */
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

static void
take_fact(struct span *place, struct span fact)
{
	if (place->n == 0)
		*place = fact;
}

/* A page: its article, and what it says of itself where the record says nothing. */
static int
read_page(
    struct extract *e, struct document *d, struct arena *a, struct span page, struct span *ret_lang)
{
	struct html_page read;

	TRY(html_read(&read, e->html, a, page, e->settings->extract));
	take_fact(&d->title, read.facts.title);
	*ret_lang = read.facts.lang;
	take_fact(&d->url, read.facts.url);
	take_fact(&d->published, read.facts.published);
	d->paragraphs = read.paragraphs;
	d->n_paragraphs = read.n_paragraphs;
	return 0;
}

/* The paragraphs of a page or of a text, or those that the record brought. */
static int
split(struct extract *e, struct document *d, struct arena *a, const struct body *body,
    struct span *ret_lang)
{
	if (body->has_html)
		return read_page(e, d, a, body->html, ret_lang);
	if (!body->has_paragraphs)
		return paragraphs_split(
		    a, body->text, e->settings->paragraphs, &d->paragraphs, &d->n_paragraphs);
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
sketch(struct extract *e, struct arena *a, struct paragraph *p, struct span form)
{
	struct buf packed = {0};
	struct sketch k;

	sketch_make(e->sketcher, p->text, form, &k, NULL);
	if (k.flags == 0)
		return;
	sketch_pack(&packed, &k);
	p->sketch = arena_copy(a, buf_view(&packed));
	buf_done(&packed);
}

static void
hash_paragraphs(struct extract *e, struct document *d, struct arena *a)
{
	for (size_t i = 0; i < d->n_paragraphs; i++) {
		struct paragraph *p = &d->paragraphs[i];

		struct span form = normalise(e->normaliser, p->text, &p->chars);

		p->hash = hash128(form);
		if (e->sketcher != NULL)
			sketch(e, a, p, form);
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

/* Whether a page's own tag is of that language: en-GB of en. */
static bool
is_variant(struct span tag, struct span lang)
{
	return span_starts(tag, lang) && (tag.n == lang.n || tag.p[lang.n] == '-');
}

/*
 * The language that the document names, or --lang, or what it looks like. What a page says of
 * itself goes before --lang, and counts unless its text is clearly of another language.
 */
static void
set_language(const struct extract *e, struct document *d, struct span hint)
{
	const char *lang = e->settings->lang;
	struct span found = {0};

	if (d->lang.n > 0)
		return;
	if (lang != NULL && strcmp(lang, "auto") != 0)
		d->lang = hint.n > 0 ? hint : span_str(lang);
	else
		found = detect_language(e->detector, d->paragraphs, d->n_paragraphs);
	if (d->lang.n == 0)
		d->lang = found.n > 0 && !is_variant(hint, found) ? found : hint;
}

/* A warning, behind one that read has given. */
static void
warn(struct document *d, struct arena *a, struct span words)
{
	d->warning = d->warning.n == 0 ? words
				       : arena_print(a, "%.*s; %.*s", (int)d->warning.n,
					     d->warning.p, (int)words.n, words.p);
}

/* Whether it is said what encoding a text has: by its archive, or by a byte order mark. */
static bool
is_declared(const struct document *d)
{
	return d->type.n > 0 || span_starts(d->raw, SPAN("\xFF\xFE")) ||
	       span_starts(d->raw, SPAN("\xFE\xFF"));
}

/* Of a text that nobody says anything of, only UTF-8 is text. */
static void
read_text(
    struct extract *e, struct document *d, struct arena *a, struct body *body, size_t *replaced)
{
	const char *name;

	body->has_text = true;
	body->text = is_declared(d)
			 ? charset_decode(e->charset, a, d->raw, d->type, &name, replaced)
			 : utf8_repair(a, d->raw, replaced);
}

static void
decode_page(struct extract *e, struct arena *a, struct span page, struct span type,
    struct body *body, size_t *replaced)
{
	const char *name;

	body->has_html = true;
	body->html = charset_decode(e->charset, a, page, type, &name, replaced);
}

/* Without a type, a body that begins as markup is a page. */
static bool
is_page(struct span type, struct span bytes)
{
	struct span media = media_type(type);
	size_t n = 0;

	if (media.n > 0)
		return span_like(media, SPAN("text/html")) ||
		       span_like(media, SPAN("application/xhtml+xml"));
	while (n < bytes.n && memchr(" \t\r\n", bytes.p[n], 4) != NULL)
		n++;
	return n < bytes.n && bytes.p[n] == '<';
}

/* Raw bytes to a body; if it fails err_text() says why, and *reason in a word. */
static int
read_http(struct extract *e, struct document *d, struct arena *a, struct body *body,
    size_t *replaced, const char **reason)
{
	struct http_head head;
	struct http_body http;
	const char *name;

	*reason = "bad-http";
	if (!http_head_read(&head, d->raw))
		return err_set(ERR_RECORD, "no HTTP response");
	if (http_body_read(&http, a, d->raw, &head, e->settings->max_document) < 0) {
		*reason = http.reason;
		return ERR_RECORD;
	}
	if (http.damage != NULL)
		warn(d, a, span_str(http.damage));
	if (is_page(head.type, http.bytes)) {
		decode_page(e, a, http.bytes, head.type, body, replaced);
		return 0;
	}
	body->has_text = true;
	body->text = charset_decode(e->charset, a, http.bytes, head.type, &name, replaced);
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
	bool is_text = (d->form == FORM_TEXT && !is_declared(d)) || d->form == FORM_JSON;

	if (replaced > 0 && !is_text) /* of which most bytes are no UTF-8 */
		warn(d, a,
		    arena_print(a, "%zu sequences that are no UTF-8 were replaced", replaced));
	else if (replaced > 0)
		warn(d, a,
		    arena_print(a,
			"%zu sequences that are no UTF-8 were replaced, the first at byte %zu",
			replaced, utf8_valid(d->raw)));
}

/* Whether it is wanted, now that it is read; what is not leaves no more than its place. */
static void
choose(struct extract *e, struct document *d)
{
	uint64_t chars = 0;

	for (size_t i = 0; i < d->n_paragraphs; i++)
		chars += utf8_count(d->paragraphs[i].text);
	d->filtered = filter_text(e->filter, d->url, d->lang, chars);
	if (d->filtered.n == 0)
		return;
	d->n_paragraphs = 0;
	d->stats = (struct stats){0};
}

static int
work_on(void *state, struct arena *a, struct document *d)
{
	struct extract *e = state;
	struct body body = {0};
	size_t replaced = 0;
	const char *reason;
	struct span lang = {0}; /* what a page says of itself */

	switch (d->form) {
	case FORM_NONE: return 0; /* paragraphs came with it */
	case FORM_TEXT: read_text(e, d, a, &body, &replaced); break;
	case FORM_HTTP:
		if (read_http(e, d, a, &body, &replaced, &reason) < 0)
			return refuse(d, a, reason);
		break;
	case FORM_JSON:
		if (read_json(e, d, a, &body, &replaced) < 0)
			return refuse(d, a, "bad-json");
		break;
	case FORM_MSGPACK:
		if (record_read(d, &body, &replaced, a, d->raw, &e->renames) < 0)
			return refuse(d, a, "bad-msgpack");
		break;
	case FORM_HTML: decode_page(e, a, d->raw, d->type, &body, &replaced); break;
	}
	if (split(e, d, a, &body, &lang) < 0)
		return refuse(d, a, body.has_html ? "bad-html" : "too-many-paragraphs");
	warn_of_replaced(d, a, replaced);
	hash_paragraphs(e, d, a);
	set_title(d);
	set_language(e, d, lang);
	choose(e, d);
	d->form = FORM_NONE;
	d->raw = d->type = span_of(NULL, 0);
	return 0;
}

static void
close_extract(void *state)
{
	struct extract *e = state;

	if (e == NULL)
		return;
	normalise_close(e->normaliser);
	filter_close(e->filter);
	charset_close(e->charset);
	html_close(e->html);
	detect_close(e->detector);
	buf_done(&e->map);
	sketcher_close(e->sketcher);
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
	if (r == 0 && settings->dedup == DEDUP_NEAR)
		e->sketcher = sketcher_open();
	if (r == 0)
		r = filter_open(&e->filter, settings->filter);
	if (r == 0)
		r = charset_open(&e->charset);
	if (r == 0)
		e->html = html_open();
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
