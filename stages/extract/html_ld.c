#include "stages/extract/html_ld.h"

#include <stdbool.h>
#include <yajl/yajl_parse.h>

#include "common/utf8.h"

enum key { KEY_OTHER, KEY_TYPE, KEY_HEADLINE, KEY_PUBLISHED };

struct object {
	struct html_ld says;
	bool is_article;
	bool is_array; /* no object: its strings belong to the one around it */
	enum key key;  /* the one in hand */
};

struct reader {
	struct arena *a;
	struct object stack[HTML_LD_DEPTH];
	unsigned depth;
	struct html_ld article, other;
};

/* The object that strings belong to; NULL outside of any. */
static struct object *
object_in_hand(struct reader *r)
{
	unsigned at = r->depth;

	while (at > 0 && r->stack[at - 1].is_array)
		at--;
	return at > 0 ? &r->stack[at - 1] : NULL;
}

static int
begin(struct reader *r, bool is_array)
{
	if (r->depth == HTML_LD_DEPTH)
		return 0;
	r->stack[r->depth++] = (struct object){.is_array = is_array};
	return 1;
}

static int
begin_map(void *state)
{
	return begin(state, false);
}

static int
begin_array(void *state)
{
	return begin(state, true);
}

static void
take(struct span *place, struct span text)
{
	if (place->n == 0)
		*place = text;
}

static int
end_map(void *state)
{
	struct reader *r = state;
	const struct object *o = &r->stack[--r->depth];

	if (o->is_article) {
		take(&r->article.headline, o->says.headline);
		take(&r->article.published, o->says.published);
	}
	take(&r->other.published, o->says.published);
	return 1;
}

static int
end_array(void *state)
{
	struct reader *r = state;

	r->depth--;
	return 1;
}

static int
take_key(void *state, const unsigned char *text, size_t n)
{
	struct reader *r = state;
	struct span key = span_of((const char *)text, n);
	struct object *o = &r->stack[r->depth - 1];

	o->key = KEY_OTHER;
	if (span_equal(key, SPAN("@type")))
		o->key = KEY_TYPE;
	else if (span_equal(key, SPAN("headline")))
		o->key = KEY_HEADLINE;
	else if (span_equal(key, SPAN("datePublished")))
		o->key = KEY_PUBLISHED;
	return 1;
}

static int
take_string(void *state, const unsigned char *text, size_t n)
{
	struct reader *r = state;
	struct span s = span_of((const char *)text, n);
	struct object *o = object_in_hand(r);
	size_t replaced;

	if (o == NULL || o->key == KEY_OTHER)
		return 1;
	if (o->key == KEY_TYPE) {
		o->is_article = o->is_article || span_ends(s, SPAN("Article")) ||
				span_ends(s, SPAN("Posting")) || span_equal(s, SPAN("Report"));
		return 1;
	}
	s = arena_copy(r->a, utf8_repair(r->a, s, &replaced));
	take(o->key == KEY_HEADLINE ? &o->says.headline : &o->says.published, s);
	return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_string = take_string,
    .yajl_start_map = begin_map,
    .yajl_map_key = take_key,
    .yajl_end_map = end_map,
    .yajl_start_array = begin_array,
    .yajl_end_array = end_array,
};

struct html_ld
html_ld_read(struct arena *a, struct span json)
{
	struct reader r = {.a = a};
	struct html_ld found;
	yajl_handle h;

	json = utf8_trim(json);
	if (json.n == 0 || json.n > HTML_LD_BYTES)
		return (struct html_ld){0};
	h = yajl_alloc(&callbacks, NULL, &r);
	yajl_parse(h, (const unsigned char *)json.p, json.n);
	yajl_free(h);
	while (r.depth > 0) { /* broken: what was found counts all the same */
		if (r.stack[r.depth - 1].is_array)
			end_array(&r);
		else
			end_map(&r);
	}
	found = r.article;
	take(&found.published, r.other.published);
	return found;
}
