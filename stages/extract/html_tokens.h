/*
 * html_tokens - a page cut into its tags and the text between them.
 *
 * Source: HTML Living Standard, section 13.2.5, of which this is the part that matters to text:
 *         data, tags and their attributes, raw text, comments, declarations.
 * Differs: a script ends at the first "</script", also behind "<!--"; end tags have no attributes.
 *
 * Every byte is looked at a bounded number of times, whatever the page.
 */
#ifndef WINNOW_HTML_TOKENS_H
#define WINNOW_HTML_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/span.h"
#include "stages/extract/html_tags.h"

enum html_token_kind { HTML_TEXT, HTML_OPEN, HTML_CLOSE };

/* The attributes that are kept. */
enum html_attribute {
	ATTR_ARIA_HIDDEN,
	ATTR_CHARSET,
	ATTR_CLASS,
	ATTR_CONTENT,
	ATTR_DATETIME,
	ATTR_HIDDEN,
	ATTR_HREF,
	ATTR_HTTP_EQUIV,
	ATTR_ID,
	ATTR_ITEMPROP,
	ATTR_LANG, /* xml:lang, too */
	ATTR_NAME,
	ATTR_PROPERTY,
	ATTR_REL,
	ATTR_ROLE,
	ATTR_STYLE,
	ATTR_TYPE,
	ATTR_COUNT
};

struct html_token {
	enum html_token_kind kind;
	enum html_tag tag; /* of HTML_OPEN and HTML_CLOSE; of raw text that of its element */
	bool raw;          /* HTML_TEXT that is the content of an element with TRAIT_RAW */
	bool closes;       /* HTML_OPEN that ends with "/>" */
	struct span text;  /* HTML_TEXT, as it stands in the page */
	uint32_t has;      /* HTML_OPEN: bit i says that attribute i is there */
	struct span attributes[ATTR_COUNT]; /* as they stand in the page, without quotes */
};

struct html_tokens {
	const char *at, *end;
	struct span raw;       /* the name of the element whose raw text comes next, or n == 0 */
	enum html_tag raw_tag; /* its tag */
};

static inline struct html_tokens
html_tokens_of(struct span page)
{
	return (struct html_tokens){.at = page.p, .end = page.p + page.n};
}

/* The next token; its spans point into the page. False at the end. */
bool html_tokens_next(struct html_tokens *t, struct html_token *ret_token);

static inline bool
html_has(const struct html_token *t, enum html_attribute a)
{
	return (t->has >> a & 1) != 0;
}

/* Whether text is the word, in any case of ASCII; word is in lower case. */
bool html_word_is(struct span text, const char *word);

#endif
