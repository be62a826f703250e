/*
 * dead_letters - what write printed of a refused document, read back as the document that it was.
 */
#ifndef WINNOW_DEAD_LETTERS_H
#define WINNOW_DEAD_LETTERS_H

#include <stdbool.h>

#include "common/arena.h"
#include "proto/document.h"

/*
 * Read a line of JSON lines, without its end. True if it is a dead letter as proto/README.md has it
 * and brings no text or paragraphs of its own; then *ret_d has the id, key, source, form and raw
 * bytes of the document, which lie in a. The key is as given: whether it is that of place and bytes
 * is for the caller to see.
 *
 * What cannot be read again stays refused, as it was: what has no raw bytes (they were too many, or
 * the file could not be read), and what read found no whole document in.
 */
bool dead_letter_read(struct document *ret_d, struct arena *a, struct span line);

#endif
