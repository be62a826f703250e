#include <criterion/criterion.h>

#include "stages/extract/html_tags.h"

Test(html_tags, a_name_is_found_in_any_case)
{
	cr_assert_eq(html_tag_of(SPAN("div")), TAG_DIV);
	cr_assert_eq(html_tag_of(SPAN("BlockQuote")), TAG_BLOCKQUOTE);
	cr_assert_eq(html_tag_of(SPAN("FIGCAPTION")), TAG_FIGCAPTION);
	cr_assert_eq(html_tag_of(SPAN("h6")), TAG_H6);
	cr_assert_eq(html_tag_of(SPAN("thead")), TAG_TBODY);
}

Test(html_tags, other_names_are_other_elements)
{
	cr_assert_eq(html_tag_of(SPAN("")), TAG_OTHER);
	cr_assert_eq(html_tag_of(SPAN("h7")), TAG_OTHER);
	cr_assert_eq(html_tag_of(SPAN("divx")), TAG_OTHER);
	cr_assert_eq(html_tag_of(SPAN("di")), TAG_OTHER);
	cr_assert_eq(html_tag_of(SPAN("blockquotes")), TAG_OTHER);
	cr_assert_eq(html_tag_of(SPAN("p\0")), TAG_OTHER);
	cr_assert_eq(html_tag_of(SPAN("my-element-of-some-length")), TAG_OTHER);
}

Test(html_tags, what_elements_are)
{
	cr_assert(html_is(TAG_P, TRAIT_BLOCK));
	cr_assert_not(html_is(TAG_A, TRAIT_BLOCK));
	cr_assert(html_is(TAG_BR, TRAIT_VOID));
	cr_assert(html_is(TAG_SCRIPT, TRAIT_RAW));
	cr_assert(html_is(TAG_SELECT, TRAIT_UNSEEN));
	cr_assert(html_is(TAG_TD, TRAIT_TABLE));
	cr_assert(html_is_heading(TAG_H1));
	cr_assert_not(html_is_heading(TAG_HEAD));
}
