#include "tests/unit/extract/html_rig.h"

#include "common/utf8.h"

Test(html, all_is_everything_that_is_shown)
{
	struct rig r = {0};

	rig_read(&r, SPAN("<nav>Menu</nav><p>" PROSE "</p><footer>Foot</footer><script>x</script>"),
	    EXTRACT_ALL);
	cr_assert_eq(r.page.n_paragraphs, 3);
	cr_assert(rig_has(&r, "Menu") && rig_has(&r, "Foot"));
	rig_done(&r);
}

Test(html, a_page_gives_the_same_whatever_came_before)
{
	static const struct span page = SPAN("<html lang=en><title>T</title><p>" PROSE "</p>");
	struct rig r = {0};
	struct span first;

	rig_read(&r, page, EXTRACT_ARTICLE);
	first = r.page.paragraphs[0].text;
	rig_read(&r, SPAN("<title>U</title><div>a<div>b"), EXTRACT_ARTICLE);
	rig_read(&r, page, EXTRACT_ARTICLE);
	cr_assert(span_equal(r.page.paragraphs[0].text, first));
	cr_assert(span_equal(r.page.facts.title, SPAN("T")));
	cr_assert(span_equal(r.page.facts.lang, SPAN("en")));
	rig_done(&r);
}

Test(html, too_many_paragraphs_are_refused)
{
	struct rig r = {.html = html_open()};
	struct buf page = {0};

	for (int i = 0; i <= 1 << 20; i++)
		buf_str(&page, "<p>a");
	cr_assert_eq(
	    html_read(&r.page, r.html, &r.arena, buf_view(&page), EXTRACT_ALL), ERR_RECORD);
	cr_assert(strstr(err_text(), "paragraphs") != NULL);
	rig_read(&r, SPAN("<p>a"), EXTRACT_ALL);
	cr_assert_eq(r.page.n_paragraphs, 1);
	buf_done(&page);
	rig_done(&r);
}

Test(html, closing_nothing_is_fine)
{
	html_close(NULL);
}
