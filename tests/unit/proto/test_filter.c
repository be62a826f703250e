#include "proto/filter.h"

#include <criterion/criterion.h>

static struct filter *f;

static void
done(void)
{
	filter_close(f);
}

TestSuite(filter, .fini = done);

static void
open_filter(const char *text)
{
	filter_close(f);
	f = NULL;
	cr_assert_eq(filter_open(&f, text), 0, "%s", err_text());
}

static void
record(uint32_t status, const char *mime, const char *url, const char *why)
{
	struct span is = filter_record(f, status, span_str(mime), span_str(url));

	cr_assert(
	    span_equal(is, span_str(why)), "%u %s %s: '%.*s'", status, mime, url, (int)is.n, is.p);
}

static void
text(const char *url, const char *lang, uint64_t chars, const char *why)
{
	struct span is = filter_text(f, span_str(url), span_str(lang), chars);

	cr_assert(span_equal(is, span_str(why)), "%s %s: '%.*s'", url, lang, (int)is.n, is.p);
}

Test(filter, pages_and_texts_that_were_found_are_wanted_by_default)
{
	open_filter(NULL);
	record(200, "text/html", "http://a", "");
	record(206, "TEXT/PLAIN", "http://a", "");
	record(0, "application/xhtml+xml", "", "");
	record(200, "", "http://a", "");
	record(302, "text/html", "http://a", "status");
	record(404, "image/png", "http://a", "status");
	record(200, "image/png", "http://a", "mime");
	record(200, "application/json", "http://a", "mime");
	record(200, "text/css", "http://a", "mime");
	text("", "", 0, "");
}

Test(filter, a_term_takes_the_place_of_its_default)
{
	open_filter("status=404,3xx; mime=text/*");
	record(404, "text/css", "", "");
	record(301, "text/html", "", "");
	record(200, "text/html", "", "status");
	record(404, "application/xhtml+xml", "", "mime");
	open_filter("mime=*");
	record(200, "image/png", "", "mime");
	open_filter("status!=200");
	record(200, "text/html", "", "status");
	record(503, "text/html", "", "");
}

Test(filter, urls_languages_and_lengths)
{
	open_filter("url=^https://news[.];url!=/tag/|/page/;lang=en,nb*;length=20");
	record(200, "text/html", "https://news.example/a", "");
	record(200, "text/html", "https://news.example/tag/a", "url");
	record(200, "text/html", "http://news.example/", "url");
	text("https://news.example/a", "en", 20, "");
	text("https://news.example/a", "en-GB", 20, "");
	text("https://news.example/a", "nb_NO", 20, "");
	text("https://news.example/a", "eng", 20, "lang");
	text("https://news.example/a", "", 20, "lang");
	text("https://news.example/a", "en", 19, "length");
	text("other", "en", 20, "url");
}

Test(filter, what_is_no_filter_is_refused_by_its_term)
{
	static const char *const wrong[] = {"status", "status=", "status=20", "status=2x",
	    "colour=red", "length=many", "url=(", "=x"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct filter *none = NULL;

		cr_assert_eq(filter_open(&none, wrong[i]), ERR_USAGE, "%s", wrong[i]);
		cr_assert_null(none);
		cr_assert(strstr(err_text(), "--filter") != NULL, "%s", err_text());
	}
}
