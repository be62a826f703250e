/* JSON lines: any line is a document or a refusal, and what is a document has valid text. */
#include <stdlib.h>

#include "common/utf8.h"
#include "proto/json_fast.h"
#include "proto/json_in.h"
#include "proto/record_json.h"
#include "stages/extract/record.h"
#include "tests/fuzz/target.h"

static void
check(const struct document *d, const struct body *body)
{
	MUST(utf8_valid(d->id) == d->id.n && utf8_valid(d->title) == d->title.n);
	MUST(utf8_valid(body->text) == body->text.n);
	for (size_t i = 0; i < body->n_paragraphs; i++)
		MUST(utf8_valid(body->paragraphs[i].text) == body->paragraphs[i].text.n);
}

/* The short cut says what yajl says. */
static void
compare(struct span text)
{
	struct arena a = {0};
	struct buf fast = {0}, slow = {0};

	if (json_fast(&fast, text)) {
		MUST(json_in_slow(&slow, &a, text) == 0);
		MUST(span_equal(buf_view(&fast), buf_view(&slow)));
	} else
		MUST(fast.n == 0);
	buf_done(&fast);
	buf_done(&slow);
	arena_done(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span line = span_of((const char *)bytes, n);
	struct renames none = {0};
	struct arena a = {0};
	struct buf packed = {0}, again = {0};
	struct document d = {.id = SPAN("fuzz")};
	struct body body;
	size_t replaced = 0;

	compare(utf8_repair(&a, line, &replaced));
	if (json_in(&packed, &a, utf8_repair(&a, line, &replaced)) == 0) {
		struct scan s = scan_of(buf_view(&packed));
		MUST(value_json(&again, &s) == 0 && scan_left(&s) == 0);
		if (record_read(&d, &body, &replaced, &a, buf_view(&packed), &none) == 0)
			check(&d, &body);
	}
	d = (struct document){.id = SPAN("fuzz")};
	if (record_read(&d, &body, &replaced, &a, line, &none) == 0)
		check(&d, &body);
	buf_done(&packed);
	buf_done(&again);
	arena_done(&a);
	return 0;
}
