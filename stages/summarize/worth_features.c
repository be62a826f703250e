#include "stages/summarize/worth_features.h"

/* Tokens that stand for many words; stems have the hash of their text, which hardly is one. */
enum {
	TOKEN_NONE,
	TOKEN_EDGE, /* before the first and behind the last one */
	TOKEN_NUMBER,
	TOKEN_YEAR,
	TOKEN_SCALE,
	TOKEN_CURRENCY,
	TOKEN_PERCENT,
	TOKEN_QUOTE,
	TOKEN_QUESTION,
	TOKEN_EXCLAMATION,
};

/* Kinds of features that are counts: each with its own buckets. */
enum { COUNT_WORDS = FACT_COUNT, COUNT_NUMBERS, COUNT_CAPITALS, COUNT_KINDS };

enum { WORDS_A_STEP = 4, MOST = 10 };

struct features {
	uint16_t *ret;
	size_t n;
};

static void
push(struct features *f, uint32_t key)
{
	f->ret[f->n++] = (uint16_t)((key * 0x9E3779B1u) >> (32 - WORTH_BITS));
}

static void
push_pair(struct features *f, uint32_t first, uint32_t second)
{
	push(f, (first * 0x85EBCA6Bu ^ first >> 15) + second + 0x7F4A7C15u);
}

static void
push_count(struct features *f, uint32_t kind, size_t count)
{
	push(f, 0xC0000000u + kind * 64 + (uint32_t)(count < MOST ? count : MOST));
}

static bool
is_year(struct span s)
{
	return s.n == 4 && ((s.p[0] == '1' && s.p[1] >= '8') || (s.p[0] == '2' && s.p[1] == '0'));
}

static uint32_t
mark_token(uint32_t c)
{
	switch (c) {
	case '$':
	case 0xA3:
	case 0x20AC: return TOKEN_CURRENCY;
	case '%': return TOKEN_PERCENT;
	case '"':
	case 0x201C:
	case 0x201D: return TOKEN_QUOTE;
	case '?': return TOKEN_QUESTION;
	case '!': return TOKEN_EXCLAMATION;
	default: return TOKEN_NONE;
	}
}

static uint32_t
token(const struct pieces *p, size_t at)
{
	const struct words *w = p->words;

	if (p->piece[at].kind == PIECE_NUMBER)
		return is_year(pieces_text(p, at, at + 1)) ? TOKEN_YEAR : TOKEN_NUMBER;
	if (p->piece[at].kind == PIECE_MARK)
		return mark_token(p->piece[at].id);
	if (piece_is(p, at, LEX_NUMBER))
		return TOKEN_NUMBER;
	if (piece_is(p, at, LEX_SCALE))
		return TOKEN_SCALE;
	return w->word[w->word[p->piece[at].id].topic].key;
}

static bool
is_capital(const struct pieces *p, size_t at)
{
	return at > 0 && p->piece[at].kind == PIECE_WORD && piece_has(p, at, PIECE_CAPITAL) &&
	       !piece_is(p, at, LEX_SELF);
}

size_t
worth_features(uint16_t *ret, const struct pieces *p, const struct fact *facts, size_t n_facts)
{
	struct features f = {.ret = ret};
	uint32_t last = TOKEN_EDGE;
	size_t counts[COUNT_KINDS] = {0}, tokens = 0;

	for (size_t i = 0; i < p->n && tokens < WORTH_WORDS; i++) {
		uint32_t t = token(p, i);

		if (t == TOKEN_NONE)
			continue;
		tokens++;
		push(&f, t);
		push_pair(&f, last, t);
		last = t;
		counts[COUNT_WORDS] += p->piece[i].kind == PIECE_WORD;
		counts[COUNT_NUMBERS] += t == TOKEN_NUMBER || t == TOKEN_YEAR;
		counts[COUNT_CAPITALS] += is_capital(p, i);
	}
	push_pair(&f, last, TOKEN_EDGE);
	for (size_t i = 0; i < n_facts; i++)
		counts[facts[i].kind]++;
	counts[COUNT_WORDS] /= WORDS_A_STEP;
	for (uint32_t kind = 0; kind < COUNT_KINDS; kind++)
		push_count(&f, kind, counts[kind]);
	return f.n;
}
