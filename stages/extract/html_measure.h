/*
 * html_measure - how much text the nodes of a page hold, and what kind of text it is.
 *
 * A run is the text of one block between two borders of blocks. Running text ("prose") comes in
 * long runs with few links, menus and teasers in short ones of nothing but links. Measures count
 * characters, with white space collapsed and references as one; one of a script without spaces
 * between words counts as two.
 *
 * Source: C. Kohlschütter, P. Fankhauser, W. Nejdl, "Boilerplate Detection using Shallow Text
 *         Features", WSDM 2010: length and link density of blocks of text.
 * Differs: the value of a run is a number that can be added up over a subtree.
 */
#ifndef WINNOW_HTML_MEASURE_H
#define WINNOW_HTML_MEASURE_H

#include "stages/extract/html_tree.h"

/*
 * Set chars, link, prose and value of every node to the sums over its subtree. What stands in
 * dropped nodes counts for nothing. Cost: linear.
 */
void html_measure(struct html_tree *tree);

/* Whether a node is in the subtree of another, or is it. */
static inline bool
html_is_within(const struct html_tree *t, uint32_t node, uint32_t root)
{
	return node >= root && node < t->nodes[root].end;
}

/* Whether links are at least `percent` of the characters of a node. */
static inline bool
html_has_links(const struct html_node *n, unsigned percent)
{
	return n->chars > 0 && (uint64_t)n->link * 100 >= (uint64_t)n->chars * percent;
}

#endif
