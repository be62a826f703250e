#include "proto/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/files.h"
#include "common/hash.h"
#include "common/json.h"
#include "common/utf8.h"
#include "proto/fields.h"
#include "proto/json_in.h"

#define NAME "checkpoint"

/* Sixteen digits stand between these; the checksum is of all that follows. */
static const struct span before = {"{\"checksum\": \"", 14};
static const struct span behind = {"\"", 1};

static const char *const tally_names[TALLIES] = {
    [BY_SOURCE] = "by_source",
    [BY_SITE] = "by_site",
    [BY_LANGUAGE] = "by_language",
    [BY_REASON] = "by_reason",
    [BY_FILTER] = "by_filter",
    [BY_FILTERED_TYPE] = "by_filtered_type",
    [BY_FILTERED_SITE] = "by_filtered_site",
};

enum { DIGITS = 16, ID_BYTES = 8 };

static void
print_hex(struct buf *b, uint64_t v)
{
	buf_print(b, "%016llx", (unsigned long long)v);
}

/* One line a field. */
static void
print_key(struct buf *b, const char *key)
{
	buf_print(b, ",\n \"%s\": ", key);
}

static void
print_uint(struct buf *b, const char *key, uint64_t v)
{
	print_key(b, key);
	buf_uint(b, v);
}

static void
print_id(struct buf *b, const char *key, uint64_t v)
{
	print_key(b, key);
	buf_byte(b, '"');
	print_hex(b, v);
	buf_byte(b, '"');
}

static void
print_text(struct buf *b, const char *key, struct span text)
{
	print_key(b, key);
	json_string(b, text);
}

static void
print_token(struct buf *b, const struct token *t)
{
	print_key(b, "token");
	buf_str(b, "{\"input\": ");
	buf_uint(b, t->input);
	buf_str(b, ", \"offset\": ");
	buf_uint(b, t->offset);
	buf_str(b, ", \"state\": \"");
	buf_hex(b, t->state.p, t->state.n);
	buf_str(b, "\"}");
}

static void
print_counts(struct buf *b, const struct checkpoint *c)
{
	buf_str(b, "\"totals\": ");
	counts_json(b, &c->counts);
	for (size_t i = 0; i < TALLIES; i++) {
		print_key(b, tally_names[i]);
		tally_json(b, &c->by[i]);
	}
}

void
checkpoint_counts_json(struct buf *out, const struct checkpoint *c)
{
	buf_byte(out, '{');
	print_counts(out, c);
	buf_byte(out, '}');
}

void
checkpoint_print(struct buf *out, const struct checkpoint *c)
{
	size_t start = out->n, sum = start + before.n, content = sum + DIGITS + behind.n;
	char digits[DIGITS + 1];

	buf_span(out, before);
	buf_print(out, "%0*d", DIGITS, 0);
	buf_span(out, behind);
	print_uint(out, "version", CHECKPOINT_VERSION);
	print_id(out, "run", c->run);
	print_uint(out, "next", c->next);
	print_id(out, "index", c->index);
	print_key(out, "finished");
	buf_str(out, c->finished ? "true" : "false");
	print_token(out, &c->token);
	print_text(out, "output", c->output);
	print_uint(out, "output_bytes", c->output_bytes);
	if (c->part.n > 0)
		print_text(out, "part", c->part);
	print_text(out, "dead_letters", c->dead_letters);
	print_uint(out, "dead_bytes", c->dead_bytes);
	print_text(out, "fingerprint", c->fingerprint);
	buf_str(out, ",\n ");
	print_counts(out, c);
	buf_str(out, "}\n");
	snprintf(digits, sizeof(digits), "%016llx",
	    (unsigned long long)hash64(span_of(out->p + content, out->n - content)));
	memcpy(out->p + sum, digits, DIGITS);
}

/* reading */

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Two digits a byte into bytes, which has room for half of text. */
static int
hex_bytes(unsigned char *bytes, struct span text)
{
	if (text.n % 2 != 0)
		return ERR_RECORD;
	for (size_t i = 0; i < text.n; i += 2) {
		int high = digit(text.p[i]), low = digit(text.p[i + 1]);

		if (high < 0 || low < 0)
			return ERR_RECORD;
		bytes[i / 2] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

static int
hex_id(uint64_t *ret_id, struct span text)
{
	unsigned char bytes[ID_BYTES];
	uint64_t id = 0;

	if (text.n != DIGITS)
		return ERR_RECORD;
	TRY(hex_bytes(bytes, text));
	for (size_t i = 0; i < ID_BYTES; i++)
		id = id << 8 | bytes[i];
	*ret_id = id;
	return 0;
}

static int
read_id(uint64_t *ret_id, struct scan *s)
{
	struct span text;

	TRY(scan_str(s, &text));
	return hex_id(ret_id, text);
}

static int
read_text(struct span *ret_text, struct scan *s, struct arena *a)
{
	struct span text;

	TRY(scan_str(s, &text));
	*ret_text = arena_copy(a, text);
	return 0;
}

static int
token_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct token *t = object;
	unsigned char *bytes;
	struct span text;

	if (KEY_IS("input"))
		return scan_uint64(s, &t->input);
	if (KEY_IS("offset"))
		return scan_uint64(s, &t->offset);
	if (!KEY_IS("state"))
		return scan_skip(s, NULL);
	TRY(scan_str(s, &text));
	bytes = arena_alloc(a, text.n / 2 + 1);
	TRY(hex_bytes(bytes, text));
	t->state = span_of((const char *)bytes, text.n / 2);
	return 0;
}

static int
counted_field(struct checkpoint *c, struct span key, struct scan *s)
{
	if (KEY_IS("totals"))
		return counts_unpack(&c->counts, s);
	for (size_t i = 0; i < TALLIES; i++)
		if (span_equal(key, span_str(tally_names[i])))
			return tally_unpack(&c->by[i], s);
	return scan_skip(s, NULL);
}

static int
checkpoint_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct checkpoint *c = object;

	if (KEY_IS("run"))
		return read_id(&c->run, s);
	if (KEY_IS("next"))
		return scan_uint64(s, &c->next);
	if (KEY_IS("index"))
		return read_id(&c->index, s);
	if (KEY_IS("finished"))
		return scan_bool(s, &c->finished);
	if (KEY_IS("token"))
		return read_fields(s, a, &c->token, token_field);
	if (KEY_IS("output"))
		return read_text(&c->output, s, a);
	if (KEY_IS("output_bytes"))
		return scan_uint64(s, &c->output_bytes);
	if (KEY_IS("part"))
		return read_text(&c->part, s, a);
	if (KEY_IS("dead_letters"))
		return read_text(&c->dead_letters, s, a);
	if (KEY_IS("dead_bytes"))
		return scan_uint64(s, &c->dead_bytes);
	if (KEY_IS("fingerprint"))
		return read_text(&c->fingerprint, s, a);
	return counted_field(c, key, s);
}

static int
version_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	(void)a;
	return KEY_IS("version") ? scan_uint64(s, object) : scan_skip(s, NULL);
}

static int
check_sum(struct span bytes)
{
	size_t content = before.n + DIGITS + behind.n;
	uint64_t sum;

	if (bytes.n < content || !span_starts(bytes, before) ||
	    hex_id(&sum, span_cut(bytes, before.n, before.n + DIGITS)) < 0)
		return err_set(ERR_RECORD, "it does not begin as a checkpoint");
	if (sum != hash64(span_cut(bytes, before.n + DIGITS + behind.n, bytes.n)) ||
	    bytes.p[content - 1] != '"')
		return err_set(ERR_RECORD, "its checksum is wrong");
	return 0;
}

static int
read_packed(struct checkpoint *c, struct span packed)
{
	struct scan s = scan_of(packed);
	uint64_t version = 0;

	if (read_fields(&s, NULL, &version, version_field) < 0)
		return err_set(ERR_RECORD, "it has no version");
	if (version != CHECKPOINT_VERSION)
		return err_set(ERR_RECORD, "it is of version %llu, this program knows %d",
		    (unsigned long long)version, CHECKPOINT_VERSION);
	s = scan_of(packed);
	if (read_fields(&s, &c->arena, c, checkpoint_field) < 0 || c->run == 0)
		return err_set(ERR_RECORD, "a field is not what it should be");
	return 0;
}

int
checkpoint_parse(struct checkpoint *ret_c, struct span bytes)
{
	struct checkpoint c = {0};
	struct buf packed = {0};
	int r;

	TRY(check_sum(bytes));
	if (utf8_valid(bytes) != bytes.n)
		return err_set(ERR_RECORD, "it is no UTF-8");
	r = json_in(&packed, &c.arena, bytes);
	if (r == 0)
		r = read_packed(&c, buf_view(&packed));
	buf_done(&packed);
	if (r == 0)
		*ret_c = c;
	else
		checkpoint_done(&c);
	return r;
}

static int
load(struct checkpoint *ret_c, const char *path, bool *ret_found)
{
	struct buf bytes = {0};
	int r = file_read(path, &bytes);

	if (r == 0 && checkpoint_parse(ret_c, buf_view(&bytes)) < 0)
		r = err_set(ERR_USAGE, "%s cannot be used: %s; begin anew with --restart", path,
		    err_text());
	buf_done(&bytes);
	if (r == 0 || r == ERR_STOP)
		*ret_found = r == 0;
	return r == ERR_STOP ? 0 : r;
}

int
checkpoint_load(struct checkpoint *ret_c, const char *folder, bool *ret_found)
{
	char *path;
	int r;

	if (asprintf(&path, "%s/" NAME, folder) < 0)
		return err_set(ERR_SYS, "out of memory");
	r = load(ret_c, path, ret_found);
	free(path);
	return r;
}

int
checkpoint_replace(int folder, struct span bytes)
{
	return file_replace_at(folder, NAME, bytes);
}

void
checkpoint_done(struct checkpoint *c)
{
	for (size_t i = 0; i < TALLIES; i++)
		tally_done(&c->by[i]);
	arena_done(&c->arena);
	*c = (struct checkpoint){0};
}
