/*
 * pretty - a record for people: title, summary, claims with their facts, what was dropped.
 */
#ifndef WINNOW_PRETTY_H
#define WINNOW_PRETTY_H

#include <stdbool.h>

#include "common/buf.h"
#include "proto/document.h"

struct pretty {
	unsigned width; /* columns */
	bool colour;
};

/*
 * Append d in lines of at most `width` columns (a long word takes its own). Control characters of
 * the text are shown as U+FFFD, so that no document can steer a terminal.
 */
void pretty_print(struct buf *out, const struct document *d, const struct pretty *how);

#endif
