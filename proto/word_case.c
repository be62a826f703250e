#include "proto/word_case.h"

#include <unicode/uchar.h>

#include "common/utf8.h"
#include "proto/guard_words.h"

enum { WORD_BYTES = 64 };

uint64_t
word_case_hash(struct span word)
{
	char folded[2 * WORD_BYTES];
	size_t n = 0;

	for (size_t at = 0; at < word.n && n < WORD_BYTES;) {
		unsigned char c = (unsigned char)word.p[at];

		if (c < 0x80) {
			folded[n++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
			at++;
		} else {
			uint32_t large = utf8_next(word, &at, NULL);

			n += utf8_put(
			    folded + n, (uint32_t)u_foldCase((UChar32)large, U_FOLD_CASE_DEFAULT));
		}
	}
	return guard_hash(folded, n);
}
