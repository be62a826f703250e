/*
 * samples - what the tests of this room pack, print and send: a batch with one of every field; and
 * what they do with it: golden files, comparison, dice, and MessagePack by msgpack-c.
 */
#ifndef WINNOW_SAMPLES_H
#define WINNOW_SAMPLES_H

#include "dice.h"
#include "differs.h"
#include "golden.h"
#include "msgpack_peer.h"
#include "proto/batch.h"
#include "proto/document_pack.h"
#include "proto/header.h"
#include "proto/record_json.h"

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
	    .parts = {[PART_POSITION] = 10000},
	    .fresh = 0};
	s[1] = (struct sentence){.text = span_cut(text, 0, end),
	    .n = 1,
	    .end = (uint32_t)end,
	    .score = 8312,
	    .rank = 1,
	    .claim = 4017,
	    .parts = {[PART_POSITION] = 2000,
		[PART_CENTRALITY] = 4000,
		[PART_TITLE] = 1000,
		[PART_FACTS] = 1312},
	    .fresh = -1};
	s[2] = (struct sentence){.text = span_cut(text, end + 1, text.n),
	    .n = 1,
	    .start = (uint32_t)end + 1,
	    .end = (uint32_t)text.n,
	    .score = -250,
	    .rank = 2,
	    .claim = 0,
	    .parts = {[PART_CENTRALITY] = -300, [PART_TITLE] = 50},
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
	    .warc = {.record = SPAN("urn:uuid:5f6e"),
		.date = SPAN("2024-02-29T09:12:00Z"),
		.digest = SPAN("sha1:ABCD"),
		.mime = SPAN("text/html"),
		.revisit = SPAN("urn:uuid:0a1b"),
		.status = 200},
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
	    .type = SPAN("text/plain; charset=utf-8"),
	    .filtered = SPAN("length"),
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

#endif
