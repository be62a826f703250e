#include "proto/ack.h"

#include "proto/fields.h"
#include "proto/pack.h"

/* The fields of struct counts by name: packing, reading, adding and printing all walk this. */
static const struct {
	struct span name;
	size_t at;
} fields[] = {
    {SPAN("in"), offsetof(struct counts, in)},
    {SPAN("documents"), offsetof(struct counts, documents)},
    {SPAN("records"), offsetof(struct counts, records)},
    {SPAN("refused"), offsetof(struct counts, refused)},
    {SPAN("failed"), offsetof(struct counts, failed)},
    {SPAN("skipped"), offsetof(struct counts, skipped)},
    {SPAN("filtered"), offsetof(struct counts, filtered)},
    {SPAN("earlier"), offsetof(struct counts, earlier)},
    {SPAN("paragraphs"), offsetof(struct counts, paragraphs)},
    {SPAN("kept"), offsetof(struct counts, kept)},
    {SPAN("exact"), offsetof(struct counts, exact)},
    {SPAN("near"), offsetof(struct counts, near)},
    {SPAN("bytes_in"), offsetof(struct counts, bytes_in)},
    {SPAN("bytes_out"), offsetof(struct counts, bytes_out)},
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

static uint64_t *
count_at(struct counts *c, size_t i)
{
	return (uint64_t *)((char *)c + fields[i].at);
}

static uint64_t
count_of(const struct counts *c, size_t i)
{
	return *(const uint64_t *)((const char *)c + fields[i].at);
}

void
counts_add(struct counts *a, const struct counts *b)
{
	for (size_t i = 0; i < FIELDS; i++)
		*count_at(a, i) += count_of(b, i);
}

void
counts_json(struct buf *out, const struct counts *c)
{
	for (size_t i = 0; i < FIELDS; i++) {
		buf_str(out, i == 0 ? "{\"" : ", \"");
		buf_span(out, fields[i].name);
		buf_str(out, "\": ");
		buf_uint(out, count_of(c, i));
	}
	buf_byte(out, '}');
}

static void
counts_pack(struct buf *out, const struct counts *c)
{
	mp_map(out, FIELDS);
	for (size_t i = 0; i < FIELDS; i++) {
		mp_span(out, fields[i].name);
		mp_uint64(out, count_of(c, i));
	}
}

static int
counts_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct counts *c = object;

	(void)a;
	for (size_t i = 0; i < FIELDS; i++)
		if (span_equal(key, fields[i].name))
			return scan_uint64(s, count_at(c, i));
	return scan_skip(s, NULL);
}

int
counts_unpack(struct counts *ret_counts, struct scan *s)
{
	return read_fields(s, NULL, ret_counts, counts_field);
}

void
ask_pack(struct buf *out, const struct ask *a)
{
	mp_map(out, 5);
	mp_key(out, "hello");
	mp_bool(out, a->hello);
	mp_key(out, "base");
	mp_uint64(out, a->base);
	mp_key(out, "last");
	mp_uint64(out, a->last);
	mp_key(out, "drain");
	mp_bool(out, a->drain);
	mp_key(out, "index");
	mp_uint64(out, a->index);
}

static int
ask_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct ask *ask = object;

	(void)a;
	if (KEY_IS("hello"))
		return scan_bool(s, &ask->hello);
	if (KEY_IS("base"))
		return scan_uint64(s, &ask->base);
	if (KEY_IS("last"))
		return scan_uint64(s, &ask->last);
	if (KEY_IS("drain"))
		return scan_bool(s, &ask->drain);
	if (KEY_IS("index"))
		return scan_uint64(s, &ask->index);
	return scan_skip(s, NULL);
}

int
ask_unpack(struct ask *ret_a, struct span body)
{
	struct scan s = scan_of(body);
	struct ask a = {.last = UINT64_MAX};

	TRY(read_fields(&s, NULL, &a, ask_field));
	if (scan_left(&s) > 0)
		return ERR_RECORD;
	*ret_a = a;
	return 0;
}

void
report_pack(struct buf *out, const struct report *r)
{
	mp_map(out, 11);
	mp_key(out, "run");
	mp_uint64(out, r->run);
	mp_key(out, "incarnation");
	mp_uint64(out, r->incarnation);
	mp_key(out, "next");
	mp_uint64(out, r->next);
	mp_key(out, "have");
	mp_uint64(out, r->have);
	mp_key(out, "losses");
	mp_uint64(out, r->losses);
	mp_key(out, "sources");
	mp_uint64(out, r->sources);
	mp_key(out, "index");
	mp_uint64(out, r->index);
	mp_key(out, "finished");
	mp_bool(out, r->finished);
	mp_key(out, "token");
	token_pack(out, &r->token);
	mp_key(out, "hold");
	mp_span(out, r->hold);
	mp_key(out, "counts");
	counts_pack(out, &r->counts);
}

static int
report_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct report *r = object;

	if (KEY_IS("run"))
		return scan_uint64(s, &r->run);
	if (KEY_IS("incarnation"))
		return scan_uint64(s, &r->incarnation);
	if (KEY_IS("next"))
		return scan_uint64(s, &r->next);
	if (KEY_IS("have"))
		return scan_uint64(s, &r->have);
	if (KEY_IS("losses"))
		return scan_uint64(s, &r->losses);
	if (KEY_IS("sources"))
		return scan_uint64(s, &r->sources);
	if (KEY_IS("index"))
		return scan_uint64(s, &r->index);
	if (KEY_IS("finished"))
		return scan_bool(s, &r->finished);
	if (KEY_IS("token"))
		return token_unpack(&r->token, s);
	if (KEY_IS("hold"))
		return scan_str(s, &r->hold);
	if (KEY_IS("counts"))
		return read_fields(s, a, &r->counts, counts_field);
	return scan_skip(s, NULL);
}

int
report_unpack(struct report *ret_r, struct span body)
{
	struct scan s = scan_of(body);
	struct report r = {0};

	TRY(read_fields(&s, NULL, &r, report_field));
	if (scan_left(&s) > 0)
		return ERR_RECORD;
	*ret_r = r;
	return 0;
}
