/*
 * budget - how long a summary may be: --summary 5 | 60w | 400b | 10% | all | 0.
 */
#ifndef WINNOW_BUDGET_H
#define WINNOW_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "stages/summarize/outline.h"

enum measure {
	MEASURE_SENTENCES,
	MEASURE_WORDS, /* as line.n_words */
	MEASURE_BYTES, /* of the sentences' texts and one byte between two of them */
	MEASURE_SHARE, /* percent of the sentences that are no headings */
	MEASURE_ALL,   /* every sentence, headings too */
};

struct budget {
	enum measure measure;
	uint64_t amount;
};

/*
 * Read the value of --summary. Returns 0, or ERR_USAGE with a message that names the flag and its
 * forms; amounts go up to 999,999,999, percent to 100.
 */
int budget_parse(struct budget *ret, const char *text) WARN_UNUSED;

/* Whether nothing is wanted: 0 of anything. */
bool budget_is_none(struct budget b);

/* The budget for one document: a share becomes sentences, rounded down, at least one. */
struct budget budget_for(struct budget b, size_t n_sentences);

/* What a line costs when n lines have been chosen before it. */
uint64_t budget_cost(struct budget b, const struct line *line, size_t n);

#endif
