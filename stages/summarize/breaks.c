#include "stages/summarize/breaks.h"

#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/udata.h>
#include <unicode/utext.h>

#include "common/mem.h"
#include "common/utf8.h"

enum { LOOK_BYTES = 256 };

struct breaks {
	UBreakIterator *iterator;
	UText text;
};

struct breaks *
breaks_open(void)
{
	UErrorCode status = U_ZERO_ERROR;
	UBreakIterator *iterator;
	struct breaks *b;

	/* else ICU_DATA in the environment makes it look for files, before its own data */
	udata_setFileAccess(UDATA_NO_FILES, &status);
	iterator = ubrk_open(UBRK_SENTENCE, "en@ss=standard", NULL, 0, &status);
	if (U_FAILURE(status))
		return NULL;
	b = mem_zero(1, sizeof(*b));
	b->iterator = iterator;
	b->text = (UText)UTEXT_INITIALIZER;
	return b;
}

void
breaks_close(struct breaks *b)
{
	if (b == NULL)
		return;
	ubrk_close(b->iterator);
	utext_close(&b->text);
	free(b);
}

/* Letters of scripts with stops of their own, or with none. */
static bool
is_of_other_script(uint32_t c)
{
	return (c >= 0x700 && c < 0x750) || (c >= 0x780 && c < 0x8A0) ||
	       (c >= 0xE00 && c < 0x1000) || (c >= 0x1400 && c < 0x1780) ||
	       (c >= 0x1800 && c < 0x1C80) || (c >= 0xA000 && c < 0xA640) ||
	       (c >= 0xA6A0 && c < 0xA700) || (c >= 0xA800 && c < 0xA960) ||
	       (c >= 0xA980 && c < 0xAB30) || (c >= 0xAB70 && c < 0xAC00) ||
	       (c >= 0x10000 && c < 0x1E000);
}

bool
breaks_wants(struct span text)
{
	size_t others = 0, letters = 0;

	for (size_t at = 0; at < text.n && at < LOOK_BYTES;) {
		uint32_t c = utf8_next(text, &at, NULL);

		others += is_of_other_script(c);
		letters += c > '@';
	}
	return 2 * others > letters;
}

bool
breaks_begin(struct breaks *b, struct span text)
{
	UErrorCode status = U_ZERO_ERROR;

	utext_openUTF8(&b->text, text.p, (int64_t)text.n, &status);
	ubrk_setUText(b->iterator, &b->text, &status);
	if (U_FAILURE(status))
		return false;
	ubrk_first(b->iterator);
	return true;
}

size_t
breaks_next(struct breaks *b)
{
	int32_t end = ubrk_next(b->iterator);

	return end == UBRK_DONE ? 0 : (size_t)end;
}
