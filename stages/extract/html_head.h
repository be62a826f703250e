/*
 * html_head - what a page says of itself: title, language, address, date.
 *
 * Sources: Open Graph protocol (ogp.me); schema.org Article, as JSON-LD and as microdata; Dublin
 *          Core; HTML Living Standard, sections 3.2.6.2 (lang), 4.6.7.4 (canonical).
 */
#ifndef WINNOW_HTML_HEAD_H
#define WINNOW_HTML_HEAD_H

#include "common/arena.h"
#include "common/span.h"
#include "stages/extract/html_tokens.h"

enum { HTML_LD_MAX = 8 }; /* scripts of JSON-LD that are looked at */

/* The places where something can be said, of each kind the most trusted first. */
enum html_place {
	PLACE_TITLE_OG,
	PLACE_TITLE_TWITTER,
	PLACE_TITLE_LD, /* from html_ld.h */
	PLACE_TITLE,
	PLACE_LANG,
	PLACE_LANG_META,
	PLACE_LANG_OG,
	PLACE_URL_CANONICAL,
	PLACE_URL_OG,
	PLACE_DATE_LD, /* from html_ld.h */
	PLACE_DATE_ARTICLE,
	PLACE_DATE_META,
	PLACE_DATE_ITEM,
	PLACE_DATE_TIME,
	PLACE_COUNT
};

struct html_head {
	struct span places[PLACE_COUNT]; /* as they stand in the page; the first of each */
	struct span ld[HTML_LD_MAX];     /* the JSON-LD, as it stands in the page */
	size_t n_ld;
};

/* What is known of a page; n == 0: not known. Valid UTF-8 without white space at the ends. */
struct html_facts {
	struct span title, lang, url, published;
};

/* A tag with TRAIT_HEAD, or the raw text of a title. */
void html_head_take(struct html_head *head, const struct html_token *token);

/* The content of a script of JSON-LD. */
void html_head_take_ld(struct html_head *head, struct span json);

/* Weigh what was said. Scratch and results come from a, or point into the page. */
struct html_facts html_head_facts(struct html_head *head, struct arena *a);

#endif
