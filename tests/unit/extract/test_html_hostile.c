/* Pages made to hurt: each is read in time that grows with its length, and not faster. */
#include <time.h>

#include "common/utf8.h"
#include "stages/extract/charset.h"
#include "tests/unit/extract/html_rig.h"

enum { SMALL = 1 << 18, LARGE = 1 << 20, TIMES = LARGE / SMALL };

/* Generous, for sanitizers and busy machines; squares and cubes are far above. */
#define MOST_S 5.0
#define GROWTH 4.0

/* A page: a start, and what is repeated up to the length that is wanted. */
struct hostile {
	struct span start, again;
};

static const struct hostile pages[] = {
    {SPAN(""), SPAN("<div>")},
    {SPAN(""), SPAN("<div>a")},
    {SPAN(""), SPAN("<p>a")},
    {SPAN("<p "), SPAN("attribute1=\"x\" ")},
    {SPAN("<p "), SPAN("class=\"article-body share adbox\" id=x ")},
    {SPAN("<p class=\""), SPAN("adadadadadadadadadadadadadadadad ")},
    {SPAN(""), SPAN("<!-- ")},
    {SPAN("<!--"), SPAN("->")},
    {SPAN(""), SPAN("<script>")},
    {SPAN("<script>"), SPAN("</scrip")},
    {SPAN(""), SPAN("<table><tr><td>")},
    {SPAN(""), SPAN("<table>")},
    {SPAN("<table>"), SPAN("<tr><td>a<td>b")},
    {SPAN("<table><tr>"), SPAN("<td>")},
    {SPAN("<p>"), SPAN("&")},
    {SPAN("<p>"), SPAN("&aaaaaa")},
    {SPAN("<p>"), SPAN("&CounterClockwiseContourIntegral")},
    {SPAN("<p>"), SPAN("&#x1F600;")},
    {SPAN(""), SPAN("<b><i><em>")},
    {SPAN(""), SPAN("<span class=ad>a")},
    {SPAN(""), SPAN("<a>x")},
    {SPAN(""), SPAN("\0")},
    {SPAN("<p>"), SPAN("a\0\0b")},
    {SPAN("<\0p\0>\0"), SPAN("w\0o\0r\0d\0 \0")},
    {SPAN(""), SPAN("<")},
    {SPAN(""), SPAN("</")},
    {SPAN(""), SPAN("</p>")},
    {SPAN(""), SPAN("<li>")},
    {SPAN(""), SPAN("<figure>")},
    {SPAN(""), SPAN("<h1>a")},
    {SPAN(""), SPAN("<hr>")},
    {SPAN(""), SPAN("a<br>")},
    {SPAN("<pre>"), SPAN("<div>\n")},
    {SPAN("<title>"), SPAN("a ")},
    {SPAN("<script type=application/ld+json>"), SPAN("[")},
    {SPAN("<p>"), SPAN("caf\xE9 ")},
    {SPAN("<meta charset=shift_jis>"), SPAN("\x82\xA0\x81")},
    {SPAN("<p id='"), SPAN("x\"")},
};

static struct span
make(struct buf *b, const struct hostile *page, size_t n)
{
	b->n = 0;
	buf_span(b, page->start);
	while (b->n < n)
		buf_span(b, page->again);
	return buf_view(b);
}

/* Seconds of processor time, the better of two. */
static double
read_hostile(struct rig *r, struct charset *c, struct span bytes)
{
	double best = MOST_S;

	for (int i = 0; i < 2; i++) {
		clock_t began = clock();
		const char *name;
		size_t replaced;
		struct span page;
		double seconds;

		arena_reset(&r->arena);
		page = charset_decode(c, &r->arena, bytes, span_of(NULL, 0), &name, &replaced);
		rig_read(r, page, EXTRACT_ARTICLE);
		seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
		best = seconds < best ? seconds : best;
	}
	return best;
}

Test(html_hostile, time_grows_with_the_page_and_not_faster)
{
	struct rig r = {0};
	struct buf b = {0};
	struct charset *c;

	cr_assert_eq(charset_open(&c), 0);
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		double small = read_hostile(&r, c, make(&b, &pages[i], SMALL));
		double large = read_hostile(&r, c, make(&b, &pages[i], LARGE));

		cr_expect_lt(large, MOST_S, "page %zu took %.3f s", i, large);
		cr_expect_lt(large, TIMES * GROWTH * (small + 0.02),
		    "page %zu: %.3f s, then %.3f s", i, small, large);
	}
	charset_close(c);
	buf_done(&b);
	rig_done(&r);
}

Test(html_hostile, deep_formatting_around_a_text_is_nothing)
{
	struct rig r = {0};
	struct buf b = {0};

	for (int i = 0; i < 100000; i++)
		buf_str(&b, "<b><span>");
	buf_str(&b, "<p>Deep. " PROSE PROSE "</p>");
	for (int i = 0; i < 100000; i++)
		buf_str(&b, "</span></b>");
	buf_str(&b, "<p>Behind. " PROSE "</p>");
	rig_read(&r, buf_view(&b), EXTRACT_ARTICLE);
	cr_assert(rig_has(&r, "Deep."));
	cr_assert(rig_has(&r, "Behind."));
	buf_done(&b);
	rig_done(&r);
}

Test(html_hostile, what_never_ends_does_not_hide_what_stands_before)
{
	static const char *const ends[] = {"<!-- never", "<script>never", "<p class=\"never",
	    "<textarea>never", "<table><tr><td>never", "<select><option>never", "<title>never"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct rig r = {0};
		struct buf b = {0};

		buf_str(&b, "<div><p>Before. " PROSE "</p><p>" PROSE "</p></div>");
		buf_str(&b, ends[i]);
		rig_read(&r, buf_view(&b), EXTRACT_ARTICLE);
		cr_expect(rig_has(&r, "Before."), "%s", ends[i]);
		buf_done(&b);
		rig_done(&r);
	}
}
