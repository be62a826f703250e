/*
 * plain_text - text of strangers in one line, without anything that could steer a terminal.
 */
#ifndef WINNOW_PLAIN_TEXT_H
#define WINNOW_PLAIN_TEXT_H

#include "common/buf.h"

/* Append valid UTF-8: white space as spaces, control characters as U+FFFD. */
void plain_text_put(struct buf *out, struct span text);

#endif
