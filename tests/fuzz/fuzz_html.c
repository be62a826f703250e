/* A page: sound nodes, valid text, and nothing that was not in the page. */
#include <stdlib.h>

#include "common/utf8.h"
#include "stages/extract/html.h"
#include "stages/extract/html_measure.h"
#include "tests/fuzz/target.h"

static void
check_tree(struct span page)
{
	struct html_tree tree = {0};
	struct html_head head;

	if (html_tree_read(&tree, &head, page) < 0)
		abort();
	html_measure(&tree);
	for (uint32_t i = 1; i < tree.n; i++) {
		const struct html_node *n = &tree.nodes[i], *parent = &tree.nodes[n->parent];

		MUST(n->parent < i && n->end > i && n->end <= parent->end);
		MUST(n->tag == TAG_TEXT || (n->chars <= parent->chars && n->link <= n->chars));
		MUST(n->prose <= n->chars || n->tag == TAG_TEXT);
	}
	html_tree_done(&tree);
}

static void
check_fact(struct span fact)
{
	MUST(utf8_valid(fact) == fact.n && utf8_trim(fact).n == fact.n);
}

static void
check_page(struct html *h, struct arena *a, struct span text, enum extract_mode mode)
{
	struct html_page page;
	size_t bytes = 0;

	if (html_read(&page, h, a, text, mode) < 0)
		abort();
	check_fact(page.facts.title);
	check_fact(page.facts.lang);
	check_fact(page.facts.url);
	check_fact(page.facts.published);
	for (size_t i = 0; i < page.n_paragraphs; i++) {
		const struct paragraph *p = &page.paragraphs[i];

		MUST(p->n == i && p->text.n > 0 && p->kind < KIND_COUNT);
		check_fact(p->text);
		bytes += p->text.n;
	}
	MUST(bytes <= 3 * text.n); /* a digit of sup has three bytes */
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct html *html;
	struct arena a = {0};
	size_t replaced;
	struct span page = utf8_repair(&a, span_of((const char *)bytes, n), &replaced);

	if (html == NULL)
		html = html_open();
	check_tree(page);
	check_page(html, &a, page, EXTRACT_ARTICLE);
	check_page(html, &a, page, EXTRACT_ALL);
	arena_done(&a);
	return 0;
}
