#include "tests/unit/extract/html_rig.h"

static struct html_facts
facts_of(struct rig *r, const char *page)
{
	rig_read(r, span_str(page), EXTRACT_ARTICLE);
	return r->page.facts;
}

static void
is(struct span got, const char *expected)
{
	cr_assert(
	    span_equal(got, span_str(expected)), "'%.*s', not '%s'", (int)got.n, got.p, expected);
}

Test(html_head, the_title_is_the_headline)
{
	struct rig r = {0};

	is(facts_of(&r, "<title>\n A &amp;  B </title>").title, "A & B");
	is(facts_of(&r, "<title>A</title><meta property='og:title' content='B'>").title, "B");
	is(facts_of(&r, "<title>A headline | Site</title><h1>A <i>headline</i></h1>").title,
	    "A headline");
	is(facts_of(&r, "<title>Site</title><h1>A headline of it</h1>").title, "Site");
	is(facts_of(&r, "<title>T</title><script type='application/ld+json'>{\"@type\": "
			"\"Article\", \"headline\": \"H\"}</script>")
		.title,
	    "H");
	is(facts_of(&r, "<svg><title>A</title></svg><p>x").title, "");
	rig_done(&r);
}

Test(html_head, the_language_is_that_of_the_page)
{
	struct rig r = {0};

	is(facts_of(&r, "<html lang=en-GB><p lang=fr>x").lang, "en-GB");
	is(facts_of(&r, "<meta http-equiv=content-language content=de>").lang, "de");
	is(facts_of(&r, "<meta property=og:locale content=pt_BR>").lang, "pt-BR");
	is(facts_of(&r, "<html lang='{{ lang }}'>").lang, "");
	rig_done(&r);
}

Test(html_head, the_address_is_the_canonical_one)
{
	struct rig r = {0};

	is(facts_of(&r, "<meta property=og:url content='http://b/'><link rel=canonical "
			"href='https://a/?x=1&amp;y=2'>")
		.url,
	    "https://a/?x=1&y=2");
	is(facts_of(&r, "<link rel=canonical href='/a'><meta property=og:url content='http://b/'>")
		.url,
	    "http://b/");
	is(facts_of(&r, "<link rel=icon href='http://a/'>").url, "");
	rig_done(&r);
}

Test(html_head, the_date_is_that_of_publication)
{
	struct rig r = {0};

	is(facts_of(&r, "<meta property='article:published_time' content='2020-01-02T03:04:05Z'>")
		.published,
	    "2020-01-02T03:04:05Z");
	is(facts_of(&r, "<time datetime=2019-01-01>x</time><time itemprop=datePublished "
			"datetime=2020-01-02>y</time>")
		.published,
	    "2020-01-02");
	is(facts_of(&r, "<meta itemprop=datePublished content=2020-01-02>").published,
	    "2020-01-02");
	is(facts_of(&r, "<meta name=date content='yesterday'><time datetime='2020-01-02'>")
		.published,
	    "2020-01-02");
	is(facts_of(&r, "<meta name=date content='today'>").published, "");
	rig_done(&r);
}
