/*
 * lexicons - those of all languages, opened once.
 */
#ifndef WINNOW_LEXICONS_H
#define WINNOW_LEXICONS_H

#include "common/span.h"
#include "stages/summarize/lexicon.h"

struct lexicons;

/* Never NULL. Close with lexicons_close. */
struct lexicons *lexicons_open(void);

/* NULL is allowed. */
void lexicons_close(struct lexicons *all);

/*
 * That of the language that a tag names, as "en" or "nb-NO". Without a tag, which is where a text
 * is too short to tell, that of English; for a language that we do not know, that of none.
 */
struct lexicon *lexicons_for(const struct lexicons *all, struct span tag);

#endif
