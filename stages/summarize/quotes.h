/*
 * quotes - quotations in a sentence, and who said them.
 */
#ifndef WINNOW_QUOTES_H
#define WINNOW_QUOTES_H

#include <stddef.h>

#include "proto/sentence.h"
#include "stages/summarize/pieces.h"

/*
 * Append the quotations of a sentence to the n facts in ret, up to `most` in all. Double and
 * single quotes, curly, straight, low (German) and guillemets; both ends must be in the sentence.
 * An apostrophe is no quote: a single one opens before a word and behind a space or an opening
 * mark, and closes behind a word or a stop.
 *
 * text is what stands inside; speaker is the name (one of the n facts) beside a verb of saying or
 * behind "according to", outside of the quotation. Returns the new number of facts.
 */
size_t quotes_find(struct fact *ret, size_t n, size_t most, const struct pieces *p);

#endif
