#include "stages/extract/http_body.h"

#include <brotli/encode.h>

#include "tests/unit/packing.h"

enum { MOST = 64 << 20 };

static struct arena a;
static struct buf response;
static struct http_body body;

static void
done(void)
{
	arena_done(&a);
	buf_done(&response);
}

TestSuite(http_body, .fini = done);

static int
reads(const char *headers, struct span s, uint64_t most)
{
	struct http_head head;

	response.n = 0;
	buf_print(&response, "HTTP/1.1 200 OK\r\n%s\r\n", headers);
	buf_span(&response, s);
	cr_assert(http_head_read(&head, buf_view(&response)));
	return http_body_read(&body, &a, buf_view(&response), &head, most);
}

static void
gives(const char *headers, struct span s, struct span wanted, bool damaged)
{
	cr_assert_eq(reads(headers, s, MOST), 0, "%s: %s", headers, err_text());
	cr_assert(
	    span_equal(body.bytes, wanted), "%s'%.*s'", headers, (int)body.bytes.n, body.bytes.p);
	cr_assert_eq(body.damage != NULL, damaged, "%s", body.damage);
}

#define CHUNKED "Transfer-Encoding: chunked\r\n"

Test(http_body, chunks_are_joined)
{
	gives("", SPAN("as it is"), SPAN("as it is"), false);
	gives(
	    CHUNKED, SPAN("4\r\nWiki\r\n6;x=y\r\npedia \r\n0\r\n\r\n"), SPAN("Wikipedia "), false);
	gives(CHUNKED, SPAN("4\nWiki\n0\n"), SPAN("Wiki"), false);
	gives(CHUNKED, SPAN("<p>joined already"), SPAN("<p>joined already"), false);
	gives(CHUNKED, SPAN("4\r\nWiki\r\nFF\r\npedia"), SPAN("Wikipedia"), true);
	gives(CHUNKED, SPAN("4\r\nWiki\r\n"), SPAN("Wiki"), true);
	gives(CHUNKED, SPAN("4\r\nWiki\r\n!!\r\n"), SPAN("Wiki"), true);
	gives(CHUNKED, SPAN(""), SPAN(""), false);
	gives(CHUNKED, SPAN("FFFFFFFFFFFFFFFFFFFF\r\nx"), SPAN("FFFFFFFFFFFFFFFFFFFF\r\nx"), false);
}

Test(http_body, content_is_decoded)
{
	struct span text = SPAN("the text, the text, the text");
	struct buf packed = {0};
	size_t n = 1000;

	pack_gzip(&packed, text);
	gives("Content-Encoding: gzip\r\n", buf_view(&packed), text, false);
	packed.n = 0;
	pack_deflate(&packed, text, RAW_BITS);
	gives("Content-Encoding: deflate\r\n", buf_view(&packed), text, false);
	packed.n = 0;
	pack_deflate(&packed, text, 15);
	gives("Content-Encoding: Deflate\r\n", buf_view(&packed), text, false);
	packed.n = 0;
	pack_zstd(&packed, text);
	gives("Content-Encoding: zstd\r\n", buf_view(&packed), text, false);
	packed.n = 0;
	BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, text.n, (const uint8_t *)text.p, &n,
	    (uint8_t *)buf_room(&packed, n));
	packed.n = n;
	gives("Content-Encoding: br\r\n", buf_view(&packed), text, false);
	pack_gzip(&response, text);
	packed.n = 0;
	pack_gzip(&packed, text);
	response.n = 0;
	pack_zstd(&response, buf_view(&packed));
	packed.n = 0;
	buf_span(&packed, buf_view(&response));
	gives("Content-Encoding: gzip, zstd\r\n", buf_view(&packed), text, false);
	buf_done(&packed);
}

Test(http_body, members_and_codings_of_the_transfer_count_too)
{
	struct span text = SPAN("the text, the text, the text");
	struct buf packed = {0}, chunks = {0};

	pack_gzip(&packed, text);
	pack_gzip(&packed, text);
	gives("Content-Encoding: gzip\r\n", buf_view(&packed),
	    SPAN("the text, the text, the textthe text, the text, the text"), false);
	packed.n = 0;
	pack_gzip(&packed, text);
	buf_str(&packed, "behind it");
	gives("Content-Encoding: gzip\r\n", buf_view(&packed), text, false);
	packed.n = 0;
	pack_gzip(&packed, text);
	buf_print(&chunks, "%zx\r\n", packed.n);
	buf_span(&chunks, buf_view(&packed));
	buf_str(&chunks, "\r\n0\r\n\r\n");
	gives("Transfer-Encoding: gzip, chunked\r\n", buf_view(&chunks), text, false);
	buf_done(&packed);
	buf_done(&chunks);
}

Test(http_body, what_is_compressed_is_no_text_whatever_the_headers_say)
{
	struct span text = SPAN("the text, the text, the text");
	struct buf packed = {0};

	pack_gzip(&packed, text);
	gives("", buf_view(&packed), text, true);
	packed.n = 0;
	pack_zstd(&packed, text);
	gives("Content-Encoding: identity\r\n", buf_view(&packed), text, true);
	cr_assert_eq(
	    reads("Content-Encoding: gzip\r\n", SPAN("\x0B\x02\x80text"), MOST), ERR_RECORD);
	cr_assert_str_eq(body.reason, "bad-http");
	gives("Content-Encoding: gzip\r\n", SPAN("\x1B$B$F\x1B(B"), SPAN("\x1B$B$F\x1B(B"), false);
	gives("Content-Encoding: gzip\r\n", SPAN("\xFF\xFE\1\x04"), SPAN("\xFF\xFE\1\x04"), false);
	buf_done(&packed);
}

Test(http_body, a_body_under_its_length_is_cut_short)
{
	gives("Content-Length: 4\r\n", SPAN("text"), SPAN("text"), false);
	gives("Content-Length: 5\r\n", SPAN("text"), SPAN("text"), true);
	gives("Content-Length: 3\r\n", SPAN("text"), SPAN("text"), false);
	gives("Content-Length: 5x\r\n", SPAN("text"), SPAN("text"), false);
	gives("Content-Length: 99999999999999999999\r\n", SPAN("text"), SPAN("text"), false);
	gives(CHUNKED "Content-Length: 99\r\n", SPAN("4\r\ntext\r\n0\r\n"), SPAN("text"), false);
}

Test(http_body, what_is_decoded_already_stays)
{
	static const char *const headers[] = {"Content-Encoding: gzip\r\n",
	    "Content-Encoding: zstd\r\n", "Content-Encoding: br\r\n",
	    "Content-Encoding: deflate\r\n", "Content-Encoding: identity\r\n",
	    "Content-Encoding: none, x\r\n"};

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		gives(headers[i], SPAN("<!doctype html><p>page"), SPAN("<!doctype html><p>page"),
		    false);
}

Test(http_body, a_clipped_body_gives_what_there_is)
{
	struct buf packed = {0}, text = {0};

	for (int i = 0; i < 30000; i++)
		buf_print(&text, "%d ", i * 7919);
	pack_gzip(&packed, buf_view(&text));
	cr_assert_eq(
	    reads("Content-Encoding: gzip\r\n", span_cut(buf_view(&packed), 0, packed.n / 2), MOST),
	    0);
	cr_assert_not_null(body.damage);
	cr_assert_gt(body.bytes.n, text.n / 3);
	cr_assert(span_starts(buf_view(&text), body.bytes));
	packed.p[packed.n - 5] ^= 1; /* the checksum */
	gives("Content-Encoding: gzip\r\n", buf_view(&packed), buf_view(&text), true);
	cr_assert_eq(
	    reads("Content-Encoding: gzip\r\n", SPAN("\x1F\x8B\x08\xFF\xFF"), MOST), ERR_RECORD);
	cr_assert_str_eq(body.reason, "bad-http");
	buf_done(&packed);
	buf_done(&text);
}

Test(http_body, damage_gives_the_same_whatever_memory_held)
{
	/* "a harbour", and ten bytes from before it */
	static const char far[] = "\x4B\x54\xC8\x48\x2C\x4A\xCA\x2F\x2D\x42\x08\x28"
				  "\x24\xE6\xA5\x28\x24\x2A\xA4\xA5\x16\x15\x55\x02\x00";
	struct buf first = {0};

	for (int value = 0x11; value < 0x100; value += 0x33) {
		free(memset(malloc(90000), value, 90000));
		reads("Content-Encoding: deflate\r\n", span_of(far, sizeof(far) - 1), MOST);
		if (first.n == 0)
			buf_span(&first, body.bytes);
		cr_assert_gt(body.bytes.n, 0);
		cr_assert(span_equal(buf_view(&first), body.bytes), "with %x", value);
	}
	buf_done(&first);
}

Test(http_body, bombs_and_bodies_over_the_limit_are_refused)
{
	struct buf zeros = {0}, packed = {0};

	memset(buf_room(&zeros, 40 << 20), 0, 40 << 20);
	zeros.n = 40 << 20;
	pack_gzip(&packed, buf_view(&zeros));
	cr_assert_eq(reads("Content-Encoding: gzip\r\n", buf_view(&packed), MOST), ERR_RECORD);
	cr_assert_str_eq(body.reason, "bomb");
	cr_assert_eq(reads("Content-Encoding: gzip\r\n", buf_view(&packed), 1 << 20), ERR_RECORD);
	cr_assert_str_eq(body.reason, "too-large");
	cr_assert_eq(reads("", span_cut(buf_view(&zeros), 0, 100), 99), ERR_RECORD);
	cr_assert_str_eq(body.reason, "too-large");
	cr_assert_eq(
	    reads("Content-Encoding: br, br, br, br, br\r\n", SPAN("<p>"), MOST), ERR_RECORD);
	buf_done(&zeros);
	buf_done(&packed);
}
