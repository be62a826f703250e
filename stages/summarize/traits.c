#include "stages/summarize/traits.h"

#include "stages/summarize/marks.h"

static void
add(uint8_t *n, uint32_t one)
{
	*n = (uint8_t)(*n + (one != 0 && *n < UINT8_MAX));
}

static bool
is_quote(uint32_t c)
{
	return c == '"' || c == '\'' || c == 0xAB || c == 0xBB || (c >= 0x2018 && c <= 0x201F) ||
	       (c >= 0x300C && c <= 0x300F);
}

static void
add_mark(struct traits *t, uint32_t c)
{
	if (is_quote(c))
		add(&t->quotes, 1);
	else if (c == ',' || c == 0x60C || c == 0x3001)
		add(&t->commas, 1);
	else
		add(&t->marks, 1);
}

static void
add_word(struct traits *t, const struct pieces *p, size_t at)
{
	uint32_t classes = p->piece[at].lex->classes;
	uint8_t shape = p->piece[at].shape;

	add(&t->words, 1);
	add(&t->capitals, at > 0 && (shape & PIECE_CAPITAL));
	add(&t->shouted, shape & PIECE_CAPITALS);
	if (classes == 0)
		return;
	add(&t->stops, classes & LEX_STOP);
	add(&t->says, classes & LEX_SAY);
	add(&t->events, classes & LEX_EVENT);
	add(&t->compares, classes & LEX_COMPARE);
	add(&t->opinions, classes & LEX_OPINION);
	add(&t->selves, classes & LEX_SELF);
	add(&t->leans, classes & LEX_POINTING);
}

struct traits
traits_of(const struct pieces *p)
{
	struct traits t = {0};

	for (size_t i = 0; i < p->n; i++) {
		switch ((enum piece_kind)p->piece[i].kind) {
		case PIECE_WORD: add_word(&t, p, i); break;
		case PIECE_NUMBER: add(&t.numbers, 1); break;
		case PIECE_MARK: add_mark(&t, p->piece[i].id); break;
		}
	}
	return t;
}
