#include <criterion/criterion.h>

#include <stdio.h>

#include "stages/extract/html_hints.h"

#define HAS(words, hint) \
	cr_assert((html_hints(SPAN(words)) & (hint)) == (hint), "%x", html_hints(SPAN(words)))
#define HAS_NOT(words, hint) \
	cr_assert((html_hints(SPAN(words)) & (hint)) == 0, "%x", html_hints(SPAN(words)))

Test(html_hints, words_are_cut_at_marks_capitals_and_known_words)
{
	HAS("article-body", HINT_BODY);
	HAS("article__body--wide", HINT_BODY);
	HAS("articleBody", HINT_BODY);
	HAS("ArticleText", HINT_BODY);
	HAS("entrycontent", HINT_BODY);
	HAS("x post-content y", HINT_BODY);
	HAS("sharebar", HINT_NOISE);
	HAS("socialmedia", HINT_NOISE);
	HAS("ad", HINT_NOISE);
	HAS("top-ad-2", HINT_NOISE);
}

Test(html_hints, parts_of_words_say_nothing)
{
	HAS_NOT("header", HINT_NOISE); /* not "ad" */
	HAS_NOT("shadow", HINT_NOISE);
	HAS_NOT("everybody", HINT_BODY);
	HAS_NOT("", 0xFFFF);
	HAS_NOT("col-12 clearfix", 0xFFFF);
}

Test(html_hints, some_words_mean_something_only_together)
{
	HAS("read-more", HINT_NOISE);
	HAS("most-popular", HINT_NOISE);
	HAS("sr-only", HINT_HIDDEN);
	HAS_NOT("read", HINT_NOISE);
	HAS_NOT("more", HINT_NOISE);
	HAS_NOT("body", HINT_BODY);
	HAS_NOT("article body", HINT_BODY); /* two classes */
}

Test(html_hints, what_a_page_has_is_not_what_it_is)
{
	HAS_NOT("has-sidebar", HINT_NOISE);
	HAS_NOT("no-ads", HINT_NOISE);
	HAS("no-ads sidebar", HINT_NOISE);
}

Test(html_hints, long_words_are_passed_over)
{
	char words[1000];

	memset(words, 'a', sizeof(words));
	cr_assert_eq(html_hints(span_of(words, sizeof(words))), 0);
	memcpy(words + sizeof(words) - 3, " ad", 3);
	cr_assert(html_hints(span_of(words, sizeof(words))) & HINT_NOISE);
}

Test(html_hints, many_values_do_not_get_mixed_up)
{
	char noise[32], none[32];

	for (int i = 0; i < 20000; i++) {
		int n = snprintf(noise, sizeof(noise), "ad %d", i % 2000),
		    m = snprintf(none, sizeof(none), "an %d", i % 2000);

		cr_assert(html_hints(span_of(noise, (size_t)n)) & HINT_NOISE, "%s", noise);
		cr_assert_eq(html_hints(span_of(none, (size_t)m)), 0, "%s", none);
	}
}
