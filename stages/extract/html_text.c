#include "stages/extract/html_text.h"

#include "common/buf.h"
#include "common/utf8.h"
#include "stages/extract/html_entities.h"
#include "stages/extract/paragraphs.h"

enum { ROW_CHARS = 600, ROW_NODES = 400 }; /* a row with more holds text, not data */

struct writer {
	struct html_pieces *pieces;
	struct arena *a;
	const struct html_tree *tree;
	uint32_t block;      /* the innermost one around the place in hand */
	uint32_t link_end;   /* nodes before are in a link */
	uint32_t row_end;    /* nodes before are in a row that is one paragraph */
	uint32_t pre_end;    /* nodes before are in a pre */
	uint32_t script_end; /* nodes before are in sup or sub */
	enum html_tag script;
	bool in_row; /* the row is not ended yet */
	struct buf text;
	uint32_t bytes, link;
	unsigned breaks; /* since the last text */
	bool space;      /* white space since the last text */
	int result;
};

static void
add_piece(struct writer *w, const struct html_piece *piece)
{
	struct html_pieces *p = w->pieces;

	if (p->n == PARAGRAPHS_MAX) {
		w->result = err_set(ERR_RECORD, "more than %d paragraphs", PARAGRAPHS_MAX);
		return;
	}
	if (p->n == p->cap) {
		struct html_piece *old = p->list;

		p->cap = p->cap == 0 ? 64 : 2 * p->cap;
		p->list = arena_alloc(w->a, p->cap * sizeof(*p->list));
		if (p->n > 0)
			memcpy(p->list, old, p->n * sizeof(*p->list));
	}
	p->list[p->n++] = *piece;
}

/* End the paragraph in hand. */
static void
end_piece(struct writer *w)
{
	struct span text = utf8_trim(buf_view(&w->text));
	enum kind kind = w->in_row ? KIND_TABLE : w->tree->nodes[w->block].kind;

	if (text.n > 0) {
		struct html_piece piece = {.text = arena_copy(w->a, text),
		    .kind = kind,
		    .tag = w->tree->nodes[w->block].tag,
		    .node = w->block,
		    .bytes = w->bytes,
		    .link = w->link};

		if (kind == KIND_TEXT)
			piece.kind = paragraph_kind(piece.text);
		add_piece(w, &piece);
	}
	w->text.n = 0;
	w->bytes = w->link = w->breaks = 0;
	w->space = false;
}

/* one run of text */

/* The space or the breaks that stand before the next character, in a paragraph that has begun. */
static void
put_gap(struct writer *w)
{
	if (w->text.n > 0 && w->breaks > 0)
		buf_byte(&w->text, '\n');
	else if (w->text.n > 0 && w->space && w->text.p[w->text.n - 1] != '\t')
		buf_byte(&w->text, ' ');
	w->breaks = 0;
	w->space = false;
}

/* Bytes at p that stand for a space, or for nothing. */
static size_t
is_gap(const char *p, size_t n, bool *ret_space)
{
	const unsigned char *u = (const unsigned char *)p;

	*ret_space = u[0] == 0xC2 ? n > 1 && u[1] == 0xA0 : u[0] != 0 && u[0] <= ' ';
	if (u[0] <= ' ')
		return 1;
	if (u[0] == 0xC2)
		return n > 1 && (u[1] == 0xA0 || u[1] == 0xAD) ? 2 : 0;
	if (n > 2 && u[0] == 0xE2 && u[1] == 0x80 && u[2] == 0x8B)
		return 3;
	return n > 2 && u[0] == 0xEF && u[1] == 0xBB && u[2] == 0xBF ? 3 : 0;
}

/* Some bytes, references resolved. */
static void
put_resolved(struct writer *w, struct span s)
{
	for (size_t i = 0; i < s.n;) {
		bool space;
		size_t from = i, gap = is_gap(s.p + i, s.n - i, &space);

		if (gap > 0) {
			w->space |= space;
			i += gap;
			continue;
		}
		for (i++; i < s.n && (unsigned char)s.p[i] > ' ' && (unsigned char)s.p[i] != 0xC2 &&
			  (unsigned char)s.p[i] != 0xE2 && (unsigned char)s.p[i] != 0xEF;)
			i++;
		put_gap(w);
		buf_put(&w->text, s.p + from, i - from);
	}
}

static void
put_verbatim(struct writer *w, struct span s)
{
	if (w->breaks > 0)
		buf_byte(&w->text, '\n');
	w->breaks = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		if (s.p[i] != '\0')
			buf_byte(&w->text, s.p[i] == '\r' ? '\n' : s.p[i]);
	}
}

static void
put(struct writer *w, struct span s, bool verbatim)
{
	if (verbatim)
		put_verbatim(w, s);
	else
		put_resolved(w, s);
}

/* Digits of sup or sub: as characters of their own. False if there is anything else in it. */
static bool
put_raised(struct writer *w, struct span s)
{
	static const char *const superscripts[] = {
	    "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
	static const char *const subscripts[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	put_gap(w);
	for (size_t i = 0; i < s.n; i++)
		buf_str(&w->text, (w->script == TAG_SUP ? superscripts : subscripts)[s.p[i] - '0']);
	return true;
}

static void
take_text(struct writer *w, uint32_t i)
{
	const struct html_node *n = &w->tree->nodes[i];
	bool verbatim = i < w->pre_end;
	struct span s = n->text;
	size_t before = w->text.n;

	w->space |= n->space;
	if (i < w->script_end && put_raised(w, s))
		s.n = 0;
	while (s.n > 0) {
		const char *and = memchr(s.p, '&', s.n);
		size_t plain = and != NULL ? (size_t)(and-s.p) : s.n, taken = 0, made = 0;
		char made_text[HTML_ENTITY_TEXT];

		put(w, span_of(s.p, plain), verbatim);
		s = span_cut(s, plain, s.n);
		if (s.n == 0)
			break;
		taken = html_reference(s, made_text, &made);
		if (taken > 0)
			put(w, span_of(made_text, made), verbatim);
		else
			put(w, SPAN("&"), verbatim);
		s = span_cut(s, taken > 0 ? taken : 1, s.n);
	}
	w->bytes += (uint32_t)(w->text.n - before);
	w->link += i < w->link_end ? (uint32_t)(w->text.n - before) : 0;
}

/* borders */

/* Whether a row is data: several cells without blocks of text in them. */
static bool
is_data(const struct html_tree *t, uint32_t row)
{
	unsigned cells = 0;
	size_t bytes = 0;

	for (uint32_t i = row + 1; i < t->nodes[row].end; i++) {
		const struct html_node *n = &t->nodes[i];

		cells += n->tag == TAG_TD || n->tag == TAG_TH;
		bytes += n->tag == TAG_TEXT ? n->text.n : 0;
		if (bytes > ROW_CHARS || i > row + ROW_NODES || n->tag == TAG_TABLE ||
		    n->tag == TAG_UL || n->tag == TAG_OL || n->tag == TAG_PRE ||
		    n->tag == TAG_BLOCKQUOTE || html_is_heading(n->tag))
			return false;
	}
	return cells > 1;
}

/* A block begins or ends at node i; in a row or a pre the paragraph goes on. */
static void
border(struct writer *w, uint32_t i)
{
	if (i < w->row_end)
		w->space = true;
	else if (i < w->pre_end)
		w->breaks = w->text.n > 0 && w->text.p[w->text.n - 1] != '\n';
	else
		end_piece(w);
}

static void
leave_blocks(struct writer *w, uint32_t i)
{
	const struct html_node *nodes = w->tree->nodes;

	if (w->in_row && i >= w->row_end) {
		end_piece(w);
		w->in_row = false;
	}
	if (i < nodes[w->block].end)
		return;
	border(w, i);
	if (i >= w->pre_end)
		w->pre_end = 0;
	while (i >= nodes[w->block].end || !html_is(nodes[w->block].tag, TRAIT_BLOCK))
		w->block = nodes[w->block].parent;
}

static void
enter_block(struct writer *w, uint32_t i)
{
	const struct html_node *n = &w->tree->nodes[i];

	border(w, i);
	w->block = i;
	if (i < w->row_end && (n->tag == TAG_TD || n->tag == TAG_TH) && w->text.n > 0)
		buf_byte(&w->text, '\t');
	else if (n->tag == TAG_TR && i >= w->row_end && i >= w->pre_end && is_data(w->tree, i)) {
		w->row_end = n->end;
		w->in_row = true;
	} else if (n->tag == TAG_PRE && i >= w->row_end)
		w->pre_end = n->end > w->pre_end ? n->end : w->pre_end;
}

static void
take_break(struct writer *w, uint32_t i)
{
	if (i < w->pre_end)
		buf_byte(&w->text, '\n');
	else if (i < w->row_end || html_is_heading(w->tree->nodes[w->block].tag))
		w->space = true;
	else if (++w->breaks > 1)
		end_piece(w);
}

int
html_text(struct html_pieces *pieces, struct arena *a, const struct html_tree *tree, uint32_t root)
{
	struct writer w = {.pieces = pieces, .a = a, .tree = tree, .block = root};
	const struct html_node *nodes = tree->nodes;
	uint32_t end = nodes[root].end;

	for (uint32_t i = root; i < end && w.result == 0; i++) {
		const struct html_node *n = &nodes[i];

		leave_blocks(&w, i);
		if (n->dropped && i != root) {
			if (html_is(n->tag, TRAIT_BLOCK))
				border(&w, i);
			i = n->end - 1;
		} else if (n->tag == TAG_TEXT)
			take_text(&w, i);
		else if (n->tag == TAG_A)
			w.link_end = n->end > w.link_end ? n->end : w.link_end;
		else if (n->tag == TAG_SUP || n->tag == TAG_SUB) {
			w.script_end = n->end;
			w.script = n->tag;
		} else if (n->tag == TAG_BR)
			take_break(&w, i);
		else if (html_is(n->tag, TRAIT_BLOCK))
			enter_block(&w, i);
	}
	end_piece(&w);
	buf_done(&w.text);
	return w.result;
}
