#include "stages/summarize/pieces.h"

#include "common/utf8.h"
#include "stages/summarize/letters.h"

enum { FIRST_PIECES = 256, WAITING = 32, QUOTE = 0x2019 };

/* A word that was read, and is still to be looked up. */
struct waiting {
	char folded[WORD_BYTES];
	uint32_t n, hash;
	size_t piece;
};

/*
 * A sentence while it is read. Words are looked up WAITING at a time, so that what is known of them
 * comes from memory while the next ones are read.
 */
struct reading {
	struct span text; /* the paragraph up to the end of the sentence */
	size_t at;
	struct waiting waiting[WAITING];
	size_t n_waiting;
	char *folded; /* of the word that is read */
	size_t n;     /* its bytes */
	uint32_t letters, capitals;
	bool dotted;
	bool elides; /* the language: "l'eau" is two words */
};

/* The code point at `at` and, in *ret_next, where it ends. */
static inline uint32_t
char_at(struct span s, size_t at, size_t *ret_next)
{
	uint32_t c = (unsigned char)s.p[at];

	*ret_next = at + 1;
	if (c >= 0x80) {
		*ret_next = at;
		c = utf8_next(s, ret_next, NULL);
	}
	return c;
}

static enum letter
letter_at(struct span s, size_t at)
{
	size_t next;

	return at < s.n ? letter_of(char_at(s, at, &next)) : LETTER_SPACE;
}

/* A new piece that begins at `start`; its end is still to be set. */
static struct piece *
push(struct pieces *ret, struct arena *a, const struct words *w, size_t start, enum piece_kind kind)
{
	struct piece *piece;

	if (ret->n == ret->cap) {
		size_t cap = ret->cap == 0 ? FIRST_PIECES : 2 * ret->cap;
		struct piece *p = arena_alloc(a, cap * sizeof(*p));

		if (ret->n > 0)
			memcpy(p, ret->piece, ret->n * sizeof(*p));
		ret->piece = p;
		ret->cap = cap;
	}
	piece = &ret->piece[ret->n];
	piece->lex = w->word[0].lex;
	piece->classes = 0;
	piece->start = (uint32_t)start;
	piece->id = 0;
	piece->kind = (uint8_t)kind;
	piece->shape = ret->n > 0 && piece[-1].end == start ? PIECE_JOINED : 0;
	ret->n++;
	return piece;
}

/* Look up the words that wait. */
static void
look_up(struct pieces *ret, struct words *w, struct reading *r)
{
	for (size_t i = 0; i < r->n_waiting; i++) {
		const struct waiting *x = &r->waiting[i];
		struct piece *piece = &ret->piece[x->piece];

		piece->id = words_id_of(w, span_of(x->folded, x->n), x->hash);
		piece->lex = w->word[piece->id].lex;
		piece->classes = piece->lex->classes;
	}
	r->n_waiting = 0;
}

/* The last piece is the word that was read, r->folded. */
static void
set_word(struct pieces *ret, struct words *w, struct reading *r)
{
	struct waiting *x = &r->waiting[r->n_waiting++];

	x->n = (uint32_t)r->n;
	x->hash = lexicon_hash(span_of(x->folded, x->n));
	x->piece = ret->n - 1;
	words_expect(w, x->hash);
	if (r->n_waiting == WAITING)
		look_up(ret, w, r);
}

static void
fold_in(struct reading *r, uint32_t c)
{
	if (r->n + 4 <= WORD_BYTES)
		r->n += utf8_put(r->folded + r->n, letter_fold(c));
}

/* Whether the apostrophe at r->at, which ends at next, belongs to the word: not a possessive. */
static bool
keeps_apostrophe(const struct reading *r, size_t next)
{
	struct span s = r->text;

	if (letter_at(s, next) < LETTER_SMALL)
		return false;
	return !((s.p[next] == 's' || s.p[next] == 'S') && letter_at(s, next + 1) < LETTER_DIGIT);
}

/* Whether the full stop at r->at stands inside or at the end of initials, "U.S.". */
static bool
keeps_stop(const struct reading *r)
{
	struct span s = r->text;

	if (r->dotted)
		return r->folded[r->n - 2] == '.';
	return r->n == 1 && letter_at(s, r->at + 1) >= LETTER_SMALL && r->at + 2 < s.n &&
	       s.p[r->at + 2] == '.';
}

/* One more character of the word; false if it does not belong to it. */
static bool
read_letter(struct reading *r)
{
	size_t next;
	uint32_t c = char_at(r->text, r->at, &next);
	enum letter kind = letter_of(c);

	if (kind == LETTER_IDEOGRAPH && r->letters > 0)
		return false;
	if (kind >= LETTER_DIGIT) {
		fold_in(r, c);
		r->letters += kind != LETTER_DIGIT;
		r->capitals += kind == LETTER_CAPITAL;
	} else if (c == '\'' || c == QUOTE) {
		if (!r->elides && !keeps_apostrophe(r, next))
			return false;
		if (r->elides && letter_at(r->text, next) < LETTER_SMALL)
			return false;
		fold_in(r, '\'');
		kind = r->elides ? LETTER_IDEOGRAPH : kind; /* ends the word */
	} else if (c == '.' && keeps_stop(r)) {
		r->dotted = true;
		fold_in(r, '.');
	} else {
		return false;
	}
	r->at = next;
	return kind != LETTER_IDEOGRAPH;
}

/* Eight bytes, as far as they are ASCII letters; false if they are not all. */
static bool
read_eight(struct reading *r)
{
	uint64_t bytes = lexicon_load(r->text.p + r->at), letters = letter_eight_letters(bytes);
	uint64_t others = letters ^ letter_eight(0x80), capitals = letters & ~(bytes << 2);
	uint64_t small = bytes | letter_eight(0x20);
	size_t n = others == 0 ? 8 : (size_t)__builtin_ctzll(others) / 8;

	memcpy(r->folded + r->n, &small, sizeof(small));
	if (n < 8)
		capitals &= (UINT64_C(1) << 8 * n) - 1;
	r->capitals += letter_eight_count(capitals);
	r->n += n;
	r->at += n;
	return others == 0;
}

/* ASCII letters without anything special between, which most words are. */
static void
read_plain(struct reading *r)
{
	bool more = true;

	while (more && r->text.n - r->at >= 8 && r->n + 8 <= WORD_BYTES)
		more = read_eight(r);
	while (more && r->at < r->text.n && r->n < WORD_BYTES) {
		unsigned char c = (unsigned char)r->text.p[r->at];

		if (c >= 0x80 || letter_ascii[c] < LETTER_SMALL)
			break;
		r->capitals += letter_ascii[c] == LETTER_CAPITAL;
		r->folded[r->n++] = (char)(c | 0x20);
		r->at++;
	}
	r->letters = (uint32_t)r->n;
}

/* Whether the word that was read so far surely ends at r->at. */
static bool
ends_here(const struct reading *r)
{
	unsigned char c;

	if (r->at >= r->text.n)
		return true;
	c = (unsigned char)r->text.p[r->at];
	if (c >= 0x80 || letter_ascii[c] >= LETTER_DIGIT || c == '\'')
		return false;
	return c != '.' || r->n > 1;
}

static void
read_word(struct pieces *ret, struct arena *a, struct words *w, struct reading *r)
{
	struct piece *piece = push(ret, a, w, r->at, PIECE_WORD);

	if (letter_at(r->text, r->at) == LETTER_CAPITAL)
		piece->shape |= PIECE_CAPITAL;
	r->folded = r->waiting[r->n_waiting].folded;
	r->n = r->letters = r->capitals = 0;
	r->dotted = false;
	read_plain(r);
	if (!ends_here(r)) {
		while (r->at < r->text.n && read_letter(r))
			;
	}
	if (r->dotted) {
		piece->shape |= PIECE_DOTTED;
		r->n -= r->folded[r->n - 1] == '.';
	}
	if (r->letters > 1 && r->capitals == r->letters)
		piece->shape |= PIECE_CAPITALS;
	piece->end = (uint32_t)r->at;
	set_word(ret, w, r);
}

/* "'s" behind a word; false if there is none at r->at. */
static bool
read_possessive(struct pieces *ret, struct arena *a, struct words *w, struct reading *r)
{
	struct piece *piece;
	size_t next;
	uint32_t c = char_at(r->text, r->at, &next);

	if ((c != '\'' && c != QUOTE) || r->at == 0 || next >= r->text.n || r->elides)
		return false;
	if ((r->text.p[next] != 's' && r->text.p[next] != 'S') || keeps_apostrophe(r, next))
		return false;
	if (ret->n == 0 || ret->piece[ret->n - 1].end != r->at ||
	    ret->piece[ret->n - 1].kind == PIECE_MARK)
		return false;
	piece = push(ret, a, w, r->at, PIECE_WORD);
	r->at = next + 1;
	piece->end = (uint32_t)r->at;
	memcpy(r->waiting[r->n_waiting].folded, "'s", 2);
	r->n = 2;
	set_word(ret, w, r);
	return true;
}

static void
read_number(struct pieces *ret, struct arena *a, const struct words *w, struct reading *r)
{
	struct piece *piece = push(ret, a, w, r->at, PIECE_NUMBER);

	for (;;) {
		size_t next;
		uint32_t c;

		while (letter_at(r->text, r->at) == LETTER_DIGIT) {
			char_at(r->text, r->at, &next);
			r->at = next;
		}
		if (r->at >= r->text.n)
			break;
		c = (unsigned char)r->text.p[r->at];
		if ((c != '.' && c != ',') || letter_at(r->text, r->at + 1) != LETTER_DIGIT)
			break;
		r->at++;
	}
	piece->end = (uint32_t)r->at;
}

static void
read_mark(struct pieces *ret, struct arena *a, const struct words *w, struct reading *r)
{
	struct piece *piece = push(ret, a, w, r->at, PIECE_MARK);

	piece->id = char_at(r->text, r->at, &r->at);
	while (r->at < r->text.n) {
		size_t next;

		if (char_at(r->text, r->at, &next) != piece->id)
			break;
		r->at = next;
	}
	piece->end = (uint32_t)r->at;
}

void
pieces_read(struct pieces *ret, struct arena *a, struct words *w, struct span text, size_t start,
    size_t end)
{
	struct reading r;

	r.text = span_cut(text, 0, end);
	r.at = start;
	r.n_waiting = 0;
	r.elides = (lexicon_writes(w->lexicon) & LANGUAGE_ELIDES) != 0;
	ret->text = text;
	ret->words = w;
	ret->n = 0;
	while (r.at < end && ret->n < PIECES_MAX) {
		size_t next;
		enum letter kind = letter_of(char_at(r.text, r.at, &next));

		if (kind == LETTER_SPACE)
			r.at = next;
		else if (kind == LETTER_DIGIT)
			read_number(ret, a, w, &r);
		else if (kind != LETTER_MARK)
			read_word(ret, a, w, &r);
		else if (!read_possessive(ret, a, w, &r))
			read_mark(ret, a, w, &r);
	}
	look_up(ret, w, &r);
}

bool
piece_says_rest(const struct pieces *p, size_t at, const char *word)
{
	struct span s = pieces_text(p, at, at + 1);
	size_t i;

	for (i = 0; i < s.n && word[i] != '\0'; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x80 ? letter_fold(c) : c) != (unsigned char)word[i])
			return false;
	}
	return i == s.n && word[i] == '\0';
}
