#include "stages/extract/html_hints.h"
#include "tests/unit/extract/html_rig.h"

/* The tree as nested brackets: a tag's number, text in quotes. */
static void
print(struct buf *b, const struct html_tree *t, uint32_t i)
{
	const struct html_node *n = &t->nodes[i];

	if (n->tag == TAG_TEXT) {
		buf_print(b, "'%.*s'", (int)n->text.n, n->text.p);
		return;
	}
	buf_print(b, "(%d", n->tag);
	for (uint32_t k = i + 1; k < n->end; k = t->nodes[k].end)
		print(b, t, k);
	buf_byte(b, ')');
}

static void
tree_is(const char *page, const char *same_as)
{
	struct rig r = {0}, other = {0};
	struct buf a = {0}, b = {0};

	rig_tree(&r, span_str(page));
	rig_tree(&other, span_str(same_as));
	print(&a, &r.tree, 0);
	print(&b, &other.tree, 0);
	cr_assert(span_equal(buf_view(&a), buf_view(&b)), "%s\n%.*s\n%.*s", page, (int)a.n, a.p,
	    (int)b.n, b.p);
	buf_done(&a);
	buf_done(&b);
	rig_done(&r);
	rig_done(&other);
}

Test(html_tree, end_tags_may_be_left_out)
{
	tree_is("<p>a<p>b<div>c", "<p>a</p><p>b</p><div>c</div>");
	tree_is("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c");
	tree_is("<ul><li>a<ul><li>b</ul><li>c</ul>",
	    "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>");
	tree_is("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>");
	tree_is("<table><tr><td>a<td>b<tr><td>c</table>d",
	    "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d");
	tree_is("<a>b<a>c", "<a>b</a><a>c</a>");
	tree_is("<h2>a<h3>b", "<h2>a</h2><h3>b</h3>");
}

Test(html_tree, end_tags_may_be_at_the_wrong_place)
{
	tree_is("<div>a</span></p></li></div>b", "<div>a<p></p></div>b");
	tree_is("<div><p>a</div>b", "<div><p>a</p></div>b");
	tree_is(
	    "<table><tr><td>a</div>b</td></tr></table>", "<table><tr><td>a</b>b</td></tr></table>");
	tree_is("<form><div>a</form>b</div>c", "<form><div>a</b>b</div>c</form>");
	tree_is("<h2>a</h3>b", "<h2>a</h2>b");
}

Test(html_tree, what_is_not_shown_makes_no_nodes)
{
	tree_is("a<script>b</script><style>c</style><select><option>d</select><svg><p>e</p></svg>f",
	    "a<script></script>f");
	tree_is("<div><select><option>a</div>b", "<div></div>b");
	tree_is("<noscript><div>a</noscript>b", "b");
	tree_is("<b>a</b><i>c</i>", "<em>a</em><u>c</u>");
	tree_is("a<title>b</title>c", "a<img>c");
}

Test(html_tree, attributes_become_hints)
{
	struct rig r = {0};

	rig_tree(
	    &r, SPAN("<div itemprop='articleBody'></div><div role=navigation></div><div hidden>"
		     "</div><div style='display: none'></div><p class=byline id=ad>"));
	cr_assert_eq(r.tree.nodes[1].hints, HINT_BODY);
	cr_assert_eq(r.tree.nodes[2].hints, HINT_NOISE);
	cr_assert(r.tree.nodes[3].hidden);
	cr_assert(r.tree.nodes[4].hidden);
	cr_assert_eq(r.tree.nodes[5].hints, HINT_META | HINT_NOISE);
	rig_done(&r);
}

/* Every node is inside its parent, and ends where its last descendant ends. */
static void
is_sound(const struct html_tree *t)
{
	for (uint32_t i = 1; i < t->n; i++) {
		const struct html_node *n = &t->nodes[i], *parent = &t->nodes[n->parent];

		cr_assert_lt(n->parent, i);
		cr_assert_gt(n->end, i);
		cr_assert_leq(n->end, parent->end);
	}
}

Test(html_tree, depth_is_bounded)
{
	struct rig r = {0};
	struct buf page = {0};
	uint32_t deepest = 0;

	for (int i = 0; i < 5000; i++)
		buf_str(&page, "<div>a");
	for (int i = 0; i < 5000; i++)
		buf_str(&page, "</div>b");
	rig_tree(&r, buf_view(&page));
	is_sound(&r.tree);
	for (uint32_t i = r.tree.n - 1; i != 0; i = r.tree.nodes[i].parent)
		deepest++;
	cr_assert_leq(deepest, HTML_DEPTH);
	cr_assert_eq(r.tree.n, 1 + 5000 * 3);
	buf_done(&page);
	rig_done(&r);
}

Test(html_tree, nodes_are_bounded)
{
	struct rig r = {0};
	struct buf page = {0};

	for (int i = 0; i < HTML_NODES_MAX; i++)
		buf_str(&page, "<hr>");
	cr_assert_eq(html_tree_read(&r.tree, &r.head, buf_view(&page)), ERR_RECORD);
	cr_assert(strstr(err_text(), "nodes") != NULL);
	rig_tree(&r, SPAN("<p>a")); /* and the tree can be used again */
	cr_assert_eq(r.tree.n, 3);
	buf_done(&page);
	rig_done(&r);
}
