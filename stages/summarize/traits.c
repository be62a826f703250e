#include "stages/summarize/traits.h"

#include "stages/summarize/marks.h"

/* As struct traits, without an end. */
struct counts {
	uint32_t words, stops, numbers, capitals, shouted, quotes, commas, marks, says, events,
	    compares, opinions, selves, leans;
};

static bool
is_quote(uint32_t c)
{
	return c == '"' || c == '\'' || c == 0xAB || c == 0xBB || (c >= 0x2018 && c <= 0x201F) ||
	       (c >= 0x300C && c <= 0x300F);
}

static void
add_mark(struct counts *t, uint32_t c)
{
	if (is_quote(c))
		t->quotes++;
	else if (c == ',' || c == 0x60C || c == 0x3001)
		t->commas++;
	else
		t->marks++;
}

static void
add_word(struct counts *t, const struct pieces *p, size_t at)
{
	uint32_t classes = p->piece[at].classes;
	uint8_t shape = p->piece[at].shape;

	t->words++;
	t->capitals += at > 0 && (shape & PIECE_CAPITAL);
	t->shouted += (shape & PIECE_CAPITALS) != 0;
	t->stops += (classes & LEX_STOP) != 0;
	if ((classes & ~(uint32_t)LEX_STOP) == 0)
		return;
	t->says += (classes & LEX_SAY) != 0;
	t->events += (classes & LEX_EVENT) != 0;
	t->compares += (classes & LEX_COMPARE) != 0;
	t->opinions += (classes & LEX_OPINION) != 0;
	t->selves += (classes & LEX_SELF) != 0;
	t->leans += (classes & LEX_POINTING) != 0;
}

static uint8_t
most(uint32_t n)
{
	return (uint8_t)(n < UINT8_MAX ? n : UINT8_MAX);
}

struct traits
traits_of(const struct pieces *p)
{
	struct counts t = {0};

	for (size_t i = 0; i < p->n; i++) {
		switch ((enum piece_kind)p->piece[i].kind) {
		case PIECE_WORD: add_word(&t, p, i); break;
		case PIECE_NUMBER: t.numbers++; break;
		case PIECE_MARK: add_mark(&t, p->piece[i].id); break;
		}
	}
	return (struct traits){
	    .words = most(t.words),
	    .stops = most(t.stops),
	    .numbers = most(t.numbers),
	    .capitals = most(t.capitals),
	    .shouted = most(t.shouted),
	    .quotes = most(t.quotes),
	    .commas = most(t.commas),
	    .marks = most(t.marks),
	    .says = most(t.says),
	    .events = most(t.events),
	    .compares = most(t.compares),
	    .opinions = most(t.opinions),
	    .selves = most(t.selves),
	    .leans = most(t.leans),
	};
}
