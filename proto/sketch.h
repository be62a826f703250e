/*
 * sketch - what is kept of a paragraph so that those near it are found: 84 bytes that estimate the
 * Jaccard similarity of two paragraphs, and the traits in which near ones must agree.
 *
 * The set compared is that of pairs of neighbouring words of the normal form. Of a paragraph under
 * SKETCH_WORDS words it is runs of five characters, of one in a script without spaces between
 * words runs of three.
 *
 * The traits:
 *   numbers    the numbers with their forms (sign, currency, decimals, per cent) and number words,
 *              in their order, and where among them negations stand
 *   names      the words with a capital letter but for articles and the like, in their order; where
 *              letters have no case: katakana and words of another script
 *   negations  how many there are
 *   sides      for each class of words with opposites (rose, fell) how many are of either side, and
 *              the order of all and of the negations
 *
 * Source: A. Z. Broder, "On the resemblance and containment of documents", 1997; the lists are in
 * guard_words_table.c. When anything in it changes, SKETCH_VERSION_TEXT does: indexes keep
 * sketches.
 */
#ifndef WINNOW_SKETCH_H
#define WINNOW_SKETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/span.h"
#include "proto/minhash.h"

#define SKETCH_VERSION_TEXT "1"

enum {
	SKETCH_BYTES = MINHASH_LANES + 20, /* packed */
	SKETCH_WORDS = 8,
	SKETCH_LEAST = 16, /* runs of characters: of shorter text there is no sketch */
};

enum sketch_flags {
	SKETCH_MADE = 1,       /* there is one */
	SKETCH_CHARACTERS = 2, /* of characters, not of words */
	SKETCH_CASELESS = 4,   /* no capital letter tells names from other words */
};

struct sketch {
	unsigned char lanes[MINHASH_LANES];
	uint32_t numbers, names; /* digests */
	uint32_t sides[2];       /* two bits a class: how many, modulo 4 */
	uint16_t order;          /* digest of the sides in their order */
	unsigned char negations; /* modulo 256 */
	unsigned char flags;
};

/* What a sketch was made of, for people; each list starts as {0}. */
struct sketch_trace {
	struct buf set; /* all hashes of the set, 4 bytes each, as they came */
	struct buf numbers, names, negations, sides; /* the words, a space behind each */
};

void sketch_trace_done(struct sketch_trace *t);

struct sketcher;

struct sketcher *sketcher_open(void);

/* NULL is a no-op. */
void sketcher_close(struct sketcher *s);

/*
 * text      the paragraph, valid UTF-8
 * form      its normal form
 * ret_trace if not NULL, what it was made of is appended
 *
 * *ret is {0} where the text is too short. Cost: linear; scratch half of the text.
 */
void sketch_make(struct sketcher *s, struct span text, struct span form, struct sketch *ret,
    struct sketch_trace *ret_trace);

/* Append the 84 bytes: lanes, numbers, names, sides (4 each), order (2), negations, flags; little-
 * endian. */
void sketch_pack(struct buf *out, const struct sketch *s);

/* Read them; p has SKETCH_BYTES. */
void sketch_unpack(struct sketch *ret, const char *p);

/* What tells two paragraphs apart, however alike they are. */
enum guard {
	GUARD_AGREE,
	GUARD_NEGATIONS,
	GUARD_NUMBERS,
	GUARD_NAMES,
	GUARD_REVERSAL,
	GUARD_KINDS, /* one by words, one by characters: not to be compared */
};

/* The first that does. */
enum guard sketch_guard(const struct sketch *a, const struct sketch *b);

/* In words for people. */
const char *guard_name(enum guard guard);

/* The estimated Jaccard similarity of their sets, in ten-thousandths. */
int32_t sketch_similarity(const struct sketch *a, const struct sketch *b);

/*
 * The least similarity for a to be near another, if `least` is asked for between two paragraphs
 * of many words whose names can be told by their capitals: a third of the way up to 1 for others.
 */
int32_t sketch_least(const struct sketch *a, int32_t least);

#endif
