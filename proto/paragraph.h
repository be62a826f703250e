/*
 * paragraph - a paragraph of a document, and what remains of one that was dropped.
 *
 * n counts in the original document and is never renumbered, so any output can be traced back.
 */
#ifndef WINNOW_PARAGRAPH_H
#define WINNOW_PARAGRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/hash.h"
#include "common/span.h"

enum kind { KIND_TEXT, KIND_HEADING, KIND_LIST, KIND_QUOTE, KIND_TABLE, KIND_CODE, KIND_COUNT };

struct paragraph {
	struct span text; /* as extracted, ends trimmed; all offsets refer to it */
	struct hash hash; /* XXH3-128 of the normalised text */
	uint32_t n;
	uint32_t chars;     /* code points of the normalised text; from extract to dedup only */
	struct span sketch; /* as sketch.h packs it, or n == 0; from extract to dedup only */
	enum kind kind;
};

/* The paragraph that was there first. */
struct owner {
	struct span id;
	uint64_t key; /* of its document */
	uint32_t n;   /* in its document */
};

enum why { WHY_EXACT, WHY_NEAR, WHY_COUNT };

struct dropped {
	struct span text; /* p == NULL: not kept, by --dropped-text */
	struct hash hash;
	struct owner owner;
	uint32_t n;
	int32_t similarity; /* ten-thousandths; of WHY_NEAR only */
	enum why why;
};

struct span kind_name(enum kind kind);
struct span why_name(enum why why);

/* An enum kind or enum why, or -1 if there is none of that name. */
int kind_parse(struct span name);
int why_parse(struct span name);

#endif
