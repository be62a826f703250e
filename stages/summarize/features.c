#include "stages/summarize/features.h"

#define FEATURE_PART(name, part) PART_##part,
#define FEATURE_NAME(name, ...) #name,

const uint8_t feature_parts[FEATURES_OF_ONE] = {FEATURES_ALONE(FEATURE_PART)};

const char *const feature_names[FEATURE_COUNT] = {
    FEATURES_ALONE(FEATURE_NAME) FEATURES_BESIDE(FEATURE_NAME)};

/* Where the features of one line go. */
struct row {
	int16_t *at;
	size_t stride;
};

static void
put(struct row row, enum feature f, int64_t n)
{
	row.at[(size_t)f * row.stride] = feature_clamp(n);
}

static int64_t
share(int64_t part, int64_t whole)
{
	return whole > 0 ? part * UNIT / whole : 0;
}

static void
put_position(struct row row, const struct survey *s, size_t i)
{
	const struct outline *o = s->outline;
	const struct standing *x = &s->line[i];

	put(row, FEATURE_order, o->line[i].order);
	put(row, FEATURE_from_end, (int64_t)o->n_prose - 1 - o->line[i].order);
	put(row, FEATURE_depth, share(x->before, s->n_words));
	put(row, FEATURE_paragraph, x->paragraph);
	put(row, FEATURE_place, x->place);
	put(row, FEATURE_of, x->of);
	put(row, FEATURE_sentences, (int64_t)o->n_prose);
	put(row, FEATURE_paragraphs, s->n_paragraphs);
	put(row, FEATURE_per_paragraph, (int64_t)o->n_prose * 100 / s->n_paragraphs);
}

static void
put_length(struct row row, const struct survey *s, size_t i)
{
	const struct outline *o = s->outline;
	const struct line *line = &o->line[i];
	int64_t n = line->n_words > 0 ? line->n_words : 1;

	put(row, FEATURE_words, line->n_words);
	put(row, FEATURE_words_of_mean,
	    share(line->n_words * (int64_t)o->n_prose, s->n_words) / 10);
	put(row, FEATURE_mean_words, (int64_t)s->n_words * 10 / (int64_t)o->n_prose);
	put(row, FEATURE_word_bytes, (int64_t)(line->end - line->start) * 10 / n);
	put(row, FEATURE_topics, line->n_topics);
	put(row, FEATURE_topics_per_word, share(line->n_topics, n));
	put(row, FEATURE_document_words, s->n_words);
	put(row, FEATURE_elides, (lexicon_writes(o->words.lexicon) & LANGUAGE_ELIDES) != 0);
}

static void
put_standing(struct row row, const struct survey *s, size_t i)
{
	const struct outline *o = s->outline;
	const struct standing *x = &s->line[i];
	int64_t n = o->line[i].n_topics, both = (int64_t)x->earlier + x->later;

	put(row, FEATURE_central, x->central);
	put(row, FEATURE_central_of_most, share(x->central, s->most_central));
	put(row, FEATURE_second_of_most, share(x->second, s->most_second));
	put(row, FEATURE_shared, share(both, (int64_t)o->n_prose) / 10);
	put(row, FEATURE_earlier, share(x->earlier, n) / 100);
	put(row, FEATURE_later, share(x->later, n) / 100);
	put(row, FEATURE_fresh, x->fresh);
	put(row, FEATURE_fresh_share, share(x->fresh, n));
	put(row, FEATURE_fresh_names, x->fresh_names);
}

static void
put_topics(struct row row, const struct survey *s, size_t i)
{
	const struct outline *o = s->outline;
	const struct line *line = &o->line[i];
	int64_t n = line->n_topics, first = 0, lead = 0, top = 0, title = 0, names = 0, known = 0;

	for (uint32_t k = 0; k < line->n_topics; k++) {
		uint32_t topic = o->topics[line->topics + k];
		uint8_t marks = s->topic[topic];

		first += (marks & TOPIC_FIRST) != 0;
		lead += (marks & TOPIC_LEAD) != 0;
		top += (marks & TOPIC_TOP) != 0;
		title += (marks & TOPIC_TITLE) != 0;
		if ((marks & TOPIC_NAME) == 0)
			continue;
		names++;
		if (o->words.word[topic].sentences > known)
			known = o->words.word[topic].sentences;
	}
	put(row, FEATURE_like_first, share(first, n));
	put(row, FEATURE_like_lead, share(lead, n));
	put(row, FEATURE_top, top);
	put(row, FEATURE_titled, (int64_t)o->n_title);
	put(row, FEATURE_of_title, share(title, (int64_t)o->n_title));
	put(row, FEATURE_title_share, share(title, n));
	put(row, FEATURE_names, names);
	put(row, FEATURE_known_names, share(known, (int64_t)o->n_prose));
}

static void
put_facts(struct row row, const struct line *line)
{
	const uint8_t *n = line->n_facts;
	int32_t all = 0;

	for (int kind = 0; kind < FACT_COUNT; kind++)
		all += n[kind];
	put(row, FEATURE_facts, all);
	put(row, FEATURE_quantities, n[FACT_QUANTITY] + n[FACT_SHARE] + n[FACT_MONEY]);
	put(row, FEATURE_dates, n[FACT_DATE]);
	put(row, FEATURE_quotations, n[FACT_QUOTATION]);
	put(row, FEATURE_claim, line->claim);
	put(row, FEATURE_capitals, line->traits.capitals);
	put(row, FEATURE_numbers, line->traits.numbers);
}

static void
put_style(struct row row, const struct line *line)
{
	const struct traits *t = &line->traits;

	put(row, FEATURE_question, (line->flags & LINE_QUESTION) != 0);
	put(row, FEATURE_open, (line->flags & LINE_OPEN) != 0);
	put(row, FEATURE_quoted, (line->flags & LINE_QUOTED) != 0);
	put(row, FEATURE_pointing, (line->flags & LINE_POINTING) != 0);
	put(row, FEATURE_stops_share, share(t->stops, t->words));
	put(row, FEATURE_shouted, t->shouted);
	put(row, FEATURE_quotes, t->quotes);
	put(row, FEATURE_commas, t->commas);
	put(row, FEATURE_marks, t->marks);
	put(row, FEATURE_says, t->says);
	put(row, FEATURE_events, t->events);
	put(row, FEATURE_opinions, t->opinions);
	put(row, FEATURE_selves, t->selves);
	put(row, FEATURE_leans, t->leans);
}

void
features_put(int16_t *ret, size_t stride, const struct survey *s, size_t i)
{
	struct row row = {ret, stride};

	put_position(row, s, i);
	put_length(row, s, i);
	put_standing(row, s, i);
	put_topics(row, s, i);
	put_facts(row, &s->outline->line[i]);
	put_style(row, &s->outline->line[i]);
}
