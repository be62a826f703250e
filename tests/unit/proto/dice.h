/*
 * dice - pseudo-random documents.
 *
 * Source: SplitMix64, in Steele, Lea & Flood, "Fast splittable pseudorandom number generators",
 *         OOPSLA 2014.
 */
#ifndef WINNOW_DICE_H
#define WINNOW_DICE_H

#include "msgpack_peer.h"
#include "proto/document.h"

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

	doc.source.path = roll_span(d, 300);
	doc.source.entry = roll_below(d, 2) ? roll_span(d, 40) : span_of(NULL, 0);
	if (doc.source.entry.n == 0) {
		doc.source.offset = roll_uint(d);
		doc.source.length = roll_uint(d);
	}
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
