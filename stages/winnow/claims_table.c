/*
 * claims_table - the claims of records as a table, for people or as CSV (RFC 4180): claim, value,
 * unit, per, document. One row a fact that has a value, one row for a claim without any.
 */
#include "common/json.h"
#include "common/log.h"
#include "common/utf8.h"
#include "proto/document_pack.h"
#include "proto/fields.h"
#include "proto/json_in.h"
#include "stages/winnow/commands.h"
#include "stages/winnow/plain_text.h"
#include "stages/winnow/record_files.h"

enum { VALUE_COLUMNS = 14, UNIT_COLUMNS = 12, PER_COLUMNS = 8 };

/* A record in either form, as far as the table needs it. */
struct row {
	struct span id, claim, unit, per;
	struct buf value;
	struct settings settings;
	bool titled;   /* the first line of the CSV is written */
	bool scaled;   /* numbers are in ten-thousandths: MessagePack */
	unsigned rows; /* of this claim so far */
	uint64_t n_dead_letters;
};

static void
print_cell(struct buf *out, struct span text, size_t columns)
{
	size_t n = utf8_count(text);

	plain_text_put(out, text);
	for (; n < columns; n++)
		buf_byte(out, ' ');
	buf_str(out, "  ");
}

/* A field of CSV, in quotes. */
static void
print_field(struct buf *out, struct span text, char end)
{
	struct buf field = {0};

	plain_text_put(&field, text);
	buf_byte(out, '"');
	for (size_t i = 0; i < field.n; i++) {
		if (field.p[i] == '"')
			buf_byte(out, '"');
		buf_byte(out, field.p[i]);
	}
	buf_byte(out, '"');
	buf_byte(out, end);
	buf_done(&field);
}

static int
print_csv(struct row *r)
{
	struct buf line = {0};
	int result;

	if (!r->titled)
		buf_str(&line, "claim,value,unit,per,document\r\n");
	r->titled = true;
	print_field(&line, r->claim, ',');
	buf_span(&line, buf_view(&r->value));
	buf_byte(&line, ',');
	print_field(&line, r->unit, ',');
	print_field(&line, r->per, ',');
	print_field(&line, r->id, '\r');
	buf_byte(&line, '\n');
	result = record_files_print(buf_view(&line));
	buf_done(&line);
	return result;
}

static int
print_row(struct row *r)
{
	struct buf line = {0};
	int result;

	r->rows++;
	if (r->settings.csv)
		return print_csv(r);
	print_cell(&line, buf_view(&r->value), VALUE_COLUMNS);
	print_cell(&line, r->unit, UNIT_COLUMNS);
	print_cell(&line, r->per, PER_COLUMNS);
	plain_text_put(&line, r->claim);
	buf_str(&line, "  [");
	plain_text_put(&line, r->id);
	buf_str(&line, "]\n");
	result = record_files_print(buf_view(&line));
	buf_done(&line);
	return result;
}

static int
print_value(struct row *r, const struct value *v)
{
	switch (v->type) {
	case VALUE_UINT:
		if (r->scaled && v->uint > INT64_MAX)
			return ERR_RECORD;
		if (r->scaled)
			json_decimal(&r->value, (int64_t)v->uint);
		else
			buf_uint(&r->value, v->uint);
		return 0;
	case VALUE_INT:
		if (r->scaled)
			json_decimal(&r->value, v->sint);
		else
			buf_int(&r->value, v->sint);
		return 0;
	case VALUE_FLOAT: json_double(&r->value, v->number); return 0;
	case VALUE_EXT: buf_span(&r->value, v->bytes); return 0;
	default: return ERR_RECORD;
	}
}

static int
fact_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct row *r = object;
	struct value v;

	(void)a;
	if (KEY_IS("unit"))
		return scan_str(s, &r->unit);
	if (KEY_IS("per"))
		return scan_str(s, &r->per);
	if (KEY_IS("value")) {
		TRY(scan_value(s, &v));
		return print_value(r, &v);
	}
	return scan_skip(s, NULL);
}

static int
print_facts(struct row *r, struct scan s, struct arena *a)
{
	uint32_t n;

	TRY(scan_array(&s, &n));
	while (n-- > 0) {
		r->unit = r->per = span_of(NULL, 0);
		r->value.n = 0;
		TRY(read_fields(&s, a, r, fact_field));
		if (r->value.n > 0)
			TRY(print_row(r));
	}
	return 0;
}

/* What a claim holds, found first: its text may stand behind its facts. */
struct claim_places {
	struct span text;
	struct scan facts;
};

static int
claim_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct claim_places *c = object;

	(void)a;
	if (KEY_IS("text"))
		return scan_str(s, &c->text);
	if (KEY_IS("facts"))
		c->facts = *s;
	return scan_skip(s, NULL);
}

static int
print_claims(struct row *r, struct scan s, struct arena *a)
{
	uint32_t n;

	TRY(scan_array(&s, &n));
	while (n-- > 0) {
		struct claim_places c = {.facts = scan_of(SPAN("\x90"))};

		TRY(read_fields(&s, a, &c, claim_field));
		r->claim = c.text;
		r->rows = 0;
		TRY(print_facts(r, c.facts, a));
		r->unit = r->per = span_of(NULL, 0);
		r->value.n = 0;
		if (r->rows == 0)
			TRY(print_row(r));
	}
	return 0;
}

struct record_places {
	struct span id;
	struct scan claims;
	bool has_claims, has_reason, has_raw;
};

/* A document that did not come through: its line has raw bytes and a reason instead of claims. */
static bool
is_dead_letter(const struct record_places *p)
{
	return p->has_reason && p->has_raw && !p->has_claims;
}

static int
record_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct record_places *p = object;

	(void)a;
	if (KEY_IS("id"))
		return scan_str(s, &p->id);
	if (KEY_IS("claims")) {
		p->has_claims = true;
		p->claims = *s;
	}
	p->has_reason = p->has_reason || KEY_IS("reason");
	p->has_raw = p->has_raw || KEY_IS("raw_b64");
	return scan_skip(s, NULL);
}

static int
print_one(void *object, const struct piece *piece, struct arena *a)
{
	struct record_places p = {.claims = scan_of(SPAN("\x90"))};
	struct row *row = object;
	struct buf packed = {0};
	struct span bytes = piece->raw;
	struct scan s;
	size_t replaced;
	int r;

	row->scaled = piece->form == FORM_MSGPACK;
	if (!row->scaled) {
		r = json_in(&packed, a, utf8_repair(a, piece->raw, &replaced));
		bytes = arena_copy(a, buf_view(&packed));
		buf_done(&packed);
		TRY(r);
	}
	s = scan_of(bytes);
	err_set(0, "this is no record of Winnow's");
	TRY(read_fields(&s, a, &p, record_field));
	if (is_dead_letter(&p)) {
		row->n_dead_letters++;
		return 0;
	}
	row->id = p.id;
	return print_claims(row, p.claims, a);
}

int
command_claims(int argc, char **argv)
{
	struct row row = {0};
	const struct record_command command = {
	    .name = "winnow claims",
	    .about = "Print the claims of records as a table: value, unit, per, claim, document.",
	    .taker = TAKES_CLAIMS,
	    .take = print_one,
	    .object = &row,
	    .settings = &row.settings,
	};
	int status = record_files_command(&command, argc, argv);

	if (row.n_dead_letters > 0)
		log_line(LOG_INFO, "%llu dead letters, which have no claims, were passed over",
		    (unsigned long long)row.n_dead_letters);
	buf_done(&row.value);
	return status;
}
