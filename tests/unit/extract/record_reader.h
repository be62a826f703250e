/*
 * record_reader - a record in the hands of a test: read, or refused.
 */
#ifndef WINNOW_RECORD_READER_H
#define WINNOW_RECORD_READER_H

#include <criterion/criterion.h>
#include <stdlib.h>

#include "proto/document_pack.h"
#include "proto/json_in.h"
#include "proto/pack.h"
#include "proto/record_json.h"
#include "stages/extract/paragraphs.h"
#include "stages/extract/record.h"

/* A record that was read, or was not. */
struct read {
	struct arena arena;
	struct buf packed; /* the record, if it came as JSON; spans point into it */
	struct document d;
	struct body body;
	size_t replaced;
	int result;
};

static inline void
read_bytes(struct read *r, struct span bytes, const char *map)
{
	struct buf packed = r->packed;
	struct renames renames;

	*r =
	    (struct read){.packed = packed, .d = {.id = SPAN("path@0:0123456789abcdef"), .key = 7}};
	err_set(0, "an old message");
	cr_assert_eq(renames_parse(&renames, map), 0, "%s", err_text());
	r->result = record_read(&r->d, &r->body, &r->replaced, &r->arena, bytes, &renames);
	free(renames.list);
}

static inline void
read_mapped(struct read *r, const char *json, const char *map)
{
	struct arena a = {0};

	r->packed = (struct buf){0};
	cr_assert_eq(json_in(&r->packed, &a, span_str(json)), 0, "%s: %s", json, err_text());
	arena_done(&a);
	read_bytes(r, buf_view(&r->packed), map);
}

static inline void
read_json(struct read *r, const char *json)
{
	read_mapped(r, json, NULL);
	cr_assert_eq(r->result, 0, "%s: %s", json, err_text());
}

static inline void
read_done(struct read *r)
{
	arena_done(&r->arena);
	buf_done(&r->packed);
}

static inline void
is(struct span got, const char *expected)
{
	cr_assert(span_equal(got, span_str(expected)), "'%.*s' instead of '%s'", (int)got.n, got.p,
	    expected);
}

/* The document's meta, printed as JSON. */
static inline void
meta_is(const struct read *r, const char *expected)
{
	struct buf b = {0};
	struct scan s = scan_of(r->d.meta);

	if (r->d.meta.n > 0) {
		cr_assert_eq(value_json(&b, &s), 0);
		cr_assert_eq(scan_left(&s), 0);
	}
	is(buf_view(&b), expected);
	buf_done(&b);
}

static inline void
is_refused(const char *json, const char *why)
{
	struct read r;

	read_mapped(&r, json, NULL);
	cr_assert_eq(r.result, ERR_RECORD, "%s", json);
	cr_assert(
	    strstr(err_text(), why) != NULL, "%s: '%s' does not say '%s'", json, err_text(), why);
	is(r.d.id, "path@0:0123456789abcdef");
	cr_assert_eq(r.d.title.n + r.d.meta.n + r.d.url.n, 0, "a failure wrote into the document");
	cr_assert(!r.body.has_text && !r.body.has_paragraphs);
	read_done(&r);
}

#endif
