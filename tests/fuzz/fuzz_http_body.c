/*
 * HTTP: a response with its head, or a body under one of the codings, which the first byte says.
 * What comes out is bounded, and the same each time.
 */
#include <string.h>

#include "common/hash.h"
#include "proto/http_head.h"
#include "stages/extract/http_body.h"
#include "tests/fuzz/target.h"

enum { MOST = 1 << 20 };

static const struct {
	struct span encoding, transfer;
} codings[] = {
    {SPAN("gzip"), SPAN("")},
    {SPAN("deflate"), SPAN("")},
    {SPAN("br"), SPAN("")},
    {SPAN("zstd"), SPAN("")},
    {SPAN(""), SPAN("chunked")},
    {SPAN("x-gzip"), SPAN("chunked")},
    {SPAN("deflate, br"), SPAN("")},
};

enum { CODINGS = sizeof(codings) / sizeof(codings[0]) };

/* The bytes and the verdict as one number. */
static uint64_t
decode(struct span response, const struct http_head *head)
{
	struct http_body body;
	struct arena a = {0};
	int r = http_body_read(&body, &a, response, head, MOST);
	uint64_t is;

	MUST(r == 0 || (r == ERR_RECORD && body.reason != NULL));
	MUST(r < 0 || body.bytes.n <= MOST);
	is = r < 0 ? hash64(span_str(body.reason)) : hash64(body.bytes) + (body.damage != NULL);
	arena_done(&a);
	return is;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span s = span_of((const char *)bytes, n);
	struct http_head head = {0};

	if (n > 0 && bytes[0] < CODINGS) {
		head.encoding = codings[bytes[0]].encoding;
		head.transfer = codings[bytes[0]].transfer;
		head.n = 1;
	} else if (!http_head_read(&head, s))
		return 0;
	MUST(head.n <= n);
	MUST(decode(s, &head) == decode(s, &head));
	return 0;
}
