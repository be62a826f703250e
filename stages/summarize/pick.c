#include "stages/summarize/pick.h"

#include <stdlib.h>

enum {
	DIVERSITY = 6000, /* ten-thousandths of the score that a full overlap takes */
	TOO_SIMILAR = 6000,
	GONE = -1, /* in overlap: picked or passed over */
};

struct picking {
	const struct outline *o;
	const int32_t *score;
	int32_t *overlap; /* [o->n] ten-thousandths with the nearest chosen line, or GONE */
	uint32_t *stamp;  /* by topic: the last pick that has it, from 1 */
	uint32_t *ret;
	size_t n; /* picked */
	struct budget budget;
	uint64_t left;
};

/* A line with what it is sorted by. */
struct ranked {
	int32_t key;
	uint32_t line;
};

int32_t
pick_score(const struct line *line, int32_t total)
{
	if (line->flags & LINE_HEADING)
		return PICK_HEADING;
	if (line->flags & LINE_BARE)
		return PICK_BARE;
	return line->flags & LINE_REPEAT ? PICK_REPEAT : total;
}

static struct picking
picking_of(uint32_t *ret, struct arena *a, const struct outline *o, const int32_t *score,
    struct budget budget)
{
	struct picking p = {.o = o, .score = score, .ret = ret, .budget = budget};

	p.left = budget.amount;
	p.overlap = arena_zero(a, o->n, sizeof(*p.overlap));
	p.stamp = arena_zero(a, o->words.n, sizeof(*p.stamp));
	for (size_t i = 0; i < o->n; i++) {
		if (score[i] < 0)
			p.overlap[i] = GONE;
	}
	return p;
}

/* What is left of the score of a line by what it shares with chosen ones. */
static int32_t
rest_of(const struct picking *p, size_t i)
{
	int64_t scale = UNIT - (int64_t)p->overlap[i] * DIVERSITY / UNIT;

	return (int32_t)(p->score[i] * scale / UNIT);
}

/* The best line that can still be chosen, or o->n. Lines that can no longer are marked. */
static size_t
find_best(struct picking *p)
{
	size_t best = p->o->n;
	int32_t most = -1;

	for (size_t i = 0; i < p->o->n; i++) {
		if (p->overlap[i] == GONE)
			continue;
		if (budget_cost(p->budget, &p->o->line[i], p->n) > p->left) {
			p->overlap[i] = GONE;
		} else if (rest_of(p, i) > most) {
			most = rest_of(p, i);
			best = i;
		}
	}
	return best;
}

static void
take(struct picking *p, size_t i)
{
	p->left -= budget_cost(p->budget, &p->o->line[i], p->n);
	p->overlap[i] = GONE;
	p->ret[p->n++] = (uint32_t)i;
}

/* Compare a chosen line with all that are left. */
static void
compare(struct picking *p, size_t chosen)
{
	const struct outline *o = p->o;
	const struct line *line = &o->line[chosen];
	uint32_t pick = (uint32_t)p->n;

	for (uint32_t k = 0; k < line->n_topics; k++)
		p->stamp[o->topics[line->topics + k]] = pick;
	for (size_t i = 0; i < o->n && line->n_topics > 0; i++) {
		const struct line *other = &o->line[i];
		int64_t shared = 0;
		int32_t dice;

		if (p->overlap[i] == GONE)
			continue;
		for (uint32_t k = 0; k < other->n_topics; k++)
			shared += p->stamp[o->topics[other->topics + k]] == pick;
		dice = (int32_t)(2 * shared * UNIT / (line->n_topics + other->n_topics));
		if (dice >= TOO_SIMILAR)
			p->overlap[i] = GONE;
		else if (dice > p->overlap[i])
			p->overlap[i] = dice;
	}
}

static int
by_key(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->key != y->key)
		return x->key > y->key ? -1 : 1;
	return x->line < y->line ? -1 : 1;
}

/* The lines that can still be picked, best first. */
static size_t
sort_rest(const struct picking *p, struct arena *a, struct ranked **ret)
{
	struct ranked *rest = arena_alloc(a, p->o->n * sizeof(*rest));
	size_t n = 0;

	for (size_t i = 0; i < p->o->n; i++) {
		if (p->overlap[i] != GONE)
			rest[n++] = (struct ranked){rest_of(p, i), (uint32_t)i};
	}
	qsort(rest, n, sizeof(*rest), by_key);
	*ret = rest;
	return n;
}

/* Pick what the budget holds. */
static void
pick(struct picking *p, struct arena *a)
{
	struct ranked *rest;
	size_t n, best;

	while (p->n < PICK_COMPARED && p->left > 0) {
		best = find_best(p);
		if (best == p->o->n)
			return;
		take(p, best);
		if (p->left > 0)
			compare(p, best);
	}
	if (p->left == 0)
		return;
	n = sort_rest(p, a, &rest);
	for (size_t i = 0; i < n; i++) {
		if (budget_cost(p->budget, &p->o->line[rest[i].line], p->n) <= p->left)
			take(p, rest[i].line);
	}
}

size_t
pick_best(uint32_t *ret, struct arena *a, const struct outline *o, const int32_t *score,
    struct budget budget)
{
	struct picking p = picking_of(ret, a, o, score, budget);

	pick(&p, a);
	return p.n;
}
