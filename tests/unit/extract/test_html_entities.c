#include <criterion/criterion.h>

#include "common/utf8.h"
#include "stages/extract/html_entities.h"

static void
is(struct span s, const char *expected)
{
	struct arena a = {0};
	struct span got = html_unescape(&a, s);

	cr_assert(span_equal(got, span_str(expected)), "'%.*s' is '%.*s', not '%s'", (int)s.n, s.p,
	    (int)got.n, got.p, expected);
	arena_done(&a);
}

Test(html_entities, names_and_numbers)
{
	is(SPAN("&amp;&lt;&eacute;&Eacute;&hellip;"), "&<éÉ…");
	is(SPAN("&#233;&#xE9;&#XE9;&#x1F600;"), "ééé😀");
	is(SPAN("&CounterClockwiseContourIntegral;"), "∳");
	is(SPAN("nothing"), "nothing");
	is(SPAN(""), "");
}

Test(html_entities, the_old_ones_need_no_semicolon)
{
	is(SPAN("AT&ampT &copy 2020 &notit; &noti"), "AT&T © 2020 ¬it; ¬i");
	is(SPAN("&notin;"), "∉");
	is(SPAN("&#65 &#65"), "A A");
	is(SPAN("&hellip &rarr"), "&hellip &rarr");
}

Test(html_entities, what_is_none_stays)
{
	is(SPAN("& && &; &x; &#; &#x; &#xg; a&"), "& && &; &x; &#; &#x; &#xg; a&");
}

Test(html_entities, what_is_no_character_is_the_replacement)
{
	is(SPAN("&#0;&#xD800;&#x110000;&#99999999999999999999;"), "\uFFFD\uFFFD\uFFFD\uFFFD");
	is(SPAN("&#128;&#150;"), "€–");
}

Test(html_entities, those_longer_than_their_reference_find_room)
{
	char flood[5 * 1000], *p = flood;
	struct arena a = {0};
	struct span got;

	for (int i = 0; i < 1000; i++, p += 5)
		memcpy(p, "&nGt;", 5);
	got = html_unescape(&a, span_of(flood, sizeof(flood)));
	cr_assert_eq(got.n, 6000);
	arena_done(&a);
}

Test(html_entities, the_table_is_sorted_and_fits)
{
	for (size_t i = 0; i < HTML_ENTITIES; i++) {
		const struct html_entity *e = &html_entities[i];

		cr_assert(i == 0 || strcmp(html_entities[i - 1].name, e->name) < 0);
		cr_assert_leq(strlen(e->name), HTML_ENTITY_NAME);
		cr_assert_leq(strlen(e->text), HTML_ENTITY_TEXT);
		cr_assert_eq(utf8_valid(span_str(e->text)), strlen(e->text));
	}
}
