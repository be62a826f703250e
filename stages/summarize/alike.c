#include "stages/summarize/alike.h"

#include "proto/sentence.h"

void
alike_init(struct alike *ret, const struct outline *o)
{
	*ret = (struct alike){.outline = o};
	ret->has = arena_zero(o->arena, o->words.n, sizeof(*ret->has));
}

void
alike_add(struct alike *a, const struct line *line)
{
	size_t i = a->n;

	if (i == ALIKE_MOST)
		return;
	for (uint32_t k = 0; k < line->n_topics; k++)
		a->has[a->outline->topics[line->topics + k]][i / 64] |= UINT64_C(1) << i % 64;
	a->n_topics[i] = line->n_topics;
	a->n++;
}

/* Count, by the others, the topics that each shares with a line. */
static void
count_shared(uint32_t shared[ALIKE_MOST], const struct alike *a, const struct line *line)
{
	for (uint32_t k = 0; k < line->n_topics; k++) {
		const uint64_t *has = a->has[a->outline->topics[line->topics + k]];

		for (size_t set = 0; set < ALIKE_SETS; set++) {
			for (uint64_t bits = has[set]; bits != 0; bits &= bits - 1)
				shared[64 * set + (size_t)__builtin_ctzll(bits)]++;
		}
	}
}

int32_t
alike_most(const struct alike *a, const struct line *line)
{
	uint32_t shared[ALIKE_MOST] = {0};
	int64_t most = 0;

	count_shared(shared, a, line);
	for (size_t i = 0; i < a->n; i++) {
		int64_t both = (int64_t)line->n_topics + a->n_topics[i];
		int64_t dice = both > 0 ? 2 * (int64_t)shared[i] * UNIT / both : 0;

		if (dice > most)
			most = dice;
	}
	return (int32_t)most;
}
