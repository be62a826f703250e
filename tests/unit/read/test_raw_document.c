#include "stages/read/raw_document.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

static struct arena a;

static void
close_test(void)
{
	arena_done(&a);
}

TestSuite(raw_document, .fini = close_test);

Test(raw_document, is_named_by_its_place_and_its_bytes)
{
	struct piece p = {.offset = 7, .length = 6, .form = FORM_TEXT, .raw = SPAN("a text")};
	struct document first, other, moved;

	raw_document(&first, &a, SPAN("dir/a"), &p);
	cr_assert(span_starts(first.id, SPAN("dir/a@7:")), "%.*s", (int)first.id.n, first.id.p);
	cr_assert(span_equal(first.raw, SPAN("a text")));
	cr_assert_eq(first.source.length, 6);
	cr_assert(!document_is_refused(&first));
	p.raw = SPAN("a tent");
	raw_document(&other, &a, SPAN("dir/a"), &p);
	raw_document(&moved, &a, SPAN("dir/b"), &p);
	cr_assert_neq(first.key, other.key);
	cr_assert_neq(other.key, moved.key);
}

Test(raw_document, of_a_refused_piece_is_refused)
{
	struct piece p = {
	    .form = FORM_JSON, .raw = SPAN("{"), .reason = "too-large", .detail = "words"};
	struct document d;

	raw_document(&d, &a, SPAN("a"), &p);
	cr_assert(document_is_refused(&d));
	cr_assert(span_equal(d.refused.stage, SPAN("read")));
	cr_assert(span_equal(d.refused.reason, SPAN("too-large")));
	cr_assert(span_equal(d.refused.detail, SPAN("words")));
}

Test(raw_document, of_what_cannot_be_read_says_why)
{
	struct document d;

	raw_unreadable(&d, &a, SPAN("a"), ENOENT);
	cr_assert(span_equal(d.refused.reason, SPAN("unreadable")));
	cr_assert(span_equal(d.refused.detail, SPAN("No such file or directory")));
	cr_assert_eq(d.raw.n, 0);
}

Test(raw_document, of_an_entry_is_named_by_stream_entry_and_bytes)
{
	struct queue_entry e = {.id = SPAN("17-0"), .form = FORM_JSON, .raw = SPAN("{}")};
	struct document first, given, refused;
	char id[64];

	raw_entry(&first, &a, SPAN("redis://h/0?stream=s"), &e);
	snprintf(id, sizeof(id), "redis://h/0?stream=s@17-0:%016llx",
	    (unsigned long long)hash64(SPAN("{}")));
	cr_assert(span_equal(first.id, span_str(id)), "%.*s", (int)first.id.n, first.id.p);
	cr_assert(span_equal(first.source.entry, SPAN("17-0")));
	e.given = SPAN("mine");
	raw_entry(&given, &a, SPAN("redis://h/0?stream=s"), &e);
	cr_assert(span_equal(given.id, SPAN("mine")));
	cr_assert_eq(given.key, first.key);
	e.refused = "too-large";
	e.detail = "words";
	raw_entry(&refused, &a, SPAN("redis://h/0?stream=s"), &e);
	cr_assert(span_equal(refused.refused.reason, SPAN("too-large")));
	cr_assert(span_equal(refused.refused.detail, SPAN("words")));
}
