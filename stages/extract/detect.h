/*
 * detect - the language of a document that does not say.
 *
 * Most texts are settled by the share of a few function words (detect_table.c) among the first
 * words; where that is not clear, CLD2 looks at the same sample. A pure function of the text.
 */
#ifndef WINNOW_DETECT_H
#define WINNOW_DETECT_H

#include <stddef.h>

#include "proto/document.h"

struct detector;

/* Never NULL. Makes CLD2 load what it loads late. Close with detect_close. */
struct detector *detect_open(void);

/* NULL is allowed. */
void detect_close(struct detector *d);

/*
 * The BCP 47 code of the language, static; n == 0 if it is not clear or there is too little text.
 * Looks at DETECT_BYTES of the paragraphs at most: of text, or else of headings and the rest.
 */
struct span
detect_language(const struct detector *d, const struct paragraph *paragraphs, size_t n_paragraphs);

enum { DETECT_BYTES = 768 };

/* Function words of a language, separated by single spaces. A language may have several rows. */
struct detect_row {
	const char *code, *words;
};

extern const struct detect_row detect_table[];
extern const size_t detect_table_rows;

#endif
