#include "stages/summarize/score.h"

/* Features and totals of the lines from `from` on, TREES_BLOCK at most. */
static void
score_block(struct score *ret, const struct survey *s, struct trees trees, size_t from)
{
	const struct outline *o = s->outline;
	size_t n = o->n - from < TREES_BLOCK ? o->n - from : TREES_BLOCK;
	int16_t *features = arena_zero(o->arena, FEATURES_OF_ONE * TREES_BLOCK, sizeof(*features));
	int32_t totals[TREES_BLOCK] = {0};

	for (size_t j = 0; j < n; j++) {
		if (survey_is_prose(&o->line[from + j]))
			features_put(features + j, TREES_BLOCK, s, from + j);
	}
	trees_add(totals, trees, features, TREES_BLOCK);
	for (size_t j = 0; j < n; j++) {
		bool prose = survey_is_prose(&o->line[from + j]);

		ret[from + j] = (struct score){prose ? totals[j] : 0, prose ? features + j : NULL};
	}
}

void
score_lines(struct score *ret, const struct survey *s, struct trees trees)
{
	for (size_t from = 0; from < s->outline->n; from += TREES_BLOCK)
		score_block(ret, s, trees, from);
}

void
score_parts(int32_t ret[PART_COUNT], const struct score *score, struct trees trees)
{
	memset(ret, 0, PART_COUNT * sizeof(*ret));
	if (score->features != NULL)
		trees_explain(ret, trees, score->features, TREES_BLOCK);
}
