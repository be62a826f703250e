#include "stages/read/entry_record.h"

#include "common/buf.h"
#include "common/json.h"
#include "proto/pack.h"
#include "proto/scan.h"

static size_t
white(struct span s)
{
	size_t n = 0;

	while (n < s.n && strchr(" \t\r\n", s.p[n]) != NULL && s.p[n] != '\0')
		n++;
	return n;
}

enum form
entry_form(struct span value)
{
	size_t at = white(value);
	unsigned char first = value.n == 0 ? 0 : (unsigned char)value.p[0];

	if (at < value.n && value.p[at] == '{')
		return FORM_JSON;
	return (first & 0xF0) == 0x80 || first == 0xDE || first == 0xDF ? FORM_MSGPACK : FORM_NONE;
}

static struct span
taken(struct arena *a, struct buf *b)
{
	struct span s = arena_copy(a, buf_view(b));

	buf_done(b);
	return s;
}

/* "name": "value", and so on, without a comma at the end. */
static void
put_pairs(struct buf *b, const struct entry_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_str(b, ", ");
		json_string(b, fields[i].name);
		buf_str(b, ": ");
		json_string(b, fields[i].value);
	}
}

static struct span
splice_json(struct arena *a, struct span raw, const struct entry_field *fields, size_t n)
{
	struct span rest = span_cut(raw, white(raw) + 1, raw.n);
	size_t at = white(rest);
	struct buf b = {0};

	buf_byte(&b, '{');
	put_pairs(&b, fields, n);
	if (at < rest.n && rest.p[at] != '}')
		buf_str(&b, ", ");
	buf_span(&b, rest);
	return taken(a, &b);
}

static struct span
splice_map(struct arena *a, struct span raw, const struct entry_field *fields, size_t n)
{
	struct scan s = scan_of(raw);
	struct buf b = {0};
	uint32_t pairs;

	if (scan_map(&s, &pairs) < 0)
		return raw;
	mp_map(&b, (uint32_t)(pairs + n));
	for (size_t i = 0; i < n; i++) {
		mp_span(&b, fields[i].name);
		mp_span(&b, fields[i].value);
	}
	buf_put(&b, s.p, scan_left(&s));
	return taken(a, &b);
}

struct span
entry_splice(
    struct arena *a, enum form form, struct span raw, const struct entry_field *fields, size_t n)
{
	if (n == 0 || entry_form(raw) != form)
		return raw;
	if (form == FORM_JSON)
		return splice_json(a, raw, fields, n);
	return form == FORM_MSGPACK ? splice_map(a, raw, fields, n) : raw;
}

/* The field that is the record, or n. */
static size_t
whole_record(const struct entry_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool named = n == 1 || span_equal(fields[i].name, SPAN("record")) ||
			     span_equal(fields[i].name, SPAN("json"));

		if (named && entry_form(fields[i].value) != FORM_NONE)
			return i;
	}
	return n;
}

void
entry_from_fields(
    struct queue_entry *e, struct arena *a, const struct entry_field *fields, size_t n)
{
	size_t whole = whole_record(fields, n);
	struct entry_field *others;

	if (whole == n) {
		struct buf b = {0};

		buf_byte(&b, '{');
		put_pairs(&b, fields, n);
		buf_byte(&b, '}');
		e->form = FORM_JSON;
		e->raw = taken(a, &b);
		return;
	}
	others = arena_alloc(a, n * sizeof(*others));
	memcpy(others, fields, whole * sizeof(*others));
	memcpy(others + whole, fields + whole + 1, (n - whole - 1) * sizeof(*others));
	e->form = entry_form(fields[whole].value);
	e->raw = entry_splice(a, e->form, fields[whole].value, others, n - 1);
}

void
entry_from_value(struct queue_entry *e, struct span value)
{
	enum form form = entry_form(value);

	e->form = form == FORM_NONE ? FORM_JSON : form;
	e->raw = value;
}

void
entry_too_large(struct queue_entry *e, struct arena *a, uint64_t bytes, uint64_t limit)
{
	e->refused = "too-large";
	e->detail = arena_print(a, "%llu bytes, over --max-document %llu",
	    (unsigned long long)bytes, (unsigned long long)limit)
			.p;
	e->raw = span_of(NULL, 0);
}
