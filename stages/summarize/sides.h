/*
 * sides - what stands on both sides of a stop.
 */
#ifndef WINNOW_SIDES_H
#define WINNOW_SIDES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/utf8.h"
#include "stages/summarize/lexicon.h"
#include "stages/summarize/stops.h"

enum { SIDES_OPENERS = 8 }; /* quotes and brackets in front of a word */

struct sides {
	struct span word;               /* before it, with inner full stops */
	const struct lexeme *before;    /* that word in the lexicon */
	const struct lexeme *following; /* the next word */
	uint32_t c;                     /* the next character behind spaces and openers; 0: none */
	size_t next;                    /* where it is */
	bool closed;                    /* quotes or brackets close with the stop */
	unsigned writes;                /* how the language does: LANGUAGE_ORDINAL_STOPS ... */
};

/* Looks at most 64 bytes back. */
struct sides sides_look(const struct lexicon *l, const struct stop *s);

/* The letters and inner apostrophes at `at`, at most 64 bytes. */
struct span sides_word_at(struct span s, size_t at);

/* What the lexicon says of a word of any case; never NULL. */
const struct lexeme *sides_look_up(const struct lexicon *l, struct span word);

/* Whether a word begins with a capital letter. */
bool sides_is_capital(struct span word);

size_t sides_skip_spaces(struct span s, size_t at);

/* utf8_next; most code points are ASCII. */
static inline uint32_t
sides_next(struct span s, size_t *at)
{
	unsigned char c = (unsigned char)s.p[*at];

	if (c >= 0x80)
		return utf8_next(s, at, NULL);
	++*at;
	return c;
}

/* The code point at `at`, or 0 behind the end. */
static inline uint32_t
sides_peek(struct span s, size_t at)
{
	return at < s.n ? sides_next(s, &at) : 0;
}

static inline bool
sides_has(const struct lexeme *x, uint32_t classes)
{
	return (x->classes & classes) != 0;
}

#endif
