/*
 * summarize - sentences, scores, a summary, and the claims most worth checking.
 *
 *   outline   the document's sentences with their words and facts
 *   score     how well each stands for the document
 *   choose    the best beside each other, as many as the budget holds
 *   claims    the most check-worthy, with typed facts
 */
#include <stdlib.h>

#include "common/mem.h"
#include "stages/stage.h"
#include "stages/summarize/budget.h"
#include "stages/summarize/choose.h"
#include "stages/summarize/claims.h"
#include "stages/summarize/lexicons.h"
#include "stages/summarize/outline.h"
#include "stages/summarize/score.h"

static const char default_summary[] = "5";

/* The options, what is read-only, and room to work in; nothing is learnt from documents. */
struct summarize {
	struct lexicons *lexicons;
	struct arena scratch; /* of one document: it stays in the processor's cache */
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
	arena_done(&s->scratch);
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
	    .claim = line->claim,
	    .fresh = -1,
	};

	score_parts(x.parts, score, score_model.alone);
	for (int part = 0; part < PART_COUNT; part++)
		x.score += x.parts[part];
	if (s->whole)
		x.fresh = !outline_is_dropped(d, x.n);
	return x;
}

/* The lines that are chosen, best first; how many. */
static size_t
choose_for(const struct summarize *s, uint32_t *ret, const struct survey *survey,
    const struct score *score)
{
	const struct outline *o = survey->outline;

	if (s->budget.measure == MEASURE_ALL) {
		choose_all(ret, survey, score, &score_model);
		return o->n;
	}
	return choose_lines(
	    ret, survey, score, &score_model, budget_for(s->budget, count_sentences(o)));
}

/* A line of the summary. */
struct ranked {
	uint32_t line, rank;
};

static int
by_line(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

/* Set d->summary: what is chosen, in document order, which is the order of lines. */
static void
set_summary(const struct summarize *s, struct arena *a, struct document *d,
    const struct survey *survey, const struct score *score)
{
	struct arena *scratch = survey->outline->arena;
	uint32_t *chosen = arena_alloc(scratch, survey->outline->n * sizeof(*chosen));
	size_t n = choose_for(s, chosen, survey, score);
	struct ranked *ranked = arena_alloc(scratch, n * sizeof(*ranked));

	for (size_t i = 0; i < n; i++)
		ranked[i] = (struct ranked){chosen[i], (uint32_t)i + 1};
	qsort(ranked, n, sizeof(*ranked), by_line);
	d->summary = arena_alloc(a, n * sizeof(*d->summary));
	d->n_summary = n;
	for (size_t i = 0; i < n; i++) {
		const struct line *line = &survey->outline->line[ranked[i].line];

		d->summary[i] = sentence_of(s, d, line, &score[ranked[i].line]);
		d->summary[i].rank = ranked[i].rank;
	}
}

static int
summarize_document(void *state, struct arena *a, struct document *d)
{
	struct summarize *s = state;
	struct outline outline;
	struct survey survey;
	struct score *score;

	outline_read(&outline, &s->scratch, lexicons_for(s->lexicons, d->lang), d, s->whole);
	survey = survey_of(&outline);
	score = arena_alloc(&s->scratch, outline.n * sizeof(*score));
	score_lines(score, &survey, score_model.alone);
	if (!budget_is_none(s->budget))
		set_summary(s, a, d, &survey, score);
	if (s->claims > 0)
		claims_find(d, a, &outline, s->claims);
	arena_reset(&s->scratch);
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
    .source = "Edmundson 1969 (features), Friedman 2001 (trees), Ren et al. 2016 (gains)",
    .role = ROLE_WORKER,
    .taker = TAKES_SUMMARIZE,
    .open = open_summarize,
    .document = summarize_document,
    .idle = has_nothing_to_do,
    .close = close_summarize,
};
