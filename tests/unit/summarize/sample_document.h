/*
 * sample_document - a document of a few paragraphs, for the tests of the parts that work on one.
 */
#ifndef WINNOW_SAMPLE_DOCUMENT_H
#define WINNOW_SAMPLE_DOCUMENT_H

#include <stdlib.h>

#include "common/mem.h"
#include "proto/document.h"
#include "stages/summarize/outline.h"

enum { SAMPLE_PARAGRAPHS = 16 };

struct sample_document {
	struct arena arena;
	struct lexicon *lexicon;
	struct document document;
	struct paragraph paragraphs[SAMPLE_PARAGRAPHS];
	struct dropped dropped[SAMPLE_PARAGRAPHS];
	struct outline outline;
};

/* A document of the paragraphs of `texts`, which ends with NULL; "# ..." is a heading. */
static inline struct sample_document *
sample_document_open(const char *const *texts)
{
	struct sample_document *s = mem_zero(1, sizeof(*s));
	struct document *d = &s->document;

	s->lexicon = lexicon_open();
	d->paragraphs = s->paragraphs;
	d->dropped = s->dropped;
	for (; texts[d->n_paragraphs] != NULL; d->n_paragraphs++) {
		struct paragraph *p = &s->paragraphs[d->n_paragraphs];
		bool heading = texts[d->n_paragraphs][0] == '#';

		p->n = (uint32_t)d->n_paragraphs;
		p->text = span_str(texts[d->n_paragraphs] + (heading ? 2 : 0));
		p->kind = heading ? KIND_HEADING : KIND_TEXT;
	}
	return s;
}

/* Say that paragraph n is a repeat, as --action mark does. */
static inline void
sample_document_drop(struct sample_document *s, uint32_t n)
{
	s->dropped[s->document.n_dropped++].n = n;
}

static inline void
sample_document_close(struct sample_document *s)
{
	arena_done(&s->arena);
	lexicon_close(s->lexicon);
	free(s);
}

#endif
