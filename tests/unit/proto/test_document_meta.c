#include "document_reader.h"

/* So many maps in each other, and a value in the last. */
static void
nested_meta(struct buf *b, unsigned depth, struct span innermost)
{
	b->n = 0;
	for (unsigned i = 0; i < depth; i++)
		buf_put(b, "\x81\xA1k", 3);
	buf_span(b, innermost);
}

Test(document_meta, meta_that_nests_too_deep_is_refused)
{
	struct buf b = {0};

	nested_meta(&b, META_DEPTH, SPAN("\x05"));
	cr_assert_eq(read_pair("meta", buf_view(&b)), 0);
	nested_meta(&b, META_DEPTH + 1, SPAN("\x05"));
	cr_assert_eq(read_pair("meta", buf_view(&b)), ERR_RECORD);
	nested_meta(&b, META_DEPTH - 1, SPAN("\x90"));
	cr_assert_eq(read_pair("meta", buf_view(&b)), 0);
	nested_meta(&b, META_DEPTH, SPAN("\x90"));
	cr_assert_eq(read_pair("meta", buf_view(&b)), ERR_RECORD);
	buf_done(&b);
}

/* As MessagePack and as a JSON line: what was taken can be read again by the same programs. */
Test(document_meta, a_record_of_the_deepest_meta_can_be_read_again)
{
	static const struct span innermost[] = {SPAN("\x81\xA1k\x05"), SPAN("\x90"), SPAN("\x80")};

	for (size_t i = 0; i < sizeof(innermost) / sizeof(innermost[0]); i++) {
		struct buf meta = {0}, record = {0}, json = {0}, again = {0};
		struct document d = {.id = SPAN("a"), .source = {.path = SPAN("p")}};
		struct arena a = {0};
		size_t n;

		nested_meta(&meta, META_DEPTH - 1, innermost[i]);
		d.meta = buf_view(&meta);
		document_pack(&record, &d, SCOPE_RECORD);
		cr_assert_eq(scan_one(buf_view(&record), &n), 0, "%zu", i);
		cr_assert_eq(n, record.n);
		record_json(&json, &d);
		cr_assert_eq(json_in(&again, &a, buf_view(&json)), 0, "%zu: %s", i, err_text());
		cr_assert_eq(scan_one(buf_view(&again), &n), 0, "%zu", i);
		buf_done(&meta);
		buf_done(&record);
		buf_done(&json);
		buf_done(&again);
		arena_done(&a);
	}
}
