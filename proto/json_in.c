#include "proto/json_in.h"

#include <yajl/yajl_parse.h>

#include "common/utf8.h"
#include "proto/json_fast.h"
#include "proto/pack.h"
#include "proto/scan.h"

enum { HEAD_BYTES = 5, MAX_DEPTH = SCAN_DEPTH };

/* An open container: its head is written when it closes and its count is known. */
struct open {
	size_t at; /* of its HEAD_BYTES in out */
	uint64_t count;
	bool map;
};

struct parse {
	struct buf *out;
	struct open stack[MAX_DEPTH];
	unsigned depth;
	bool too_deep;
};

static void
count_one(struct parse *p)
{
	if (p->depth > 0 && !p->stack[p->depth - 1].map)
		p->stack[p->depth - 1].count++;
}

static int
take_null(void *state)
{
	struct parse *p = state;

	count_one(p);
	mp_nil(p->out);
	return 1;
}

static int
take_bool(void *state, int value)
{
	struct parse *p = state;

	count_one(p);
	mp_bool(p->out, value != 0);
	return 1;
}

static int
take_number(void *state, const char *text, size_t n)
{
	struct parse *p = state;

	count_one(p);
	json_number(p->out, span_of(text, n));
	return 1;
}

static int
take_string(void *state, const unsigned char *text, size_t n)
{
	struct parse *p = state;

	count_one(p);
	mp_span(p->out, span_of((const char *)text, n));
	return 1;
}

static int
take_key(void *state, const unsigned char *text, size_t n)
{
	struct parse *p = state;

	p->stack[p->depth - 1].count++;
	mp_span(p->out, span_of((const char *)text, n));
	return 1;
}

static int
begin(struct parse *p, bool map)
{
	count_one(p);
	if (p->depth == MAX_DEPTH) {
		p->too_deep = true;
		return 0;
	}
	p->stack[p->depth++] = (struct open){.at = p->out->n, .map = map};
	buf_room(p->out, HEAD_BYTES);
	p->out->n += HEAD_BYTES;
	return 1;
}

/* Write the head of what closes; its shortest form, so the content moves up to it. */
static int
end(struct parse *p)
{
	struct open *o = &p->stack[--p->depth];
	struct buf head = {0};
	size_t content = p->out->n - o->at - HEAD_BYTES;

	if (o->map)
		mp_map(&head, o->count);
	else
		mp_array(&head, o->count);
	memmove(p->out->p + o->at + head.n, p->out->p + o->at + HEAD_BYTES, content);
	memcpy(p->out->p + o->at, head.p, head.n);
	p->out->n = o->at + head.n + content;
	buf_done(&head);
	return 1;
}

static int
begin_map(void *state)
{
	return begin(state, true);
}

static int
begin_array(void *state)
{
	return begin(state, false);
}

static int
end_any(void *state)
{
	return end(state);
}

static const yajl_callbacks callbacks = {
    .yajl_null = take_null,
    .yajl_boolean = take_bool,
    .yajl_number = take_number,
    .yajl_string = take_string,
    .yajl_start_map = begin_map,
    .yajl_map_key = take_key,
    .yajl_end_map = end_any,
    .yajl_start_array = begin_array,
    .yajl_end_array = end_any,
};

/* The four hexadecimal digits at p, or -1. */
static int
hex4(const char *p, const char *end_)
{
	int v = 0;

	if (end_ - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int c = (unsigned char)p[i], lower = c | 0x20;
		if (c >= '0' && c <= '9')
			v = v << 4 | (c - '0');
		else if (lower >= 'a' && lower <= 'f')
			v = v << 4 | (lower - 'a' + 10);
		else
			return -1;
	}
	return v;
}

static bool
is_half(int unit, int which)
{
	return unit >= 0 && (unit & 0xFC00) == which;
}

/* Halves of surrogate pairs that stand alone become \ufffd, which yajl would make a question mark.
 */
static struct span
mend_surrogates(struct arena *a, struct span text)
{
	const char *end_ = text.p + text.n, *p = text.p;
	char *copy = NULL;

	while ((p = memchr(p, '\\', (size_t)(end_ - p))) != NULL && end_ - p >= 6) {
		int unit = p[1] == 'u' ? hex4(p + 2, end_) : -1;
		bool pair = is_half(unit, 0xD800) && end_ - p >= 12 && p[6] == '\\' &&
			    p[7] == 'u' && is_half(hex4(p + 8, end_), 0xDC00);

		if (!pair && (is_half(unit, 0xD800) || is_half(unit, 0xDC00))) {
			if (copy == NULL)
				copy = (char *)arena_copy(a, text).p;
			memcpy(copy + (p + 2 - text.p), "fffd", 4);
		}
		p += pair ? 12 : 2;
	}
	return copy == NULL ? text : span_of(copy, text.n);
}

static int
refuse(yajl_handle h, const struct parse *p, size_t at)
{
	unsigned char *why;

	if (p->too_deep)
		return err_set(ERR_RECORD, "nested more than %d deep, at byte %zu", MAX_DEPTH, at);
	why = yajl_get_error(h, 0, NULL, 0);
	err_set(ERR_RECORD, "%.*s, at byte %zu", (int)strcspn((const char *)why, "\n"),
	    (const char *)why, at);
	yajl_free_error(h, why);
	return ERR_RECORD;
}

int
json_in(struct buf *out, struct arena *a, struct span text)
{
	if (utf8_valid(text) == text.n && json_fast(out, text))
		return 0;
	return json_in_slow(out, a, text);
}

int
json_in_slow(struct buf *out, struct arena *a, struct span text)
{
	struct parse p = {.out = out};
	yajl_handle h = yajl_alloc(&callbacks, NULL, &p);
	int r = 0;

	text = mend_surrogates(a, text);
	if (yajl_parse(h, (const unsigned char *)text.p, text.n) != yajl_status_ok)
		r = refuse(h, &p, yajl_get_bytes_consumed(h));
	else if (yajl_complete_parse(h) != yajl_status_ok)
		r = refuse(h, &p, text.n);
	yajl_free(h);
	return r;
}
