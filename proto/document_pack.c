#include "proto/document_pack.h"

#include "proto/fields.h"
#include "proto/pack.h"
#include "proto/paragraph_pack.h"
#include "proto/sentence_pack.h"

/* source, duplicate_of, faults, stats: small maps of a document */

static void
pack_place(struct buf *b, const struct place *p)
{
	if (p->entry.n > 0) {
		mp_map(b, 2);
		mp_key(b, "stream");
		mp_span(b, p->path);
		mp_key(b, "entry");
		mp_span(b, p->entry);
		return;
	}
	mp_map(b, 3);
	mp_key(b, "path");
	mp_span(b, p->path);
	mp_key(b, "offset");
	mp_uint64(b, p->offset);
	mp_key(b, "length");
	mp_uint64(b, p->length);
}

static int
place_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct place *p = object;

	(void)a;
	if (KEY_IS("path") || KEY_IS("stream"))
		return scan_str(s, &p->path);
	if (KEY_IS("entry"))
		return scan_str(s, &p->entry);
	if (KEY_IS("offset"))
		return scan_uint64(s, &p->offset);
	if (KEY_IS("length"))
		return scan_uint64(s, &p->length);
	return scan_skip(s, NULL);
}

int
place_unpack(struct place *ret_place, struct scan *s)
{
	struct place p = {0};

	TRY(read_fields(s, NULL, &p, place_field));
	*ret_place = p;
	return 0;
}

static void
pack_duplicate(struct buf *b, const struct duplicate *d)
{
	mp_map(b, 3);
	mp_key(b, "key");
	key_pack(b, d->key);
	mp_key(b, "id");
	mp_span(b, d->id);
	mp_key(b, "share");
	mp_int32(b, d->share);
}

static int
duplicate_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct duplicate *d = object;

	(void)a;
	d->found = true;
	if (KEY_IS("key"))
		return key_unpack(s, &d->key);
	if (KEY_IS("id"))
		return scan_str(s, &d->id);
	if (KEY_IS("share"))
		return scan_int32(s, &d->share);
	return scan_skip(s, NULL);
}

static void
pack_fault(struct buf *b, const struct fault *f)
{
	mp_map(b, 4);
	mp_key(b, "stage");
	mp_span(b, f->stage);
	mp_key(b, "reason");
	mp_span(b, f->reason);
	mp_key(b, "detail");
	mp_span(b, f->detail);
	mp_key(b, "attempts");
	mp_uint32(b, f->attempts);
}

static int
fault_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct fault *f = object;

	(void)a;
	if (KEY_IS("stage"))
		return scan_str(s, &f->stage);
	if (KEY_IS("reason"))
		return scan_str(s, &f->reason);
	if (KEY_IS("detail"))
		return scan_str(s, &f->detail);
	if (KEY_IS("attempts"))
		return scan_uint32(s, &f->attempts);
	return scan_skip(s, NULL);
}

static void
pack_stats(struct buf *b, const struct stats *s)
{
	mp_map(b, 5);
	mp_key(b, "paragraphs");
	mp_uint64(b, s->paragraphs);
	mp_key(b, "kept");
	mp_uint64(b, s->kept);
	mp_key(b, "exact");
	mp_uint64(b, s->exact);
	mp_key(b, "near");
	mp_uint64(b, s->near);
	mp_key(b, "bytes");
	mp_uint64(b, s->bytes);
}

static int
stats_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct stats *st = object;

	(void)a;
	if (KEY_IS("paragraphs"))
		return scan_uint64(s, &st->paragraphs);
	if (KEY_IS("kept"))
		return scan_uint64(s, &st->kept);
	if (KEY_IS("exact"))
		return scan_uint64(s, &st->exact);
	if (KEY_IS("near"))
		return scan_uint64(s, &st->near);
	if (KEY_IS("bytes"))
		return scan_uint64(s, &st->bytes);
	return scan_skip(s, NULL);
}

/* document */

static unsigned
pack_text_field(struct buf *b, const char *key, struct span text)
{
	if (text.n == 0)
		return 0;
	mp_span(b, span_str(key));
	mp_span(b, text);
	return 1;
}

static void
pack_warc(struct buf *b, const struct warc *w)
{
	size_t map = mp_map_begin(b);
	unsigned fields = pack_text_field(b, "record", w->record);

	fields += pack_text_field(b, "date", w->date);
	fields += pack_text_field(b, "digest", w->digest);
	if (w->status > 0) {
		mp_key(b, "status");
		mp_uint32(b, w->status);
		fields++;
	}
	fields += pack_text_field(b, "mime", w->mime);
	fields += pack_text_field(b, "revisit", w->revisit);
	mp_map_end(b, map, fields);
}

static int
warc_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct warc *w = object;

	(void)a;
	if (KEY_IS("record"))
		return scan_str(s, &w->record);
	if (KEY_IS("date"))
		return scan_str(s, &w->date);
	if (KEY_IS("digest"))
		return scan_str(s, &w->digest);
	if (KEY_IS("mime"))
		return scan_str(s, &w->mime);
	if (KEY_IS("revisit"))
		return scan_str(s, &w->revisit);
	if (KEY_IS("status"))
		return scan_uint32(s, &w->status);
	return scan_skip(s, NULL);
}

int
warc_unpack(struct warc *ret_warc, struct scan *s)
{
	struct warc w = {0};

	TRY(read_fields(s, NULL, &w, warc_field));
	*ret_warc = w;
	return 0;
}

/* What names and describes the document. */
static unsigned
pack_head(struct buf *b, const struct document *d, enum scope scope)
{
	unsigned fields = 3;

	if (scope == SCOPE_RECORD) {
		mp_key(b, "v");
		mp_uint32(b, RECORD_VERSION);
		fields++;
	}
	mp_key(b, "id");
	mp_span(b, d->id);
	mp_key(b, "key");
	key_pack(b, d->key);
	fields += pack_text_field(b, "url", d->url);
	fields += pack_text_field(b, "fetched", d->fetched);
	fields += pack_text_field(b, "published", d->published);
	fields += pack_text_field(b, "title", d->title);
	fields += pack_text_field(b, "lang", d->lang);
	mp_key(b, "source");
	pack_place(b, &d->source);
	if (document_is_archived(d)) {
		mp_key(b, "warc");
		pack_warc(b, &d->warc);
		fields++;
	}
	if (scope == SCOPE_RECORD || d->meta.n > 0) {
		mp_key(b, "meta");
		buf_span(b, d->meta.n > 0 ? d->meta : SPAN("\x80"));
		fields++;
	}
	return fields;
}

/* What only the stages need. */
static unsigned
pack_wire(struct buf *b, const struct document *d)
{
	unsigned fields = 0;

	if (d->form != FORM_NONE) {
		mp_key(b, "form");
		mp_span(b, form_name(d->form));
		mp_key(b, "raw");
		mp_bytes(b, d->raw.p, d->raw.n);
		fields += 2;
	}
	if (document_is_refused(d)) {
		mp_key(b, "refused");
		pack_fault(b, &d->refused);
		fields++;
	}
	fields += pack_text_field(b, "type", d->type);
	fields += pack_text_field(b, "filtered", d->filtered);
	return fields + pack_text_field(b, "warning", d->warning);
}

static unsigned
pack_lists(struct buf *b, const struct document *d, enum scope scope)
{
	unsigned fields = 0;

	if (scope == SCOPE_RECORD || d->n_paragraphs > 0) {
		mp_key(b, "paragraphs");
		paragraphs_pack(b, d->paragraphs, d->n_paragraphs, scope);
		fields++;
	}
	if (scope == SCOPE_RECORD || d->n_dropped > 0) {
		mp_key(b, "dropped");
		dropped_pack(b, d->dropped, d->n_dropped);
		fields++;
	}
	if (d->duplicate.found) {
		mp_key(b, "duplicate_of");
		pack_duplicate(b, &d->duplicate);
		fields++;
	}
	if (scope == SCOPE_RECORD || d->n_summary > 0) {
		mp_key(b, "summary");
		sentences_pack(b, d->summary, d->n_summary);
		fields++;
	}
	if (scope == SCOPE_RECORD || d->n_claims > 0) {
		mp_key(b, "claims");
		claims_pack(b, d->claims, d->n_claims);
		fields++;
	}
	return fields;
}

void
document_pack(struct buf *out, const struct document *d, enum scope scope)
{
	size_t map = mp_map_begin(out);
	unsigned fields = pack_head(out, d, scope);

	if (scope == SCOPE_WIRE)
		fields += pack_wire(out, d);
	fields += pack_lists(out, d, scope);
	if (d->error.stage.n > 0) {
		mp_key(out, "error");
		pack_fault(out, &d->error);
		fields++;
	}
	if (scope == SCOPE_RECORD || d->stats.paragraphs > 0) {
		mp_key(out, "stats");
		pack_stats(out, &d->stats);
		fields++;
	}
	mp_map_end(out, map, fields);
}

static int
read_form(struct document *d, struct scan *s)
{
	int form;

	TRY(read_name(s, form_parse, &form));
	d->form = (enum form)form;
	return 0;
}

static int
read_meta(struct document *d, struct scan *s)
{
	struct scan look = *s;
	uint32_t pairs;

	TRY(scan_map(&look, &pairs));
	TRY(scan_skip_within(s, META_DEPTH, &d->meta));
	if (pairs == 0)
		d->meta = span_of(NULL, 0);
	return 0;
}

/* The version of a record; on the wire the header has it. */
static int
read_version(struct scan *s)
{
	uint32_t version;

	TRY(scan_uint32(s, &version));
	return version == RECORD_VERSION ? 0 : ERR_RECORD;
}

static int
document_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct document *d = object;

	if (KEY_IS("id"))
		return scan_str(s, &d->id);
	if (KEY_IS("url"))
		return scan_str(s, &d->url);
	if (KEY_IS("fetched"))
		return scan_str(s, &d->fetched);
	if (KEY_IS("published"))
		return scan_str(s, &d->published);
	if (KEY_IS("title"))
		return scan_str(s, &d->title);
	if (KEY_IS("lang"))
		return scan_str(s, &d->lang);
	if (KEY_IS("warning"))
		return scan_str(s, &d->warning);
	if (KEY_IS("v"))
		return read_version(s);
	if (KEY_IS("key"))
		return key_unpack(s, &d->key);
	if (KEY_IS("source"))
		return place_unpack(&d->source, s);
	if (KEY_IS("warc"))
		return warc_unpack(&d->warc, s);
	if (KEY_IS("type"))
		return scan_str(s, &d->type);
	if (KEY_IS("filtered"))
		return scan_str(s, &d->filtered);
	if (KEY_IS("meta"))
		return read_meta(d, s);
	if (KEY_IS("form"))
		return read_form(d, s);
	if (KEY_IS("raw"))
		return scan_bin(s, &d->raw);
	if (KEY_IS("refused"))
		return read_fields(s, a, &d->refused, fault_field);
	if (KEY_IS("error"))
		return read_fields(s, a, &d->error, fault_field);
	if (KEY_IS("paragraphs"))
		return paragraphs_unpack(&d->paragraphs, &d->n_paragraphs, s, a);
	if (KEY_IS("dropped"))
		return dropped_unpack(&d->dropped, &d->n_dropped, s, a);
	if (KEY_IS("duplicate_of"))
		return read_fields(s, a, &d->duplicate, duplicate_field);
	if (KEY_IS("summary"))
		return sentences_unpack(&d->summary, &d->n_summary, s, a);
	if (KEY_IS("claims"))
		return claims_unpack(&d->claims, &d->n_claims, s, a);
	if (KEY_IS("stats"))
		return read_fields(s, a, &d->stats, stats_field);
	return scan_skip(s, NULL);
}

static int
name_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	if (KEY_IS("id") || KEY_IS("key") || KEY_IS("source") || KEY_IS("form"))
		return document_field(object, key, s, a);
	return scan_skip(s, NULL);
}

int
document_unpack_name(struct document *ret_d, struct scan *s, struct arena *a)
{
	struct document d = {0};

	TRY(read_fields(s, a, &d, name_field));
	*ret_d = d;
	return 0;
}

int
document_unpack(struct document *ret_d, struct scan *s, struct arena *a)
{
	struct document d = {0};

	TRY(read_fields(s, a, &d, document_field));
	*ret_d = d;
	return 0;
}
