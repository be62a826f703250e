/* A page in any encoding: valid UTF-8 comes out, the same each time. The input is the value of a
 * header, a NUL, and the page. */
#include <stdlib.h>

#include "common/utf8.h"
#include "stages/extract/charset.h"
#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct charset *charset;
	struct arena a = {0};
	struct span all = span_of((const char *)bytes, n), header = {NULL, 0}, text, again;
	const char *nul = n > 0 ? memchr(bytes, 0, n) : NULL, *name, *other;
	size_t replaced, replaced_again;

	if (charset == NULL && charset_open(&charset) < 0)
		abort();
	if (nul != NULL) {
		header = span_of(all.p, (size_t)(nul - all.p));
		all = span_cut(all, header.n + 1, all.n);
	}
	text = charset_decode(charset, &a, all, header, &name, &replaced);
	MUST(utf8_valid(text) == text.n && name != NULL);
	MUST(text.n <= 4 * all.n + 3);
	again = charset_decode(charset, &a, all, header, &other, &replaced_again);
	MUST(span_equal(text, again) && name == other && replaced == replaced_again);
	arena_done(&a);
	return 0;
}
