/*
 * html_article - which part of a page is its article.
 *
 * 1. What the markup, a class or an attribute calls something else (menus, shares, comments,
 *    captions) is dropped, unless it holds a large part of the running text of the page: then the
 *    name means something else ("has-sidebar" on the whole page).
 * 2. Each block is worth the running text in its subtree less what links and fragments there are;
 *    the most valuable one is the root, its value raised where it is called the article.
 * 3. In the root, lists of links and the like are dropped in the same way.
 * Where little is left, this is done again with fewer rules, at last with none.
 *
 * Sources: Mozilla's Readability.js (the idea of hints, link density and relaxed passes);
 *          F. Sun, D. Song, L. Liao, "DOM Based Content Extraction via Text Density", SIGIR 2011
 *          (a sum over the subtree, whose maximum is the content).
 * Differs: the sum is of runs of text, so that all of it is linear and in integers.
 */
#ifndef WINNOW_HTML_ARTICLE_H
#define WINNOW_HTML_ARTICLE_H

#include "common/arena.h"
#include "common/err.h"
#include "stages/extract/html_text.h"

/*
 * Append the pieces of the article of a page; `title` is what the page is called, which is not
 * repeated in it. Marks nodes of the tree. Returns 0, also for nothing, or ERR_RECORD as html_text.
 * Cost: linear, a bounded number of passes.
 */
int html_article(struct html_pieces *pieces, struct arena *a, struct html_tree *tree,
    struct span title) WARN_UNUSED;

#endif
