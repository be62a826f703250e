/*
 * json_fast - the JSON that nearly all documents are, straight to MessagePack.
 *
 * Whatever is unusual in a text (an error, half a surrogate pair, too deep a nest) it leaves to
 * json_in, so it never has to say what is wrong.
 */
#ifndef WINNOW_JSON_FAST_H
#define WINNOW_JSON_FAST_H

#include <stdbool.h>

#include "common/buf.h"

/*
 * Append the one value that text, valid UTF-8, is made of, as json_in does; false, and nothing
 * appended, if it may be none. Cost: linear.
 */
bool json_fast(struct buf *out, struct span text);

/* Append a number: an integer or a double where these print as the same digits, else as it is. */
void json_number(struct buf *out, struct span digits);

#endif
