/*
 * summarize - sentences, scores, a summary, and the claims most worth checking.
 *
 *   outline   the document's sentences with their words and facts
 *   score     how well each stands for the document
 *   pick      the best that do not say the same, as many as the budget holds
 *   claims    the most check-worthy, with typed facts
 */
#include <stdlib.h>

#include "common/mem.h"
#include "stages/stage.h"
#include "stages/summarize/budget.h"
#include "stages/summarize/claims.h"
#include "stages/summarize/lexicons.h"
#include "stages/summarize/outline.h"
#include "stages/summarize/pick.h"
#include "stages/summarize/score.h"

static const char default_summary[] = "5";

/* The options and what is read-only; nothing is learnt from documents. */
struct summarize {
	struct lexicons *lexicons;
	struct budget budget;
	uint64_t claims;
	bool whole; /* --summarize document */
};

static int
open_summarize(void **ret_state, const struct settings *settings)
{
	const char *summary = settings->summary != NULL ? settings->summary : default_summary;
	struct budget budget;
	struct summarize *s;

	TRY(budget_parse(&budget, summary));
	s = mem_zero(1, sizeof(*s));
	s->lexicons = lexicons_open();
	s->budget = budget;
	s->claims = settings->claims;
	s->whole = settings->summarize == SUMMARIZE_DOCUMENT;
	*ret_state = s;
	return 0;
}

static void
close_summarize(void *state)
{
	struct summarize *s = state;

	if (s == NULL)
		return;
	lexicons_close(s->lexicons);
	free(s);
}

static size_t
count_sentences(const struct outline *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n; i++)
		n += (o->line[i].flags & LINE_HEADING) == 0;
	return n;
}

static struct sentence
sentence_of(const struct summarize *s, const struct document *d, const struct line *line,
    const struct score *score)
{
	struct sentence x = {
	    .text = line_text(line),
	    .n = line->paragraph->n,
	    .start = line->start,
	    .end = line->end,
	    .score = score->total,
	    .claim = line->claim,
	    .fresh = -1,
	};

	for (int part = 0; part < PART_COUNT; part++)
		x.parts[part] = score->parts[part];
	if (s->whole)
		x.fresh = !outline_is_dropped(d, x.n);
	return x;
}

/* The lines that are picked, best first, into *ret; how many. */
static size_t
pick_lines(const struct summarize *s, struct arena *a, const struct outline *o,
    const struct score *score, uint32_t **ret)
{
	uint32_t *picked = arena_alloc(a, o->n * sizeof(*picked));
	int32_t *totals = arena_alloc(a, o->n * sizeof(*totals));

	*ret = picked;
	for (size_t i = 0; i < o->n; i++)
		totals[i] = pick_score(&o->line[i], score[i].total);
	if (s->budget.measure == MEASURE_ALL) {
		pick_all(picked, a, o, totals);
		return o->n;
	}
	return pick_best(picked, a, o, totals, budget_for(s->budget, count_sentences(o)));
}

/* Set d->summary: what is picked, in document order, which is the order of lines. */
static void
set_summary(const struct summarize *s, struct arena *a, struct document *d, const struct outline *o,
    const struct score *score)
{
	uint32_t *picked, *rank = arena_zero(a, o->n, sizeof(*rank));
	size_t n = pick_lines(s, a, o, score, &picked);

	for (size_t i = 0; i < n; i++)
		rank[picked[i]] = (uint32_t)i + 1;
	d->summary = arena_alloc(a, n * sizeof(*d->summary));
	d->n_summary = 0;
	for (size_t i = 0; i < o->n; i++) {
		struct sentence *sentence = &d->summary[d->n_summary];

		if (rank[i] == 0)
			continue;
		*sentence = sentence_of(s, d, &o->line[i], &score[i]);
		sentence->rank = rank[i];
		d->n_summary++;
	}
}

static int
summarize_document(void *state, struct arena *a, struct document *d)
{
	const struct summarize *s = state;
	struct outline outline;
	struct score *score;

	outline_read(&outline, a, lexicons_for(s->lexicons, d->lang), d, s->whole);
	score = arena_alloc(a, outline.n * sizeof(*score));
	score_lines(score, &outline);
	if (!budget_is_none(s->budget))
		set_summary(s, a, d, &outline, score);
	if (s->claims > 0)
		claims_find(d, a, &outline, s->claims);
	return 0;
}

static bool
has_nothing_to_do(void *state)
{
	const struct summarize *s = state;

	return budget_is_none(s->budget) && s->claims == 0;
}

const struct stage stage = {
    .name = "summarize",
    .about = "Chooses the sentences of each document that stand for it and its key claims.",
    .source = "Edmundson 1969 (features), Carbonell & Goldstein 1998 (redundancy)",
    .role = ROLE_WORKER,
    .taker = TAKES_SUMMARIZE,
    .open = open_summarize,
    .document = summarize_document,
    .idle = has_nothing_to_do,
    .close = close_summarize,
};
