#include "tests/unit/extract/html_rig.h"

#define MENU                                                                                    \
	"<ul><li><a href=1>Home</a><li><a href=2>News</a><li><a href=3>Sport</a><li><a href=4>" \
	"Weather</a></ul>"
#define ARTICLE "<p>First. " PROSE "</p><p>Second. " PROSE "</p><p>Third. " PROSE "</p>"

/* The article of a page has the first words, and not the second. */
static void
article_has(const char *page, const char *words, const char *others)
{
	struct rig r = {0};

	rig_read(&r, span_str(page), EXTRACT_ARTICLE);
	cr_assert(words == NULL || rig_has(&r, words), "'%s' is not in %s", words, page);
	cr_assert(others == NULL || !rig_has(&r, others), "'%s' is in %s", others, page);
	rig_done(&r);
}

Test(html_article, menus_are_left_out)
{
	article_has(
	    "<div>" MENU "</div><div>" ARTICLE "</div><div>" MENU "</div>", "Second", "Home");
	article_has("<nav><p>" PROSE "Navigation.</nav><div>" ARTICLE "</div>", "Third", "Navig");
	article_has("<div>" ARTICLE MENU "</div>", "Third", "Sport");
}

Test(html_article, what_is_called_something_else_is_left_out)
{
	article_has("<div>" ARTICLE "<div class=related-posts><p>Beside. " PROSE "</p></div></div>",
	    "Third", "Beside");
	article_has("<div>" ARTICLE "</div><div id=comments><p>Beside. " PROSE "</p><p>" PROSE
		    "</p><p>" PROSE "</p></div>",
	    "Third", "Beside");
	article_has("<div>" ARTICLE "<figure><figcaption>Beside. " PROSE "</figure></div>", "Third",
	    "Beside");
	article_has("<div>" ARTICLE "<p style='display:none'>Beside. " PROSE "</p></div>", "Third",
	    "Beside");
}

Test(html_article, unless_it_holds_most_of_the_page)
{
	article_has(
	    "<div class=has-sidebar><div class='sidebar'>" ARTICLE "</div></div>", "Third", NULL);
	article_has("<form>" ARTICLE "</form>", "Third", NULL);
	article_has("<div class=promo><div class=article-body>" ARTICLE
		    "</div></div><div class=promo>"
		    "<div class=article-body>" ARTICLE "<p>Fourth. " PROSE "</div></div>",
	    "Fourth", NULL);
}

Test(html_article, rivers_of_teasers_are_no_article)
{
	struct buf page = {0};

	buf_str(&page, "<div><div>" ARTICLE "</div><div>");
	for (int i = 0; i < 20; i++)
		buf_str(&page, "<div><a href=x>A headline here</a><p>Teaser. " PROSE "</p></div>");
	buf_str(&page, "</div></div>");
	buf_byte(&page, '\0');
	article_has(page.p, "Third", "Teaser");
	buf_done(&page);
}

Test(html_article, headings_lists_tables_and_quotes_stay)
{
	static const char *const page =
	    "<div>" MENU "<article><h1>Called so</h1><p>" PROSE
	    "</p><h2>A heading</h2><ul><li>An item "
	    "of a list.</ul><blockquote>Somebody said it.</blockquote><table><tr><td>1987<td>4.50"
	    "</table><pre>code</pre><p>" PROSE "</p><h2>Nothing behind</h2></article></div>";
	struct rig r = {0};
	struct buf kinds = {0};

	rig_read(&r, span_str(page), EXTRACT_ARTICLE);
	for (size_t i = 0; i < r.page.n_paragraphs; i++) {
		struct span kind = kind_name(r.page.paragraphs[i].kind);

		cr_assert_eq(r.page.paragraphs[i].n, i);
		buf_print(&kinds, "%.*s ", (int)kind.n, kind.p);
	}
	cr_assert(span_equal(buf_view(&kinds), SPAN("text heading list quote table code text ")),
	    "%.*s", (int)kinds.n, kinds.p);
	buf_done(&kinds);
	rig_done(&r);
}

Test(html_article, a_short_page_keeps_what_it_has)
{
	article_has("<p>Only this.</p>", "Only this", NULL);
	article_has("<div class=sidebar><p>Only this.</p></div>", "Only this", NULL);
	article_has("<p hidden>Only this.</p>", "Only this", NULL);
}

Test(html_article, a_page_without_text_has_none)
{
	struct rig r = {0};

	rig_read(&r, SPAN(""), EXTRACT_ARTICLE);
	cr_assert_eq(r.page.n_paragraphs, 0);
	rig_read(&r, SPAN("<html><body><img src=x></body>"), EXTRACT_ARTICLE);
	cr_assert_eq(r.page.n_paragraphs, 0);
	rig_done(&r);
}
