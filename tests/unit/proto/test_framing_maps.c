/* Records of MessagePack. */
#include "proto/framing.h"

#include "cuts.h"
#include "proto/pack.h"
#include "proto/scan.h"

Test(framing_maps, maps_of_messagepack_are_cut_one_by_one)
{
	struct cuts c;

	cuts_of(&c,
	    SPAN("\x81\xA1"
		 "a\x01"
		 "\x80"
		 "\x82\xA1"
		 "b\xA3\n{\n\xA1"
		 "c\xC0"),
	    LARGEST);
	cr_assert_eq(c.n, 3);
	is_document(&c, 0, FORM_MSGPACK, 0,
	    SPAN("\x81\xA1"
		 "a\x01"));
	is_document(&c, 1, FORM_MSGPACK, 4, SPAN("\x80"));
	is_document(&c, 2, FORM_MSGPACK, 5,
	    SPAN("\x82\xA1"
		 "b\xA3\n{\n\xA1"
		 "c\xC0"));
	cuts_done(&c);
}

Test(framing_maps, long_map_heads_are_told_from_texts)
{
	static const struct span maps[] = {SPAN("\xDE\x00\x00"), SPAN("\xDF\x00\x00\x00\x00")};
	static const struct span texts[] = {SPAN("\xDE\x93"
						 "or"),
	    SPAN("\xDF\x9F"), SPAN("\xDE"), SPAN("plain"), SPAN("[1, 2]\n"), SPAN("\"{\"")};
	struct cuts c;

	for (size_t i = 0; i < 2; i++) {
		cuts_of(&c, maps[i], LARGEST);
		is_document(&c, 0, FORM_MSGPACK, 0, maps[i]);
		cuts_done(&c);
	}
	for (size_t i = 0; i < 6; i++) {
		cuts_of(&c, texts[i], LARGEST);
		is_document(&c, 0, FORM_TEXT, 0, texts[i]);
		cuts_done(&c);
	}
}

Test(framing_maps, a_map_that_is_cut_short_is_refused)
{
	struct cuts c;

	cuts_of(&c,
	    SPAN("\x81\xA1"
		 "a\x01"
		 "\x82\xA1"
		 "b"),
	    LARGEST);
	cr_assert_eq(c.n, 2);
	is_document(&c, 0, FORM_MSGPACK, 0,
	    SPAN("\x81\xA1"
		 "a\x01"));
	is_refused(&c, 1, "bad-msgpack", 4, 3);
	cr_assert(span_equal(c.pieces[1].raw, SPAN("\x82\xA1"
						   "b")));
	cr_assert_str_eq(c.pieces[1].detail, "a record is cut short");
	cuts_done(&c);
}

Test(framing_maps, behind_what_is_no_messagepack_the_rest_is_one_refusal)
{
	struct cuts c;

	cuts_of(&c, SPAN("\x80\xC1\x80\x80"), LARGEST);
	cr_assert_eq(c.n, 2);
	is_refused(&c, 1, "bad-msgpack", 1, 3);
	cuts_done(&c);
}

Test(framing_maps, a_map_nested_too_deep_is_refused)
{
	struct buf b = {0};
	struct cuts c;

	for (int i = 0; i < SCAN_DEPTH + 1; i++)
		buf_put(&b, "\x81\xA0", 2);
	buf_byte(&b, '\x01');
	cuts_of(&c, buf_view(&b), LARGEST);
	cr_assert_eq(c.n, 1);
	is_refused(&c, 0, "bad-msgpack", 0, b.n);
	cuts_done(&c);
	cuts_of(&c, span_of(b.p + 2, b.n - 2), LARGEST);
	cr_assert(c.pieces[0].reason == NULL, "one less is not too deep");
	cuts_done(&c);
	buf_done(&b);
}

/* A map of one string, n bytes altogether, n > 70000. */
static void
put_map(struct buf *b, size_t n)
{
	mp_map(b, 1);
	mp_key(b, "a");
	mp_str(b, n - 8);
	put_times(b, 'x', n - 8);
}

Test(framing_maps, maps_go_across_blocks)
{
	static const size_t sizes[] = {100000, 262144, 1048576, 3000000, 70001};
	struct buf maps = {0};
	struct cuts c;
	size_t at = 0;

	for (size_t i = 0; i < 5; i++)
		put_map(&maps, sizes[i]);
	cuts_of(&c, buf_view(&maps), LARGEST);
	cr_assert_eq(c.n, 5);
	for (size_t i = 0; i < 5; at += sizes[i++])
		is_document(&c, i, FORM_MSGPACK, at, span_of(maps.p + at, sizes[i]));
	cuts_done(&c);
	buf_done(&maps);
}

Test(framing_maps, a_map_over_the_limit_is_refused_and_the_next_one_comes)
{
	struct buf maps = {0};
	struct cuts c;

	put_map(&maps, 100000);
	put_map(&maps, 100001);
	put_map(&maps, 80000);
	cuts_of(&c, buf_view(&maps), 100000);
	cr_assert_eq(c.n, 3);
	is_document(&c, 0, FORM_MSGPACK, 0, span_of(maps.p, 100000));
	is_refused(&c, 1, "too-large", 100000, 100001);
	is_document(&c, 2, FORM_MSGPACK, 200001, span_of(maps.p + 200001, 80000));
	cuts_done(&c);
	buf_done(&maps);
}

Test(framing_maps, a_map_far_over_the_limit_takes_the_rest_with_it)
{
	static const size_t sizes[] = {1248600, 2 << 20, 5 << 20};

	for (size_t i = 0; i < 3; i++) {
		struct buf maps = {0};
		struct cuts c;

		put_map(&maps, 100000);
		put_map(&maps, sizes[i]);
		put_map(&maps, 80000);
		cuts_of(&c, buf_view(&maps), 100000);
		cr_assert_eq(c.n, 2, "%zu pieces", c.n);
		is_refused(&c, 1, "bad-msgpack", 100000, sizes[i] + 80000);
		cr_assert(strstr(c.pieces[1].detail, "--max-document") != NULL);
		cuts_done(&c);
		buf_done(&maps);
	}
}
