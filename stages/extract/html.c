#include "stages/extract/html.h"

#include <stdlib.h>

#include "common/mem.h"
#include "stages/extract/html_article.h"

enum {
	KEPT_NODES = 1 << 16, /* whose memory is kept for the next page */
	NAME_BYTES = 10,      /* of a headline that is worth being looked for in the title */
};

struct html {
	struct html_tree tree;
};

struct html *
html_open(void)
{
	return mem_zero(1, sizeof(struct html));
}

void
html_close(struct html *h)
{
	if (h == NULL)
		return;
	html_tree_done(&h->tree);
	free(h);
}

/*
 * The title element often names the site, too: where the first headline of the page is a part of
 * it, the headline is the title.
 */
static int
shorten_title(struct html_facts *facts, struct arena *a, const struct html_tree *tree)
{
	struct html_pieces pieces = {0};
	uint32_t i = 1;

	while (i < tree->n && tree->nodes[i].tag != TAG_H1)
		i++;
	if (i == tree->n || facts->title.n == 0)
		return 0;
	TRY(html_text(&pieces, a, tree, i));
	if (pieces.n > 0 && pieces.list[0].text.n >= NAME_BYTES &&
	    memmem(facts->title.p, facts->title.n, pieces.list[0].text.p, pieces.list[0].text.n) !=
		NULL)
		facts->title = pieces.list[0].text;
	return 0;
}

static int
read_pieces(struct html_pieces *pieces, struct html_facts *facts, struct html *h, struct arena *a,
    struct span page, enum extract_mode mode)
{
	struct html_head head;

	TRY(html_tree_read(&h->tree, &head, page));
	*facts = html_head_facts(&head, a);
	TRY(shorten_title(facts, a, &h->tree));
	if (mode == EXTRACT_ALL)
		return html_text(pieces, a, &h->tree, 0);
	return html_article(pieces, a, &h->tree, facts->title);
}

int
html_read(struct html_page *ret_page, struct html *h, struct arena *a, struct span page,
    enum extract_mode mode)
{
	struct html_pieces pieces = {0};
	struct html_facts facts;
	struct paragraph *paragraphs;
	int r = read_pieces(&pieces, &facts, h, a, page, mode);

	if (h->tree.cap > KEPT_NODES)
		html_tree_done(&h->tree);
	if (r < 0)
		return r;
	paragraphs = arena_zero(a, pieces.n, sizeof(*paragraphs));
	for (size_t i = 0; i < pieces.n; i++) {
		paragraphs[i].text = pieces.list[i].text;
		paragraphs[i].kind = pieces.list[i].kind;
		paragraphs[i].n = (uint32_t)i;
	}
	*ret_page = (struct html_page){facts, paragraphs, pieces.n};
	return 0;
}
