#include "stages/summarize/score.h"

void
score_lines(struct score *ret, const struct survey *s, struct trees trees)
{
	const struct outline *o = s->outline;
	int16_t features[FEATURES_OF_ONE * TREES_BLOCK] = {0};

	for (size_t from = 0; from < o->n; from += TREES_BLOCK) {
		size_t n = o->n - from < TREES_BLOCK ? o->n - from : TREES_BLOCK;
		int32_t totals[TREES_BLOCK] = {0};

		for (size_t j = 0; j < n; j++) {
			if (survey_is_prose(&o->line[from + j]))
				features_put(features + j, TREES_BLOCK, s, from + j);
		}
		trees_add(totals, trees, features, TREES_BLOCK);
		for (size_t j = 0; j < n; j++)
			ret[from + j].total = survey_is_prose(&o->line[from + j]) ? totals[j] : 0;
	}
}

void
score_parts(int32_t ret[PART_COUNT], const struct survey *s, struct trees trees, size_t i)
{
	int16_t features[FEATURES_OF_ONE];

	memset(ret, 0, PART_COUNT * sizeof(*ret));
	if (!survey_is_prose(&s->outline->line[i]))
		return;
	features_put(features, 1, s, i);
	trees_explain(ret, trees, features, 1);
}
