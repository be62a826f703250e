#include "stages/extract/html_tree.h"

#include <stdlib.h>

#include "common/mem.h"
#include "stages/extract/html_hints.h"
#include "stages/extract/html_tokens.h"

/* An element that is not closed yet. */
struct open {
	unsigned char tag;
	bool has_node;
	bool unseen;   /* it, or one around it */
	uint32_t node; /* its own, or that around it */
};

struct builder {
	struct html_tree *tree;
	struct html_head *head;
	struct open stack[HTML_DEPTH];
	uint32_t depth;           /* of the stack; entry 0 is the page */
	uint32_t deeper;          /* open elements that found no room */
	uint32_t open[TAG_COUNT]; /* how many of a tag are on the stack */
	bool space;               /* there was white space since the last text */
	bool ld;                  /* the raw text that comes is JSON-LD */
	bool full;
};

static inline struct open *
top(struct builder *b)
{
	return &b->stack[b->depth - 1];
}

/* What kind of paragraphs stand in an element inside one whose kind is `around`. */
static enum kind
kind_of(enum html_tag tag, enum kind around)
{
	switch (tag) {
	case TAG_H1:
	case TAG_H2:
	case TAG_H3:
	case TAG_H4:
	case TAG_H5:
	case TAG_H6: return KIND_HEADING;
	case TAG_LI:
	case TAG_DT:
	case TAG_DD: return KIND_LIST;
	case TAG_BLOCKQUOTE: return KIND_QUOTE;
	case TAG_PRE: return KIND_CODE;
	case TAG_CAPTION: return KIND_TABLE;
	default: return around;
	}
}

static uint32_t
add_node(struct builder *b, enum html_tag tag)
{
	struct html_tree *t = b->tree;

	if (t->n == t->cap) {
		if (t->n == HTML_NODES_MAX) {
			b->full = true;
			return t->n - 1;
		}
		t->cap = t->cap == 0 ? 1 << 12 : 2 * t->cap;
		t->nodes = mem_grow(t->nodes, t->cap * sizeof(*t->nodes));
	}
	t->nodes[t->n] = (struct html_node){.tag = (unsigned char)tag,
	    .kind =
		(unsigned char)kind_of(tag, t->n == 0 ? KIND_TEXT : t->nodes[top(b)->node].kind),
	    .parent = top(b)->node,
	    .end = t->n + 1};
	return t->n++;
}

static void
pop_to(struct builder *b, uint32_t depth)
{
	while (b->depth > depth) {
		const struct open *o = top(b);

		if (o->has_node)
			b->tree->nodes[o->node].end = b->tree->n;
		b->open[o->tag]--;
		b->depth--;
	}
	b->deeper = 0;
}

/* text */

static inline bool
is_blank(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > ' ')
			return false;
	return true;
}

static void
take_text(struct builder *b, const struct html_token *t)
{
	struct html_node *node;
	uint32_t at;

	if (t->raw) {
		if (t->tag == TAG_TITLE && !b->stack[b->depth - 1].unseen)
			html_head_take(b->head, t);
		else if (b->ld)
			html_head_take_ld(b->head, t->text);
		return;
	}
	if (top(b)->unseen)
		return;
	if (is_blank(t->text) && b->open[TAG_PRE] == 0) {
		b->space = true;
		return;
	}
	at = add_node(b, TAG_TEXT);
	node = &b->tree->nodes[at];
	node->text = t->text;
	node->space = b->space;
	b->space = false;
}

/* what ends because something begins */

/* Pop up to the nearest open element of a or b, unless one that stops() is nearer. */
static void
end_nearest(struct builder *b, enum html_tag tag, enum html_tag other, bool (*stops)(enum html_tag))
{
	if (b->open[tag] == 0 && b->open[other] == 0)
		return;
	for (uint32_t k = b->depth; k-- > 1;) {
		enum html_tag is = b->stack[k].tag;

		if (is == tag || is == other) {
			pop_to(b, k);
			return;
		}
		if (stops(is))
			return;
	}
}

static bool
is_block(enum html_tag tag)
{
	return html_is(tag, TRAIT_BLOCK) || tag == TAG_BUTTON;
}

static bool
is_firm_block(enum html_tag tag)
{
	return is_block(tag) && tag != TAG_DIV && tag != TAG_P && tag != TAG_ADDRESS;
}

static bool
is_table(enum html_tag tag)
{
	return tag == TAG_TABLE;
}

static bool
is_row_or_table(enum html_tag tag)
{
	return tag == TAG_TR || tag == TAG_TABLE;
}

static void
end_implied(struct builder *b, enum html_tag tag)
{
	if (html_is(tag, TRAIT_BLOCK))
		end_nearest(b, TAG_P, TAG_P, is_block);
	switch (tag) {
	case TAG_A: end_nearest(b, TAG_A, TAG_A, is_block); break;
	case TAG_LI: end_nearest(b, TAG_LI, TAG_LI, is_firm_block); break;
	case TAG_DT:
	case TAG_DD: end_nearest(b, TAG_DT, TAG_DD, is_firm_block); break;
	case TAG_TD:
	case TAG_TH: end_nearest(b, TAG_TD, TAG_TH, is_row_or_table); break;
	case TAG_TR: end_nearest(b, TAG_TR, TAG_TR, is_table); break;
	case TAG_TBODY: end_nearest(b, TAG_TBODY, TAG_TBODY, is_table); break;
	default: break;
	}
	if (html_is_heading(tag) && html_is_heading(top(b)->tag))
		pop_to(b, b->depth - 1);
}

/* elements */

/* Whether a style says that the element is not shown. */
static bool
is_not_shown(struct span style)
{
	const char *p = style.n > 0 ? memmem(style.p, style.n, "display", 7) : NULL;
	const char *end = style.p + style.n;

	if (p == NULL)
		return false;
	for (p += 7; p < end && (*p == ' ' || *p == ':');)
		p++;
	return end - p >= 4 && memcmp(p, "none", 4) == 0;
}

static const struct {
	enum html_attribute attribute;
	const char *word;
	uint32_t hints;
} said[] = {
    {ATTR_ITEMPROP, "articlebody", HINT_BODY},
    {ATTR_ITEMPROP, "headline", HINT_TITLE},
    {ATTR_ITEMPROP, "description", HINT_LEAD},
    {ATTR_ITEMPROP, "alternativeheadline", HINT_LEAD},
    {ATTR_ITEMPROP, "author", HINT_META},
    {ATTR_ITEMPROP, "datepublished", HINT_META},
    {ATTR_ITEMPROP, "caption", HINT_CAPTION},
    {ATTR_ITEMPROP, "comment", HINT_COMMENT},
    {ATTR_ROLE, "main", HINT_MAIN},
    {ATTR_ROLE, "article", HINT_MAIN},
    {ATTR_ROLE, "navigation", HINT_NOISE},
    {ATTR_ROLE, "complementary", HINT_NOISE},
    {ATTR_ROLE, "contentinfo", HINT_NOISE},
    {ATTR_ROLE, "search", HINT_NOISE},
    {ATTR_ROLE, "dialog", HINT_NOISE},
    {ATTR_ROLE, "alertdialog", HINT_NOISE},
    {ATTR_ROLE, "menu", HINT_NOISE},
    {ATTR_ROLE, "menubar", HINT_NOISE},
    {ATTR_ARIA_HIDDEN, "true", HINT_HIDDEN},
};

static uint32_t
hints_of(const struct html_token *t)
{
	uint32_t hints = 0;

	if (html_has(t, ATTR_CLASS))
		hints = html_hints(t->attributes[ATTR_CLASS]);
	if (html_has(t, ATTR_ID))
		hints |= html_hints(t->attributes[ATTR_ID]);
	if ((t->has & (1U << ATTR_ITEMPROP | 1U << ATTR_ROLE | 1U << ATTR_ARIA_HIDDEN)) == 0)
		return hints;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		if (html_has(t, said[i].attribute) &&
		    html_word_is(t->attributes[said[i].attribute], said[i].word))
			hints |= said[i].hints;
	return hints;
}

static bool
is_hidden(const struct html_token *t)
{
	return html_has(t, ATTR_HIDDEN) ||
	       (html_has(t, ATTR_STYLE) && is_not_shown(t->attributes[ATTR_STYLE]));
}

static void
push(struct builder *b, struct open o)
{
	if (b->depth == HTML_DEPTH) {
		b->deeper++;
		return;
	}
	b->stack[b->depth++] = o;
	b->open[o.tag]++;
}

/* Whether the element needs a node: one inside a line only if something is said about it. */
static bool
needs_node(const struct html_token *t, uint32_t hints, bool hidden)
{
	return html_is(t->tag, TRAIT_BLOCK) || t->tag == TAG_A || t->tag == TAG_BR ||
	       t->tag == TAG_SUP || t->tag == TAG_SUB || t->tag == TAG_TIME ||
	       t->tag == TAG_LABEL || hints != 0 || hidden;
}

static void
open_element(struct builder *b, const struct html_token *t)
{
	struct open o = {.tag = (unsigned char)t->tag, .unseen = top(b)->unseen};
	uint32_t hints = 0;
	bool hidden = false;

	end_implied(b, t->tag);
	o.node = top(b)->node;
	o.unseen = top(b)->unseen || html_is(t->tag, TRAIT_UNSEEN);
	if (!o.unseen && html_is(t->tag, TRAIT_HINTS)) {
		hints = hints_of(t);
		hidden = is_hidden(t);
	}
	if (!o.unseen && needs_node(t, hints, hidden)) {
		o.node = add_node(b, t->tag);
		o.has_node = true;
		b->tree->nodes[o.node].hints = hints;
		b->tree->nodes[o.node].hidden = hidden;
	}
	if (!html_is(t->tag, TRAIT_VOID) && !(t->closes && html_is(t->tag, TRAIT_UNSEEN)))
		push(b, o);
}

static void
take_open(struct builder *b, const struct html_token *t)
{
	if (html_is(t->tag, TRAIT_HEAD) && t->tag != TAG_TITLE)
		html_head_take(b->head, t);
	if (t->tag == TAG_SCRIPT)
		b->ld = html_has(t, ATTR_TYPE) &&
			html_word_is(t->attributes[ATTR_TYPE], "application/ld+json");
	if (html_is(t->tag, TRAIT_PLAIN | TRAIT_RAW) || t->tag == TAG_HTML || t->tag == TAG_HEAD ||
	    t->tag == TAG_BODY)
		return;
	if (!html_is(t->tag, TRAIT_VOID) || t->tag == TAG_BR || t->tag == TAG_HR)
		open_element(b, t);
}

/* Whether the end tag of an element does not reach through an open one. */
static bool
holds(enum html_tag open, enum html_tag ending)
{
	if (html_is(ending, TRAIT_UNSEEN))
		return false;
	if (!html_is(ending, TRAIT_BLOCK))
		return html_is(open, TRAIT_BLOCK);
	if (ending == TAG_LI)
		return open == TAG_UL || open == TAG_OL || open == TAG_TD || open == TAG_TH;
	if (ending == TAG_FORM) /* it is left open: others end with what is around them */
		return html_is(open, TRAIT_BLOCK);
	if (html_is(ending, TRAIT_TABLE))
		return open == TAG_TABLE;
	return open == TAG_TD || open == TAG_TH || open == TAG_CAPTION;
}

static void
close_element(struct builder *b, enum html_tag tag)
{
	for (uint32_t k = b->depth; k-- > 1;) {
		enum html_tag is = b->stack[k].tag;

		if (is == tag || (html_is_heading(is) && html_is_heading(tag))) {
			pop_to(b, k);
			return;
		}
		if (holds(is, tag))
			return;
	}
}

static void
take_close(struct builder *b, enum html_tag tag)
{
	if (html_is(tag, TRAIT_PLAIN | TRAIT_RAW | TRAIT_VOID))
		return;
	if (b->deeper > 0)
		b->deeper--;
	else if (b->open[tag] > 0 || html_is_heading(tag))
		close_element(b, tag);
	else if (tag == TAG_P && !top(b)->unseen)
		add_node(b, tag); /* an empty paragraph: what is around it is two */
}

int
html_tree_read(struct html_tree *tree, struct html_head *ret_head, struct span page)
{
	struct builder b = {.tree = tree, .head = ret_head, .depth = 1};
	struct html_tokens tokens = html_tokens_of(page);
	struct html_token token;

	*ret_head = (struct html_head){0};
	tree->n = 0;
	add_node(&b, TAG_BODY);
	b.stack[0] = (struct open){.tag = TAG_BODY, .has_node = true};
	while (html_tokens_next(&tokens, &token) && !b.full) {
		switch (token.kind) {
		case HTML_TEXT: take_text(&b, &token); break;
		case HTML_OPEN: take_open(&b, &token); break;
		case HTML_CLOSE: take_close(&b, token.tag); break;
		}
	}
	b.open[TAG_BODY]++;
	pop_to(&b, 0);
	if (b.full)
		return err_set(ERR_RECORD, "more than %d nodes", HTML_NODES_MAX);
	return 0;
}

void
html_tree_done(struct html_tree *tree)
{
	free(tree->nodes);
	*tree = (struct html_tree){0};
}
