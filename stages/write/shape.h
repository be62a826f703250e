/*
 * shape - in what form records leave: by the option, by the name of the output, or for the people
 * at a terminal.
 */
#ifndef WINNOW_SHAPE_H
#define WINNOW_SHAPE_H

#include "stages/settings.h"
#include "stages/write/pretty.h"

struct shape {
	enum format format; /* never FORMAT_AUTO */
	struct pretty pretty;
};

struct shape shape_choose(const struct settings *s);

/* Append one record, a JSON line with its end. */
void shape_print(struct buf *out, const struct document *d, const struct shape *f);

#endif
