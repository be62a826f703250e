#include "stages/extract/record.h"

#include <math.h>
#include <unicode/uchar.h>

#include "common/base64.h"
#include "common/json.h"
#include "common/utf8.h"
#include "proto/document_pack.h"
#include "proto/fields.h"
#include "proto/pack.h"
#include "proto/record_json.h"
#include "proto/scan.h"
#include "stages/extract/paragraphs.h"

struct reader {
	struct document d;
	struct body body;
	struct span text_pair, paragraphs_pair,
	    html_pair; /* as they came: what is not the body is meta */
	struct arena *a;
	const struct renames *renames;
	size_t *replaced;
	struct buf meta; /* pairs */
	size_t n_meta;
	bool ours; /* a record that Winnow wrote */
};

static struct span
repaired(struct reader *r, struct span text)
{
	size_t replaced;

	text = utf8_repair(r->a, text, &replaced);
	*r->replaced += replaced;
	return text;
}

/* Where a key's string goes; NULL: it is none of ours, or its place is taken. */
static struct span *
text_place(struct reader *r, struct span key)
{
	struct document *d = &r->d;
	const struct {
		struct span key;
		struct span *place;
	} places[] = {
	    {SPAN("id"), &d->id},
	    {SPAN("url"), &d->url},
	    {SPAN("title"), &d->title},
	    {SPAN("lang"), &d->lang},
	    {SPAN("published"), &d->published},
	    {SPAN("fetched"), &d->fetched},
	    {SPAN("ts"), &d->fetched},
	    {SPAN("timestamp"), &d->fetched},
	    {SPAN("crawled"), &d->fetched},
	    {SPAN("created"), &d->fetched},
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (span_equal(key, places[i].key))
			return places[i].place->n == 0 ? places[i].place : NULL;
	return NULL;
}

static struct span
double_text(struct reader *r, double v)
{
	struct buf digits = {0};
	struct span text;

	json_double(&digits, v);
	text = arena_copy(r->a, buf_view(&digits));
	buf_done(&digits);
	return text;
}

/* A string, or a number in the digits of the input, as text; false for anything else. */
static bool
scalar_text(struct reader *r, const struct value *v, struct span *ret_text)
{
	if ((v->type == VALUE_FLOAT && !isfinite(v->number)) ||
	    (v->type == VALUE_EXT && v->ext != EXT_NUMBER))
		return false;
	switch (v->type) {
	case VALUE_STR: *ret_text = repaired(r, v->bytes); return true;
	case VALUE_UINT:
		*ret_text = arena_print(r->a, "%llu", (unsigned long long)v->uint);
		return true;
	case VALUE_INT: *ret_text = arena_print(r->a, "%lld", (long long)v->sint); return true;
	case VALUE_FLOAT: *ret_text = double_text(r, v->number); return true;
	case VALUE_EXT: *ret_text = repaired(r, v->bytes); return true;
	default: return false;
	}
}

static int
paragraph_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct paragraph *p = object;

	(void)a;
	if (KEY_IS("text"))
		return scan_str(s, &p->text);
	if (KEY_IS("n"))
		return scan_uint32(s, &p->n);
	if (KEY_IS("kind")) {
		int kind;
		TRY(read_name(s, kind_parse, &kind));
		p->kind = (enum kind)kind;
		return 0;
	}
	return scan_skip(s, NULL);
}

static int
read_paragraph(struct reader *r, struct scan *s, struct paragraph *p)
{
	struct scan look = *s;
	struct value v;

	TRY(scan_value(&look, &v));
	if (v.type == VALUE_STR) {
		*s = look;
		p->text = repaired(r, v.bytes);
		return 0;
	}
	TRY(read_fields(s, r->a, p, paragraph_field));
	p->text = repaired(r, p->text);
	return 0;
}

/* Numbers that were given stay if they rise, as those of our own records do; else from 0. */
static void
renumber(struct body *b)
{
	bool rising = true;

	for (size_t i = 1; i < b->n_paragraphs; i++)
		rising = rising && b->paragraphs[i - 1].n < b->paragraphs[i].n;
	for (size_t i = 0; !rising && i < b->n_paragraphs; i++)
		b->paragraphs[i].n = (uint32_t)i;
}

static int
read_paragraphs(struct reader *r, struct scan *s)
{
	struct body *b = &r->body;
	uint32_t n;

	if (scan_array(s, &n) < 0)
		return err_set(ERR_RECORD, "paragraphs is no array");
	if (n > PARAGRAPHS_MAX)
		return err_set(ERR_RECORD, "%u paragraphs, over %d", n, PARAGRAPHS_MAX);
	b->has_paragraphs = true;
	b->n_paragraphs = n;
	b->paragraphs = arena_zero(r->a, n, sizeof(*b->paragraphs));
	for (uint32_t i = 0; i < n; i++)
		if (read_paragraph(r, s, &b->paragraphs[i]) < 0)
			return err_set(ERR_RECORD, "paragraph %u is no string", i);
	renumber(b);
	return 0;
}

/* What was computed of a record of ours: it is computed again. */
static bool
is_computed(struct span key)
{
	static const struct span computed[] = {SPAN("v"), SPAN("key"), SPAN("source"),
	    SPAN("dropped"), SPAN("duplicate_of"), SPAN("summary"), SPAN("claims"), SPAN("error"),
	    SPAN("stats")};

	for (size_t i = 0; i < sizeof(computed) / sizeof(computed[0]); i++)
		if (span_equal(key, computed[i]))
			return true;
	return false;
}

static void
add_meta(struct reader *r, struct span pair)
{
	buf_span(&r->meta, pair);
	r->n_meta++;
}

/* The pairs of our own record's meta are the meta of the new one. */
static int
merge_meta(struct reader *r, struct scan *s)
{
	const unsigned char *start;
	uint32_t pairs;

	TRY(scan_map(s, &pairs));
	for (start = s->p; pairs-- > 0; start = s->p) {
		TRY(scan_skip(s, NULL));
		TRY(scan_skip(s, NULL));
		add_meta(r, span_of((const char *)start, (size_t)(s->p - start)));
	}
	return 0;
}

/* Whether the map begins as the records that we write: {"v": 1, "id": ..., "key": 16 digits. */
static bool
is_ours(struct scan s)
{
	struct span v, id, key, digits;
	uint64_t version, parsed;
	uint32_t pairs;

	return scan_map(&s, &pairs) == 0 && pairs > 3 && scan_str(&s, &v) == 0 &&
	       span_equal(v, SPAN("v")) && scan_uint64(&s, &version) == 0 &&
	       version == RECORD_VERSION && scan_str(&s, &id) == 0 && span_equal(id, SPAN("id")) &&
	       scan_skip(&s, NULL) == 0 && scan_str(&s, &key) == 0 &&
	       span_equal(key, SPAN("key")) && scan_str(&s, &digits) == 0 &&
	       key_parse(digits, &parsed);
}

/* Whether key is a part of the body that is not there yet; one that comes again is meta. */
static bool
wants_body(const struct reader *r, struct span key)
{
	if (KEY_IS("text"))
		return r->body.text.n == 0;
	return KEY_IS("paragraphs") && r->body.n_paragraphs == 0;
}

static int
read_text(struct reader *r, const struct value *v, struct scan *s)
{
	if (v->type != VALUE_STR)
		return err_set(ERR_RECORD, "text is no string");
	r->body.has_text = true;
	r->body.text = repaired(r, v->bytes);
	return scan_skip(s, NULL);
}

static int
read_body(struct reader *r, struct span key, const unsigned char *start, const struct value *v,
    struct scan *s)
{
	struct span *pair = KEY_IS("text") ? &r->text_pair : &r->paragraphs_pair;

	if (v->type == VALUE_NIL)
		return scan_skip(s, NULL);
	TRY(KEY_IS("text") ? read_text(r, v, s) : read_paragraphs(r, s));
	*pair = span_of((const char *)start, (size_t)(s->p - start));
	return 0;
}

/* Whether a string has a tag in it. */
static bool
is_markup(struct span s)
{
	const char *p = s.p, *end = s.p + s.n;

	for (; p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL; p++)
		if (end - p > 2 && (u_isalpha((unsigned char)p[1]) || p[1] == '/' || p[1] == '!'))
			return memchr(p, '>', (size_t)(end - p)) != NULL;
	return false;
}

/* A body that is a page in base64, as some crawlers send it, is that page. */
static struct span
page_of(struct reader *r, struct span body)
{
	struct span page;

	return !is_markup(body) && base64_decode(r->a, body, &page) && is_markup(page) ? page
										       : body;
}

/* The string of html or body: a page, but a body without a tag is a text. False: its place is
 * taken. */
static bool
take_page(struct reader *r, struct span key, struct span pair, struct span s)
{
	struct body *b = &r->body;
	bool is_text;

	if (KEY_IS("body"))
		s = page_of(r, s);
	is_text = KEY_IS("body") && !is_markup(s);
	if (is_text ? b->text.n > 0 : b->html.n > 0)
		return false;
	*(is_text ? &b->text : &b->html) = repaired(r, s);
	*(is_text ? &b->has_text : &b->has_html) = true;
	*(is_text ? &r->text_pair : &r->html_pair) = pair;
	return true;
}

static bool
has_words(const struct body *b)
{
	for (size_t i = 0; i < b->n_paragraphs; i++)
		if (utf8_trim(b->paragraphs[i].text).n > 0)
			return true;
	return false;
}

/* Of several bodies the first that says anything is the one; the others stay as meta, untouched. */
static void
choose_body(struct reader *r)
{
	struct body *b = &r->body;
	bool others = b->has_text || b->has_html;
	bool paragraphs = b->has_paragraphs && (has_words(b) || !others);
	bool text = !paragraphs && b->has_text && (utf8_trim(b->text).n > 0 || !b->has_html);

	if (b->has_paragraphs && !paragraphs) {
		add_meta(r, r->paragraphs_pair);
		b->has_paragraphs = false;
		b->n_paragraphs = 0;
	}
	if (b->has_text && !text) {
		add_meta(r, r->text_pair);
		b->has_text = false;
		b->text = span_of(NULL, 0);
	}
	if (b->has_html && (paragraphs || text)) {
		add_meta(r, r->html_pair);
		b->has_html = false;
		b->html = span_of(NULL, 0);
	}
}

/* One pair, whose key starts at `start`; s stands before the value. */
static int
read_pair(struct reader *r, struct span key, const unsigned char *start, struct scan *s)
{
	struct scan look = *s;
	struct value v;
	struct span *place;

	TRY(scan_value(&look, &v));
	if (wants_body(r, key))
		return read_body(r, key, start, &v, s);
	if (r->ours && KEY_IS("meta") && v.type == VALUE_MAP)
		return merge_meta(r, s);
	TRY(scan_skip(s, NULL));
	if ((KEY_IS("html") || KEY_IS("body")) && v.type == VALUE_STR &&
	    take_page(r, key, span_of((const char *)start, (size_t)(s->p - start)), v.bytes))
		return 0;
	place = text_place(r, key);
	if (place != NULL && (v.type == VALUE_NIL || scalar_text(r, &v, place)))
		return 0;
	if (!r->ours || !is_computed(key))
		add_meta(r, span_of((const char *)start, (size_t)(s->p - start)));
	return 0;
}

static int
read_pairs(struct reader *r, struct scan *s)
{
	uint32_t pairs;

	if (scan_map(s, &pairs) < 0)
		return err_set(ERR_RECORD, "the record is no map");
	for (; pairs > 0; pairs--) {
		const unsigned char *start = s->p;
		struct scan look = *s;
		struct value key;

		TRY(scan_value(&look, &key));
		if (key.type != VALUE_STR) { /* a key of another type is nobody's: meta */
			TRY(scan_skip(s, NULL));
			TRY(scan_skip(s, NULL));
			add_meta(r, span_of((const char *)start, (size_t)(s->p - start)));
			continue;
		}
		*s = look;
		TRY(read_pair(r, renames_apply(r->renames, key.bytes), start, s));
	}
	return 0;
}

static int
set_meta(struct reader *r)
{
	struct buf map = {0};
	struct scan s;

	if (r->n_meta == 0)
		return 0;
	mp_map(&map, r->n_meta);
	buf_span(&map, buf_view(&r->meta));
	r->d.meta = arena_copy(r->a, buf_view(&map));
	buf_done(&map);
	s = scan_of(r->d.meta);
	if (scan_skip_within(&s, META_DEPTH, NULL) < 0)
		return err_set(ERR_RECORD, "fields nested more than %d deep", META_DEPTH - 1);
	return 0;
}

static int
check_body(const struct body *b)
{
	if (!b->has_text && !b->has_paragraphs && !b->has_html)
		return err_set(ERR_RECORD, "no text: the record has no text, paragraphs or html; "
					   "--map NAME=text says where it is");
	return 0;
}

int
record_read(struct document *d, struct body *ret_body, size_t *replaced, struct arena *a,
    struct span bytes, const struct renames *renames)
{
	struct scan s = scan_of(bytes);
	struct reader r = {
	    .d = *d, .a = a, .renames = renames, .replaced = replaced, .ours = is_ours(s)};
	int result;

	r.d.id = span_of(NULL, 0);
	err_set(ERR_RECORD, "the record is cut short"); /* unless something better is said */
	result = read_pairs(&r, &s);
	if (result == 0)
		result = check_body(&r.body);
	if (result == 0) {
		choose_body(&r);
		result = set_meta(&r);
	}
	if (result == 0) {
		if (r.d.id.n == 0)
			r.d.id = d->id;
		*d = r.d;
		*ret_body = r.body;
	}
	buf_done(&r.meta);
	return result;
}
