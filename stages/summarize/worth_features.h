/*
 * worth_features - what the model of check-worthiness sees of a sentence: its stems and pairs of
 * neighbouring stems, with numbers as classes, and its shape and kinds of facts.
 *
 * Each feature is a bucket of a hash; several may share one.
 */
#ifndef WINNOW_WORTH_FEATURES_H
#define WINNOW_WORTH_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "proto/sentence.h"
#include "stages/summarize/pieces.h"

enum {
	WORTH_BITS = 15,
	WORTH_BUCKETS = 1 << WORTH_BITS,
	WORTH_WORDS = 240,                     /* of a sentence; the rest is not seen */
	WORTH_FEATURES = 2 * WORTH_WORDS + 32, /* at most */
};

/*
 * ret  [WORTH_FEATURES]  buckets, in no order; repeated where the sentence repeats itself
 *
 * Returns how many, at least 1.
 */
size_t
worth_features(uint16_t *ret, const struct pieces *p, const struct fact *facts, size_t n_facts);

/* The weights of the buckets, of the constant and what they are divided by: worth_table.c. */
extern const int8_t worth_weights[WORTH_BUCKETS];
extern const int32_t worth_bias; /* in 1/1024 */
extern const int32_t worth_unit; /* this weight is 1 */

#endif
