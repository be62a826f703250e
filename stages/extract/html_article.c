#include "stages/extract/html_article.h"

#include "stages/extract/html_hints.h"
#include "stages/extract/html_measure.h"

/* How much is dropped; each level less than the one before. */
enum level { LEVEL_STRICT, LEVEL_SOFT, LEVEL_ALL };

enum {
	PART_PERCENT = 10,    /* of the running text: a part of the article */
	NOISE_PERCENT = 40,   /* of the running text: what holds more is not beside the article */
	COMMENT_PERCENT = 85, /* comments may well be longer than the article */
	ENOUGH_BYTES = 250,   /* an article; less is tried again with fewer rules */
	BODY_BONUS = 30,      /* percent of the value */
	ARTICLE_BONUS = 10,
	MAIN_BONUS = 5,
	PRUNED_LINKS = 50, /* percent of links from which a block of the article is none of it */
	FALLBACK_BYTES = 60,
};

/* Elements that are beside the article by their name. */
static bool
is_beside(enum html_tag tag)
{
	return tag == TAG_NAV || tag == TAG_FOOTER || tag == TAG_ASIDE || tag == TAG_LABEL ||
	       tag == TAG_FIGCAPTION;
}

/* The percentage of the page's running text up to which a node is beside the article; 0: it is in
 * it. */
static unsigned
beside_percent(const struct html_tree *t, uint32_t i, enum level level)
{
	const struct html_node *n = &t->nodes[i];
	const uint32_t noise = HINT_NOISE | HINT_META | HINT_HIDDEN | HINT_MEDIA | HINT_CAPTION;

	if ((n->hints & HINT_COMMENT) != 0 && (n->hints & HINT_BODY) == 0 && n->tag != TAG_A)
		return COMMENT_PERCENT;
	if (n->tag == TAG_BLOCKQUOTE)
		return 0;
	if (is_beside(n->tag))
		return NOISE_PERCENT;
	if (level == LEVEL_STRICT && n->hidden)
		return COMMENT_PERCENT;
	if (n->tag == TAG_FIGURE || ((n->hints & HINT_MEDIA) != 0 && level == LEVEL_STRICT))
		return n->holds_figure ? 0 : NOISE_PERCENT;
	if (level == LEVEL_STRICT && (n->hints & noise) != 0 && (n->hints & HINT_BODY) == 0 &&
	    n->tag != TAG_A && n->tag != TAG_BLOCKQUOTE)
		return NOISE_PERCENT;
	return 0;
}

/*
 * What holds a good part of the running text under the name of the article's text is not beside it,
 * whatever it is called itself; and figures of words are no pictures.
 */
static void
look_inside(struct html_tree *t)
{
	uint64_t prose = t->nodes[0].prose;

	for (uint32_t i = 0; i < t->n; i++)
		t->nodes[i].holds_body = t->nodes[i].holds_figure = false;
	for (uint32_t i = t->n; i-- > 1;) {
		const struct html_node *n = &t->nodes[i];
		struct html_node *parent = &t->nodes[n->parent];

		parent->holds_body |=
		    n->holds_body || ((n->hints & HINT_BODY) != 0 &&
					 (uint64_t)n->prose * 100 > prose * PART_PERCENT);
		parent->holds_figure |= n->holds_figure || n->tag == TAG_PRE ||
					n->tag == TAG_TABLE || n->tag == TAG_BLOCKQUOTE;
	}
}

/* Step 1. */
static void
drop_what_is_beside(struct html_tree *t, enum level level)
{
	uint64_t prose = t->nodes[0].prose;

	look_inside(t);
	for (uint32_t i = 1; i < t->n; i++) {
		struct html_node *n = &t->nodes[i];
		unsigned percent = beside_percent(t, i, level);

		if (percent == 0 || n->tag == TAG_TEXT ||
		    (n->holds_body && !n->hidden && (n->hints & HINT_HIDDEN) == 0))
			continue;
		n->dropped = (uint64_t)n->prose * 100 <= prose * percent;
		if (n->dropped)
			i = n->end - 1;
	}
}

static int64_t
worth(const struct html_node *n)
{
	int64_t bonus = 0;

	if ((n->hints & HINT_BODY) != 0)
		bonus = BODY_BONUS;
	else if (n->tag == TAG_ARTICLE)
		bonus = ARTICLE_BONUS;
	else if (n->tag == TAG_MAIN || (n->hints & HINT_MAIN) != 0)
		bonus = MAIN_BONUS;
	return (int64_t)n->value * (100 + bonus) / 100;
}

/* Step 2: of equals the innermost. */
static uint32_t
choose_root(const struct html_tree *t)
{
	uint32_t best = 0;

	for (uint32_t i = 0; i < t->n; i++) {
		const struct html_node *n = &t->nodes[i];

		if (n->dropped) {
			i = n->end - 1;
			continue;
		}
		if (html_is(n->tag, TRAIT_BLOCK) && n->prose > 0 && n->tag != TAG_P &&
		    worth(n) >= worth(&t->nodes[best]))
			best = i;
	}
	return best;
}

/* Step 3. */
static void
prune(struct html_tree *t, uint32_t root)
{
	uint64_t prose = t->nodes[root].prose;

	for (uint32_t i = root + 1; i < t->nodes[root].end; i++) {
		struct html_node *n = &t->nodes[i];
		bool is_container = n->tag == TAG_UL || n->tag == TAG_OL || n->tag == TAG_DIV ||
				    n->tag == TAG_SECTION || n->tag == TAG_TABLE ||
				    n->tag == TAG_DL || n->tag == TAG_ARTICLE ||
				    n->tag == TAG_HEADER || n->tag == TAG_FORM;

		if (n->dropped) {
			i = n->end - 1;
			continue;
		}
		if (!is_container || (uint64_t)n->prose * 100 > prose * NOISE_PERCENT)
			continue;
		if (html_has_links(n, PRUNED_LINKS) || (n->teaser * 2 > n->prose) ||
		    n->tag == TAG_FORM || n->tag == TAG_HEADER) {
			n->dropped = true;
			i = n->end - 1;
		}
	}
}

static size_t
bytes_of(const struct html_pieces *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->list[i].text.n;
	return n;
}

static void
keep_good(struct html_pieces *p, struct span title)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct html_piece *piece = &p->list[i];

		(void)title;
		if (piece->tag == TAG_H1)
			continue;
		if (piece->link * 100 > piece->bytes * 85)
			continue;
		p->list[n++] = *piece;
	}
	while (n > 0 && html_is_heading(p->list[n - 1].tag))
		n--;
	p->n = n;
}

int
html_article(struct html_pieces *pieces, struct arena *a, struct html_tree *tree, struct span title)
{
	for (enum level level = LEVEL_STRICT;; level++) {
		uint32_t root;

		for (uint32_t i = 0; i < tree->n; i++)
			tree->nodes[i].dropped = false;
		html_measure(tree);
		if (tree->nodes[0].chars < ENOUGH_BYTES)
			level = LEVEL_ALL;
		if (level < LEVEL_ALL) {
			drop_what_is_beside(tree, level);
			html_measure(tree);
		}
		root = level < LEVEL_ALL ? choose_root(tree) : 0;
		if (level < LEVEL_ALL)
			prune(tree, root);
		pieces->n = 0;
		TRY(html_text(pieces, a, tree, root));
		keep_good(pieces, title);
		if (bytes_of(pieces) >= ENOUGH_BYTES || level == LEVEL_ALL)
			return 0;
	}
}
