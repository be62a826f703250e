/* Dead letters: any line is one or is none, and one that is printed again is read as the same. */
#include "common/utf8.h"
#include "proto/record_json.h"
#include "stages/read/dead_letters.h"
#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a = {0};
	struct buf line = {0};
	struct document first, second;

	if (dead_letter_read(&first, &a, span_of((const char *)bytes, n))) {
		MUST(first.id.n > 0 && utf8_valid(first.id) == first.id.n);
		MUST(utf8_valid(first.source.path) == first.source.path.n);
		MUST(first.raw.n > 0 ? first.form != FORM_NONE : document_is_refused(&first));
		second = first;
		if (!document_is_refused(&first))
			second.refused = (struct fault){.stage = SPAN("x"), .reason = SPAN("y")};
		dead_letter_json(&line, &second);
		MUST(dead_letter_read(&second, &a, buf_view(&line)));
		MUST(first.key == second.key && span_equal(first.id, second.id));
		MUST(span_equal(first.raw, second.raw) && first.form == second.form);
		MUST(document_is_refused(&first) == document_is_refused(&second));
	}
	buf_done(&line);
	arena_done(&a);
	return 0;
}
