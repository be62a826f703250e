#include "proto/record_json.h"

#include "common/json.h"
#include "proto/document_pack.h"

#define KEY(b, literal) buf_put((b), ", \"" literal "\": ", sizeof(", \"" literal "\": ") - 1)
#define FIRST_KEY(b, literal) buf_put((b), "{\"" literal "\": ", sizeof("{\"" literal "\": ") - 1)

static void
print_key(struct buf *b, uint64_t key)
{
	char digits[KEY_DIGITS];

	key_print(key, digits);
	buf_byte(b, '"');
	buf_put(b, digits, KEY_DIGITS);
	buf_byte(b, '"');
}

static void
print_hash(struct buf *b, const struct hash *h)
{
	buf_byte(b, '"');
	buf_hex(b, h->bytes, HASH_BYTES);
	buf_byte(b, '"');
}

static void
print_text_field(struct buf *b, const char *key, struct span text)
{
	if (text.n == 0)
		return;
	buf_print(b, ", \"%s\": ", key);
	json_string(b, text);
}

/* meta and other values of sources */

static int value_at(struct buf *out, struct scan *s, unsigned depth);

/* One or more digits from *at on, which moves behind them. */
static bool
skip_digits(struct span s, size_t *at)
{
	size_t start = *at;

	while (*at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9')
		++*at;
	return *at > start;
}

static bool
one_of(struct span s, size_t *at, char a, char b)
{
	bool is = *at < s.n && (s.p[*at] == a || s.p[*at] == b);

	*at += is;
	return is;
}

/* A number as RFC 8259, section 6, writes it; anything else in the extension is no number. */
static bool
is_number(struct span s)
{
	size_t at = 0;

	one_of(s, &at, '-', '-');
	if (!one_of(s, &at, '0', '0') && !skip_digits(s, &at))
		return false;
	if (one_of(s, &at, '.', '.') && !skip_digits(s, &at))
		return false;
	if (one_of(s, &at, 'e', 'E')) {
		one_of(s, &at, '+', '-');
		if (!skip_digits(s, &at))
			return false;
	}
	return at == s.n;
}

static void
print_bytes(struct buf *b, struct span bytes)
{
	buf_byte(b, '"');
	buf_base64(b, bytes);
	buf_byte(b, '"');
}

static int
key_at(struct buf *out, struct scan *s, unsigned depth)
{
	struct scan look = *s;
	struct value v;
	struct buf text = {0};
	int r;

	TRY(scan_value(&look, &v));
	if (v.type == VALUE_STR)
		return value_at(out, s, depth);
	if (v.type == VALUE_ARRAY || v.type == VALUE_MAP) {
		/* not its JSON: keys in keys would double the backslashes at each depth */
		struct span bytes;
		TRY(scan_skip(s, &bytes));
		print_bytes(out, bytes);
		return 0;
	}
	r = value_at(&text, s, depth);
	if (r == 0)
		json_string(out, buf_view(&text));
	buf_done(&text);
	return r;
}

static int
elements(struct buf *out, struct scan *s, const struct value *v, unsigned depth)
{
	bool map = v->type == VALUE_MAP;

	if (depth == SCAN_DEPTH) /* as scan_skip counts */
		return ERR_RECORD;
	buf_byte(out, map ? '{' : '[');
	for (uint32_t i = 0; i < v->count; i++) {
		if (i > 0)
			buf_put(out, ", ", 2);
		if (map) {
			TRY(key_at(out, s, depth + 1));
			buf_put(out, ": ", 2);
		}
		TRY(value_at(out, s, depth + 1));
	}
	buf_byte(out, map ? '}' : ']');
	return 0;
}

static int
value_at(struct buf *out, struct scan *s, unsigned depth)
{
	struct value v;

	TRY(scan_value(s, &v));
	switch (v.type) {
	case VALUE_NIL: buf_str(out, "null"); return 0;
	case VALUE_BOOL: buf_str(out, v.boolean ? "true" : "false"); return 0;
	case VALUE_UINT: buf_uint(out, v.uint); return 0;
	case VALUE_INT: buf_int(out, v.sint); return 0;
	case VALUE_FLOAT: json_double(out, v.number); return 0;
	case VALUE_STR: json_string(out, v.bytes); return 0;
	case VALUE_BIN: print_bytes(out, v.bytes); return 0;
	case VALUE_EXT:
		if (v.ext == EXT_NUMBER && is_number(v.bytes))
			buf_span(out, v.bytes);
		else
			print_bytes(out, v.bytes);
		return 0;
	case VALUE_ARRAY:
	case VALUE_MAP: return elements(out, s, &v, depth);
	}
	return ERR_RECORD;
}

int
value_json(struct buf *out, struct scan *s)
{
	return value_at(out, s, 0);
}

/* the parts of a record */

static void
print_paragraph(struct buf *b, const struct paragraph *p)
{
	FIRST_KEY(b, "n");
	buf_uint(b, p->n);
	KEY(b, "kind");
	json_string(b, kind_name(p->kind));
	KEY(b, "text");
	json_string(b, p->text);
	KEY(b, "hash");
	print_hash(b, &p->hash);
	buf_byte(b, '}');
}

static void
print_dropped(struct buf *b, const struct dropped *d)
{
	FIRST_KEY(b, "n");
	buf_uint(b, d->n);
	KEY(b, "why");
	json_string(b, why_name(d->why));
	if (d->why == WHY_NEAR) {
		KEY(b, "similarity");
		json_decimal(b, d->similarity);
	}
	if (d->text.p != NULL) {
		KEY(b, "text");
		json_string(b, d->text);
	}
	KEY(b, "hash");
	print_hash(b, &d->hash);
	buf_str(b, ", \"owner\": {\"key\": ");
	print_key(b, d->owner.key);
	KEY(b, "id");
	json_string(b, d->owner.id);
	KEY(b, "n");
	buf_uint(b, d->owner.n);
	buf_str(b, "}}");
}

static void
print_cut(struct buf *b, uint32_t n, uint32_t start, uint32_t end, struct span text)
{
	FIRST_KEY(b, "n");
	buf_uint(b, n);
	KEY(b, "start");
	buf_uint(b, start);
	KEY(b, "end");
	buf_uint(b, end);
	KEY(b, "text");
	json_string(b, text);
}

static void
print_sentence(struct buf *b, const struct sentence *s)
{
	print_cut(b, s->n, s->start, s->end, s->text);
	KEY(b, "score");
	json_decimal(b, s->score);
	KEY(b, "rank");
	buf_uint(b, s->rank);
	KEY(b, "claim");
	json_decimal(b, s->claim);
	buf_str(b, ", \"parts\": {");
	for (int i = 0; i < PART_COUNT; i++) {
		buf_str(b, i == 0 ? "\"" : ", \"");
		buf_span(b, part_name((enum part)i));
		buf_str(b, "\": ");
		json_decimal(b, s->parts[i]);
	}
	buf_byte(b, '}');
	if (s->fresh >= 0)
		buf_str(b, s->fresh > 0 ? ", \"new\": true" : ", \"new\": false");
	buf_byte(b, '}');
}

static void
print_fact(struct buf *b, const struct fact *f)
{
	FIRST_KEY(b, "kind");
	json_string(b, fact_name(f->kind));
	KEY(b, "start");
	buf_uint(b, f->start);
	KEY(b, "end");
	buf_uint(b, f->end);
	KEY(b, "text");
	json_string(b, f->text);
	if (f->has_value) {
		KEY(b, "value");
		json_decimal(b, f->value);
	}
	print_text_field(b, "unit", f->unit);
	print_text_field(b, "per", f->per);
	print_text_field(b, "when", f->when);
	print_text_field(b, "speaker", f->speaker);
	if (f->approximate)
		buf_str(b, ", \"approximate\": true");
	print_text_field(b, "bound", bound_name(f->bound));
	buf_byte(b, '}');
}

static void
print_claim(struct buf *b, const struct claim *c)
{
	print_cut(b, c->n, c->start, c->end, c->text);
	KEY(b, "score");
	json_decimal(b, c->score);
	buf_str(b, ", \"facts\": [");
	for (size_t i = 0; i < c->n_facts; i++) {
		if (i > 0)
			buf_put(b, ", ", 2);
		print_fact(b, &c->facts[i]);
	}
	buf_str(b, "]}");
}

static void
print_place(struct buf *b, const struct place *p)
{
	KEY(b, "source");
	if (p->entry.n > 0) {
		FIRST_KEY(b, "stream");
		json_string(b, p->path);
		KEY(b, "entry");
		json_string(b, p->entry);
		buf_byte(b, '}');
		return;
	}
	FIRST_KEY(b, "path");
	json_string(b, p->path);
	KEY(b, "offset");
	buf_uint(b, p->offset);
	KEY(b, "length");
	buf_uint(b, p->length);
	buf_byte(b, '}');
}

static void
print_first_field(struct buf *b, bool *first, const char *key, struct span text)
{
	if (text.n == 0)
		return;
	buf_print(b, "%s\"%s\": ", *first ? "{" : ", ", key);
	json_string(b, text);
	*first = false;
}

static void
print_warc(struct buf *b, const struct document *d)
{
	const struct warc *w = &d->warc;
	bool first = true;

	if (!document_is_archived(d))
		return;
	KEY(b, "warc");
	print_first_field(b, &first, "record", w->record);
	print_first_field(b, &first, "date", w->date);
	print_first_field(b, &first, "digest", w->digest);
	if (w->status > 0)
		buf_print(b, "%s\"status\": %u", first ? "{" : ", ", w->status);
	first = first && w->status == 0;
	print_first_field(b, &first, "mime", w->mime);
	print_first_field(b, &first, "revisit", w->revisit);
	buf_byte(b, '}');
}

static void
print_fault(struct buf *b, const struct fault *f)
{
	FIRST_KEY(b, "stage");
	json_string(b, f->stage);
	KEY(b, "reason");
	json_string(b, f->reason);
	KEY(b, "detail");
	json_string(b, f->detail);
	KEY(b, "attempts");
	buf_uint(b, f->attempts);
	buf_byte(b, '}');
}

static void
print_stats(struct buf *b, const struct stats *s)
{
	KEY(b, "stats");
	FIRST_KEY(b, "paragraphs");
	buf_uint(b, s->paragraphs);
	KEY(b, "kept");
	buf_uint(b, s->kept);
	KEY(b, "exact");
	buf_uint(b, s->exact);
	KEY(b, "near");
	buf_uint(b, s->near);
	KEY(b, "bytes");
	buf_uint(b, s->bytes);
	buf_byte(b, '}');
}

static void
print_head(struct buf *b, const struct document *d)
{
	FIRST_KEY(b, "v");
	buf_uint(b, RECORD_VERSION);
	KEY(b, "id");
	json_string(b, d->id);
	KEY(b, "key");
	print_key(b, d->key);
	print_text_field(b, "url", d->url);
}

static void
print_meta(struct buf *b, struct span meta)
{
	struct scan s = scan_of(meta);
	size_t start;

	KEY(b, "meta");
	start = b->n;
	if (meta.n == 0 || value_json(b, &s) < 0) {
		b->n = start;
		buf_str(b, "{}");
	}
}

/* ", \"name\": [", the elements, "]" */
#define PRINT_LIST(b, name, array, n, print)           \
	do {                                           \
		KEY((b), name);                        \
		buf_byte((b), '[');                    \
		for (size_t i_ = 0; i_ < (n); i_++) {  \
			if (i_ > 0)                    \
				buf_put((b), ", ", 2); \
			print((b), &(array)[i_]);      \
		}                                      \
		buf_byte((b), ']');                    \
	} while (0)

void
record_json(struct buf *out, const struct document *d)
{
	print_head(out, d);
	print_text_field(out, "fetched", d->fetched);
	print_text_field(out, "published", d->published);
	print_text_field(out, "title", d->title);
	print_text_field(out, "lang", d->lang);
	print_place(out, &d->source);
	print_warc(out, d);
	print_meta(out, d->meta);
	PRINT_LIST(out, "paragraphs", d->paragraphs, d->n_paragraphs, print_paragraph);
	PRINT_LIST(out, "dropped", d->dropped, d->n_dropped, print_dropped);
	if (d->duplicate.found) {
		buf_str(out, ", \"duplicate_of\": {\"key\": ");
		print_key(out, d->duplicate.key);
		KEY(out, "id");
		json_string(out, d->duplicate.id);
		KEY(out, "share");
		json_decimal(out, d->duplicate.share);
		buf_byte(out, '}');
	}
	PRINT_LIST(out, "summary", d->summary, d->n_summary, print_sentence);
	PRINT_LIST(out, "claims", d->claims, d->n_claims, print_claim);
	if (d->error.stage.n > 0) {
		KEY(out, "error");
		print_fault(out, &d->error);
	}
	print_stats(out, &d->stats);
	buf_byte(out, '}');
}

void
dead_letter_json(struct buf *out, const struct document *d)
{
	print_head(out, d);
	print_text_field(out, "fetched", d->fetched);
	print_place(out, &d->source);
	print_warc(out, d);
	print_text_field(out, "type", d->type);
	print_text_field(out, "form", form_name(d->form));
	print_text_field(out, "stage", d->refused.stage);
	print_text_field(out, "reason", d->refused.reason);
	print_text_field(out, "detail", d->refused.detail);
	KEY(out, "attempts");
	buf_uint(out, d->refused.attempts);
	KEY(out, "raw_b64");
	print_bytes(out, d->raw);
	buf_byte(out, '}');
}
