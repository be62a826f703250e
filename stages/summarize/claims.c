#include "stages/summarize/claims.h"

#include <stdlib.h>

#include "stages/summarize/facts.h"

enum {
	LEAST_WORTH = 500,  /* ten-thousandths */
	COMPARED = 200,     /* claims beyond these are not compared with others */
	SPARE = 32,         /* lines that are looked at closely, beside three a claim */
	NUMBERS = 8,        /* of a line */
	SEEN_BITS = 4096,   /* numbers that were said: by hash, so that two may count as one */
	TOO_SIMILAR = 6000, /* share of topics in common, ten-thousandths */
};

/* What speaks for a claim, in ten-thousandths; checked on news in three languages. */
enum {
	FOR_WORTH = 5000,
	FOR_POSITION = 10000,
	LEAD = 5, /* the sentence with this index has half the position of the first */
	FOR_CENTRALITY = 1400,
	SMOOTH = 8, /* topics: less trust in the centrality of short sentences */
	FOR_NAME = 2000,
	FOR_NUMBER = 1000,
	NUMBERS_MOST = 3,
	FOR_FIGURE = 2500, /* money, a share, or a large quantity */
	FIGURES_MOST = 2,
	LARGE = 1000, /* a quantity */
	FOR_QUOTATION = 2000,
	SHORT_WORDS = 8,    /* below: in proportion */
	LONG_WORDS = 35,    /* above: names and numbers count less */
	LONG_SOFTNESS = 40, /* words */
	FULL = 30000,       /* the score 1 */
};

struct candidate {
	int32_t base, value; /* value: with what is new in it */
	uint32_t line;
	uint32_t n_numbers, n_figures;
	uint16_t numbers[NUMBERS]; /* hashes below SEEN_BITS */
};

struct claims {
	struct outline *o;
	struct candidate *candidate; /* [n] */
	size_t n;
	uint32_t *names;  /* by topic: in how many sentences a name is; 0: no name */
	uint32_t most;    /* the greatest of them */
	uint32_t *chosen; /* by topic: the last claim that has it, from 1 */
	uint64_t seen[SEEN_BITS / 64];
};

/* The topics whose words mostly have a capital. */
static void
find_names(struct claims *c)
{
	const struct words *w = &c->o->words;
	struct arena *a = c->o->arena;
	int64_t *lead = arena_zero(a, w->n, sizeof(*lead));

	c->names = arena_zero(a, w->n, sizeof(*c->names));
	c->most = 1;
	for (size_t i = 1; i < w->n; i++)
		lead[w->word[i].topic] += (int64_t)w->word[i].names - w->word[i].plain;
	for (size_t i = 1; i < w->n; i++) {
		if (lead[i] <= 0)
			continue;
		c->names[i] = w->word[i].sentences;
		if (c->names[i] > c->most)
			c->most = c->names[i];
	}
}

/* How often the topics of a line stand in other lines, a topic. */
static int64_t
centrality(const struct outline *o, const struct line *line)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < line->n_topics; i++) {
		uint32_t sentences = o->words.word[o->topics[line->topics + i]].sentences;
		sum += sentences > 0 ? sentences - 1 : 0;
	}
	return sum * UNIT / (line->n_topics + SMOOTH);
}

/* The greatest r with r * r <= n. */
static int64_t
root(int64_t n)
{
	int64_t r = 0;

	for (int64_t bit = 1 << 14; bit > 0; bit /= 2) {
		if ((r + bit) * (r + bit) <= n)
			r += bit;
	}
	return r;
}

/* Names count by the root of how many sentences have them. */
static int64_t
value_of_names(const struct claims *c, const struct line *line)
{
	int64_t value = 0;

	for (uint32_t i = 0; i < line->n_topics; i++) {
		uint32_t topic = c->o->topics[line->topics + i];

		if (c->names[topic] > 0 && c->chosen[topic] == 0)
			value += FOR_NAME * root((int64_t)c->names[topic] * 10000 / c->most) / 100;
	}
	return value;
}

static int32_t
value_of(const struct claims *c, const struct candidate *x)
{
	const struct line *line = &c->o->line[x->line];
	int64_t value = value_of_names(c, line), numbers = 0;

	for (uint32_t i = 0; i < x->n_numbers; i++)
		numbers += (c->seen[x->numbers[i] / 64] >> x->numbers[i] % 64 & 1) == 0;
	value += FOR_NUMBER * (numbers < NUMBERS_MOST ? numbers : NUMBERS_MOST);
	value += FOR_FIGURE * (int64_t)x->n_figures;
	if (line->n_facts[FACT_QUOTATION] > 0)
		value += FOR_QUOTATION;
	if (line->n_words > LONG_WORDS)
		value = value * LONG_SOFTNESS / (LONG_SOFTNESS + line->n_words - LONG_WORDS);
	value += x->base;
	return (int32_t)(value < FULL ? value : FULL);
}

/* What a line is worth without its facts. */
static int32_t
base_of(const struct line *line, int64_t central, int64_t most_central)
{
	int64_t base = (int64_t)FOR_WORTH * line->claim / UNIT +
		       FOR_POSITION * LEAD / (LEAD + (int64_t)line->order) +
		       FOR_CENTRALITY * central / most_central;

	if (line->n_words < SHORT_WORDS)
		base = base * line->n_words / SHORT_WORDS;
	return (int32_t)base;
}

static bool
can_be_claim(const struct line *line)
{
	return (line->flags & (LINE_HEADING | LINE_SIDE | LINE_BARE | LINE_REPEAT)) == 0 &&
	       line->claim >= LEAST_WORTH;
}

/* By value; of equals the first in the document. */
static int
best_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? 1 : -1;
	return (x->line > y->line) - (x->line < y->line);
}

/* The lines that can be claims, best first, with what they are worth but for their numbers. */
static void
find_candidates(struct claims *c)
{
	struct arena *a = c->o->arena;
	int64_t most = 1, *central = arena_alloc(a, c->o->n * sizeof(*central));

	c->candidate = arena_alloc(a, c->o->n * sizeof(*c->candidate));
	for (size_t i = 0; i < c->o->n; i++) {
		central[i] = centrality(c->o, &c->o->line[i]);
		if (central[i] > most)
			most = central[i];
	}
	for (size_t i = 0; i < c->o->n; i++) {
		struct candidate *x = &c->candidate[c->n];

		if (!can_be_claim(&c->o->line[i]))
			continue;
		*x = (struct candidate){.line = (uint32_t)i};
		x->base = base_of(&c->o->line[i], central[i], most);
		x->value = value_of(c, x);
		c->n++;
	}
	qsort(c->candidate, c->n, sizeof(*c->candidate), best_first);
}

static void
read_pieces(struct claims *c, struct pieces *ret, const struct line *line)
{
	pieces_read(ret, c->o->arena, &c->o->words, line->paragraph->text, line->start, line->end);
}

static void
read_numbers(struct candidate *x, const struct pieces *p)
{
	for (size_t i = 0; i < p->n && x->n_numbers < NUMBERS; i++) {
		uint32_t hash;

		if (p->piece[i].kind == PIECE_NUMBER)
			hash = lexicon_hash(pieces_text(p, i, i + 1));
		else if (piece_is(p, i, LEX_NUMBER | LEX_SCALE | LEX_FRACTION))
			hash = p->words->word[p->piece[i].id].key;
		else
			continue;
		x->numbers[x->n_numbers++] = (uint16_t)(hash % SEEN_BITS);
	}
}

static void
count_figures(struct candidate *x, struct arena *a, const struct pieces *p)
{
	struct fact facts[FACTS_MAX];
	size_t n = facts_find(facts, a, p);

	for (size_t i = 0; i < n; i++) {
		const struct fact *f = &facts[i];

		x->n_figures += f->kind == FACT_MONEY || f->kind == FACT_SHARE ||
				(f->kind == FACT_QUANTITY && f->unit.n > 0 &&
				    f->value >= (int64_t)LARGE * UNIT);
	}
	if (x->n_figures > FIGURES_MOST)
		x->n_figures = FIGURES_MOST;
}

/* The words of facts are scratch: what is kept of them is copied. */
static void
set_facts(struct claim *claim, struct arena *a, const struct pieces *pieces)
{
	struct fact facts[FACTS_MAX];

	claim->n_facts = facts_find(facts, a, pieces);
	claim->facts = arena_alloc(a, claim->n_facts * sizeof(*facts));
	for (size_t i = 0; i < claim->n_facts; i++) {
		claim->facts[i] = facts[i];
		claim->facts[i].unit = arena_copy(a, facts[i].unit);
		claim->facts[i].per = arena_copy(a, facts[i].per);
	}
}

/* The candidate from `from` on that is worth most now, or c->n. Those that are out have -1. */
static size_t
find_best(struct claims *c)
{
	size_t best = c->n;

	for (size_t i = 0; i < c->n; i++) {
		struct candidate *x = &c->candidate[i];

		if (x->value < 0)
			continue;
		x->value = value_of(c, x);
		if (best == c->n || x->value > c->candidate[best].value)
			best = i;
	}
	return best;
}

/* Remember what claim number `pick` says, and take out those that say the same. */
static void
say(struct claims *c, const struct candidate *chosen, uint32_t pick)
{
	const struct line *line = &c->o->line[chosen->line];

	for (uint32_t i = 0; i < line->n_topics; i++)
		c->chosen[c->o->topics[line->topics + i]] = pick;
	for (uint32_t i = 0; i < chosen->n_numbers; i++)
		c->seen[chosen->numbers[i] / 64] |= UINT64_C(1) << chosen->numbers[i] % 64;
	for (size_t k = 0; k < c->n; k++) {
		const struct line *other = &c->o->line[c->candidate[k].line];
		uint64_t shared = 0;

		for (uint32_t i = 0; i < other->n_topics; i++)
			shared += c->chosen[c->o->topics[other->topics + i]] == pick;
		if (shared > 0 &&
		    2 * shared * UNIT >= (uint64_t)TOO_SIMILAR * (line->n_topics + other->n_topics))
			c->candidate[k].value = -1;
	}
}

/* Append a candidate to d's claims, and take it out of the list. */
static void
take(struct claims *c, struct document *d, struct arena *a, struct pieces *pieces,
    struct candidate *x)
{
	struct claim *claim = &d->claims[d->n_claims];
	const struct line *line = &c->o->line[x->line];
	int32_t score = (int32_t)((int64_t)x->value * UNIT / FULL);

	if (d->n_claims > 0 && claim[-1].score < score)
		score = claim[-1].score;
	*claim = (struct claim){.text = line_text(line), .n = line->paragraph->n, .score = score};
	claim->start = line->start;
	claim->end = line->end;
	read_pieces(c, pieces, line);
	set_facts(claim, a, pieces);
	x->value = -1;
	d->n_claims++;
}

/* Look closely at the best candidates: how many of them the others are left out for. */
static void
look_closely(struct claims *c, struct pieces *pieces, uint64_t most)
{
	if (most < COMPARED && c->n > 3 * most + SPARE)
		c->n = 3 * most + SPARE;
	for (size_t i = 0; i < c->n; i++) {
		read_pieces(c, pieces, &c->o->line[c->candidate[i].line]);
		read_numbers(&c->candidate[i], pieces);
		count_figures(&c->candidate[i], c->o->arena, pieces);
	}
}

void
claims_find(struct document *d, struct arena *a, struct outline *o, uint64_t most)
{
	struct claims c = {.o = o};
	struct pieces pieces = {0};
	size_t n_words = o->words.n;

	d->n_claims = 0;
	c.chosen = arena_zero(o->arena, n_words, sizeof(*c.chosen));
	find_names(&c);
	find_candidates(&c);
	look_closely(&c, &pieces, most);
	d->claims = arena_zero(a, c.n < most ? c.n : most, sizeof(*d->claims));
	while (d->n_claims < most && d->n_claims < COMPARED) {
		size_t best = find_best(&c);

		if (best == c.n)
			return;
		take(&c, d, a, &pieces, &c.candidate[best]);
		say(&c, &c.candidate[best], (uint32_t)d->n_claims);
	}
	for (size_t i = 0; i < c.n && d->n_claims < most; i++) {
		if (c.candidate[i].value >= 0)
			take(&c, d, a, &pieces, &c.candidate[i]);
	}
}
