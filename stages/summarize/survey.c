#include "stages/summarize/survey.h"

enum {
	SMOOTH = 8,      /* topics: less trust in the centrality of short sentences */
	PRECISION = 256, /* of centrality */
	MOST = 1 << 24,  /* of anything that is summed up */
	FREQUENT = 255,  /* sentences that are told apart when the top topics are looked for */
};

static int32_t
at_most(int64_t n)
{
	return (int32_t)(n < MOST ? n : MOST);
}

/* Paragraphs, places in them, and words before. */
static void
find_places(struct survey *s)
{
	const struct outline *o = s->outline;
	const struct paragraph *last = NULL;
	size_t first = 0;

	for (size_t i = 0; i < o->n; i++) {
		struct standing *x = &s->line[i];

		if (!survey_is_prose(&o->line[i]))
			continue;
		if (o->line[i].paragraph != last) {
			last = o->line[i].paragraph;
			first = i;
			s->n_paragraphs++;
		}
		x->paragraph = s->n_paragraphs - 1;
		x->place = (uint32_t)(i - first);
		s->line[first].of = x->place + 1;
		x->before = s->n_words;
		s->n_words += o->line[i].n_words;
	}
	for (size_t i = 0; i < o->n; i++)
		s->line[i].of = s->line[i - s->line[i].place].of;
}

/* The fewest sentences that a topic needs to be among the top. */
static uint32_t
least_of_top(const struct outline *o)
{
	uint32_t counts[FREQUENT + 1] = {0}, n = 0, least = FREQUENT;

	for (size_t i = 0; i < o->words.n; i++) {
		uint32_t k = o->words.word[i].sentences;
		counts[k < FREQUENT ? k : FREQUENT]++;
	}
	while (least > 1 && n + counts[least] <= SURVEY_TOP)
		n += counts[least--];
	return least + 1;
}

/* A topic is a name if most words that share it were seen as one. */
static void
mark_names(struct survey *s, int32_t *balance)
{
	const struct words *w = &s->outline->words;

	for (size_t i = 0; i < w->n; i++)
		balance[w->word[i].topic] += (int32_t)(w->word[i].names - w->word[i].plain);
	for (size_t i = 0; i < w->n; i++)
		s->topic[i] |= balance[i] > 0 ? TOPIC_NAME : 0;
}

static void
mark_topics(struct survey *s)
{
	const struct outline *o = s->outline;
	uint32_t least = least_of_top(o);

	mark_names(s, arena_zero(o->arena, o->words.n, sizeof(int32_t)));
	for (size_t i = 0; i < o->words.n; i++)
		s->topic[i] |= o->words.word[i].sentences >= least ? TOPIC_TOP : 0;
	for (size_t i = 0; i < o->n_title; i++)
		s->topic[o->title[i]] |= TOPIC_TITLE;
	for (size_t i = 0; i < o->n && o->line[i].order < SURVEY_LEAD; i++) {
		const struct line *line = &o->line[i];
		int mark = line->order == 0 ? TOPIC_FIRST | TOPIC_LEAD : TOPIC_LEAD;

		for (uint32_t k = 0; k < line->n_topics; k++)
			s->topic[o->topics[line->topics + k]] |= (uint8_t)mark;
	}
}

/* What a line shares; seen counts, by topic, the lines before it. */
static void
find_shared(struct survey *s, size_t i, uint32_t *seen)
{
	const struct outline *o = s->outline;
	const struct line *line = &o->line[i];
	struct standing *x = &s->line[i];
	int64_t earlier = 0, later = 0;

	for (uint32_t k = 0; k < line->n_topics; k++) {
		uint32_t topic = o->topics[line->topics + k];
		uint32_t before = seen[topic]++;

		earlier += before;
		later += (int64_t)o->words.word[topic].sentences - 1 - before;
		x->fresh += before == 0;
		x->fresh_names += before == 0 && (s->topic[topic] & TOPIC_NAME);
	}
	x->earlier = at_most(earlier);
	x->later = at_most(later);
	x->central = at_most((earlier + later) * PRECISION / (line->n_topics + SMOOTH));
	if (x->central > s->most_central)
		s->most_central = x->central;
}

/* weight[topic]: the sum of the centrality of its lines. */
static void
find_second(struct survey *s, int64_t *weight)
{
	const struct outline *o = s->outline;

	for (size_t i = 0; i < o->n; i++) {
		for (uint32_t k = 0; k < o->line[i].n_topics; k++)
			weight[o->topics[o->line[i].topics + k]] += s->line[i].central;
	}
	for (size_t i = 0; i < o->n; i++) {
		const struct line *line = &o->line[i];
		struct standing *x = &s->line[i];
		int64_t sum = 0;

		for (uint32_t k = 0; k < line->n_topics; k++)
			sum += weight[o->topics[line->topics + k]] - x->central;
		x->second = at_most(sum / (line->n_topics + SMOOTH));
		if (x->second > s->most_second)
			s->most_second = x->second;
	}
}

struct survey
survey_of(const struct outline *o)
{
	struct survey s = {.outline = o, .most_central = 1, .most_second = 1};
	uint32_t *seen = arena_zero(o->arena, o->words.n, sizeof(*seen));

	s.line = arena_zero(o->arena, o->n, sizeof(*s.line));
	s.topic = arena_zero(o->arena, o->words.n, sizeof(*s.topic));
	find_places(&s);
	mark_topics(&s);
	for (size_t i = 0; i < o->n; i++)
		find_shared(&s, i, seen);
	find_second(&s, arena_zero(o->arena, o->words.n, sizeof(int64_t)));
	return s;
}
