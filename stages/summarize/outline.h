/*
 * outline - a document as this stage sees it: its sentences in reading order, each with what the
 * scores are made of.
 */
#ifndef WINNOW_OUTLINE_H
#define WINNOW_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "proto/document.h"
#include "stages/summarize/lexicon.h"
#include "stages/summarize/traits.h"
#include "stages/summarize/words.h"

enum {
	LINE_HEADING = 1 << 0,  /* never in a summary, never a claim */
	LINE_SIDE = 1 << 1,     /* of a table or of code: after all others */
	LINE_BARE = 1 << 2,     /* no word and no number in it: never chosen */
	LINE_REPEAT = 1 << 3,   /* the same bytes stood before: never chosen */
	LINE_FIRST = 1 << 4,    /* the first of its paragraph */
	LINE_QUESTION = 1 << 5, /* ends with a question mark */
	LINE_OPEN = 1 << 6,     /* ends without a stop */
	LINE_POINTING = 1 << 7, /* opens with a pronoun or a conjunction: leans on what is before */
	LINE_QUOTED = 1 << 8,   /* opens with a quotation mark */
};

/* One sentence. */
struct line {
	const struct paragraph *paragraph;
	uint32_t start, end;       /* bytes of the paragraph's text */
	uint32_t topics, n_topics; /* outline.topics[topics, topics + n_topics): distinct */
	uint32_t n_words;          /* parted by white space; a Han or kana character is one */
	uint32_t order;            /* among the lines that are neither heading nor side */
	int32_t claim;             /* check-worthiness, ten-thousandths; see worth.h */
	uint16_t flags;            /* LINE_HEADING ... */
	uint8_t n_facts[FACT_COUNT];
	struct traits traits;
};

struct outline {
	struct line *line; /* [n] */
	size_t n, cap;
	size_t n_prose;   /* lines that are neither heading nor side */
	uint32_t *topics; /* [n_topics], topics of all lines: word ids that are no function words */
	size_t n_topics, cap_topics;
	uint32_t *title; /* [n_title], distinct topics of the title, or else of the first heading */
	size_t n_title;
	struct words words;
	struct arena *arena;
};

/*
 * Make the outline of d's paragraphs in a. A paragraph whose number is in d->dropped is left out,
 * unless repeated is set.
 *
 * Cost: near linear in the bytes of the text; scratch is about 200 bytes a sentence and 8 a word.
 */
void outline_read(struct outline *ret, struct arena *a, const struct lexicon *l,
    const struct document *d, bool repeated);

/* The text of a line. */
static inline struct span
line_text(const struct line *line)
{
	return span_cut(line->paragraph->text, line->start, line->end);
}

/* Whether d's paragraph n is named in d->dropped. */
bool outline_is_dropped(const struct document *d, uint32_t n);

#endif
