/*
 * html_text - nodes as paragraphs.
 *
 * Each block is a paragraph; two line breaks end one, too, a single one stays as "\n". White space
 * collapses, no-break spaces with it; soft hyphens and zero width spaces, which only say where a
 * line may end, go. Digits in sup and sub become superscript and subscript digits, so that 10^2 is
 * not 102. A row of a table is one paragraph with tabs between its cells, unless its cells hold
 * blocks. What stands in pre stays as it is.
 */
#ifndef WINNOW_HTML_TEXT_H
#define WINNOW_HTML_TEXT_H

#include "common/arena.h"
#include "proto/paragraph.h"
#include "stages/extract/html_tree.h"

/* A paragraph and what its markup says of it. */
struct html_piece {
	struct span text; /* valid UTF-8, trimmed, not empty; in the arena */
	enum kind kind;
	enum html_tag tag; /* of its block */
	uint32_t node;     /* its block */
	uint32_t bytes;    /* of the text, about */
	uint32_t link;     /* of those in links */
};

struct html_pieces {
	struct html_piece *list; /* in the arena */
	size_t n, cap;
};

/*
 * Append the pieces of the subtree of root, but for what is dropped. Returns 0, or ERR_RECORD if
 * there are more than PARAGRAPHS_MAX. Cost: linear.
 */
int html_text(struct html_pieces *pieces, struct arena *a, const struct html_tree *tree,
    uint32_t root) WARN_UNUSED;

#endif
