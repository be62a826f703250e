#include <criterion/criterion.h>

#include "common/buf.h"
#include "stages/extract/html_ld.h"

static void
says(struct span json, const char *headline, const char *published)
{
	struct arena a = {0};
	struct html_ld ld = html_ld_read(&a, json);

	cr_assert(span_equal(ld.headline, span_str(headline)), "%.*s: '%.*s'", (int)json.n, json.p,
	    (int)ld.headline.n, ld.headline.p);
	cr_assert(span_equal(ld.published, span_str(published)), "%.*s: '%.*s'", (int)json.n,
	    json.p, (int)ld.published.n, ld.published.p);
	arena_done(&a);
}

Test(html_ld, an_article_has_a_headline_and_a_date)
{
	says(SPAN("{\"@type\": \"NewsArticle\", \"headline\": \"H\", \"datePublished\": "
		  "\"2020-01-02\"}"),
	    "H", "2020-01-02");
	says(SPAN("{\"headline\": \"H\", \"author\": {\"headline\": \"A\"}, \"@type\": [\"Thing\", "
		  "\"BlogPosting\"]}"),
	    "H", NULL);
	says(SPAN("[{\"@graph\": [{\"@type\": \"Article\", \"datePublished\": \"2020\"}]}]"), NULL,
	    "2020");
}

Test(html_ld, the_first_article_counts_and_other_things_only_for_the_date)
{
	says(SPAN("[{\"@type\": \"WebPage\", \"headline\": \"W\", \"datePublished\": \"2019\"},"
		  "{\"@type\": \"Article\", \"headline\": \"A\", \"datePublished\": \"2020\"},"
		  "{\"@type\": \"Article\", \"headline\": \"B\", \"datePublished\": \"2021\"}]"),
	    "A", "2020");
	says(SPAN("{\"@type\": \"WebPage\", \"headline\": \"W\", \"datePublished\": \"2019\"}"),
	    NULL, "2019");
}

Test(html_ld, broken_json_says_what_stands_before_the_fault)
{
	says(SPAN("{\"@type\": \"Article\", \"headline\": \"A\", "), "A", NULL);
	says(SPAN("{\"@type\": \"Article\", \"headline\": \"A\"} x"), "A", NULL);
	says(SPAN(""), NULL, NULL);
	says(SPAN("\"headline\""), NULL, NULL);
	says(SPAN("]]"), NULL, NULL);
}

Test(html_ld, depth_and_length_are_bounded)
{
	struct buf json = {0};

	for (int i = 0; i < 100000; i++)
		buf_str(&json, "[{\"a\":");
	says(buf_view(&json), NULL, NULL);
	buf_done(&json);
	buf_str(&json, "{\"@type\": \"Article\", \"headline\": \"A\"");
	for (int i = 0; i < HTML_LD_BYTES; i++)
		buf_byte(&json, ' ');
	buf_byte(&json, '}');
	says(buf_view(&json), NULL, NULL);
	buf_done(&json);
}
