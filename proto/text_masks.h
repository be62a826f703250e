/*
 * text_masks - where in a text words, digits and capital letters stand: a bit a byte.
 *
 * A word is a run of letters, marks, numbers and currency signs. In text that is written without
 * spaces (spaceless) only what stands out of it is a word: katakana, letters of other scripts,
 * numbers, Han numerals too.
 */
#ifndef WINNOW_TEXT_MASKS_H
#define WINNOW_TEXT_MASKS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/span.h"

struct text_masks {
	struct buf memory;
	size_t n; /* of each mask, in words of 64 bits */
	uint64_t *words, *digits, *capitals;
	struct buf edge_memory;
	uint64_t letters;             /* code points; of them: */
	uint64_t spaceless, caseless; /* of scripts without spaces, of scripts without capitals */
};

/* Masks start as {0}. */

void text_masks_done(struct text_masks *m);

/* Of valid UTF-8. They hold until the next call. */
void text_masks_make(struct text_masks *m, struct span text);

/* The same without SIMD, for tests. */
void text_masks_make_plain(struct text_masks *m, struct span text);

/*
 * Where the words begin and end: *ret_edges holds two places a word, until the next call. Returns
 * how many words there are.
 */
size_t text_masks_words(struct text_masks *m, const uint32_t **ret_edges);

/* Whether any bit of [from, to), which is not empty, is set. */
static inline bool
text_masks_any(const uint64_t *mask, size_t from, size_t to)
{
	uint64_t first = mask[from / 64] >> from % 64;

	if (to - from <= 64 - from % 64)
		return first << (64 - (to - from)) != 0;
	while (first == 0 && (from = (from / 64 + 1) * 64) + 64 <= to)
		first = mask[from / 64];
	return first != 0 || (from < to && mask[from / 64] << (63 - (to - 1) % 64) != 0);
}

/* Whether most letters are of a script that is written without spaces. */
static inline bool
text_masks_is_spaceless(const struct text_masks *m)
{
	return m->spaceless * 2 > m->letters;
}

/* The first bit from at on that is set or not set, at most end. */
static inline size_t
text_masks_find(const uint64_t *mask, size_t at, size_t end, bool set)
{
	uint64_t flip = set ? 0 : UINT64_MAX, bits;

	if (at >= end)
		return end;
	bits = (mask[at / 64] ^ flip) & (UINT64_MAX << at % 64);
	while (bits == 0) {
		at = (at / 64 + 1) * 64;
		if (at >= end)
			return end;
		bits = mask[at / 64] ^ flip;
	}
	at = at / 64 * 64 + (size_t)__builtin_ctzll(bits);
	return at < end ? at : end;
}

static inline bool
text_masks_has(const uint64_t *mask, size_t at)
{
	return (mask[at / 64] >> at % 64 & 1) != 0;
}

#endif
