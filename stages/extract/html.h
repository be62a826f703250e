/*
 * html - a page as the paragraphs of its article.
 *
 *   html_tokens   tags and text          html_measure   how much text, and of what kind
 *   html_tree     nodes in one array     html_article   where the article is, what is not of it
 *   html_head     what the page says     html_text      nodes as paragraphs
 */
#ifndef WINNOW_HTML_H
#define WINNOW_HTML_H

#include "common/arena.h"
#include "common/err.h"
#include "proto/paragraph.h"
#include "stages/extract/html_head.h"
#include "stages/settings.h"

/* What can be used again for the next page. Belongs to one thread. */
struct html;

struct html_page {
	struct html_facts facts;
	struct paragraph *paragraphs; /* in the arena; n from 0; hash and chars are cleared */
	size_t n_paragraphs;
};

struct html *html_open(void) __attribute__((returns_nonnull));

/* NULL is a no-op. */
void html_close(struct html *h);

/*
 * page   valid UTF-8
 * mode   EXTRACT_ARTICLE: the paragraphs of the article; EXTRACT_ALL: of everything that is shown
 *
 * Returns 0, also for a page without text, or ERR_RECORD for more than HTML_NODES_MAX nodes or
 * PARAGRAPHS_MAX paragraphs. Cost: linear. The same page gives the same result, whatever was read
 * before.
 */
int html_read(struct html_page *ret_page, struct html *h, struct arena *a, struct span page,
    enum extract_mode mode) WARN_UNUSED;

#endif
