#include "proto/framing.h"

#include <stdio.h>

#include "cuts.h"

/* texts */

Test(framing, a_text_is_one_document)
{
	struct cuts c;

	cuts_of(&c, SPAN("one line\n\nand another\n"), LARGEST);
	cr_assert_eq(c.n, 1);
	is_document(&c, 0, FORM_TEXT, 0, SPAN("one line\n\nand another\n"));
	cuts_done(&c);
}

Test(framing, a_byte_order_mark_is_no_text)
{
	struct cuts c;

	cuts_of(&c, SPAN("\xEF\xBB\xBFtext"), LARGEST);
	cr_assert_eq(c.n, 1);
	is_document(&c, 0, FORM_TEXT, 3, SPAN("text"));
	cuts_done(&c);
	cuts_of(&c, SPAN("\xEF\xBB\xBF{\"a\": 1}\n"), LARGEST);
	cr_assert_eq(c.n, 1);
	is_document(&c, 0, FORM_JSON, 3, SPAN("{\"a\": 1}"));
	cuts_done(&c);
}

Test(framing, an_empty_input_is_an_empty_text_or_nothing)
{
	struct cuts c;

	cuts_open(&c, LARGEST);
	cuts_add(&c, fd_of(SPAN("")), FORM_NONE, true);
	cr_assert_eq(c.n, 1);
	is_document(&c, 0, FORM_TEXT, 0, SPAN(""));
	cuts_add(&c, fd_of(SPAN("")), FORM_NONE, false);
	cuts_add(&c, fd_of(SPAN("")), FORM_JSON, false);
	cuts_add(&c, fd_of(SPAN("")), FORM_MSGPACK, true);
	cr_assert_eq(c.n, 1, "%zu pieces", c.n);
	cuts_done(&c);
}

Test(framing, white_space_is_a_text)
{
	struct cuts c;

	cuts_of(&c, SPAN(" \n\t\n"), LARGEST);
	cr_assert_eq(c.n, 1);
	is_document(&c, 0, FORM_TEXT, 0, SPAN(" \n\t\n"));
	cuts_done(&c);
}

Test(framing, a_text_over_the_limit_is_refused_with_its_length)
{
	struct buf text = {0};
	struct cuts c;

	put_times(&text, 'x', 3 << 20);
	cuts_of(&c, buf_view(&text), 3 << 20);
	cr_assert_eq(c.n, 1);
	is_document(&c, 0, FORM_TEXT, 0, buf_view(&text));
	cuts_done(&c);
	cuts_of(&c, buf_view(&text), (3 << 20) - 1);
	cr_assert_eq(c.n, 1);
	is_refused(&c, 0, "too-large", 0, 3 << 20);
	cr_assert_eq(c.pieces[0].raw.n, 0);
	cr_assert(strstr(c.pieces[0].detail, "over --max-document 3145727") != NULL, "%s",
	    c.pieces[0].detail);
	cuts_done(&c);
	cuts_of(&c, SPAN("12345"), 4);
	cr_assert_eq(c.n, 1);
	is_refused(&c, 0, "too-large", 0, 5);
	cuts_done(&c);
	buf_done(&text);
}

Test(framing, a_text_larger_than_a_block_is_whole)
{
	struct buf text = {0};
	struct cuts c;

	for (unsigned i = 0; i < 1000000; i++)
		buf_print(&text, "%u ", i);
	cuts_of(&c, buf_view(&text), LARGEST);
	cr_assert_eq(c.n, 1);
	is_document(&c, 0, FORM_TEXT, 0, buf_view(&text));
	cuts_done(&c);
	buf_done(&text);
}

/* lines of JSON */

Test(framing, each_line_is_a_document_at_its_place)
{
	struct cuts c;

	cuts_of(&c, SPAN("{\"a\": 1}\n{\"b\": 2}\n{}\n"), LARGEST);
	cr_assert_eq(c.n, 3);
	is_document(&c, 0, FORM_JSON, 0, SPAN("{\"a\": 1}"));
	is_document(&c, 1, FORM_JSON, 9, SPAN("{\"b\": 2}"));
	is_document(&c, 2, FORM_JSON, 18, SPAN("{}"));
	cuts_done(&c);
}

Test(framing, the_last_line_needs_no_end)
{
	struct cuts c;

	cuts_of(&c, SPAN("{\"a\": 1}\n{\"b\": 2}"), LARGEST);
	cr_assert_eq(c.n, 2);
	is_document(&c, 1, FORM_JSON, 9, SPAN("{\"b\": 2}"));
	cuts_done(&c);
}

Test(framing, a_carriage_return_belongs_to_the_end_of_the_line)
{
	struct cuts c;

	cuts_of(&c, SPAN("{\"a\": 1}\r\n{\"b\": 2}\r\n{\"c\": 3}\r"), LARGEST);
	cr_assert_eq(c.n, 3);
	is_document(&c, 0, FORM_JSON, 0, SPAN("{\"a\": 1}"));
	is_document(&c, 1, FORM_JSON, 10, SPAN("{\"b\": 2}"));
	is_document(&c, 2, FORM_JSON, 20, SPAN("{\"c\": 3}"));
	cuts_done(&c);
}

Test(framing, blank_lines_are_no_documents)
{
	struct cuts c;

	cuts_of(&c, SPAN("\n \r\n{\"a\": 1}\n\n\t \n{\"b\": 2}\n\n"), LARGEST);
	cr_assert_eq(c.n, 2);
	is_document(&c, 0, FORM_JSON, 4, SPAN("{\"a\": 1}"));
	is_document(&c, 1, FORM_JSON, 17, SPAN("{\"b\": 2}"));
	cuts_done(&c);
}

Test(framing, a_line_that_is_no_record_is_still_a_line)
{
	struct cuts c;

	cuts_of(&c, SPAN("{\"a\": 1}\nno record\n\x80\n"), LARGEST);
	cr_assert_eq(c.n, 3, "extract refuses them");
	is_document(&c, 1, FORM_JSON, 9, SPAN("no record"));
	cuts_done(&c);
}

Test(framing, lines_go_across_blocks)
{
	static const size_t sizes[] = {1, 100000, 262144, 300000, 1048576, 3000000, 17, 1048575, 5};
	struct buf lines = {0};
	struct cuts c;
	size_t at = 0;

	for (size_t i = 0; i < 9; i++) {
		buf_byte(&lines, '{');
		put_times(&lines, (char)('a' + i), sizes[i]);
		buf_byte(&lines, '\n');
	}
	cuts_of(&c, buf_view(&lines), LARGEST);
	cr_assert_eq(c.n, 9);
	for (size_t i = 0; i < 9; i++) {
		is_document(&c, i, FORM_JSON, at, span_of(lines.p + at, sizes[i] + 1));
		at += sizes[i] + 2;
	}
	cuts_done(&c);
	buf_done(&lines);
}

Test(framing, a_line_over_the_limit_is_refused_with_its_place_and_the_next_one_comes)
{
	static const size_t sizes[] = {101, 5000, 300000, 2 << 20};

	for (size_t i = 0; i < 4; i++) {
		struct buf lines = {0};
		struct cuts c;

		buf_str(&lines, "{\"a\": 1}\n");
		put_times(&lines, 'x', sizes[i]);
		buf_str(&lines, "\n{\"b\": 2}\n");
		put_times(&lines, 'y', 100);
		buf_str(&lines, "\n");
		put_times(&lines, 'z', sizes[i]);
		cuts_of(&c, buf_view(&lines), 100);
		cr_assert_eq(c.n, 5, "%zu pieces with a line of %zu", c.n, sizes[i]);
		is_document(&c, 0, FORM_JSON, 0, SPAN("{\"a\": 1}"));
		is_refused(&c, 1, "too-large", 9, sizes[i]);
		is_document(&c, 2, FORM_JSON, 10 + sizes[i], SPAN("{\"b\": 2}"));
		cr_assert_eq(c.pieces[3].length, 100, "a line of just the limit is none over it");
		cr_assert(c.pieces[3].reason == NULL);
		is_refused(&c, 4, "too-large", 120 + sizes[i], sizes[i]);
		cuts_done(&c);
		buf_done(&lines);
	}
}

/* forms that are given */

Test(framing, a_form_that_is_given_is_not_looked_for)
{
	struct cuts c;

	cuts_open(&c, LARGEST);
	cuts_add(&c, fd_of(SPAN("{\"a\": 1}\n{}\n")), FORM_TEXT, true);
	is_document(&c, 0, FORM_TEXT, 0, SPAN("{\"a\": 1}\n{}\n"));
	cuts_add(&c, fd_of(SPAN("a\nb\n")), FORM_JSON, true);
	is_document(&c, 1, FORM_JSON, 0, SPAN("a"));
	is_document(&c, 2, FORM_JSON, 2, SPAN("b"));
	cuts_add(&c, fd_of(SPAN("\x05")), FORM_MSGPACK, true);
	is_document(&c, 3, FORM_MSGPACK, 0, SPAN("\x05"));
	cr_assert_eq(c.n, 4);
	cuts_done(&c);
}

Test(framing, a_page_is_known_by_its_first_bytes)
{
	static const struct span pages[] = {SPAN("<!DOCTYPE html><p>x"), SPAN(" \n<html lang=en>"),
	    SPAN("<HEAD>"), SPAN("<!-- x --><p>y"), SPAN("<p>x</p>"), SPAN("<h1>x"),
	    SPAN("<?xml version=\"1.0\"?>\n<html xmlns=\"x\">"), SPAN("\xFF\xFE<\0h\0t\0m\0l\0>\0"),
	    SPAN("\0<\0b\0r\0>")};
	static const struct span others[] = {SPAN("x <p>y</p>"), SPAN("<"), SPAN("<p"),
	    SPAN("<pq>x"), SPAN("< p>"), SPAN("<!x>"), SPAN("<?xml version=\"1.0\"?><rss>"),
	    SPAN("<3 you")};

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		struct cuts c;

		cuts_of(&c, pages[i], LARGEST);
		is_document(&c, 0, FORM_HTML, 0, pages[i]);
		cuts_done(&c);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct cuts c;

		cuts_of(&c, others[i], LARGEST);
		is_document(&c, 0, FORM_TEXT, 0, others[i]);
		cuts_done(&c);
	}
}

/* memory */

Test(framing, pieces_live_on_when_their_input_is_closed)
{
	struct cuts c;
	char text[32];

	cuts_open(&c, LARGEST);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "text number %u", i);
		cuts_add(&c, fd_of(span_str(text)), FORM_NONE, true);
	}
	cr_assert_eq(c.n, 1000);
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "text number %u", i);
		is_document(&c, i, FORM_TEXT, 0, span_str(text));
	}
	cr_assert(c.f.old == NULL, "small inputs share a block");
	cuts_done(&c);
}

Test(framing, goes_on_after_a_release_also_behind_large_documents)
{
	static const size_t sizes[] = {3 << 20, 10, 2 << 20, 100, 300000};
	struct buf lines = {0};
	struct framing f;
	struct piece piece;
	size_t at = 0;

	for (size_t i = 0; i < 5; i++) {
		buf_byte(&lines, '{');
		put_times(&lines, (char)('a' + i), sizes[i]);
		buf_byte(&lines, '\n');
	}
	framing_open(&f, LARGEST);
	cr_assert_eq(framing_begin(&f, fd_of(buf_view(&lines)), FORM_NONE, true), 0);
	for (size_t i = 0; i < 5; i++) {
		cr_assert_eq(framing_next(&f, &piece), 0);
		cr_assert(
		    span_equal(piece.raw, span_of(lines.p + at, sizes[i] + 1)), "line %zu", i);
		at += sizes[i] + 2;
		framing_release(&f);
		cr_assert(f.old == NULL);
	}
	cr_assert_eq(framing_next(&f, &piece), ERR_STOP);
	framing_close(&f);
	buf_done(&lines);
}
