/*
 * traits - what a sentence looks like, counted in its pieces.
 */
#ifndef WINNOW_TRAITS_H
#define WINNOW_TRAITS_H

#include <stdint.h>

#include "stages/summarize/pieces.h"

/* How many there are, 255 at most. */
struct traits {
	uint8_t words;
	uint8_t stops;    /* function words */
	uint8_t numbers;  /* in digits */
	uint8_t capitals; /* words with a capital, but for the first piece */
	uint8_t shouted;  /* words all in capitals */
	uint8_t quotes;   /* quotation marks and apostrophes that stand alone */
	uint8_t commas;
	uint8_t marks; /* all others */
	uint8_t says;  /* "said" */
	uint8_t events;
	uint8_t compares;
	uint8_t opinions;
	uint8_t selves; /* first and second person */
	uint8_t leans;  /* words that point to what stands before: "he", "but" */
};

/* Cost: O(p->n). */
struct traits traits_of(const struct pieces *p);

#endif
