#include "stages/summarize/claims.h"

#include <stdlib.h>

#include "stages/summarize/facts.h"
#include "stages/summarize/pick.h"

enum {
	SALIENCE_SHARE = 3, /* one part of so many */
	LEAST_WORTH = 2000, /* ten-thousandths */
};

/* What a line is worth as a claim, or one of PICK_*. */
static int32_t
claim_score(const struct line *line, const struct score *score)
{
	if ((line->flags & LINE_SIDE) || line->claim < LEAST_WORTH)
		return PICK_BARE;
	return pick_score(
	    line, (line->claim * (SALIENCE_SHARE - 1) + score->total) / SALIENCE_SHARE);
}

static void
set_facts(struct claim *claim, struct arena *a, struct outline *o, struct pieces *pieces,
    const struct line *line)
{
	struct fact facts[FACTS_MAX];

	pieces_read(pieces, a, &o->words, line->paragraph->text, line->start, line->end);
	claim->n_facts = facts_find(facts, a, pieces);
	claim->facts = arena_alloc(a, claim->n_facts * sizeof(*facts));
	memcpy(claim->facts, facts, claim->n_facts * sizeof(*facts));
}

struct ranked {
	int32_t worth;
	uint32_t order, line;
};

/* By score; what was picked first stays before its equals. */
static int
best_first(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->worth != y->worth)
		return x->worth < y->worth ? 1 : -1;
	return (x->order > y->order) - (x->order < y->order);
}

static void
put_best_first(uint32_t *picked, size_t n, const int32_t *worth, struct arena *a)
{
	struct ranked *ranked = arena_alloc(a, n * sizeof(*ranked));

	for (size_t i = 0; i < n; i++)
		ranked[i] = (struct ranked){worth[picked[i]], (uint32_t)i, picked[i]};
	qsort(ranked, n, sizeof(*ranked), best_first);
	for (size_t i = 0; i < n; i++)
		picked[i] = ranked[i].line;
}

void
claims_find(struct document *d, struct arena *a, struct outline *o, const struct score *score,
    uint64_t most)
{
	struct budget budget = {.measure = MEASURE_SENTENCES, .amount = most};
	uint32_t *picked = arena_alloc(a, o->n * sizeof(*picked));
	int32_t *worth = arena_alloc(a, o->n * sizeof(*worth));
	struct pieces pieces = {0};

	for (size_t i = 0; i < o->n; i++)
		worth[i] = claim_score(&o->line[i], &score[i]);
	d->n_claims = pick_best(picked, a, o, worth, budget);
	put_best_first(picked, d->n_claims, worth, a);
	d->claims = arena_zero(a, d->n_claims, sizeof(*d->claims));
	for (size_t i = 0; i < d->n_claims; i++) {
		const struct line *line = &o->line[picked[i]];

		d->claims[i].text = line_text(line);
		d->claims[i].n = line->paragraph->n;
		d->claims[i].start = line->start;
		d->claims[i].end = line->end;
		d->claims[i].score = worth[picked[i]];
		set_facts(&d->claims[i], a, o, &pieces, line);
	}
}
