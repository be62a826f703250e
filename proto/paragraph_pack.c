#include "proto/paragraph_pack.h"

#include "proto/fields.h"
#include "proto/pack.h"
#include "proto/sketch.h"

/* Fewer bytes are no such element; more elements than fit into what is left are refused unread. */
enum { LEAST_PARAGRAPH = 32, LEAST_DROPPED = 56 };

void
key_pack(struct buf *b, uint64_t key)
{
	char digits[KEY_DIGITS];

	key_print(key, digits);
	mp_span(b, span_of(digits, KEY_DIGITS));
}

int
key_unpack(struct scan *s, uint64_t *ret_key)
{
	struct span digits;

	TRY(scan_str(s, &digits));
	return key_parse(digits, ret_key) ? 0 : ERR_RECORD;
}

static int
read_hash(struct scan *s, struct hash *ret_hash)
{
	struct span bytes;

	TRY(scan_bin(s, &bytes));
	if (bytes.n != HASH_BYTES)
		return ERR_RECORD;
	memcpy(ret_hash->bytes, bytes.p, HASH_BYTES);
	return 0;
}

static int
read_sketch(struct scan *s, struct span *ret_sketch)
{
	TRY(scan_bin(s, ret_sketch));
	return ret_sketch->n == SKETCH_BYTES ? 0 : ERR_RECORD;
}

/* paragraph */

static void
pack_paragraph(struct buf *b, const struct paragraph *p, enum scope scope)
{
	bool with_kind = scope == SCOPE_RECORD || p->kind != KIND_TEXT;
	bool with_sketch = scope == SCOPE_WIRE && p->sketch.n > 0;

	mp_map(b, 3U + with_kind + (scope == SCOPE_WIRE) + with_sketch);
	mp_key(b, "n");
	mp_uint32(b, p->n);
	if (with_kind) {
		mp_key(b, "kind");
		mp_span(b, kind_name(p->kind));
	}
	mp_key(b, "text");
	mp_span(b, p->text);
	mp_key(b, "hash");
	mp_bytes(b, p->hash.bytes, HASH_BYTES);
	if (scope == SCOPE_WIRE) {
		mp_key(b, "chars");
		mp_uint32(b, p->chars);
	}
	if (with_sketch) {
		mp_key(b, "sketch");
		mp_bytes(b, p->sketch.p, p->sketch.n);
	}
}

static int
paragraph_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct paragraph *p = object;

	(void)a;
	if (KEY_IS("n"))
		return scan_uint32(s, &p->n);
	if (KEY_IS("text"))
		return scan_str(s, &p->text);
	if (KEY_IS("hash"))
		return read_hash(s, &p->hash);
	if (KEY_IS("sketch"))
		return read_sketch(s, &p->sketch);
	if (KEY_IS("chars"))
		return scan_uint32(s, &p->chars);
	if (KEY_IS("kind")) {
		int kind;
		TRY(read_name(s, kind_parse, &kind));
		p->kind = (enum kind)kind;
		return 0;
	}
	return scan_skip(s, NULL);
}

void
paragraphs_pack(struct buf *b, const struct paragraph *paragraphs, size_t n, enum scope scope)
{
	mp_array(b, n);
	for (size_t i = 0; i < n; i++)
		pack_paragraph(b, &paragraphs[i], scope);
}

int
paragraphs_unpack(struct paragraph **ret_paragraphs, size_t *ret_n, struct scan *s, struct arena *a)
{
	struct paragraph *paragraphs;
	uint32_t n;

	TRY(read_count(s, LEAST_PARAGRAPH, &n));
	paragraphs = arena_zero(a, n, sizeof(*paragraphs));
	for (uint32_t i = 0; i < n; i++)
		TRY(read_element(s, a, LEAST_PARAGRAPH, &paragraphs[i], paragraph_field));
	*ret_paragraphs = paragraphs;
	*ret_n = n;
	return 0;
}

/* owner, dropped */

static void
pack_owner(struct buf *b, const struct owner *o)
{
	mp_map(b, 3);
	mp_key(b, "key");
	key_pack(b, o->key);
	mp_key(b, "id");
	mp_span(b, o->id);
	mp_key(b, "n");
	mp_uint32(b, o->n);
}

static int
owner_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct owner *o = object;

	(void)a;
	if (KEY_IS("key"))
		return key_unpack(s, &o->key);
	if (KEY_IS("id"))
		return scan_str(s, &o->id);
	if (KEY_IS("n"))
		return scan_uint32(s, &o->n);
	return scan_skip(s, NULL);
}

static void
pack_dropped(struct buf *b, const struct dropped *d)
{
	mp_map(b, 4U + (d->why == WHY_NEAR) + (d->text.p != NULL));
	mp_key(b, "n");
	mp_uint32(b, d->n);
	mp_key(b, "why");
	mp_span(b, why_name(d->why));
	if (d->why == WHY_NEAR) {
		mp_key(b, "similarity");
		mp_int32(b, d->similarity);
	}
	if (d->text.p != NULL) {
		mp_key(b, "text");
		mp_span(b, d->text);
	}
	mp_key(b, "hash");
	mp_bytes(b, d->hash.bytes, HASH_BYTES);
	mp_key(b, "owner");
	pack_owner(b, &d->owner);
}

static int
dropped_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct dropped *d = object;

	if (KEY_IS("n"))
		return scan_uint32(s, &d->n);
	if (KEY_IS("why")) {
		int why;
		TRY(read_name(s, why_parse, &why));
		d->why = (enum why)why;
		return 0;
	}
	if (KEY_IS("similarity"))
		return scan_int32(s, &d->similarity);
	if (KEY_IS("text"))
		return scan_str(s, &d->text);
	if (KEY_IS("hash"))
		return read_hash(s, &d->hash);
	if (KEY_IS("owner"))
		return read_fields(s, a, &d->owner, owner_field);
	return scan_skip(s, NULL);
}

void
dropped_pack(struct buf *b, const struct dropped *dropped, size_t n)
{
	mp_array(b, n);
	for (size_t i = 0; i < n; i++)
		pack_dropped(b, &dropped[i]);
}

int
dropped_unpack(struct dropped **ret_dropped, size_t *ret_n, struct scan *s, struct arena *a)
{
	struct dropped *dropped;
	uint32_t n;

	TRY(read_count(s, LEAST_DROPPED, &n));
	dropped = arena_zero(a, n, sizeof(*dropped));
	for (uint32_t i = 0; i < n; i++)
		TRY(read_element(s, a, LEAST_DROPPED, &dropped[i], dropped_field));
	*ret_dropped = dropped;
	*ret_n = n;
	return 0;
}
