#include "tests/unit/extract/html_rig.h"

Test(html_text, blocks_are_paragraphs_of_their_kinds)
{
	pieces_are("<h2>A head</h2><p>Text.</p><ul><li>One.<li><p>Two.</p></ul>"
		   "<blockquote><p>Said.</p></blockquote><dl><dt>T.<dd>D.</dl>",
	    "heading:A head|text:Text.|list:One.|list:Two.|quote:Said.|list:T.|list:D.");
	pieces_are("<div>a b.<div>c d.</div>e f.</div>", "text:a b.|text:c d.|text:e f.");
	pieces_are("<p>A short line</p><p>- a point</p>", "heading:A short line|list:- a point");
	pieces_are("<p> </p><div></div>", "");
}

Test(html_text, white_space_collapses)
{
	pieces_are("<p>\n a \t b<b> c</b>&nbsp;\xC2\xA0 d .</p>", "text:a b c d .");
	pieces_are("<p><b>a</b> <i>b</i>.</p>", "text:a b.");
	pieces_are("<p>a<b>b</b>c.</p>", "text:abc.");
	pieces_are("<p>co\xC2\xADop&shy;era\xE2\x80\x8B&ZeroWidthSpace;te.</p>", "text:cooperate.");
}

Test(html_text, references_are_resolved_once)
{
	pieces_are("<p>a &amp;amp; &lt;b&gt; &eacute; &x.</p>", "text:a &amp; <b> é &x.");
}

Test(html_text, one_break_is_a_line_two_are_a_border)
{
	pieces_are("<p>a b.<br>c d.</p>", "text:a b.\nc d.");
	pieces_are("<p>a b.<br> <br/>c d.<br></p>", "text:a b.|text:c d.");
	pieces_are("<h1>a<br>b</h1>", "heading:a b");
}

Test(html_text, raised_digits_are_not_digits_of_the_number)
{
	pieces_are("<p>10<sup>2</sup> and CO<sub>2</sub>.</p>", "text:10² and CO₂.");
	pieces_are("<p>the 4<sup>th</sup>.</p>", "text:the 4th.");
}

Test(html_text, a_row_of_data_is_one_paragraph)
{
	pieces_are("<table><tr><th>Year<th>Sum<tr><td>1987<td> 4.50 </table>",
	    "table:Year\tSum|table:1987\t4.50");
	pieces_are("<table><tr><td><p>1987</p></td><td></td><td>4.50</td></tr></table>",
	    "table:1987\t\t4.50");
	pieces_are(
	    "<table><caption>Sums</caption><tr><td>One cell.</table>", "table:Sums|text:One cell.");
	pieces_are("<table><tr><td><ul><li>a.</ul><td>b.</table>", "list:a.|text:b.");
	pieces_are(
	    "<table><tr><td>a.<td><table><tr><td>b<td>c</table></table>", "text:a.|table:b\tc");
}

Test(html_text, pre_stays_as_it_is)
{
	pieces_are("<pre>\nif (a)\r\n\treturn  &lt;b;<br>x\n\n</pre>c.",
	    "code:if (a)\n\treturn  <b;\nx|text:c.");
	pieces_are("<pre><div>a</div><div>  b</div></pre>", "code:a\n  b");
}

Test(html_text, what_is_dropped_does_not_come_out)
{
	struct rig r = {0};

	rig_tree(&r, SPAN("<p>a.<p>b.<p>c."));
	r.tree.nodes[3].dropped = true;
	cr_assert_eq(html_text(&r.pieces, &r.arena, &r.tree, 0), 0);
	cr_assert_eq(r.pieces.n, 2);
	cr_assert(span_equal(r.pieces.list[1].text, SPAN("c.")));
	rig_done(&r);
}

Test(html_text, links_are_counted)
{
	struct rig r = {0};

	rig_tree(&r, SPAN("<p>ab <a href=x>cd <b>ef</b></a>.</p>"));
	cr_assert_eq(html_text(&r.pieces, &r.arena, &r.tree, 0), 0);
	cr_assert_eq(r.pieces.n, 1);
	cr_assert_eq(r.pieces.list[0].bytes, 9);
	cr_assert_eq(r.pieces.list[0].link, 6);
	rig_done(&r);
}

Test(html_text, nul_is_nothing)
{
	struct rig r = {0};

	rig_tree(&r, SPAN("<p>a\0b\0.<pre>c\0d"));
	cr_assert_eq(html_text(&r.pieces, &r.arena, &r.tree, 0), 0);
	cr_assert_eq(r.pieces.n, 2);
	cr_assert(span_equal(r.pieces.list[0].text, SPAN("ab.")));
	cr_assert(span_equal(r.pieces.list[1].text, SPAN("cd")));
	rig_done(&r);
}
