/*
 * html_ld - the headline and the date of an article out of JSON-LD.
 *
 * Source: schema.org, type Article and those below it (NewsArticle, BlogPosting, Report ...);
 * JSON-LD 1.1, of which only the form that pages use is read: objects, in arrays or in "@graph".
 */
#ifndef WINNOW_HTML_LD_H
#define WINNOW_HTML_LD_H

#include "common/arena.h"
#include "common/span.h"

enum {
	HTML_LD_BYTES = 1 << 18, /* of a script; a longer one is not read */
	HTML_LD_DEPTH = 32,      /* what is deeper is not read either */
};

struct html_ld {
	struct span headline, published; /* UTF-8, in the arena; n == 0: not said */
};

/*
 * What the first article in the JSON says; where there is none, the date of the first object that
 * has one. Of broken JSON, what stands before the fault.
 */
struct html_ld html_ld_read(struct arena *a, struct span json);

#endif
