#include "stages/summarize/score.h"

enum {
	LEAD = 3,           /* the sentence with this index has half the position of the first */
	SMOOTH = 8,         /* topics: less trust in the centrality of short sentences */
	PRECISION = 256,    /* of centrality before it is scaled */
	TITLE_MOST = 6,     /* topics of a long title that are enough */
	FACTS_ENOUGH = 8,   /* points, see fact_points */
	SHORT_WORDS = 9,    /* below: in proportion */
	LONG_WORDS = 30,    /* above: slowly less */
	LONG_SOFTNESS = 40, /* words */
	LEAST_SCALE = 1000, /* ten-thousandths */
};

/* Ten-thousandths; together one. */
static const int32_t weights[PART_COUNT] = {
    [PART_POSITION] = 4200,
    [PART_CENTRALITY] = 2800,
    [PART_TITLE] = 1500,
    [PART_FACTS] = 1500,
};

static const int32_t fact_points[FACT_COUNT] = {
    [FACT_QUANTITY] = 2,
    [FACT_SHARE] = 2,
    [FACT_MONEY] = 2,
    [FACT_DATE] = 1,
    [FACT_QUOTATION] = 1,
    [FACT_NAME] = 1,
};

/* What a flag leaves of a score, in ten-thousandths. */
static const struct {
	uint16_t flag;
	int32_t scale;
} flag_scales[] = {
    {LINE_QUESTION, 5000},
    {LINE_OPEN, 6000},
    {LINE_QUOTED, 8000},
    {LINE_POINTING, 9500},
};

enum { LATER_SCALE = 9100 }; /* of a sentence that does not begin its paragraph */

static int32_t
share(int64_t part, int64_t whole)
{
	return (int32_t)(part * UNIT / whole);
}

/* How often the topics of a line stand in other lines, a topic. */
static int64_t
centrality(const struct outline *o, const struct line *line)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < line->n_topics; i++)
		sum += o->words.word[o->topics[line->topics + i]].sentences - 1;
	return sum * PRECISION / (line->n_topics + SMOOTH);
}

static int64_t
greatest_centrality(const struct outline *o)
{
	int64_t most = 1;

	for (size_t i = 0; i < o->n; i++) {
		int64_t c = centrality(o, &o->line[i]);
		if (c > most)
			most = c;
	}
	return most;
}

/* The share of the title's topics that a line has. */
static int32_t
title_share(const struct outline *o, const struct line *line, const bool *in_title)
{
	size_t enough = o->n_title < TITLE_MOST ? o->n_title : TITLE_MOST, n = 0;

	for (uint32_t i = 0; i < line->n_topics && n < enough; i++)
		n += in_title[o->topics[line->topics + i]];
	return enough == 0 ? 0 : share((int64_t)n, (int64_t)enough);
}

static int32_t
facts_share(const struct line *line)
{
	int32_t points = 0;

	for (int kind = 0; kind < FACT_COUNT; kind++)
		points += line->n_facts[kind] * fact_points[kind];
	return points >= FACTS_ENOUGH ? UNIT : share(points, FACTS_ENOUGH);
}

/* How well a line reads alone and how short it is, in ten-thousandths. */
static int32_t
scale_of(const struct line *line)
{
	int32_t scale = UNIT;

	if (line->n_words < SHORT_WORDS)
		scale = share(line->n_words, SHORT_WORDS);
	else if (line->n_words > LONG_WORDS)
		scale = share(LONG_WORDS + LONG_SOFTNESS, line->n_words + LONG_SOFTNESS);
	for (size_t i = 0; i < sizeof(flag_scales) / sizeof(*flag_scales); i++) {
		if (line->flags & flag_scales[i].flag)
			scale = scale * flag_scales[i].scale / UNIT;
	}
	if ((line->flags & LINE_FIRST) == 0)
		scale = scale * LATER_SCALE / UNIT;
	return scale > LEAST_SCALE ? scale : LEAST_SCALE;
}

static const bool *
mark_title(const struct outline *o)
{
	bool *in_title = arena_zero(o->arena, o->words.n, sizeof(*in_title));

	for (size_t i = 0; i < o->n_title; i++)
		in_title[o->title[i]] = true;
	return in_title;
}

void
score_lines(struct score *ret, const struct outline *o)
{
	const bool *in_title = mark_title(o);
	int64_t most = greatest_centrality(o);

	for (size_t i = 0; i < o->n; i++) {
		const struct line *line = &o->line[i];
		int32_t scale = scale_of(line);
		int32_t values[PART_COUNT] = {
		    [PART_POSITION] = share(LEAD, LEAD + (int64_t)line->order),
		    [PART_CENTRALITY] = share(centrality(o, line), most),
		    [PART_TITLE] = title_share(o, line, in_title),
		    [PART_FACTS] = facts_share(line),
		};

		ret[i] = (struct score){0};
		if (line->flags & (LINE_HEADING | LINE_SIDE))
			continue;
		for (int part = 0; part < PART_COUNT; part++) {
			ret[i].parts[part] =
			    (int32_t)((int64_t)values[part] * weights[part] * scale / UNIT / UNIT);
			ret[i].total += ret[i].parts[part];
		}
	}
}
