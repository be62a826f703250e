/*
 * survey - where each sentence stands among the others of its document.
 *
 * One pass over the topics of all lines counts how many sentences share them, before and behind;
 * a second one asks how central the sentences are that share them.
 *
 * Source: the second pass is a step of the power iteration of Mihalcea & Tarau, "TextRank", EMNLP
 *         2004, on the graph of sentences and topics instead of that of pairs of sentences.
 * Differs: so its cost grows with the text, not with its square.
 */
#ifndef WINNOW_SURVEY_H
#define WINNOW_SURVEY_H

#include <stdint.h>

#include "stages/summarize/outline.h"

enum {
	TOPIC_TITLE = 1 << 0,
	TOPIC_FIRST = 1 << 1, /* of the first sentence */
	TOPIC_LEAD = 1 << 2,  /* of the first three */
	TOPIC_TOP = 1 << 3,   /* among the SURVEY_TOP in most sentences, and in more than one */
	TOPIC_NAME = 1 << 4,  /* mostly with capitals that no sentence start explains */
};

enum { SURVEY_TOP = 12, SURVEY_LEAD = 3 };

/* One line; all 0 for headings, tables and code. */
struct standing {
	uint32_t before;    /* words of prose before it */
	uint32_t paragraph; /* among those with prose, from 0 */
	uint32_t place, of; /* the place-th, from 0, of so many in its paragraph */
	int32_t earlier; /* for each topic, the sentences before this one that have it: their sum */
	int32_t later;   /* the same behind it */
	int32_t fresh;   /* topics that no sentence before it has */
	int32_t fresh_names;
	int32_t central; /* earlier + later, a topic; see survey.c */
	int32_t second;  /* how central the sentences are that it shares topics with */
};

struct survey {
	const struct outline *outline;
	struct standing *line; /* [outline->n] */
	uint8_t *topic;        /* [outline->words.n] TOPIC_* */
	uint32_t n_words;      /* of prose */
	uint32_t n_paragraphs; /* with prose */
	int32_t most_central;  /* at least 1 */
	int32_t most_second;   /* at least 1 */
};

/* Cost: O(o->n + o->n_topics + o->words.n); scratch and result come from o->arena. */
struct survey survey_of(const struct outline *o);

/* Whether a line is a sentence that can stand for its document. */
static inline bool
survey_is_prose(const struct line *line)
{
	return (line->flags & (LINE_HEADING | LINE_SIDE)) == 0;
}

#endif
