/* The normal form: the short cuts give what ICU gives, and normalising twice changes nothing odd.
 */
#include <stdlib.h>

#include "common/utf8.h"
#include "proto/normalise.h"
#include "stages/extract/paragraphs.h"
#include "tests/fuzz/target.h"

static void
normalise_one(struct normaliser *n, struct arena *a, struct span text)
{
	uint32_t chars, slow_chars;
	struct span form = arena_copy(a, normalise(n, text, &chars));
	struct span slow = normalise_slow(n, text, &slow_chars);

	MUST(span_equal(form, slow) && chars == slow_chars);
	MUST(utf8_valid(form) == form.n && utf8_count(form) == chars);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct normaliser *normaliser;
	struct arena a = {0};
	struct paragraph *paragraphs;
	size_t replaced, count;
	struct span text = utf8_repair(&a, span_of((const char *)bytes, n), &replaced);

	if (normaliser == NULL && normalise_open(&normaliser) < 0)
		abort();
	normalise_one(normaliser, &a, text);
	if (paragraphs_split(&a, text, PARAGRAPHS_AUTO, &paragraphs, &count) == 0)
		for (size_t i = 0; i < count; i++)
			normalise_one(normaliser, &a, paragraphs[i].text);
	arena_done(&a);
	return 0;
}
