/*
 * marks - which punctuation ends, opens and closes.
 *
 * Source: The Unicode Standard 15.0: Sentence_Terminal, and the quotation marks and brackets in
 *         common use (chapter 6.2).
 */
#ifndef WINNOW_MARKS_H
#define WINNOW_MARKS_H

#include <stdbool.h>
#include <stdint.h>

/* Full stops, question and exclamation marks and ellipses of the scripts that we know of. */
bool mark_is_stop(uint32_t c);

/* Whether c is a stop behind the letter `before`: Armenian ":" and the Greek question mark ";". */
bool mark_is_stop_of(uint32_t c, uint32_t before);

/* Stops of scripts that put no space behind them. */
bool mark_is_wide_stop(uint32_t c);

/* Closing quotation marks and brackets; the straight quotes and apostrophes are among them. */
bool mark_is_closer(uint32_t c);

/* Opening quotation marks and brackets, dashes and bullets; the straight quotes too. */
bool mark_is_opener(uint32_t c);

#endif
