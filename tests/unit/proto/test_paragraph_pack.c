#include "proto/paragraph_pack.h"

#include "samples.h"

/* The sample's lists, packed one behind the other. */
static void
pack_sample(struct buf *b, struct document *d, struct arena *a)
{
	sample_record(d, a);
	paragraphs_pack(b, d->paragraphs, d->n_paragraphs, SCOPE_WIRE);
	dropped_pack(b, d->dropped, d->n_dropped);
	key_pack(b, d->key);
}

Test(paragraph_pack, what_was_packed_reads_back)
{
	struct arena a = {0}, b = {0};
	struct document d, e = {0};
	struct buf packed = {0};
	struct scan s;

	pack_sample(&packed, &d, &a);
	s = scan_of(buf_view(&packed));
	cr_assert_eq(paragraphs_unpack(&e.paragraphs, &e.n_paragraphs, &s, &b), 0);
	cr_assert_eq(dropped_unpack(&e.dropped, &e.n_dropped, &s, &b), 0);
	cr_assert_eq(key_unpack(&s, &e.key), 0);
	cr_assert_eq(scan_left(&s), 0);
	cr_assert_eq(e.key, d.key);
	cr_assert_gt(d.n_paragraphs, 0);
	cr_assert_gt(d.n_dropped, 0);
	cr_assert_eq(e.n_paragraphs, d.n_paragraphs);
	for (size_t i = 0; i < d.n_paragraphs; i++)
		cr_assert(span_equal(e.paragraphs[i].text, d.paragraphs[i].text));
	cr_assert_eq(e.n_dropped, d.n_dropped);
	for (size_t i = 0; i < d.n_dropped; i++) {
		cr_assert_eq(e.dropped[i].owner.key, d.dropped[i].owner.key);
		cr_assert(span_equal(e.dropped[i].owner.id, d.dropped[i].owner.id));
	}
	buf_done(&packed);
	arena_done(&a);
	arena_done(&b);
}

Test(paragraph_pack, what_is_cut_short_is_refused_and_writes_nothing)
{
	struct arena a = {0}, b = {0};
	struct document d;
	struct buf packed = {0};

	sample_record(&d, &a);
	paragraphs_pack(&packed, d.paragraphs, d.n_paragraphs, SCOPE_WIRE);
	for (size_t n = 0; n < packed.n; n++) {
		struct span only = tight(span_of(packed.p, n));
		struct scan s = scan_of(only);
		struct paragraph *paragraphs = NULL;
		size_t count = 77;

		cr_assert_eq(paragraphs_unpack(&paragraphs, &count, &s, &b), ERR_RECORD);
		cr_assert(paragraphs == NULL && count == 77);
		tight_done(only);
	}
	buf_done(&packed);
	arena_done(&a);
	arena_done(&b);
}
