/*
 * html_rig - a page in the hands of a test.
 */
#ifndef WINNOW_HTML_RIG_H
#define WINNOW_HTML_RIG_H

#include <criterion/criterion.h>
#include <stdlib.h>

#include "common/buf.h"
#include "stages/extract/html.h"
#include "stages/extract/html_article.h"
#include "stages/extract/html_tree.h"

/* What stands in a page that is long enough to be an article. */
#define PROSE                                                                                      \
	"This is a sentence that goes on for a while, so that nobody takes it for a label. It is " \
	"followed by another one, which says nothing new either, but says it at some length."

struct rig {
	struct arena arena;
	struct html_tree tree;
	struct html_head head;
	struct html_pieces pieces;
	struct html *html;
	struct html_page page;
};

static inline void
rig_tree(struct rig *r, struct span page)
{
	cr_assert_eq(html_tree_read(&r->tree, &r->head, page), 0, "%s", err_text());
}

static inline void
rig_done(struct rig *r)
{
	html_tree_done(&r->tree);
	html_close(r->html);
	arena_done(&r->arena);
}

/* All pieces of a page, as "kind:text|kind:text". */
static inline void
pieces_are(const char *page, const char *expected)
{
	struct rig r = {0};
	struct buf b = {0};

	rig_tree(&r, span_str(page));
	cr_assert_eq(html_text(&r.pieces, &r.arena, &r.tree, 0), 0);
	for (size_t i = 0; i < r.pieces.n; i++) {
		struct span kind = kind_name(r.pieces.list[i].kind);

		buf_print(&b, "%s%.*s:", i > 0 ? "|" : "", (int)kind.n, kind.p);
		buf_span(&b, r.pieces.list[i].text);
	}
	cr_assert(span_equal(buf_view(&b), span_str(expected)), "%s\n  is '%.*s'\n not '%s'", page,
	    (int)b.n, b.p, expected);
	buf_done(&b);
	rig_done(&r);
}

/* Read a page as extract does. */
static inline void
rig_read(struct rig *r, struct span page, enum extract_mode mode)
{
	if (r->html == NULL)
		r->html = html_open();
	cr_assert_eq(html_read(&r->page, r->html, &r->arena, page, mode), 0, "%s", err_text());
}

/* Whether a paragraph of the page that was read holds the words. */
static inline bool
rig_has(const struct rig *r, const char *words)
{
	for (size_t i = 0; i < r->page.n_paragraphs; i++) {
		struct span text = r->page.paragraphs[i].text;

		if (memmem(text.p, text.n, words, strlen(words)) != NULL)
			return true;
	}
	return false;
}

#endif
