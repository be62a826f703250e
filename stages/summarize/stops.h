/*
 * stops - does this stop end its sentence?
 */
#ifndef WINNOW_STOPS_H
#define WINNOW_STOPS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/span.h"
#include "stages/summarize/lexicon.h"

/* Stops that stand together, such as "?!" or "...", in their sentence. */
struct stop {
	struct span text; /* the paragraph */
	size_t first;     /* the first byte of the sentence */
	size_t at, end;   /* the stops: [at, end) */
	size_t after;     /* behind the quotes and brackets that close with them */
};

/* The stops that begin at `at`, a stop; also those with spaces between, ". . .". */
struct stop stop_read(struct span text, size_t first, size_t at);

/* Whether the sentence ends at s->after. Looks at most 64 bytes back. */
bool stop_ends(const struct lexicon *l, const struct stop *s);

#endif
