#include <criterion/criterion.h>
#include <stdio.h>

#include "common/buf.h"
#include "stages/extract/html_tokens.h"

/* The tokens of a page, as "text", <tag, >tag for an end tag, and [raw]. */
static void
tokens_are(struct span page, const char *expected)
{
	struct html_tokens t = html_tokens_of(page);
	struct html_token token;
	struct buf b = {0};

	while (html_tokens_next(&t, &token)) {
		if (token.kind == HTML_TEXT) {
			buf_byte(&b, token.raw ? '[' : '"');
			buf_span(&b, token.text);
			buf_byte(&b, token.raw ? ']' : '"');
		} else
			buf_print(&b, "%c%d", token.kind == HTML_OPEN ? '<' : '>', token.tag);
	}
	cr_assert(span_equal(buf_view(&b), span_str(expected)), "'%.*s' is '%.*s', not '%s'",
	    (int)page.n, page.p, (int)b.n, b.p, expected);
	buf_done(&b);
}

/* An attribute of the first tag; NULL: it has none. */
static void
attribute_is(struct span page, enum html_attribute a, const char *expected)
{
	struct html_tokens t = html_tokens_of(page);
	struct html_token token;

	cr_assert(html_tokens_next(&t, &token));
	cr_assert_eq(html_has(&token, a), expected != NULL);
	if (expected != NULL)
		cr_assert(span_equal(token.attributes[a], span_str(expected)), "'%.*s', not '%s'",
		    (int)token.attributes[a].n, token.attributes[a].p, expected);
}

Test(html_tokens, tags_and_text)
{
	char p[64];

	snprintf(p, sizeof(p), "\"a\"<%d\"b\">%d\"c\"", TAG_P, TAG_P);
	tokens_are(SPAN("a<p>b</P >c"), p);
	tokens_are(SPAN(""), "");
	snprintf(p, sizeof(p), "<%d<%d", TAG_BR, TAG_DIV);
	tokens_are(SPAN("<br/><div"), p);
}

Test(html_tokens, what_is_no_tag_is_text)
{
	tokens_are(SPAN("1 < 2 <3 <"), "\"1 < 2 <3 <\"");
	tokens_are(SPAN("<<<<"), "\"<<<<\"");
	tokens_are(SPAN("a<"), "\"a<\"");
}

Test(html_tokens, comments_and_declarations_are_nothing)
{
	tokens_are(
	    SPAN("<!DOCTYPE html>a<!-- <p> > -- -->b<!-->c<!--->d<?php x ?>e</ >f<!x>g<!--x--!>h"),
	    "\"a\"\"b\"\"c\"\"d\"\"e\"\"f\"\"g\"\"h\"");
	tokens_are(SPAN("a<!-- never ends"), "\"a\"");
	tokens_are(SPAN("a<!"), "\"a\"");
	tokens_are(SPAN("a</"), "\"a\"");
}

Test(html_tokens, a_script_ends_at_its_own_end_tag)
{
	char p[64];

	snprintf(p, sizeof(p), "<%d[a<b></p></scriptx>]>%d\"c\"", TAG_SCRIPT, TAG_SCRIPT);
	tokens_are(SPAN("<script>a<b></p></scriptx></SCRIPT\n>c"), p);
	snprintf(p, sizeof(p), "<%d[a</scrip]", TAG_SCRIPT);
	tokens_are(SPAN("<script>a</scrip"), p);
	snprintf(p, sizeof(p), "<%d\"x\"", TAG_TITLE);
	tokens_are(SPAN("<title/>x"), p); /* as in SVG */
}

Test(html_tokens, attributes_have_quotes_or_not)
{
	attribute_is(SPAN("<p class=\"a > b\" id=c>"), ATTR_CLASS, "a > b");
	attribute_is(SPAN("<p class=\"a\" id=c>"), ATTR_ID, "c");
	attribute_is(SPAN("<p CLASS = 'x\"y'>"), ATTR_CLASS, "x\"y");
	attribute_is(SPAN("<p id=a/b>"), ATTR_ID, "a/b");
	attribute_is(SPAN("<p hidden>"), ATTR_HIDDEN, "");
	attribute_is(SPAN("<p id=1 id=2>"), ATTR_ID, "1");
	attribute_is(SPAN("<p ids=1 =id xid=2>"), ATTR_ID, NULL);
	attribute_is(SPAN("<p id=\"never ends>"), ATTR_ID, "");
	attribute_is(SPAN("<html xml:lang=de>"), ATTR_LANG, "de");
	attribute_is(SPAN("<meta http-equiv=x>"), ATTR_HTTP_EQUIV, "x");
	attribute_is(SPAN("<br class=x>"), ATTR_CLASS, NULL);
}

Test(html_tokens, words_are_compared_in_any_case)
{
	cr_assert(html_word_is(SPAN("Canonical"), "canonical"));
	cr_assert_not(html_word_is(SPAN("canonical "), "canonical"));
	cr_assert_not(html_word_is(SPAN("canon"), "canonical"));
	cr_assert_not(html_word_is(SPAN(""), "x"));
}
