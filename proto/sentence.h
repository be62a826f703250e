/*
 * sentence - a sentence of the summary, a claim, and the facts in a claim.
 *
 * Offsets are bytes into the text of paragraph n. Numbers with fractions are integers in
 * ten-thousandths, so that they are the same on every machine.
 */
#ifndef WINNOW_SENTENCE_H
#define WINNOW_SENTENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/span.h"

enum { UNIT = 10000 }; /* one, in ten-thousandths */

/* Why a sentence scored what it did; the parts add up to the score. */
enum part {
	PART_BASE, /* what any sentence has */
	PART_POSITION,
	PART_LENGTH,
	PART_CENTRALITY,
	PART_TITLE,
	PART_FACTS,
	PART_STYLE,
	PART_COUNT
};

struct sentence {
	struct span text;    /* paragraph n, bytes [start, end) */
	uint32_t n;          /* the paragraph */
	uint32_t start, end; /* bytes */
	int32_t score;       /* ten-thousandths */
	uint32_t rank;       /* 1 is best */
	int32_t claim;       /* check-worthiness, 0 to 1 in ten-thousandths */
	int32_t parts[PART_COUNT];
	int8_t fresh; /* --summarize document: 1 new, 0 repeated, -1 not asked */
};

enum fact_kind {
	FACT_QUANTITY,
	FACT_SHARE,
	FACT_MONEY,
	FACT_DATE,
	FACT_QUOTATION,
	FACT_NAME,
	FACT_COUNT
};

enum bound { BOUND_NONE, BOUND_MORE, BOUND_LESS, BOUND_COUNT }; /* "more than", "up to" */

struct fact {
	struct span text;    /* inside the claim's sentence */
	struct span unit;    /* singular, lower case; a currency code for money; or n == 0 */
	struct span per;     /* the time or thing it is per, or n == 0 */
	struct span when;    /* dates: ISO 8601, as much as the text gives; or n == 0 */
	struct span speaker; /* quotations: who said it, where the sentence names one; or n == 0 */
	int64_t value;       /* ten-thousandths */
	uint32_t start, end; /* bytes into paragraph n of the claim */
	bool has_value;
	bool approximate;
	enum bound bound;
	enum fact_kind kind;
};

struct claim {
	struct span text;
	uint32_t n;
	uint32_t start, end;
	int32_t score; /* ten-thousandths */
	struct fact *facts;
	size_t n_facts;
};

struct span part_name(enum part part);
struct span fact_name(enum fact_kind kind);
struct span bound_name(enum bound bound);

/* The enum's value, or -1 if there is none of that name. */
int part_parse(struct span name);
int fact_parse(struct span name);
int bound_parse(struct span name);

#endif
