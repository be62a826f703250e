/*
 * samples - what the tests of this room pack, print and send: a batch with one of every field,
 * pseudo-random documents, golden files; and MessagePack by msgpack-c, as somebody else writes and
 * reads it.
 */
#ifndef WINNOW_SAMPLES_H
#define WINNOW_SAMPLES_H

#include <criterion/criterion.h>
#include <errno.h>
#include <msgpack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "proto/batch.h"
#include "proto/document_pack.h"
#include "proto/header.h"
#include "proto/record_json.h"

/* golden files */

static inline struct span
file_read(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	cr_assert(f != NULL, "%s: %s", path, strerror(errno));
	do {
		n = fread(buf_room(b, 4096), 1, 4096, f);
		b->n += n;
	} while (n > 0);
	fclose(f);
	return buf_view(b);
}

/*
 * The bytes of a golden file, which are to be `bytes`. WINNOW_WRITE_GOLDEN=1 writes them first:
 * look at the difference before it is committed.
 */
static inline struct span
golden(const char *name, struct span bytes, struct buf *b)
{
	char path[512];
	struct span file;
	size_t at = 0;

	snprintf(path, sizeof(path), "%s/%s", TEST_DATA, name);
	if (getenv("WINNOW_WRITE_GOLDEN") != NULL) {
		FILE *f = fopen(path, "wb");
		cr_assert(f != NULL, "%s: %s", path, strerror(errno));
		cr_assert_eq(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
		cr_assert_eq(fclose(f), 0);
	}
	file = file_read(path, b);
	while (at < file.n && at < bytes.n && file.p[at] == bytes.p[at])
		at++;
	cr_assert(span_equal(file, bytes),
	    "%s: %zu bytes, ours are %zu; they differ from byte %zu on", name, file.n, bytes.n, at);
	return file;
}

/* Bytes with nothing behind them, so that a sanitizer sees a read beyond the end. */
static inline struct span
tight(struct span s)
{
	char *p = mem_alloc(s.n);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return span_of(p, s.n);
}

static inline void
tight_done(struct span s)
{
	free((char *)s.p);
}

/* MessagePack by msgpack-c */

static inline void
put_key(msgpack_packer *p, const char *key)
{
	msgpack_pack_str_with_body(p, key, strlen(key));
}

static inline void
put_text(msgpack_packer *p, const char *key, const char *text)
{
	put_key(p, key);
	put_key(p, text);
}

static inline void
put_number(msgpack_packer *p, const char *key, int64_t v)
{
	put_key(p, key);
	msgpack_pack_int64(p, v);
}

/* Read one value that takes all the bytes; false if msgpack-c cannot. */
static inline bool
peer_reads(msgpack_unpacked *ret, struct span s)
{
	size_t at = 0;

	msgpack_unpacked_init(ret);
	return msgpack_unpack_next(ret, s.p, s.n, &at) == MSGPACK_UNPACK_SUCCESS && at == s.n;
}

/* The value of a key of a map, or NULL. */
static inline const msgpack_object *
peer_get(const msgpack_object *map, const char *key)
{
	cr_assert_eq(map->type, MSGPACK_OBJECT_MAP);
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		const msgpack_object_kv *kv = &map->via.map.ptr[i];
		if (kv->key.type == MSGPACK_OBJECT_STR && kv->key.via.str.size == strlen(key) &&
		    memcmp(kv->key.via.str.ptr, key, strlen(key)) == 0)
			return &kv->val;
	}
	return NULL;
}

static inline const msgpack_object *
peer_at(const msgpack_object *array, uint32_t i)
{
	cr_assert_eq(array->type, MSGPACK_OBJECT_ARRAY);
	cr_assert(i < array->via.array.size);
	return &array->via.array.ptr[i];
}

static inline void
peer_has_text(const msgpack_object *map, const char *key, struct span text)
{
	const msgpack_object *o = peer_get(map, key);

	cr_assert(o != NULL && o->type == MSGPACK_OBJECT_STR, "no string %s", key);
	cr_assert(span_equal(span_of(o->via.str.ptr, o->via.str.size), text), "%s is %.*s", key,
	    (int)o->via.str.size, o->via.str.ptr);
}

static inline void
peer_has_bytes(const msgpack_object *map, const char *key, struct span bytes)
{
	const msgpack_object *o = peer_get(map, key);

	cr_assert(o != NULL && o->type == MSGPACK_OBJECT_BIN, "no bin %s", key);
	cr_assert(span_equal(span_of(o->via.bin.ptr, o->via.bin.size), bytes), "%s differs", key);
}

static inline void
peer_has_number(const msgpack_object *map, const char *key, int64_t v)
{
	const msgpack_object *o = peer_get(map, key);

	cr_assert(o != NULL, "no number %s", key);
	cr_assert(
	    o->type == (v < 0 ? MSGPACK_OBJECT_NEGATIVE_INTEGER : MSGPACK_OBJECT_POSITIVE_INTEGER),
	    "%s is no integer", key);
	cr_assert_eq(o->via.i64, v, "%s is %lld", key, (long long)o->via.i64);
}

static inline struct span
taken(struct arena *a, msgpack_sbuffer *b)
{
	struct span s = arena_copy(a, span_of(b->data, b->size));

	msgpack_sbuffer_destroy(b);
	return s;
}

/* the sample */

static inline struct span
sample_meta(struct arena *a)
{
	msgpack_sbuffer b;
	msgpack_packer p;

	msgpack_sbuffer_init(&b);
	msgpack_packer_init(&p, &b, msgpack_sbuffer_write);
	msgpack_pack_map(&p, 7);
	put_text(&p, "section", "rivers");
	put_number(&p, "views", 18446);
	put_number(&p, "shift", -40);
	put_key(&p, "ratio");
	msgpack_pack_ext_with_body(&p, "0.10", 4, EXT_NUMBER);
	put_key(&p, "draft");
	msgpack_pack_false(&p);
	put_key(&p, "tags");
	msgpack_pack_array(&p, 3);
	put_key(&p, "tide");
	msgpack_pack_nil(&p);
	msgpack_pack_double(&p, 2.5);
	put_key(&p, "stamp");
	msgpack_pack_bin_with_body(&p, "\x00\xFF\x10", 3);
	return taken(a, &b);
}

/* Where `text` is in the paragraph. */
static inline void
cut(struct span paragraph, const char *text, struct span *ret_text, uint32_t *ret_start,
    uint32_t *ret_end)
{
	const char *p = memmem(paragraph.p, paragraph.n, text, strlen(text));

	cr_assert(p != NULL, "the sample has no '%s'", text);
	*ret_start = (uint32_t)(p - paragraph.p);
	*ret_end = *ret_start + (uint32_t)strlen(text);
	*ret_text = span_of(p, strlen(text));
}

static inline struct fact
sample_fact(struct span paragraph, enum fact_kind kind, const char *text)
{
	struct fact f = {.kind = kind};

	cut(paragraph, text, &f.text, &f.start, &f.end);
	return f;
}

static inline void
sample_figures(struct claim *c, struct arena *a, struct span p)
{
	struct fact *f = arena_zero(a, 4, sizeof(*f));

	f[0] = sample_fact(p, FACT_QUANTITY, "about 3,000 sacks of barley a year");
	f[0].unit = SPAN("sack");
	f[0].per = SPAN("year");
	f[0].has_value = f[0].approximate = true;
	f[0].value = 3000 * UNIT;
	f[1] = sample_fact(p, FACT_SHARE, "up to a third");
	f[1].has_value = true;
	f[1].value = 3333;
	f[1].bound = BOUND_LESS;
	f[2] = sample_fact(p, FACT_MONEY, "more than £40 million");
	f[2].unit = SPAN("GBP");
	f[2].has_value = true;
	f[2].value = 40000000LL * UNIT;
	f[2].bound = BOUND_MORE;
	f[3] = sample_fact(p, FACT_DATE, "May 1911");
	f[3].when = SPAN("1911-05");
	c->facts = f;
	c->n_facts = 4;
}

static inline void
sample_words(struct claim *c, struct arena *a, struct span p)
{
	struct fact *f = arena_zero(a, 2, sizeof(*f));

	f[0] = sample_fact(p, FACT_QUOTATION, "“It will turn on Friday”");
	f[0].speaker = SPAN("Orla Penn");
	f[1] = sample_fact(p, FACT_NAME, "Orla Penn");
	c->facts = f;
	c->n_facts = 2;
}

static inline struct paragraph
sample_paragraph(uint32_t n, enum kind kind, const char *text)
{
	return (struct paragraph){.text = span_str(text),
	    .hash = hash128(span_str(text)),
	    .n = n,
	    .chars = (uint32_t)strlen(text),
	    .kind = kind};
}

static inline void
sample_paragraphs(struct document *d, struct arena *a)
{
	struct paragraph *p = arena_zero(a, 4, sizeof(*p));

	p[0] = sample_paragraph(0, KIND_HEADING, "The tide mill at Arle");
	p[1] = sample_paragraph(1, KIND_TEXT,
	    "Until May 1911 the mill ground about 3,000 sacks of barley a year, up to a third of "
	    "the "
	    "county’s, and its repair cost more than £40 million. “It will turn on Friday”, "
	    "said Orla Penn, who keeps it.");
	p[2] = sample_paragraph(4, KIND_LIST, "open\tdaily\nbut \"not\" at high water \\o/");
	p[3] = sample_paragraph(5, KIND_QUOTE, "");
	d->paragraphs = p;
	d->n_paragraphs = 4;
}

static inline void
sample_dropped(struct document *d, struct arena *a)
{
	struct dropped *p = arena_zero(a, 2, sizeof(*p));

	p[0] = (struct dropped){.n = 2,
	    .why = WHY_EXACT,
	    .hash = hash128(SPAN("All rights reserved.")),
	    .owner = {.id = SPAN("arle/7"), .key = 0x0b5c00ff12345678, .n = 19}};
	p[1] = (struct dropped){.n = 3,
	    .why = WHY_NEAR,
	    .text = SPAN("Sign up for our weekly letter!"),
	    .hash = hash128(SPAN("Sign up for our weekly letter")),
	    .similarity = 9130,
	    .owner = {.id = SPAN(""), .key = UINT64_MAX, .n = UINT32_MAX}};
	d->dropped = p;
	d->n_dropped = 2;
}

static inline void
sample_summary(struct document *d, struct arena *a)
{
	struct sentence *s = arena_zero(a, 3, sizeof(*s));
	struct span title = d->paragraphs[0].text, text = d->paragraphs[1].text;
	size_t end = (size_t)((const char *)memmem(text.p, text.n, "million. ", 9) - text.p) + 8;

	s[0] = (struct sentence){.text = title,
	    .n = 0,
	    .end = (uint32_t)title.n,
	    .score = 10000,
	    .rank = 70000,
	    .claim = 10000,
	    .parts = {10000, 0, 0, 0},
	    .fresh = 0};
	s[1] = (struct sentence){.text = span_cut(text, 0, end),
	    .n = 1,
	    .end = (uint32_t)end,
	    .score = 8312,
	    .rank = 1,
	    .claim = 4017,
	    .parts = {2000, 4000, 1000, 1312},
	    .fresh = -1};
	s[2] = (struct sentence){.text = span_cut(text, end + 1, text.n),
	    .n = 1,
	    .start = (uint32_t)end + 1,
	    .end = (uint32_t)text.n,
	    .score = -250,
	    .rank = 2,
	    .claim = 0,
	    .parts = {0, -300, 50, 0},
	    .fresh = 1};
	d->summary = s;
	d->n_summary = 3;
}

static inline void
sample_claims(struct document *d, struct arena *a)
{
	static const int32_t scores[] = {9021, 1, -5};
	static const int sentences[] = {1, 2, 0};
	struct claim *c = arena_zero(a, 3, sizeof(*c));

	for (int i = 0; i < 3; i++) {
		const struct sentence *s = &d->summary[sentences[i]];
		c[i] = (struct claim){.text = s->text,
		    .n = s->n,
		    .start = s->start,
		    .end = s->end,
		    .score = scores[i]};
	}
	sample_figures(&c[0], a, d->paragraphs[1].text);
	sample_words(&c[1], a, d->paragraphs[1].text);
	d->claims = c;
	d->n_claims = 3;
}

/* A document at the end of the chain, with one of every field that a record can have. */
static inline void
sample_record(struct document *d, struct arena *a)
{
	*d = (struct document){
	    .id = SPAN("arle/1"),
	    .key = 0x00000000deadbeef,
	    .url = SPAN("https://arle.example/mill?a=1&b=2"),
	    .fetched = SPAN("2024-02-29T09:12:00Z"),
	    .published = SPAN("2024-02"),
	    .title = SPAN("The tide mill at Arle"),
	    .lang = SPAN("en"),
	    .source = {.path = SPAN("arle/00012.jsonl.gz"), .offset = 1ULL << 40, .length = 9120},
	    .meta = sample_meta(a),
	    .duplicate = {.found = true,
		.key = 0x0123456789abcdef,
		.id = SPAN("arle/7"),
		.share = 9600},
	    .error = {.stage = SPAN("summarize"),
		.reason = SPAN("crashed"),
		.detail = SPAN("signal 11"),
		.attempts = 3},
	    .warning = SPAN("2 bytes were no UTF-8"),
	    .stats = {.paragraphs = 6, .kept = 4, .exact = 1, .near = 1, .bytes = 1ULL << 33},
	};
	sample_paragraphs(d, a);
	sample_dropped(d, a);
	sample_summary(d, a);
	sample_claims(d, a);
}

/* A document as read sends it, and one that was refused. */
static inline void
sample_raw(struct document *d)
{
	*d = (struct document){
	    .id = SPAN("quay.txt:0"),
	    .key = 1,
	    .source = {.path = SPAN("quay.txt"), .length = 26},
	    .form = FORM_TEXT,
	    .raw = SPAN("A quay.\n\nTwo \xFF\x00 boats.\n\xC3\xA9"),
	};
}

static inline void
sample_refused(struct document *d)
{
	*d = (struct document){
	    .id = SPAN("quay.jsonl:26"),
	    .key = 2,
	    .source = {.path = SPAN("quay.jsonl"), .offset = 26, .length = 10},
	    .form = FORM_JSON,
	    .raw = SPAN("{\"text\": \xFE"),
	    .refused = {.stage = SPAN("extract"),
		.reason = SPAN("syntax"),
		.detail = SPAN("byte 9: a string is expected"),
		.attempts = 1},
	};
}

/* One of every field that a batch can have. Everything lies in its arena or is constant. */
static inline void
sample_batch(struct batch *b)
{
	*b = (struct batch){
	    .run = 0x0123456789abcdef,
	    .seq = 7,
	    .base = 5,
	    .attempt = 2,
	    .token = {.input = 3, .offset = 1ULL << 32, .state = SPAN("\x00state\xFF")},
	    .n_read = 3,
	    .read_bytes = 70000,
	    .n_earlier = 200,
	    .n_documents = 3,
	};
	b->documents = arena_zero(&b->arena, 3, sizeof(*b->documents));
	sample_raw(&b->documents[0]);
	sample_record(&b->documents[1], &b->arena);
	sample_refused(&b->documents[2]);
}

static inline struct header
header_of(const struct batch *b)
{
	return (struct header){.kind = FRAME_BATCH,
	    .run = b->run,
	    .seq = b->seq,
	    .base = b->base,
	    .attempt = b->attempt,
	    .n_documents = (uint32_t)b->n_documents};
}

/* comparison: NULL, or the name of the first field that differs */

#define SAME_TEXT(x, y, field)                   \
	if (!span_equal((x)->field, (y)->field)) \
	return #field
#define SAME(x, y, field)             \
	if ((x)->field != (y)->field) \
	return #field

static inline const char *
fault_differs(const struct fault *x, const struct fault *y)
{
	SAME_TEXT(x, y, stage);
	SAME_TEXT(x, y, reason);
	SAME_TEXT(x, y, detail);
	SAME(x, y, attempts);
	return NULL;
}

static inline const char *
paragraph_differs(const struct paragraph *x, const struct paragraph *y, enum scope scope)
{
	SAME_TEXT(x, y, text);
	SAME(x, y, n);
	SAME(x, y, kind);
	if (scope == SCOPE_WIRE)
		SAME(x, y, chars);
	return memcmp(&x->hash, &y->hash, sizeof(x->hash)) == 0 ? NULL : "hash";
}

static inline const char *
dropped_differs(const struct dropped *x, const struct dropped *y)
{
	SAME_TEXT(x, y, text);
	if ((x->text.p == NULL) != (y->text.p == NULL))
		return "text.p";
	SAME(x, y, n);
	SAME(x, y, why);
	SAME(x, y, similarity);
	SAME_TEXT(x, y, owner.id);
	SAME(x, y, owner.key);
	SAME(x, y, owner.n);
	return memcmp(&x->hash, &y->hash, sizeof(x->hash)) == 0 ? NULL : "hash";
}

static inline const char *
sentence_differs(const struct sentence *x, const struct sentence *y)
{
	SAME_TEXT(x, y, text);
	SAME(x, y, n);
	SAME(x, y, start);
	SAME(x, y, end);
	SAME(x, y, score);
	SAME(x, y, rank);
	SAME(x, y, claim);
	SAME(x, y, fresh);
	return memcmp(x->parts, y->parts, sizeof(x->parts)) == 0 ? NULL : "parts";
}

static inline const char *
fact_differs(const struct fact *x, const struct fact *y)
{
	SAME_TEXT(x, y, text);
	SAME_TEXT(x, y, unit);
	SAME_TEXT(x, y, per);
	SAME_TEXT(x, y, when);
	SAME_TEXT(x, y, speaker);
	SAME(x, y, value);
	SAME(x, y, start);
	SAME(x, y, end);
	SAME(x, y, has_value);
	SAME(x, y, approximate);
	SAME(x, y, bound);
	SAME(x, y, kind);
	return NULL;
}

static inline const char *
claim_differs(const struct claim *x, const struct claim *y)
{
	const char *r = NULL;

	SAME_TEXT(x, y, text);
	SAME(x, y, n);
	SAME(x, y, start);
	SAME(x, y, end);
	SAME(x, y, score);
	SAME(x, y, n_facts);
	for (size_t i = 0; r == NULL && i < x->n_facts; i++)
		r = fact_differs(&x->facts[i], &y->facts[i]);
	return r;
}

static inline const char *
lists_differ(const struct document *x, const struct document *y, enum scope scope)
{
	const char *r = NULL;

	SAME(x, y, n_paragraphs);
	SAME(x, y, n_dropped);
	SAME(x, y, n_summary);
	SAME(x, y, n_claims);
	for (size_t i = 0; r == NULL && i < x->n_paragraphs; i++)
		r = paragraph_differs(&x->paragraphs[i], &y->paragraphs[i], scope);
	for (size_t i = 0; r == NULL && i < x->n_dropped; i++)
		r = dropped_differs(&x->dropped[i], &y->dropped[i]);
	for (size_t i = 0; r == NULL && i < x->n_summary; i++)
		r = sentence_differs(&x->summary[i], &y->summary[i]);
	for (size_t i = 0; r == NULL && i < x->n_claims; i++)
		r = claim_differs(&x->claims[i], &y->claims[i]);
	return r;
}

static inline const char *
wire_differs(const struct document *x, const struct document *y)
{
	SAME(x, y, form);
	SAME_TEXT(x, y, raw);
	SAME_TEXT(x, y, warning);
	return fault_differs(&x->refused, &y->refused);
}

/* SCOPE_RECORD compares only what a record has. */
static inline const char *
document_differs(const struct document *x, const struct document *y, enum scope scope)
{
	const char *r;

	SAME_TEXT(x, y, id);
	SAME(x, y, key);
	SAME_TEXT(x, y, url);
	SAME_TEXT(x, y, fetched);
	SAME_TEXT(x, y, published);
	SAME_TEXT(x, y, title);
	SAME_TEXT(x, y, lang);
	SAME_TEXT(x, y, source.path);
	SAME(x, y, source.offset);
	SAME(x, y, source.length);
	SAME_TEXT(x, y, meta);
	SAME(x, y, duplicate.found);
	SAME(x, y, duplicate.key);
	SAME_TEXT(x, y, duplicate.id);
	SAME(x, y, duplicate.share);
	SAME(x, y, stats.paragraphs);
	SAME(x, y, stats.kept);
	SAME(x, y, stats.exact);
	SAME(x, y, stats.near);
	SAME(x, y, stats.bytes);
	r = fault_differs(&x->error, &y->error);
	if (r == NULL && scope == SCOPE_WIRE)
		r = wire_differs(x, y);
	return r != NULL ? r : lists_differ(x, y, scope);
}

/* What the header does not carry. */
static inline const char *
batch_differs(const struct batch *x, const struct batch *y)
{
	const char *r = NULL;

	SAME(x, y, token.input);
	SAME(x, y, token.offset);
	SAME_TEXT(x, y, token.state);
	SAME(x, y, n_read);
	SAME(x, y, read_bytes);
	SAME(x, y, n_earlier);
	SAME(x, y, n_documents);
	for (size_t i = 0; r == NULL && i < x->n_documents; i++)
		r = document_differs(&x->documents[i], &y->documents[i], SCOPE_WIRE);
	return r;
}

/* pseudo-random documents: SplitMix64 (Steele, Lea & Flood, OOPSLA 2014) */

struct dice {
	uint64_t state;
	struct arena *a;
};

static inline uint64_t
roll(struct dice *d)
{
	uint64_t z = d->state += 0x9E3779B97F4A7C15;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

/* 0 .. n - 1 */
static inline uint64_t
roll_below(struct dice *d, uint64_t n)
{
	return roll(d) % n;
}

/* Of any magnitude: as often of 3 bits as of 63. */
static inline uint64_t
roll_uint(struct dice *d)
{
	return roll(d) >> roll_below(d, 64);
}

static inline uint32_t
roll_uint32(struct dice *d)
{
	return (uint32_t)(roll(d) >> (32 + roll_below(d, 32)));
}

static inline int32_t
roll_int32(struct dice *d)
{
	int32_t v = (int32_t)(roll_uint32(d) >> 1);

	return roll_below(d, 2) ? v : -v - 1;
}

/* Up to `most` bytes, of all values; sizes around those where MessagePack's heads change, too. */
static inline struct span
roll_span(struct dice *d, size_t most)
{
	static const size_t edges[] = {0, 1, 31, 32, 255, 256, 65535, 65536};
	size_t n = roll_below(d, 4) == 0 ? edges[roll_below(d, 8)] : (size_t)roll_below(d, 40);
	char *p;

	n = n < most ? n : most;
	p = arena_alloc(d->a, n);
	for (size_t i = 0; i < n; i++)
		p[i] = (char)roll(d);
	return span_of(p, n);
}

static inline void
roll_hash(struct dice *d, struct hash *h)
{
	for (size_t i = 0; i < HASH_BYTES; i++)
		h->bytes[i] = (unsigned char)roll(d);
}

static inline struct span
roll_meta(struct dice *d)
{
	uint64_t n = roll_below(d, 3) == 0 ? roll_below(d, 20) : 0;
	msgpack_sbuffer b;
	msgpack_packer p;

	if (n == 0)
		return span_of(NULL, 0);
	msgpack_sbuffer_init(&b);
	msgpack_packer_init(&p, &b, msgpack_sbuffer_write);
	msgpack_pack_map(&p, n);
	for (; n > 0; n--) {
		struct span key = roll_span(d, 300);
		msgpack_pack_str_with_body(&p, key.p, key.n);
		msgpack_pack_uint64(&p, roll_uint(d));
	}
	return taken(d->a, &b);
}

static inline void
roll_paragraphs(struct dice *d, struct document *doc)
{
	size_t n = doc->n_paragraphs = roll_below(d, 20);
	struct paragraph *p = doc->paragraphs = arena_zero(d->a, n, sizeof(*p));

	for (size_t i = 0; i < n; i++) {
		p[i] = (struct paragraph){.text = roll_span(d, 70000),
		    .n = roll_uint32(d),
		    .chars = roll_uint32(d),
		    .kind = (enum kind)roll_below(d, KIND_COUNT)};
		roll_hash(d, &p[i].hash);
	}
}

static inline void
roll_dropped(struct dice *d, struct document *doc)
{
	size_t n = doc->n_dropped = roll_below(d, 18);
	struct dropped *p = doc->dropped = arena_zero(d->a, n, sizeof(*p));

	for (size_t i = 0; i < n; i++) {
		p[i] = (struct dropped){.n = roll_uint32(d),
		    .why = (enum why)roll_below(d, WHY_COUNT),
		    .owner = {.id = roll_span(d, 300), .key = roll_uint(d), .n = roll_uint32(d)}};
		roll_hash(d, &p[i].hash);
		if (roll_below(d, 2))
			p[i].text = roll_span(d, 300);
		if (p[i].why == WHY_NEAR)
			p[i].similarity = roll_int32(d);
	}
}

static inline void
roll_sentences(struct dice *d, struct document *doc)
{
	size_t n = doc->n_summary = roll_below(d, 18);
	struct sentence *s = doc->summary = arena_zero(d->a, n, sizeof(*s));

	for (size_t i = 0; i < n; i++) {
		s[i] = (struct sentence){.text = roll_span(d, 300),
		    .n = roll_uint32(d),
		    .start = roll_uint32(d),
		    .end = roll_uint32(d),
		    .score = roll_int32(d),
		    .rank = roll_uint32(d),
		    .claim = roll_int32(d),
		    .fresh = (int8_t)((int)roll_below(d, 3) - 1)};
		for (int part = 0; part < PART_COUNT; part++)
			s[i].parts[part] = roll_int32(d);
	}
}

static inline struct fact
roll_fact(struct dice *d)
{
	struct fact f = {.text = roll_span(d, 300),
	    .unit = roll_span(d, 20),
	    .per = roll_span(d, 20),
	    .when = roll_span(d, 20),
	    .speaker = roll_span(d, 40),
	    .start = roll_uint32(d),
	    .end = roll_uint32(d),
	    .has_value = roll_below(d, 2),
	    .approximate = roll_below(d, 2),
	    .bound = (enum bound)roll_below(d, BOUND_COUNT),
	    .kind = (enum fact_kind)roll_below(d, FACT_COUNT)};

	if (f.has_value)
		f.value = (int64_t)roll(d) >> roll_below(d, 64);
	return f;
}

static inline void
roll_claims(struct dice *d, struct document *doc)
{
	size_t n = doc->n_claims = roll_below(d, 18);
	struct claim *c = doc->claims = arena_zero(d->a, n, sizeof(*c));

	for (size_t i = 0; i < n; i++) {
		c[i] = (struct claim){.text = roll_span(d, 300),
		    .n = roll_uint32(d),
		    .start = roll_uint32(d),
		    .end = roll_uint32(d),
		    .score = roll_int32(d),
		    .n_facts = roll_below(d, 18)};
		c[i].facts = arena_zero(d->a, c[i].n_facts, sizeof(*c[i].facts));
		for (size_t k = 0; k < c[i].n_facts; k++)
			c[i].facts[k] = roll_fact(d);
	}
}

static inline struct fault
roll_fault(struct dice *d)
{
	if (roll_below(d, 2))
		return (struct fault){0};
	return (struct fault){.stage = SPAN("dedup"),
	    .reason = roll_span(d, 20),
	    .detail = roll_span(d, 300),
	    .attempts = roll_uint32(d)};
}

static inline struct document
roll_document(struct dice *d)
{
	struct document doc = {.id = roll_span(d, 300),
	    .key = roll_uint(d),
	    .url = roll_span(d, 300),
	    .fetched = roll_span(d, 30),
	    .published = roll_span(d, 30),
	    .title = roll_span(d, 70000),
	    .lang = roll_span(d, 8),
	    .meta = roll_meta(d),
	    .warning = roll_span(d, 300),
	    .form = (enum form)roll_below(d, 4),
	    .refused = roll_fault(d),
	    .error = roll_fault(d)};

	doc.source = (struct place){roll_span(d, 300), roll_uint(d), roll_uint(d)};
	if (roll_below(d, 2)) /* none, or of at least one paragraph */
		doc.stats = (struct stats){
		    roll_uint(d) | 1, roll_uint(d), roll_uint(d), roll_uint(d), roll_uint(d)};
	if (doc.form != FORM_NONE)
		doc.raw = roll_span(d, 70000);
	if (roll_below(d, 2))
		doc.duplicate =
		    (struct duplicate){true, roll_uint(d), roll_span(d, 300), roll_int32(d)};
	roll_paragraphs(d, &doc);
	roll_dropped(d, &doc);
	roll_sentences(d, &doc);
	roll_claims(d, &doc);
	return doc;
}

#endif
