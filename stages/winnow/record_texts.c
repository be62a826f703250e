#include "stages/winnow/record_texts.h"

#include <stdlib.h>

#include "common/utf8.h"
#include "proto/fields.h"
#include "proto/json_in.h"
#include "proto/key.h"

/* A record while it is read; the lists are read when the rest is known. */
struct record {
	struct record_text text;
	struct scan kept, dropped;
	bool scaled; /* numbers are in ten-thousandths: MessagePack */
};

static int
read_key(struct scan *s, uint64_t *ret_key)
{
	struct span digits;

	TRY(scan_str(s, &digits));
	return key_parse(digits, ret_key) ? 0 : ERR_RECORD;
}

static int
owner_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct record_text *t = object;

	(void)a;
	if (KEY_IS("key"))
		return read_key(s, &t->owner_key);
	if (KEY_IS("id"))
		return scan_str(s, &t->owner_id);
	if (KEY_IS("n"))
		return scan_uint32(s, &t->owner_n);
	return scan_skip(s, NULL);
}

static int
read_similarity(struct record *r, struct scan *s)
{
	struct value v;

	TRY(scan_value(s, &v));
	if (v.type == VALUE_UINT && v.uint <= 10000)
		r->text.similarity = (int32_t)v.uint * (r->scaled ? 1 : 10000);
	else if (v.type == VALUE_FLOAT && v.number >= 0 && v.number <= 1)
		r->text.similarity = (int32_t)(v.number * 10000 + 0.5);
	else
		return ERR_RECORD;
	return 0;
}

static int
text_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct record *r = object;
	struct span why;

	if (KEY_IS("n"))
		return scan_uint32(s, &r->text.n);
	if (KEY_IS("text"))
		return scan_str(s, &r->text.text);
	if (KEY_IS("similarity"))
		return read_similarity(r, s);
	if (KEY_IS("owner"))
		return read_fields(s, a, &r->text, owner_field);
	if (KEY_IS("why")) {
		TRY(scan_str(s, &why));
		r->text.near = span_equal(why, SPAN("near"));
		return 0;
	}
	return scan_skip(s, NULL);
}

static int
tell(struct record *r, struct scan list, struct arena *a, text_taker *take, void *object)
{
	const struct record_text document = r->text;
	uint32_t n;

	TRY(scan_array(&list, &n));
	while (n-- > 0) {
		r->text = (struct record_text){.id = document.id, .key = document.key};
		TRY(read_fields(&list, a, r, text_field));
		TRY(take(object, &r->text));
	}
	return 0;
}

static int
record_field(void *object, struct span key, struct scan *s, struct arena *a)
{
	struct record *r = object;

	(void)a;
	if (KEY_IS("id"))
		return scan_str(s, &r->text.id);
	if (KEY_IS("key"))
		return read_key(s, &r->text.key);
	if (KEY_IS("paragraphs"))
		r->kept = *s;
	if (KEY_IS("dropped"))
		r->dropped = *s;
	return scan_skip(s, NULL);
}

int
record_texts(const struct piece *piece, struct arena *a, text_taker *take, void *object)
{
	struct record r = {.kept = scan_of(SPAN("\x90")), .dropped = scan_of(SPAN("\x90"))};
	struct span bytes = piece->raw;
	struct buf packed = {0};
	struct scan s;
	size_t replaced;
	int e = 0;

	r.scaled = piece->form == FORM_MSGPACK;
	if (!r.scaled) {
		e = json_in(&packed, a, utf8_repair(a, piece->raw, &replaced));
		bytes = arena_copy(a, buf_view(&packed));
		buf_done(&packed);
	}
	TRY(e);
	s = scan_of(bytes);
	err_set(0, "this is no record of Winnow's");
	TRY(read_fields(&s, a, &r, record_field));
	TRY(tell(&r, r.kept, a, take, object));
	return tell(&r, r.dropped, a, take, object);
}

int
record_place_parse(const char *text, uint64_t *ret_key, uint32_t *ret_n)
{
	struct span s = span_str(text);
	char *end = NULL;
	unsigned long n;

	if (s.n > KEY_DIGITS + 1 && s.p[KEY_DIGITS] == '#' && s.p[KEY_DIGITS + 1] >= '0' &&
	    s.p[KEY_DIGITS + 1] <= '9' && key_parse(span_cut(s, 0, KEY_DIGITS), ret_key)) {
		n = strtoul(text + KEY_DIGITS + 1, &end, 10);
		*ret_n = (uint32_t)n;
		if (*end == '\0' && n < UINT32_MAX)
			return 0;
	}
	return err_set(ERR_USAGE,
	    "'%s' is no place: the key of a record, # and the number of a paragraph, as "
	    "b3d16887420b79b4#3",
	    text);
}
