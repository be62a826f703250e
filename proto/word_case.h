/*
 * word_case - the hash of a word whatever its letters' case.
 */
#ifndef WINNOW_WORD_CASE_H
#define WINNOW_WORD_CASE_H

#include <stdint.h>

#include "common/span.h"

/* As guard_hash of the word with simple case folding; of its first 64 bytes. */
uint64_t word_case_hash(struct span word);

#endif
