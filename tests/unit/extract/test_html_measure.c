#include "stages/extract/html_measure.h"
#include "tests/unit/extract/html_rig.h"

static void
measure(struct rig *r, const char *page)
{
	rig_tree(r, span_str(page));
	html_measure(&r->tree);
}

Test(html_measure, white_space_and_references_count_once)
{
	struct rig r = {0};

	measure(&r, "<p>  a \n b &amp; <a>c\xC3\xA9</a></p>");
	cr_assert_eq(r.tree.nodes[0].chars, 8); /* "a b & c." */
	cr_assert_eq(r.tree.nodes[0].link, 2);
	cr_assert_eq(r.tree.nodes[1].chars, 8);
	measure(&r, "<p>\xE4\xB8\xAD\xE6\x96\x87</p>"); /* two of Han */
	cr_assert_eq(r.tree.nodes[0].chars, 4);
	rig_done(&r);
}

Test(html_measure, long_runs_are_prose_and_links_are_not)
{
	struct rig r = {0};

	measure(&r, "<div><p>" PROSE "</p></div><ul><li><a>" PROSE "</a></li></ul><p>Short.</p>");
	cr_assert_eq(r.tree.nodes[0].prose, strlen(PROSE));
	cr_assert_gt(r.tree.nodes[1].value, 0);
	cr_assert_lt(r.tree.nodes[4].value, 0);
	cr_assert_eq(r.tree.nodes[4].link, strlen(PROSE));
	rig_done(&r);
}

Test(html_measure, formatting_does_not_part_a_run_but_blocks_do)
{
	struct rig r = {0};

	measure(&r,
	    "<p>This text is longer than <b>eighty characters</b>, but only <span class=ad>if "
	    "all</span> of it is taken together as one.</p>");
	cr_assert_gt(r.tree.nodes[0].prose, 80);
	measure(&r, "<p>This text is longer than <div>eighty characters</div>, but only <div>if "
		    "all</div> of it is taken together as one.</p>");
	cr_assert_eq(r.tree.nodes[0].prose, 0);
	rig_done(&r);
}

Test(html_measure, teasers_are_prose_between_links_again_and_again)
{
	static const char *const teaser = "<div><a>A headline</a><p>" PROSE "</p></div>";
	struct rig r = {0};
	struct buf page = {0};

	for (int i = 0; i < 5; i++)
		buf_str(&page, teaser);
	buf_str(&page, "<p>" PROSE "</p><p>" PROSE "</p>");
	buf_byte(&page, '\0');
	measure(&r, page.p);
	cr_assert_eq(r.tree.nodes[0].teasers, 2); /* the last is followed by prose */
	cr_assert_eq(r.tree.nodes[0].prose, 7 * strlen(PROSE));
	buf_done(&page);
	rig_done(&r);
}

Test(html_measure, what_is_dropped_counts_for_nothing)
{
	struct rig r = {0};

	measure(&r, "<div><p>" PROSE "</p></div><p>" PROSE "</p>");
	r.tree.nodes[1].dropped = true;
	html_measure(&r.tree);
	cr_assert_eq(r.tree.nodes[0].prose, strlen(PROSE));
	cr_assert_eq(r.tree.nodes[1].prose, 0);
	cr_assert_eq(r.tree.nodes[2].prose, 0);
	rig_done(&r);
}
