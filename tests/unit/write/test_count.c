#include "stages/write/count.h"

#include <criterion/criterion.h>

static struct counts c;
static struct tallies t;

static void
done(void)
{
	tallies_done(&t);
}

TestSuite(count, .fini = done);

static void
tally_is(enum tally_of which, const char *rows)
{
	struct buf b = {0};

	tally_json(&b, &t.by[which]);
	cr_assert(
	    span_equal(span_cut(buf_view(&b), 1, b.n - 1), span_str(rows)), "%.*s", (int)b.n, b.p);
	buf_done(&b);
}

static void
site_is(const char *url, const char *site)
{
	struct document d = {.url = span_str(url)};

	tallies_done(&t);
	count_record(&c, &t, &d, false);
	tally_is(BY_SITE, site);
}

Test(count, a_site_is_the_host_of_the_url)
{
	site_is("https://quay.example/a?b=https://other.example/", "\"quay.example\": 1");
	site_is("https://quay.example", "\"quay.example\": 1");
	site_is("http://quay.example:8080/a", "\"quay.example\": 1");
	site_is("http://quay.example?q", "\"quay.example\": 1");
	site_is("http://quay.example#top", "\"quay.example\": 1");
	site_is("http://[2001:db8::7]:80/a", "\"[2001:db8::7]\": 1");
	site_is("http://[2001:db8", "\"[2001:db8\": 1");
}

Test(count, a_site_has_no_user_and_no_password)
{
	site_is("ftp://orla:secret@quay.example/a", "\"quay.example\": 1");
	site_is("ftp://orla@quay.example:21/a", "\"quay.example\": 1");
	site_is("ftp://orla:a@b@quay.example/", "\"quay.example\": 1");
	site_is("https://quay.example/@orla", "\"quay.example\": 1");
}

Test(count, what_has_no_host_has_no_site)
{
	site_is("", "");
	site_is("quay.example/a", "");
	site_is("mailto:orla@quay.example", "");
	site_is("file:///a", "");
}

/* A document of `n` paragraphs, numbered from 0, of which these are dropped. */
static struct document
document(uint32_t n, struct dropped *dropped, size_t n_dropped, bool marked)
{
	static struct paragraph p[8];
	size_t kept = 0, k = 0;

	for (uint32_t i = 0; i < n; i++) {
		bool gone = k < n_dropped && dropped[k].n == i;

		k += gone;
		if (!gone || marked)
			p[kept++] = (struct paragraph){.n = i};
	}
	return (struct document){.paragraphs = p,
	    .n_paragraphs = kept,
	    .dropped = dropped,
	    .n_dropped = n_dropped,
	    .stats = {.paragraphs = n}};
}

Test(count, paragraphs_are_counted_from_what_is_there)
{
	static struct dropped dropped[] = {{.n = 0}, {.n = 3, .why = WHY_NEAR}, {.n = 4}};

	for (int marked = 0; marked < 2; marked++) {
		struct document d = document(6, dropped, 3, marked);

		c = (struct counts){0};
		count_record(&c, &t, &d, false);
		cr_assert_eq(d.n_paragraphs, marked ? 6 : 3);
		cr_assert_eq(c.paragraphs, 6);
		cr_assert_eq(c.kept, 3, "%d", marked);
		cr_assert_eq(c.exact, 2);
		cr_assert_eq(c.near, 1);
	}
}

Test(count, a_paragraph_that_vanished_is_noticed)
{
	struct document d = document(6, NULL, 0, false);

	d.n_paragraphs--;
	count_record(&c, &t, &d, false);
	cr_assert_eq(c.paragraphs, c.kept + 1);
}

Test(count, the_stats_of_dedup_are_not_believed)
{
	struct document d = document(2, NULL, 0, false);

	d.stats.kept = 1;
	d.stats.exact = 1;
	count_record(&c, &t, &d, false);
	cr_assert_eq(c.kept, 2);
	cr_assert_eq(c.exact, 0);
}

Test(count, documents_of_read_and_those_found_are_two_counts)
{
	struct batch b = {.n_read = 7, .n_documents = 6, .read_bytes = 100, .n_earlier = 2};

	count_batch(&c, &b);
	count_batch(&c, &b);
	cr_assert_eq(c.in, 14);
	cr_assert_eq(c.documents, 12);
	cr_assert_eq(c.bytes_in, 200);
	cr_assert_eq(c.earlier, 4);
}

Test(count, records_skipped_failed_and_refused)
{
	struct document d = {.source = {.path = SPAN("say \"other\"")}, .lang = SPAN("nb")};

	count_record(&c, &t, &d, false);
	count_record(&c, &t, &d, true);
	d.error = (struct fault){.stage = SPAN("summarize"), .reason = SPAN("hung")};
	count_record(&c, &t, &d, false);
	d.refused = (struct fault){.stage = SPAN("extract"), .reason = SPAN("bad-json")};
	count_refused(&c, &t, &d);
	cr_assert_eq(c.records, 2);
	cr_assert_eq(c.skipped, 1);
	cr_assert_eq(c.failed, 1);
	cr_assert_eq(c.refused, 1);
	tally_is(BY_SOURCE, "\"say \\\"other\\\"\": 4");
	tally_is(BY_LANGUAGE, "\"nb\": 3");
	tally_is(BY_REASON, "\"bad-json\": 1, \"hung\": 1");
}

Test(count, what_is_filtered_is_counted_by_term_type_and_site)
{
	struct document d = {.source = {.path = SPAN("a.warc")},
	    .url = SPAN("https://arle.example/mill.png"),
	    .warc = {.mime = SPAN("image/png")},
	    .filtered = SPAN("mime")};

	count_filtered(&c, &t, &d);
	d.warc.mime = span_of(NULL, 0);
	d.filtered = SPAN("length");
	count_filtered(&c, &t, &d);
	cr_assert_eq(c.filtered, 2);
	cr_assert_eq(c.records + c.skipped + c.refused, 0);
	tally_is(BY_FILTER, "\"length\": 1, \"mime\": 1");
	tally_is(BY_FILTERED_TYPE, "\"(none)\": 1, \"image/png\": 1");
	tally_is(BY_FILTERED_SITE, "\"arle.example\": 2");
	tally_is(BY_SOURCE, "");
}
