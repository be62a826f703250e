/*
 * html_tags - the elements of HTML that mean something to a reader, and what they mean.
 *
 * Source: HTML Living Standard, sections 13.1.2 (void and raw text elements) and 15.3 (which
 *         elements are rendered as blocks, and which not at all).
 * Differs: formatting inside a line (b, em, font ...) is of no account here: TRAIT_PLAIN.
 */
#ifndef WINNOW_HTML_TAGS_H
#define WINNOW_HTML_TAGS_H

#include "common/span.h"

enum html_tag {
	TAG_OTHER, /* an element that is not in the list */
	TAG_TEXT,  /* no element: a run of text */
	TAG_A,
	TAG_ADDRESS,
	TAG_ARTICLE,
	TAG_ASIDE,
	TAG_BLOCKQUOTE,
	TAG_BODY,
	TAG_BR,
	TAG_BUTTON,
	TAG_CAPTION,
	TAG_DD,
	TAG_DIV,
	TAG_DL,
	TAG_DT,
	TAG_FIGCAPTION,
	TAG_FIGURE,
	TAG_FOOTER,
	TAG_FORM,
	TAG_H1,
	TAG_H2,
	TAG_H3,
	TAG_H4,
	TAG_H5,
	TAG_H6,
	TAG_HEAD,
	TAG_HEADER,
	TAG_HR,
	TAG_HTML,
	TAG_LI,
	TAG_LINK,
	TAG_MAIN,
	TAG_META,
	TAG_NAV,
	TAG_OL,
	TAG_OPTION,
	TAG_P,
	TAG_PRE,
	TAG_SCRIPT,
	TAG_SECTION,
	TAG_SELECT,
	TAG_SPAN,
	TAG_SUB,
	TAG_SUP,
	TAG_TABLE,
	TAG_TBODY, /* thead and tfoot, too */
	TAG_TD,
	TAG_TH,
	TAG_TIME,
	TAG_TITLE,
	TAG_TR,
	TAG_UL,
	TAG_BLOCK,  /* any other block */
	TAG_LABEL,  /* of a field of a form */
	TAG_PLAIN,  /* any formatting inside a line */
	TAG_RAW,    /* any other element whose content is no markup and not shown */
	TAG_UNSEEN, /* any other element whose content is not text to be read */
	TAG_VOID,   /* any other element without content */
	TAG_COUNT
};

enum html_trait {
	TRAIT_BLOCK = 1 << 0,  /* begins and ends paragraphs */
	TRAIT_VOID = 1 << 1,   /* has no content and no end tag */
	TRAIT_RAW = 1 << 2,    /* its content is text up to its own end tag */
	TRAIT_UNSEEN = 1 << 3, /* its content is not text to be read */
	TRAIT_PLAIN = 1 << 4,  /* formatting inside a line */
	TRAIT_HINTS = 1 << 5,  /* its attributes may tell what it is for */
	TRAIT_HEAD = 1 << 6,   /* its attributes may tell of the page */
	TRAIT_TABLE = 1 << 7,  /* a part of a table */
};

/* What the element is, as bits of enum html_trait. */
extern const unsigned char html_traits[TAG_COUNT];

/* The element of that name, in any case; TAG_OTHER if it is none of the list. */
enum html_tag html_tag_of(struct span name);

static inline int
html_is(enum html_tag tag, unsigned trait)
{
	return (html_traits[tag] & trait) != 0;
}

static inline int
html_is_heading(enum html_tag tag)
{
	return tag >= TAG_H1 && tag <= TAG_H6;
}

#endif
