#include "stages/read/raw_document.h"

#include <criterion/criterion.h>
#include <errno.h>

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
