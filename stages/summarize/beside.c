#include "stages/summarize/beside.h"

#include "stages/summarize/trees.h"

static void
put(struct beside *b, size_t k, enum feature f, int64_t n)
{
	b->features[(size_t)f * b->stride + k] = feature_clamp(n);
}

void
beside_init(struct beside *ret, const struct survey *s, const uint32_t *line, size_t n,
    const struct score *score, size_t most_taken)
{
	struct arena *a = s->outline->arena;
	size_t stride = (n + TREES_BLOCK - 1) / TREES_BLOCK * TREES_BLOCK;

	*ret = (struct beside){.survey = s, .line = line, .n = n, .stride = stride};
	ret->features = arena_zero(a, FEATURE_COUNT * stride, sizeof(*ret->features));
	ret->covered = arena_zero(a, s->outline->words.n, sizeof(*ret->covered));
	ret->taken = arena_alloc(a, most_taken * sizeof(*ret->taken));
	ret->most_taken = most_taken;
	for (size_t k = 0; k < n; k++) {
		const struct score *x = &score[line[k]];

		for (size_t f = 0; f < FEATURES_OF_ONE; f++)
			ret->features[f * stride + k] = x->features[f * TREES_BLOCK];
		put(ret, k, FEATURE_alone, x->total);
	}
}

/* Set what has to do with the topics of line[k]. */
static void
compare_topics(struct beside *b, size_t k, const struct line *chosen)
{
	const struct outline *o = b->survey->outline;
	const struct line *line = &o->line[b->line[k]];
	int64_t same = 0, covered = 0, names = 0, both = line->n_topics + chosen->n_topics, dice;

	for (uint32_t i = 0; i < line->n_topics; i++) {
		uint32_t topic = o->topics[line->topics + i], by = b->covered[topic];

		same += by == b->n_taken;
		covered += by > 0;
		names += by == 0 && (b->survey->topic[topic] & TOPIC_NAME);
	}
	dice = both > 0 ? 2 * same * UNIT / both : 0;
	if (dice > beside_likeness(b, k))
		put(b, k, FEATURE_likeness, dice);
	put(b, k, FEATURE_covered, line->n_topics > 0 ? covered * UNIT / line->n_topics : 0);
	put(b, k, FEATURE_uncovered, line->n_topics - covered);
	put(b, k, FEATURE_new_names, names);
}

/* Set what has to do with the place of line[k]. */
static void
compare_place(struct beside *b, size_t k)
{
	int64_t order = b->survey->outline->line[b->line[k]].order, nearest = INT32_MAX;

	for (size_t i = 0; i < b->n_taken; i++) {
		int64_t gap = order - b->taken[i];

		if (gap < 0)
			gap = -gap;
		if (gap < nearest)
			nearest = gap;
	}
	put(b, k, FEATURE_gap, order - b->last);
	put(b, k, FEATURE_nearest, nearest);
}

void
beside_take(struct beside *b, size_t k)
{
	const struct outline *o = b->survey->outline;
	const struct line *chosen = &o->line[b->line[k]];

	if (b->n_taken == 0)
		b->best = b->features[FEATURE_alone * b->stride + k];
	b->taken[b->n_taken++] = chosen->order;
	b->words += chosen->n_words;
	if (chosen->order > b->last)
		b->last = chosen->order;
	for (uint32_t i = 0; i < chosen->n_topics; i++)
		b->covered[o->topics[chosen->topics + i]] = (uint32_t)b->n_taken;
	for (size_t i = 0; i < b->n; i++) {
		put(b, i, FEATURE_alone_of_best,
		    (int64_t)b->features[FEATURE_alone * b->stride + i] - b->best);
		put(b, i, FEATURE_chosen, (int64_t)b->n_taken);
		put(b, i, FEATURE_chosen_words, b->words);
		compare_topics(b, i, chosen);
		compare_place(b, i);
	}
}
