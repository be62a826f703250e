/* What an input is, by its first bytes. */
#include "cuts.h"
#include "proto/framing.h"
#include "tests/unit/packing.h"

static void
is_filtered(struct span s, const char *type)
{
	struct cuts c;

	cuts_of(&c, s, LARGEST);
	cr_assert_eq(c.n, 1);
	cr_assert_null(c.pieces[0].reason);
	cr_assert(span_equal(c.pieces[0].filtered, SPAN("mime")));
	cr_assert(span_equal(c.pieces[0].mime, span_str(type)));
	cr_assert_eq(c.pieces[0].raw.n, 0);
	cr_assert_eq(c.pieces[0].length, s.n);
	cuts_done(&c);
}

Test(framing_detect, images_and_the_like_are_no_texts)
{
	is_filtered(SPAN("\x89PNG\r\n\x1A\n0000"), "image/png");
	is_filtered(SPAN("\xFF\xD8\xFF\xE0"), "image/jpeg");
	is_filtered(SPAN("%PDF-1.7\nand more"), "application/pdf");
	is_filtered(SPAN("RIFF1234WEBPVP8 "), "image/webp");
}

Test(framing_detect, what_may_hold_texts_but_cannot_be_read_is_refused)
{
	struct cuts c;

	cuts_of(&c, SPAN("BZh91AY&SY"), LARGEST);
	cr_assert_eq(c.n, 1);
	is_refused(&c, 0, "unsupported", 0, 10);
	cuts_done(&c);
}

static const char quoted[] =
    "A head:\r\n\r\nWARC/1.0\r\nWARC-Record-ID: <a>\r\nContent-Length: 3\r\n\r\n"
    "abc and what it means";

Test(framing_detect, names_of_formats_in_a_text_are_text)
{
	const char *const texts[] = {"WARC/1.0 is a format, and filedesc: a word", "What is WEBP?",
	    "The ftyp box", "BZhang wrote this", quoted};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct cuts c;

		cuts_of(&c, span_str(texts[i]), LARGEST);
		cr_assert_eq(c.n, 1);
		cr_assert_eq(c.pieces[0].form, FORM_TEXT, "%s", texts[i]);
		cr_assert_eq(c.pieces[0].filtered.n, 0, "%s", texts[i]);
		cr_assert_null(c.pieces[0].reason, "%s", texts[i]);
		cr_assert_not(c.pieces[0].archived);
		cuts_done(&c);
	}
}

#define RECORD(id)                                                  \
	"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <" id \
	">\r\nContent-Length: 4\r\n\r\ntext\r\n\r\n"

Test(framing_detect, a_warc_is_known_though_its_first_record_is_damaged)
{
	static const struct span damaged[] = {SPAN("WARK" RECORD("a") RECORD("b")),
	    SPAN("\0\xFF: 7\r\n\r\nrest\r\n\r\n" RECORD("b") RECORD("c")),
	    SPAN("Content-Length: 4\r\n\r\ntext\r\n\r\n" RECORD("b"))};

	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		struct cuts c;

		cuts_of(&c, damaged[i], LARGEST);
		cr_assert_eq(c.n, i == 1 ? 3 : 2, "%zu", i);
		cr_assert_str_eq(c.pieces[0].reason, "damaged");
		cr_assert(span_equal(c.pieces[1].head.id, SPAN("b")));
		cuts_done(&c);
	}
}

/* Two members of gzip with a record each; the first is `lost` bytes shorter at its start. */
static struct span
clipped_warc(struct buf *b, size_t lost)
{
	size_t n;

	pack_gzip(b, SPAN(RECORD("a")));
	n = b->n;
	cr_assert_lt(lost, n);
	pack_gzip(b, SPAN(RECORD("b")));
	pack_gzip(b, SPAN(RECORD("c")));
	return span_cut(buf_view(b), lost, b->n);
}

Test(framing_detect, a_warc_gz_whose_first_header_is_clipped_goes_on_at_the_second_member)
{
	for (size_t lost = 1; lost < 30; lost++) {
		struct buf b = {0};
		struct span s = clipped_warc(&b, lost);
		struct cuts c;

		cuts_of(&c, s, LARGEST);
		cr_assert_eq(c.n, 3, "%zu lost: %zu pieces", lost, c.n);
		cr_assert_str_eq(c.pieces[0].reason, "damaged");
		cr_assert(strstr(c.pieces[0].detail, "it goes on at") != NULL);
		cr_assert(span_equal(c.pieces[1].head.id, SPAN("b")));
		cr_assert(span_equal(c.pieces[2].head.id, SPAN("c")));
		cuts_done(&c);
		buf_done(&b);
	}
}

Test(framing_detect, any_damage_to_the_first_header_of_a_warc_gz_is_one_piece)
{
	for (size_t at = 0; at < 4; at++) {
		struct buf b = {0};
		struct span s = clipped_warc(&b, 0);
		struct cuts c;

		((char *)s.p)[at] ^= (char)0xE7;
		cuts_of(&c, s, LARGEST);
		cr_assert_eq(c.n, 3, "byte %zu: %zu pieces", at, c.n);
		cr_assert_str_eq(c.pieces[0].reason, "damaged");
		cr_assert(span_equal(c.pieces[1].head.id, SPAN("b")));
		cuts_done(&c);
		buf_done(&b);
	}
}

/* Bytes as a cipher or a coder makes them. */
static void
put_random(struct buf *b, size_t n)
{
	uint64_t x = 88172645463325252u;

	for (size_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		buf_byte(b, (char)(x >> 32));
	}
}

Test(framing_detect, random_bytes_are_refused)
{
	struct buf b = {0};
	struct cuts c;

	put_random(&b, 300000);
	cuts_of(&c, buf_view(&b), LARGEST);
	cr_assert_eq(c.n, 1);
	is_refused(&c, 0, "unsupported", 0, 300000);
	cuts_done(&c);
	buf_done(&b);
}

/* 8-bit, double-byte and UTF-16 texts, without a mark, the last with many controls. */
Test(framing_detect, texts_in_any_charset_are_no_random_bytes)
{
	static const struct span texts[] = {SPAN("\xCF\xF0\xE8\xE2\xE5\xF2 "),
	    SPAN("\x93\xFA\x96{\x8C\xEA\x82\xCC"), SPAN("e\x67,g\x9E\x8A\x87\x65\x12N\x01N"),
	    SPAN("\x1F\x04@\x048\x042\x045\x04"), SPAN("a\0\xE9\0\x01\0")};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buf b = {0};
		struct cuts c;

		for (size_t k = 0; k < 100; k++)
			buf_span(&b, texts[i]);
		cuts_of(&c, buf_view(&b), LARGEST);
		cr_assert_eq(c.n, 1, "%zu", i);
		cr_assert_null(c.pieces[0].reason, "%zu", i);
		cuts_done(&c);
		buf_done(&b);
	}
}

Test(framing_detect, line_ends_before_the_first_record_are_nothing)
{
	struct cuts c;

	cuts_of(&c, SPAN("\r\n\r\n" RECORD("a")), LARGEST);
	cr_assert_eq(c.n, 1);
	cr_assert_null(c.pieces[0].reason);
	cr_assert(span_equal(c.pieces[0].head.id, SPAN("a")));
	cuts_done(&c);
}
