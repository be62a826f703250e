#include "stages/extract/html_measure.h"

enum {
	PROSE_CHARS = 80, /* a run of so many is running text, if few of it is links */
	PROSE_LINKS = 3,  /* at most one character in so many */
	TEASER_CHARS =
	    400,         /* a run as short as that behind a link, with no other prose behind it */
	TEASERS = 3,     /* in a row; fewer are paragraphs of an article with links between */
	LINE_CHARS = 25, /* a shorter run is a label or an item of a menu */
	FRAGMENT_COST = 12, /* what a short run takes from the value of what is around it */
	ENTITY_BYTES = 10,  /* an ampersand and a semicolon so near are one character */
};

/* What a byte adds to the characters: white space is apart, continuation bytes add nothing. */
enum { SPACE = 3 };

#define ROW(v) v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v
static const unsigned char weights[256] = {ROW(SPACE), ROW(SPACE), SPACE, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, ROW(1), ROW(1), ROW(1), ROW(1), ROW(1), ROW(0), ROW(0), ROW(0), ROW(0),
    ROW(1), ROW(1),
    /* E0 to E2: scripts with spaces and symbols; E3 to ED: kana, Han, Hangul */
    1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, ROW(1)};

static uint32_t
count_chars(struct span s)
{
	uint32_t n = 0;
	bool in_space = true;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char weight = weights[(unsigned char)s.p[i]];

		if (weight == SPACE) {
			n += !in_space;
			in_space = true;
			continue;
		}
		in_space = false;
		n += weight;
		if (s.p[i] == '&') {
			size_t left = s.n - i;
			const char *end =
			    memchr(s.p + i, ';', left < ENTITY_BYTES ? left : ENTITY_BYTES);

			i = end != NULL ? (size_t)(end - s.p) : i;
		}
	}
	return n;
}

enum sort { SORT_FRAGMENT, SORT_LINKS, SORT_PROSE };

struct run {
	uint32_t block; /* where it stands */
	uint32_t chars, link;
	enum sort sort;
};

struct measurer {
	struct html_tree *tree;
	uint32_t block;    /* the innermost one around the place in hand */
	uint32_t link_end; /* nodes before are in a link */
	struct run run;    /* the one in hand */
	struct run held;   /* the one before, which waits for what follows it */
	enum sort before;  /* the held one */
	unsigned streak;   /* runs of prose in a row that may be teasers */
};

static enum sort
sort_of(const struct run *r)
{
	if (r->link * 2 > r->chars)
		return SORT_LINKS;
	return r->chars >= PROSE_CHARS && r->link * PROSE_LINKS <= r->chars ? SORT_PROSE
									    : SORT_FRAGMENT;
}

/* Give the held run's worth to its block, now that what follows is known. */
static void
weigh_held(struct measurer *m, enum sort after)
{
	const struct run *r = &m->held;
	struct html_node *block = &m->tree->nodes[r->block];
	bool teaser;

	if (r->chars == 0)
		return;
	if (r->sort == SORT_PROSE)
		m->streak =
		    r->chars < TEASER_CHARS && m->before == SORT_LINKS && after != SORT_PROSE
			? m->streak + 1
			: 0;
	teaser = m->streak >= TEASERS;
	block->chars += r->chars;
	block->link += r->link;
	if (r->sort == SORT_PROSE) {
		block->prose += r->chars;
		block->teaser += teaser ? r->chars : 0;
		block->teasers += teaser;
		block->value += teaser ? -FRAGMENT_COST : (int32_t)(r->chars - r->link);
	} else if (r->chars >= LINE_CHARS && r->link * PROSE_LINKS <= r->chars)
		block->value += (int32_t)(r->chars / 4);
	else
		block->value -= (int32_t)(FRAGMENT_COST + r->link / 4);
}

static void
end_run(struct measurer *m)
{
	if (m->run.chars == 0)
		return;
	m->run.sort = sort_of(&m->run);
	weigh_held(m, m->run.sort);
	m->before = m->held.sort;
	m->held = m->run;
	m->run = (struct run){.block = m->block};
}

static void
clear(struct html_node *n)
{
	n->chars = n->link = n->teaser = n->teasers = 0;
	n->prose = n->tag == TAG_TEXT ? n->prose : 0;
	n->value = 0;
}

/* What the text at node i adds to the run in hand. */
static void
add_text(struct measurer *m, uint32_t i)
{
	struct html_node *n = &m->tree->nodes[i];

	if (n->prose == 0)
		n->prose = count_chars(n->text);
	m->run.chars += n->prose;
	m->run.link += i < m->link_end ? n->prose : 0;
}

static void
measure_runs(struct measurer *m)
{
	struct html_node *nodes = m->tree->nodes;

	for (uint32_t i = 0; i < m->tree->n; i++) {
		struct html_node *n = &nodes[i];

		clear(n);
		if (i >= nodes[m->block].end) {
			end_run(m);
			while (
			    i >= nodes[m->block].end || !html_is(nodes[m->block].tag, TRAIT_BLOCK))
				m->block = nodes[m->block].parent;
			m->run.block = m->block;
		}
		if (n->dropped) {
			for (uint32_t k = i + 1; k < n->end; k++)
				clear(&nodes[k]);
			i = n->end - 1;
		} else if (n->tag == TAG_TEXT)
			add_text(m, i);
		else if (n->tag == TAG_A)
			m->link_end = n->end > m->link_end ? n->end : m->link_end;
		else if (html_is(n->tag, TRAIT_BLOCK)) {
			end_run(m);
			m->run.block = m->block = i;
		}
	}
	end_run(m);
	weigh_held(m, SORT_FRAGMENT);
}

void
html_measure(struct html_tree *tree)
{
	struct measurer m = {.tree = tree};

	measure_runs(&m);
	for (uint32_t i = tree->n; i-- > 1;) {
		const struct html_node *n = &tree->nodes[i];
		struct html_node *parent = &tree->nodes[n->parent];

		if (n->tag == TAG_TEXT)
			continue;
		parent->chars += n->chars;
		parent->link += n->link;
		parent->prose += n->prose;
		parent->teaser += n->teaser;
		parent->teasers += n->teasers;
		parent->value += n->value;
	}
}
