#include "stages/summarize/choose.h"

#include <stdlib.h>

#include "stages/summarize/alike.h"
#include "stages/summarize/beside.h"

enum {
	TOO_SIMILAR = 6000, /* ten-thousandths of beside_likeness and alike_most */
	JUDGED = 32,        /* after so many choices the gains stay what they are */
};

/* The best first; from CLASS_REPEAT on a line is never chosen. */
enum class { CLASS_FIT, CLASS_SIDE, CLASS_REPEAT, CLASS_BARE, CLASS_HEADING };

struct ranked {
	int32_t value;
	uint32_t line;
	enum class class;
};

struct choosing {
	const struct survey *survey;
	const struct score *score;
	const struct model *model;
	struct budget budget;
	uint64_t left;
	uint32_t *ret;
	size_t n;
	struct ranked *ranked;   /* [outline->n] */
	size_t n_fit, n_allowed; /* of CLASS_FIT; these and those of CLASS_SIDE */
	/* the pool: the first lines of ranked */
	struct beside beside;
	uint32_t *line; /* [beside.n] */
	int32_t *delta; /* [beside.stride] what the chosen lines add */
	bool *gone;     /* [beside.n] chosen, or out of it */
};

static int
best_first(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->value != y->value)
		return x->value > y->value ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static enum class class_of(const struct line *line) {
	if (line->flags & LINE_HEADING) return CLASS_HEADING;
	if (line->flags & LINE_BARE) return CLASS_BARE;
	if (line->flags & LINE_REPEAT) return CLASS_REPEAT;
	return line->flags & LINE_SIDE ? CLASS_SIDE : CLASS_FIT;
}

/* Rank all lines by what they score alone. */
static void
rank_alone(struct choosing *c)
{
	const struct outline *o = c->survey->outline;

	c->ranked = arena_alloc(o->arena, o->n * sizeof(*c->ranked));
	for (size_t i = 0; i < o->n; i++) {
		enum class class = class_of(&o->line[i]);

		c->ranked[i] = (struct ranked){c->score[i].total, (uint32_t)i, class};
		c->n_fit += class == CLASS_FIT;
		c->n_allowed += class <= CLASS_SIDE;
	}
	qsort(c->ranked, o->n, sizeof(*c->ranked), best_first);
}

static int
by_line(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The best lines, in document order, and all that is asked of them. */
static void
fill_pool(struct choosing *c)
{
	const struct outline *o = c->survey->outline;
	size_t n = c->n_fit < CHOOSE_POOL ? c->n_fit : CHOOSE_POOL;

	c->line = arena_alloc(o->arena, n * sizeof(*c->line));
	for (size_t k = 0; k < n; k++)
		c->line[k] = c->ranked[k].line;
	qsort(c->line, n, sizeof(*c->line), by_line);
	beside_init(&c->beside, c->survey, c->line, n, c->score, n);
	c->delta = arena_zero(o->arena, c->beside.stride, sizeof(*c->delta));
	c->gone = arena_zero(o->arena, n, sizeof(*c->gone));
}

static int32_t
value_of(const struct choosing *c, size_t k)
{
	return c->score[c->line[k]].total + c->delta[k];
}

static const struct line *
line_of(const struct choosing *c, size_t i)
{
	return &c->survey->outline->line[i];
}

/* The best of the pool that can still be chosen, or beside.n. */
static size_t
find_best(struct choosing *c)
{
	size_t best = c->beside.n;

	for (size_t k = 0; k < c->beside.n; k++) {
		if (c->gone[k])
			continue;
		if (budget_cost(c->budget, line_of(c, c->line[k]), c->n) > c->left ||
		    beside_likeness(&c->beside, k) >= TOO_SIMILAR)
			c->gone[k] = true;
		else if (best == c->beside.n || value_of(c, k) > value_of(c, best))
			best = k;
	}
	return best;
}

static void
take(struct choosing *c, uint32_t line)
{
	c->left -= budget_cost(c->budget, line_of(c, line), c->n);
	c->ret[c->n++] = line;
}

/* What the chosen lines add to every line of the pool. */
static void
judge(struct choosing *c)
{
	struct beside *b = &c->beside;

	memset(c->delta, 0, b->stride * sizeof(*c->delta));
	for (size_t from = 0; from < b->stride; from += TREES_BLOCK)
		trees_add(c->delta + from, c->model->beside, b->features + from, b->stride);
}

/* The best that is left would take from the summary more than it gives. */
static bool
takes_away(const struct choosing *c, size_t best)
{
	return c->n > 0 && c->budget.measure != MEASURE_ALL && value_of(c, best) < 0;
}

static void
choose_from_pool(struct choosing *c)
{
	size_t best;

	while (c->left > 0 && (best = find_best(c)) < c->beside.n) {
		if (takes_away(c, best)) {
			c->left = 0;
			return;
		}
		c->gone[best] = true;
		take(c, c->line[best]);
		if (c->left == 0)
			return;
		beside_take(&c->beside, best);
		if (c->n <= JUDGED)
			judge(c);
	}
}

/* The others in the order of what they score alone, but for those that are too like a chosen one.
 */
static void
choose_behind_pool(struct choosing *c)
{
	struct alike chosen;

	if (c->left == 0 || c->beside.n == c->n_allowed)
		return;
	alike_init(&chosen, c->survey->outline);
	for (size_t i = 0; i < c->n; i++)
		alike_add(&chosen, line_of(c, c->ret[i]));
	for (size_t k = c->beside.n; k < c->n_allowed && c->left > 0; k++) {
		const struct line *line = line_of(c, c->ranked[k].line);

		if (budget_cost(c->budget, line, c->n) > c->left ||
		    alike_most(&chosen, line) >= TOO_SIMILAR)
			continue;
		take(c, c->ranked[k].line);
		alike_add(&chosen, line);
	}
}

static void
choose(struct choosing *c)
{
	rank_alone(c);
	fill_pool(c);
	choose_from_pool(c);
	choose_behind_pool(c);
}

size_t
choose_lines(uint32_t *ret, const struct survey *s, const struct score *score,
    const struct model *model, struct budget budget)
{
	struct choosing c = {
	    .survey = s,
	    .score = score,
	    .model = model,
	    .budget = budget,
	    .left = budget.amount,
	    .ret = ret,
	};

	choose(&c);
	return c.n;
}

void
choose_all(
    uint32_t *ret, const struct survey *s, const struct score *score, const struct model *model)
{
	struct choosing c = {
	    .survey = s,
	    .score = score,
	    .model = model,
	    .budget = {.measure = MEASURE_ALL, .amount = UINT64_MAX},
	    .left = UINT64_MAX,
	    .ret = ret,
	};
	bool *chosen = arena_zero(s->outline->arena, s->outline->n, sizeof(*chosen));

	choose(&c);
	for (size_t i = 0; i < c.n; i++)
		chosen[ret[i]] = true;
	for (size_t i = 0; i < s->outline->n; i++) {
		if (!chosen[c.ranked[i].line])
			ret[c.n++] = c.ranked[i].line;
	}
}
