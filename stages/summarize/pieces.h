/*
 * pieces - a sentence taken apart: words, numbers and marks with their places.
 *
 * A possessive "'s" is a piece of its own; other apostrophes stay inside their word. Hyphens part
 * words. "U.S." is one word. A number is digits with inner points and commas; what is written
 * right behind it ("km", "th", "bn") is the next piece. Each Han or kana character is a word.
 * The same mark several times in a row is one piece.
 */
#ifndef WINNOW_PIECES_H
#define WINNOW_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/span.h"
#include "stages/summarize/words.h"

enum { PIECES_MAX = 1 << 16 }; /* what stands behind these in a sentence is not looked at */

enum piece_kind { PIECE_WORD, PIECE_NUMBER, PIECE_MARK };

enum {
	PIECE_CAPITAL = 1,  /* the first letter is one */
	PIECE_CAPITALS = 2, /* at least two letters, all of them capitals */
	PIECE_JOINED = 4,   /* nothing stands between it and the piece before */
	PIECE_DOTTED = 8,   /* "U.S." */
};

struct piece {
	const struct lexeme *lex; /* never NULL */
	uint32_t start, end;      /* bytes of the paragraph */
	uint32_t id;              /* a word: its id; a mark: the code point */
	uint32_t classes;         /* lex->classes */
	uint8_t kind;             /* enum piece_kind */
	uint8_t shape;            /* PIECE_CAPITAL ... */
};

/* The pieces of one sentence; starts as {0}. */
struct pieces {
	struct span text; /* the paragraph */
	const struct words *words;
	struct piece *piece;
	size_t n, cap;
};

/*
 * Make *ret the pieces of text[start, end), using what room it has; grows it in a. text is valid
 * UTF-8. New words are added to w. Cost: O(end - start).
 */
void pieces_read(struct pieces *ret, struct arena *a, struct words *w, struct span text,
    size_t start, size_t end);

static inline bool
piece_is(const struct pieces *p, size_t at, uint32_t classes)
{
	return at < p->n && (p->piece[at].classes & classes) != 0;
}

static inline bool
piece_is_word(const struct pieces *p, size_t at)
{
	return at < p->n && p->piece[at].kind == PIECE_WORD;
}

static inline bool
piece_is_number(const struct pieces *p, size_t at)
{
	return at < p->n && p->piece[at].kind == PIECE_NUMBER;
}

static inline bool
piece_is_mark(const struct pieces *p, size_t at, uint32_t c)
{
	return at < p->n && p->piece[at].kind == PIECE_MARK && p->piece[at].id == c;
}

static inline bool
piece_has(const struct pieces *p, size_t at, uint8_t shape)
{
	return at < p->n && (p->piece[at].shape & shape) != 0;
}

/* Whether a full stop at `at` belongs to what stands before it: the sentence goes on behind it. */
static inline bool
piece_is_inner_stop(const struct pieces *p, size_t at)
{
	return piece_is_mark(p, at, '.') && piece_has(p, at, PIECE_JOINED) && at + 1 < p->n &&
	       !piece_has(p, at + 1, PIECE_JOINED);
}

/* The bytes of the pieces [from, to), to > from. */
static inline struct span
pieces_text(const struct pieces *p, size_t from, size_t to)
{
	return span_cut(p->text, p->piece[from].start, p->piece[to - 1].end);
}

/* piece_says for a piece whose first letter fits. */
bool piece_says_rest(const struct pieces *p, size_t at, const char *word);

/* Whether a piece is this lower-case word, which is not empty; in any case of ASCII letters. */
static inline bool
piece_says(const struct pieces *p, size_t at, const char *word)
{
	return at < p->n && (p->text.p[p->piece[at].start] | 0x20) == (word[0] | 0x20) &&
	       piece_says_rest(p, at, word);
}

#endif
