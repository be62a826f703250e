#include "stages/extract/cld2.h"

#include <cstdio> // which CLD2's header forgets

#include <cld2/public/compact_lang_det.h>

enum { LEAST_PERCENT = 50 };

const char *
cld2_language(const char *text, size_t n)
{
	CLD2::Language best[3];
	int percent[3], text_bytes;
	bool reliable;

	CLD2::DetectLanguageSummary(
	    text, static_cast<int>(n), true, best, percent, &text_bytes, &reliable);
	if (!reliable || best[0] == CLD2::UNKNOWN_LANGUAGE || percent[0] < LEAST_PERCENT)
		return nullptr;
	return CLD2::LanguageCode(best[0]);
}
