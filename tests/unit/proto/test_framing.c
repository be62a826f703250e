#include "proto/framing.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "common/buf.h"
#include "proto/pack.h"
#include "proto/scan.h"

enum { PIECES = 4096, LARGEST = 64 << 20 };

/* All pieces of an input; their bytes live until cuts_done. */
struct cuts {
	struct framing f;
	struct piece *pieces;
	size_t n;
};

static int
fd_of(struct span bytes)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	cr_assert_eq(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	cr_assert_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void
cuts_open(struct cuts *c, uint64_t max_document)
{
	*c = (struct cuts){.pieces = malloc(PIECES * sizeof(struct piece))};
	framing_open(&c->f, max_document);
}

/* Cut one more input to its end; its pieces come behind those of the earlier ones. */
static void
cuts_add(struct cuts *c, int fd, enum form form, bool empty_is_text)
{
	int r;

	cr_assert_eq(framing_begin(&c->f, fd, form, empty_is_text), 0);
	while ((r = framing_next(&c->f, &c->pieces[c->n])) != ERR_STOP)
		if (r == 0)
			cr_assert_lt(++c->n, PIECES);
		else
			cr_assert_eq(r, ERR_HOLD);
	framing_end(&c->f);
}

static void
cuts_of(struct cuts *c, struct span bytes, uint64_t max_document)
{
	cuts_open(c, max_document);
	cuts_add(c, fd_of(bytes), FORM_NONE, true);
}

static void
cuts_done(struct cuts *c)
{
	framing_close(&c->f);
	free(c->pieces);
}

/* Piece i is a document of these bytes at this place. */
static void
is_document(const struct cuts *c, size_t i, enum form form, uint64_t offset, struct span raw)
{
	const struct piece *p = &c->pieces[i];

	cr_assert_lt(i, c->n, "only %zu pieces", c->n);
	cr_assert(p->reason == NULL, "piece %zu: %s: %s", i, p->reason, p->detail);
	cr_assert_eq(p->form, form);
	cr_assert_eq(p->offset, offset, "piece %zu is at %llu", i, (unsigned long long)p->offset);
	cr_assert_eq(p->length, raw.n);
	cr_assert(span_equal(p->raw, raw), "piece %zu is '%.*s'", i, (int)p->raw.n, p->raw.p);
}

static void
is_refused(const struct cuts *c, size_t i, const char *reason, uint64_t offset, uint64_t length)
{
	const struct piece *p = &c->pieces[i];

	cr_assert_lt(i, c->n, "only %zu pieces", c->n);
	cr_assert(p->reason != NULL, "piece %zu is no refusal", i);
	cr_assert_str_eq(p->reason, reason);
	cr_assert_eq(p->offset, offset, "piece %zu is at %llu", i, (unsigned long long)p->offset);
	cr_assert_eq(p->length, length, "%llu bytes", (unsigned long long)p->length);
	cr_assert_gt(strlen(p->detail), 0);
}

static void
put_times(struct buf *b, char c, size_t n)
{
	memset(buf_room(b, n), c, n);
	b->n += n;
}

static void
gzip(struct buf *out, struct span bytes)
{
	z_stream z = {0};

	cr_assert_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (unsigned char *)bytes.p;
	z.avail_in = (unsigned)bytes.n;
	z.avail_out = (unsigned)deflateBound(&z, bytes.n) + 64;
	z.next_out = (unsigned char *)buf_room(out, z.avail_out);
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->n += z.total_out;
	deflateEnd(&z);
}

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

/* records of MessagePack */

Test(framing, maps_of_messagepack_are_cut_one_by_one)
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

Test(framing, long_map_heads_are_told_from_texts)
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

Test(framing, a_map_that_is_cut_short_is_refused)
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

Test(framing, behind_what_is_no_messagepack_the_rest_is_one_refusal)
{
	struct cuts c;

	cuts_of(&c, SPAN("\x80\xC1\x80\x80"), LARGEST);
	cr_assert_eq(c.n, 2);
	is_refused(&c, 1, "bad-msgpack", 1, 3);
	cuts_done(&c);
}

Test(framing, a_map_nested_too_deep_is_refused)
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

Test(framing, maps_go_across_blocks)
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

Test(framing, a_map_over_the_limit_is_refused_and_the_next_one_comes)
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

Test(framing, a_map_far_over_the_limit_takes_the_rest_with_it)
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

/* compressed and damaged */

Test(framing, compressed_inputs_are_cut_as_plain_ones)
{
	struct span lines = SPAN("{\"a\": 1}\n{\"b\": 2}\n");
	struct buf packed = {0};
	struct cuts c;
	size_t n;

	gzip(&packed, span_of(lines.p, 12));
	gzip(&packed, span_of(lines.p + 12, lines.n - 12)); /* a second member, within a line */
	cuts_of(&c, buf_view(&packed), LARGEST);
	cr_assert_eq(c.n, 2);
	is_document(&c, 1, FORM_JSON, 9, SPAN("{\"b\": 2}"));
	cuts_done(&c);
	packed.n = 0;
	n = ZSTD_compress(buf_room(&packed, 1000), 1000, lines.p, lines.n, 3);
	cr_assert(!ZSTD_isError(n));
	cuts_of(&c, span_of(packed.p, n), LARGEST);
	cr_assert_eq(c.n, 2);
	is_document(&c, 1, FORM_JSON, 9, SPAN("{\"b\": 2}"));
	cuts_done(&c);
	buf_done(&packed);
}

Test(framing, an_input_damaged_in_the_middle_gives_its_good_documents_first)
{
	struct buf lines = {0}, packed = {0};
	struct cuts c;

	for (unsigned i = 0; i < 3000; i++)
		buf_print(&lines, "{\"n\": %u}\n", i * 2654435761U);
	gzip(&packed, buf_view(&lines));
	memset(packed.p + packed.n / 2, 0xFF, 64);
	cuts_of(&c, buf_view(&packed), LARGEST);
	cr_assert_gt(c.n, 100);
	cr_assert_lt(c.n, 2900);
	for (size_t i = 0; i + 1 < c.n; i++) {
		const struct piece *p = &c.pieces[i];
		cr_assert(p->reason == NULL);
		cr_assert(span_equal(p->raw, span_of(lines.p + p->offset, p->length)));
	}
	is_refused(&c, c.n - 1, "damaged", c.pieces[c.n - 2].offset + c.pieces[c.n - 2].length + 1,
	    c.pieces[c.n - 1].length);
	cr_assert(strstr(c.pieces[c.n - 1].detail, "damaged at compressed byte") != NULL, "%s",
	    c.pieces[c.n - 1].detail);
	cuts_done(&c);
	buf_done(&lines);
	buf_done(&packed);
}

Test(framing, an_input_that_ends_too_early_is_refused_with_what_there_is)
{
	static const char *const inputs[] = {"a text of some length, and a bit more",
	    "{\"a\": 1}\n{\"b\"",
	    "\x81\xA1"
	    "a\xAA"
	    "0123456789"};
	static const size_t whole[] = {0, 1, 0};

	for (size_t i = 0; i < 3; i++) {
		struct buf packed = {0};
		struct cuts c;

		gzip(&packed, span_str(inputs[i]));
		cuts_of(&c, span_of(packed.p, packed.n - 12), LARGEST);
		cr_assert_eq(c.n, whole[i] + 1, "input %zu", i);
		cr_assert_str_eq(c.pieces[whole[i]].reason, "damaged");
		cr_assert_lt(c.pieces[whole[i]].raw.n, strlen(inputs[i]));
		cuts_done(&c);
		buf_done(&packed);
	}
}

Test(framing, damage_behind_the_last_document_is_told_too)
{
	struct buf packed = {0};
	struct cuts c;

	gzip(&packed, SPAN("{\"a\": 1}\n"));
	cuts_of(&c, span_of(packed.p, packed.n - 1), LARGEST);
	cr_assert_eq(c.n, 2);
	is_document(&c, 0, FORM_JSON, 0, SPAN("{\"a\": 1}"));
	is_refused(&c, 1, "damaged", 9, 0);
	cuts_done(&c);
	buf_done(&packed);
}

Test(framing, a_descriptor_that_cannot_be_read_is_a_refusal)
{
	struct cuts c;

	cuts_open(&c, LARGEST);
	cuts_add(&c, open("/", O_RDONLY | O_DIRECTORY), FORM_NONE, true);
	cr_assert_eq(c.n, 1);
	is_refused(&c, 0, "damaged", 0, 0);
	cr_assert(strstr(c.pieces[0].detail, "Is a directory") != NULL, "%s", c.pieces[0].detail);
	cuts_done(&c);
}

Test(framing, says_how_many_stored_bytes_were_read)
{
	struct buf text = {0}, packed = {0};
	struct framing f;
	struct piece piece;

	put_times(&text, 'x', 100000);
	gzip(&packed, buf_view(&text));
	framing_open(&f, LARGEST);
	cr_assert_eq(framing_stored(&f), 0);
	cr_assert_eq(framing_begin(&f, fd_of(buf_view(&packed)), FORM_NONE, true), 0);
	cr_assert_eq(framing_next(&f, &piece), 0);
	cr_assert_eq(framing_stored(&f), packed.n);
	cr_assert_eq(framing_end(&f), packed.n);
	cr_assert_eq(framing_end(&f), 0);
	framing_close(&f);
	buf_done(&text);
	buf_done(&packed);
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

/* inputs that come in parts */

static void
put(int fd, const char *text)
{
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

Test(framing, a_quiet_input_is_no_end)
{
	struct framing f;
	struct piece piece;
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	framing_open(&f, LARGEST);
	cr_assert_eq(framing_begin(&f, fds[0], FORM_NONE, false), 0);
	cr_assert_eq(framing_next(&f, &piece), ERR_HOLD);
	put(fds[1], "{\"a\": 1}\n{\"b\"");
	cr_assert_eq(framing_next(&f, &piece), 0);
	cr_assert(span_equal(piece.raw, SPAN("{\"a\": 1}")));
	cr_assert_eq(framing_next(&f, &piece), ERR_HOLD);
	put(fds[1], ": 2}\n");
	cr_assert_eq(framing_next(&f, &piece), 0);
	cr_assert(span_equal(piece.raw, SPAN("{\"b\": 2}")));
	cr_assert_eq(piece.offset, 9);
	close(fds[1]);
	cr_assert_eq(framing_next(&f, &piece), ERR_STOP);
	framing_close(&f);
}

Test(framing, what_decides_the_form_may_come_late)
{
	static const char *const parts[][2] = {{"\n", "{\"a\": 1}\n"}, {" ", "{\"a\": 1}\n"},
	    {"\xEF\xBB", "\xBF{\"a\": 1}\n"}, {"\xEF\xBB\xBF", "{\"a\": 1}\n"}};

	for (size_t i = 0; i < 4; i++) {
		struct framing f;
		struct piece piece;
		int fds[2];

		cr_assert_eq(pipe(fds), 0);
		framing_open(&f, LARGEST);
		cr_assert_eq(framing_begin(&f, fds[0], FORM_NONE, false), 0);
		put(fds[1], parts[i][0]);
		cr_assert_eq(framing_next(&f, &piece), ERR_HOLD);
		put(fds[1], parts[i][1]);
		cr_assert_eq(framing_next(&f, &piece), 0, "%zu", i);
		cr_assert_eq(piece.form, FORM_JSON, "%zu", i);
		cr_assert(span_ends(piece.raw, SPAN("{\"a\": 1}")));
		close(fds[1]);
		framing_close(&f);
	}
}

/* The same bytes through a pipe, of which a child writes n at a time. */
static void
cuts_in_parts(struct cuts *c, struct span bytes, size_t n, uint64_t max_document)
{
	int fds[2];
	pid_t child;

	cr_assert_eq(pipe(fds), 0);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		for (size_t at = 0; at < bytes.n; at += n)
			if (write(fds[1], bytes.p + at, at + n < bytes.n ? n : bytes.n - at) < 0)
				_exit(1);
		_exit(0);
	}
	close(fds[1]);
	cuts_open(c, max_document);
	cuts_add(c, fds[0], FORM_NONE, true);
	cr_assert_eq(waitpid(child, NULL, 0), child);
}

static void
are_the_same(const struct cuts *a, const struct cuts *b)
{
	cr_assert_eq(a->n, b->n, "%zu pieces instead of %zu", b->n, a->n);
	for (size_t i = 0; i < a->n; i++) {
		const struct piece *p = &a->pieces[i], *q = &b->pieces[i];
		cr_assert_eq(p->form, q->form);
		cr_assert_eq(p->offset, q->offset);
		cr_assert_eq(p->length, q->length, "piece %zu", i);
		cr_assert(span_equal(p->raw, q->raw), "piece %zu", i);
		cr_assert_eq(p->reason == NULL, q->reason == NULL, "piece %zu", i);
		cr_assert(p->reason == NULL || strcmp(p->reason, q->reason) == 0);
		cr_assert_str_eq(p->detail, q->detail);
	}
}

Test(framing, the_pieces_do_not_depend_on_how_the_bytes_come)
{
	struct buf inputs[4] = {{0}};
	static const size_t parts[] = {37, 700, 4096};

	buf_str(&inputs[0], "a text\nof two lines\n");
	put_times(&inputs[0], 'x', 990);
	for (unsigned i = 0; i < 400; i++) {
		buf_print(&inputs[1], "{\"n\": %u, \"text\": \"", i);
		put_times(&inputs[1], 'x', i % 7 == 3 ? 1200 : 10 * (i % 40));
		buf_str(&inputs[1], i % 3 == 0 ? "\"}\r\n" : "\"}\n");
	}
	for (unsigned i = 0; i < 400; i++) {
		size_t n = i % 7 == 3 ? 1200 : 10 * (i % 40);

		mp_map(&inputs[2], 1);
		mp_key(&inputs[2], "text");
		mp_str(&inputs[2], n);
		put_times(&inputs[2], 'x', n);
	}
	gzip(&inputs[3], buf_view(&inputs[1]));
	for (size_t i = 0; i < 4; i++) {
		struct cuts whole, part;

		cuts_of(&whole, buf_view(&inputs[i]), 1000);
		for (size_t k = 0; k < 3; k++) {
			cuts_in_parts(&part, buf_view(&inputs[i]), parts[k], 1000);
			are_the_same(&whole, &part);
			cuts_done(&part);
		}
		cuts_done(&whole);
	}
	for (size_t i = 0; i < 4; i++)
		buf_done(&inputs[i]);
}
