#include "record_reader.h"

static const struct paragraph kept[] = {
    {.text = SPAN("A heading"), .n = 0, .kind = KIND_HEADING},
    {.text = SPAN("What is left of it."), .n = 4, .kind = KIND_TEXT},
};

static struct document
own_document(void)
{
	static struct dropped dropped[] = {
	    {.n = 1, .text = SPAN("gone"), .owner = {.id = SPAN("o")}}};
	static struct sentence summary[] = {
	    {.text = SPAN("What is left of it."), .n = 4, .end = 19}};
	static struct claim claims[] = {{.text = SPAN("What is left of it."), .n = 4, .end = 19}};

	return (struct document){.id = SPAN("own id"),
	    .key = 0x1234,
	    .url = SPAN("https://a/"),
	    .title = SPAN("T"),
	    .lang = SPAN("en"),
	    .published = SPAN("2024"),
	    .fetched = SPAN("2025"),
	    .source = {.path = SPAN("an/earlier/path"), .offset = 5, .length = 6},
	    .meta = SPAN("\x82\xA1m\xD6\x01"
			 "1.50\xA1k\xC0"),
	    .paragraphs = (struct paragraph *)kept,
	    .n_paragraphs = 2,
	    .dropped = dropped,
	    .n_dropped = 1,
	    .summary = summary,
	    .n_summary = 1,
	    .claims = claims,
	    .n_claims = 1,
	    .duplicate = {.found = true, .key = 1, .id = SPAN("d"), .share = 9000},
	    .error = {.stage = SPAN("summarize"), .reason = SPAN("crashed")},
	    .stats = {.paragraphs = 3, .kept = 2, .exact = 1}};
}

static void
is_own_document(const struct read *r, const char *meta)
{
	is(r->d.id, "own id");
	is(r->d.url, "https://a/");
	is(r->d.title, "T");
	is(r->d.lang, "en");
	is(r->d.published, "2024");
	is(r->d.fetched, "2025");
	cr_assert_eq(r->d.key, 7, "the key is of the new place");
	cr_assert_eq(r->body.n_paragraphs, 2);
	is(r->body.paragraphs[0].text, "A heading");
	cr_assert_eq(r->body.paragraphs[0].kind, KIND_HEADING);
	is(r->body.paragraphs[1].text, "What is left of it.");
	cr_assert_eq(r->body.paragraphs[1].n, 4);
	cr_assert_eq(r->d.n_dropped + r->d.n_summary + r->d.n_claims, 0);
	cr_assert_eq(r->d.error.stage.n, 0);
	cr_assert(!r->d.duplicate.found);
	meta_is(r, meta);
}

Test(record_own, our_own_records_are_valid_input)
{
	struct document d = own_document();
	struct buf packed = {0}, json = {0}, again = {0};
	struct arena a = {0};
	struct read r = {0};

	document_pack(&packed, &d, SCOPE_RECORD);
	read_bytes(&r, buf_view(&packed), NULL);
	cr_assert_eq(r.result, 0, "%s", err_text());
	is_own_document(&r, "{\"m\": 1.50, \"k\": null}");
	read_done(&r);
	record_json(&json, &d);
	cr_assert_eq(json_in(&again, &a, buf_view(&json)), 0);
	read_bytes(&r, buf_view(&again), NULL);
	cr_assert_eq(r.result, 0, "%s", err_text());
	is_own_document(&r, "{\"m\": 1.50, \"k\": null}");
	read_done(&r);
	buf_done(&packed);
	buf_done(&json);
	buf_done(&again);
	arena_done(&a);
}

Test(record_own, what_somebody_added_to_our_record_is_meta)
{
	struct read r;

	read_json(&r,
	    "{\"v\": 1, \"id\": \"i\", \"key\": \"0123456789abcdef\", \"meta\": {\"a\": 1}, "
	    "\"added\": 2, \"stats\": {}, \"text\": \"x\"}");
	meta_is(&r, "{\"a\": 1, \"added\": 2}");
	read_done(&r);
}

Test(record_own, what_only_looks_a_little_like_ours_loses_nothing)
{
	static const char *const foreign[] = {
	    "{\"v\": 2, \"id\": \"i\", \"key\": \"0123456789abcdef\", \"stats\": 1, \"text\": "
	    "\"x\"}",
	    "{\"v\": 1, \"id\": \"i\", \"key\": \"no key\", \"stats\": 1, \"text\": \"x\"}",
	    "{\"id\": \"i\", \"v\": 1, \"key\": \"0123456789abcdef\", \"stats\": 1, \"text\": "
	    "\"x\"}"};

	for (size_t i = 0; i < 3; i++) {
		struct read r;

		read_json(&r, foreign[i]);
		cr_assert(memmem(r.d.meta.p, r.d.meta.n, "key", 3) != NULL, "%s", foreign[i]);
		cr_assert(memmem(r.d.meta.p, r.d.meta.n, "stats", 5) != NULL, "%s", foreign[i]);
		read_done(&r);
	}
}
