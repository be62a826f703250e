#include "proto/sentence_pack.h"

#include "proto/fields.h"
#include "proto/pack.h"

/* Fewer bytes are no such element; more elements than fit into what is left are refused unread. */
enum { LEAST_SENTENCE = 64, LEAST_CLAIM = 36, LEAST_FACT = 31 };

/* The place of a sentence: what sentences and claims share. */
static void
pack_cut(struct buf *b, uint32_t n, uint32_t start, uint32_t end, struct span text)
{
	mp_key(b, "n");
	mp_uint32(b, n);
	mp_key(b, "start");
	mp_uint32(b, start);
	mp_key(b, "end");
	mp_uint32(b, end);
	mp_key(b, "text");
	mp_span(b, text);
}

/* sentence */

static void
pack_sentence(struct buf *b, const struct sentence *s)
{
	mp_map(b, 8U + (s->fresh >= 0));
	pack_cut(b, s->n, s->start, s->end, s->text);
	mp_key(b, "score");
	mp_int32(b, s->score);
	mp_key(b, "rank");
	mp_uint32(b, s->rank);
	mp_key(b, "claim");
	mp_int32(b, s->claim);
	mp_key(b, "parts");
	mp_map(b, PART_COUNT);
	for (int i = 0; i < PART_COUNT; i++) {
		mp_span(b, part_name((enum part)i));
		mp_int32(b, s->parts[i]);
	}
	if (s->fresh >= 0) {
		mp_key(b, "new");
		mp_bool(b, s->fresh > 0);
	}
}

static int
part_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct sentence *sentence = object;
	int part = part_parse(key);

	(void)a;
	return part < 0 ? scan_skip(s, NULL) : scan_int32(s, &sentence->parts[part]);
}

static int
sentence_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct sentence *sentence = object;

	if (KEY_IS("n"))
		return scan_uint32(s, &sentence->n);
	if (KEY_IS("start"))
		return scan_uint32(s, &sentence->start);
	if (KEY_IS("end"))
		return scan_uint32(s, &sentence->end);
	if (KEY_IS("text"))
		return scan_str(s, &sentence->text);
	if (KEY_IS("score"))
		return scan_int32(s, &sentence->score);
	if (KEY_IS("rank"))
		return scan_uint32(s, &sentence->rank);
	if (KEY_IS("claim"))
		return scan_int32(s, &sentence->claim);
	if (KEY_IS("parts"))
		return read_fields(s, a, sentence, part_field);
	if (KEY_IS("new")) {
		bool fresh;
		TRY(scan_bool(s, &fresh));
		sentence->fresh = fresh;
		return 0;
	}
	return scan_skip(s, NULL);
}

void
sentences_pack(struct buf *b, const struct sentence *sentences, size_t n)
{
	mp_array(b, n);
	for (size_t i = 0; i < n; i++)
		pack_sentence(b, &sentences[i]);
}

int
sentences_unpack(struct sentence **ret_sentences, size_t *ret_n, struct scan *s, struct arena *a)
{
	struct sentence *sentences;
	uint32_t n;

	TRY(read_count(s, LEAST_SENTENCE, &n));
	sentences = arena_zero(a, n, sizeof(*sentences));
	for (uint32_t i = 0; i < n; i++) {
		sentences[i].fresh = -1;
		TRY(read_element(s, a, LEAST_SENTENCE, &sentences[i], sentence_field));
	}
	*ret_sentences = sentences;
	*ret_n = n;
	return 0;
}

/* fact */

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
pack_fact(struct buf *b, const struct fact *f)
{
	size_t map = mp_map_begin(b);
	unsigned fields = 4;

	mp_key(b, "kind");
	mp_span(b, fact_name(f->kind));
	mp_key(b, "start");
	mp_uint32(b, f->start);
	mp_key(b, "end");
	mp_uint32(b, f->end);
	mp_key(b, "text");
	mp_span(b, f->text);
	if (f->has_value) {
		mp_key(b, "value");
		mp_int64(b, f->value);
		fields++;
	}
	fields += pack_text_field(b, "unit", f->unit);
	fields += pack_text_field(b, "per", f->per);
	fields += pack_text_field(b, "when", f->when);
	fields += pack_text_field(b, "speaker", f->speaker);
	if (f->approximate) {
		mp_key(b, "approximate");
		mp_bool(b, true);
		fields++;
	}
	fields += pack_text_field(b, "bound", bound_name(f->bound));
	mp_map_end(b, map, fields);
}

static int
fact_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct fact *f = object;
	int name;

	(void)a;
	if (KEY_IS("kind")) {
		TRY(read_name(s, fact_parse, &name));
		f->kind = (enum fact_kind)name;
		return 0;
	}
	if (KEY_IS("bound")) {
		TRY(read_name(s, bound_parse, &name));
		f->bound = (enum bound)name;
		return 0;
	}
	if (KEY_IS("value")) {
		f->has_value = true;
		return scan_int64(s, &f->value);
	}
	if (KEY_IS("start"))
		return scan_uint32(s, &f->start);
	if (KEY_IS("end"))
		return scan_uint32(s, &f->end);
	if (KEY_IS("text"))
		return scan_str(s, &f->text);
	if (KEY_IS("unit"))
		return scan_str(s, &f->unit);
	if (KEY_IS("per"))
		return scan_str(s, &f->per);
	if (KEY_IS("when"))
		return scan_str(s, &f->when);
	if (KEY_IS("speaker"))
		return scan_str(s, &f->speaker);
	if (KEY_IS("approximate"))
		return scan_bool(s, &f->approximate);
	return scan_skip(s, NULL);
}

/* claim */

static void
pack_claim(struct buf *b, const struct claim *c)
{
	mp_map(b, 6);
	pack_cut(b, c->n, c->start, c->end, c->text);
	mp_key(b, "score");
	mp_int32(b, c->score);
	mp_key(b, "facts");
	mp_array(b, c->n_facts);
	for (size_t i = 0; i < c->n_facts; i++)
		pack_fact(b, &c->facts[i]);
}

static int
read_facts(struct claim *c, struct scan *s, struct arena *a)
{
	uint32_t n;

	TRY(read_count(s, LEAST_FACT, &n));
	c->facts = arena_zero(a, n, sizeof(*c->facts));
	c->n_facts = n;
	for (uint32_t i = 0; i < n; i++)
		TRY(read_element(s, a, LEAST_FACT, &c->facts[i], fact_field));
	return 0;
}

static int
claim_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct claim *c = object;

	if (KEY_IS("n"))
		return scan_uint32(s, &c->n);
	if (KEY_IS("start"))
		return scan_uint32(s, &c->start);
	if (KEY_IS("end"))
		return scan_uint32(s, &c->end);
	if (KEY_IS("text"))
		return scan_str(s, &c->text);
	if (KEY_IS("score"))
		return scan_int32(s, &c->score);
	if (KEY_IS("facts"))
		return read_facts(c, s, a);
	return scan_skip(s, NULL);
}

void
claims_pack(struct buf *b, const struct claim *claims, size_t n)
{
	mp_array(b, n);
	for (size_t i = 0; i < n; i++)
		pack_claim(b, &claims[i]);
}

int
claims_unpack(struct claim **ret_claims, size_t *ret_n, struct scan *s, struct arena *a)
{
	struct claim *claims;
	uint32_t n;

	TRY(read_count(s, LEAST_CLAIM, &n));
	claims = arena_zero(a, n, sizeof(*claims));
	for (uint32_t i = 0; i < n; i++)
		TRY(read_element(s, a, LEAST_CLAIM, &claims[i], claim_field));
	*ret_claims = claims;
	*ret_n = n;
	return 0;
}
