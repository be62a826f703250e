/*
 * html_hints - what the class and the id of an element say it is for.
 *
 * They are cut into words ("article-body", "articleBody", "article__body" and, by the words that
 * are known, "articlebody"), and words are looked up; a few mean something only beside another one
 * of the same class: "read more", "most popular", "sr only". What a class says it has or has not
 * ("has-sidebar", "no-ads") is not what it is.
 */
#ifndef WINNOW_HTML_HINTS_H
#define WINNOW_HTML_HINTS_H

#include <stdint.h>

#include "common/span.h"

enum html_hint {
	HINT_BODY = 1 << 0,    /* the text of the article: "article-body", "entry-content" */
	HINT_MAIN = 1 << 1,    /* what the page is for: "main", "content", "post" */
	HINT_LEAD = 1 << 2,    /* what comes before the text: "lead", "standfirst" */
	HINT_NOISE = 1 << 3,   /* beside the text: shares, teasers, newsletters, menus, ads */
	HINT_COMMENT = 1 << 4, /* what readers wrote */
	HINT_CAPTION = 1 << 5, /* the text of a picture */
	HINT_META = 1 << 6,    /* about the article: byline, date, tags */
	HINT_HIDDEN = 1 << 7,  /* not shown, or only to machines */
	HINT_MEDIA = 1 << 8,   /* players, galleries, embedded posts */
	HINT_TITLE = 1 << 9,   /* the headline */
};

/* The bits of enum html_hint in a class or an id. Cost: linear. */
uint32_t html_hints(struct span words);

#endif
