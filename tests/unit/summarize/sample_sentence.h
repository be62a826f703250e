/*
 * sample_sentence - a sentence taken apart, for the tests of the parts that work on pieces.
 */
#ifndef WINNOW_SAMPLE_SENTENCE_H
#define WINNOW_SAMPLE_SENTENCE_H

#include <stdlib.h>

#include "common/mem.h"
#include "stages/summarize/pieces.h"

struct sample {
	struct arena arena;
	struct lexicon *lexicon;
	struct words words;
	struct pieces pieces;
};

/* The whole text as one sentence. Close with sample_close. */
static inline struct sample *
sample_open_in(enum language language, const char *text)
{
	struct sample *s = mem_zero(1, sizeof(*s));
	struct span span = span_str(text);

	s->lexicon = lexicon_open_for(language);
	words_init(&s->words, &s->arena, s->lexicon);
	pieces_read(&s->pieces, &s->arena, &s->words, span, 0, span.n);
	return s;
}

static inline struct sample *
sample_open(const char *text)
{
	return sample_open_in(LANGUAGE_EN, text);
}

static inline void
sample_close(struct sample *s)
{
	arena_done(&s->arena);
	lexicon_close(s->lexicon);
	free(s);
}

static inline bool
says(struct span s, const char *text)
{
	return span_equal(s, span_str(text));
}

#endif
