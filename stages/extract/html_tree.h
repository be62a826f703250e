/*
 * html_tree - a page as one flat array of nodes in document order.
 *
 * The descendants of node i are the nodes i + 1 to end - 1, so a tree is walked by a loop, a
 * subtree passed over by an assignment, and sums flow up by going backwards. Elements that only
 * format, or are not shown, make no node; end tags that are left out or at the wrong place are
 * borne with.
 *
 * Source: HTML Living Standard, section 13.2.6, of which this keeps: implied end tags of p, li, dt,
 *         dd, a and parts of tables; which end tags reach through which elements.
 * Differs: nothing is moved to another place of the tree (foster parents, formatting elements).
 */
#ifndef WINNOW_HTML_TREE_H
#define WINNOW_HTML_TREE_H

#include <stdint.h>

#include "common/err.h"
#include "proto/paragraph.h"
#include "stages/extract/html_head.h"
#include "stages/extract/html_tags.h"

enum {
	HTML_DEPTH = 256, /* open elements; what is deeper becomes children of the deepest */
	HTML_NODES_MAX = 1 << 22, /* of one page */
};

struct html_node {
	unsigned char tag;  /* an enum html_tag */
	unsigned char kind; /* an enum kind: of the paragraphs in it */
	bool space;         /* of TAG_TEXT: there is white space before it */
	bool hidden;        /* by its own attributes */
	bool dropped;       /* for those who choose: see html_article.h */
	bool holds_body;    /* for them, too */
	bool holds_figure;
	uint32_t hints;   /* of enum html_hint */
	uint32_t parent;  /* of node 0: 0 */
	uint32_t end;     /* behind its last descendant */
	struct span text; /* of TAG_TEXT: as it stands in the page */
	uint32_t chars;   /* for those who measure: see html_measure.h */
	uint32_t link;    /* of those in links */
	uint32_t prose;   /* of those in running text; of TAG_TEXT: its characters, once counted */
	uint32_t teaser;  /* of those in running text that stands between links */
	uint32_t teasers; /* how many runs that is */
	int32_t value;    /* what the subtree is worth as an article */
};

struct html_tree {
	struct html_node *nodes; /* node 0 is the page */
	uint32_t n, cap;
};

/*
 * Read a page of valid UTF-8 into the tree, which starts as {0} and can be used again, and what its
 * head says into *ret_head; both point into the page. Returns 0, or ERR_RECORD where it has more
 * than HTML_NODES_MAX nodes. Cost: linear.
 */
int
html_tree_read(struct html_tree *tree, struct html_head *ret_head, struct span page) WARN_UNUSED;

void html_tree_done(struct html_tree *tree);

#endif
