#include <criterion/criterion.h>
#include <stdlib.h>

#include "common/hash.h"
#include "proto/document_pack.h"
#include "proto/pack.h"
#include "proto/normalise.h"
#include "proto/record_json.h"
#include "proto/sketch.h"
#include "stages/extract/paragraphs.h"
#include "stages/stage.h"

/* The stage and the document that it worked on last. */
struct worked {
	struct settings settings;
	void *state;
	struct arena arena;
	struct document d;
};

static void
worked_open(struct worked *w)
{
	w->state = NULL;
	w->arena = (struct arena){0};
	cr_assert_eq(stage.open(&w->state, &w->settings), 0, "%s", err_text());
}

static void
worked_done(struct worked *w)
{
	stage.close(w->state);
	arena_done(&w->arena);
}

static void
work_typed(struct worked *w, enum form form, struct span raw, const char *type)
{
	arena_reset(&w->arena);
	w->d = (struct document){.id = SPAN("id"),
	    .key = 7,
	    .source = {.path = SPAN("path")},
	    .form = form,
	    .raw = raw,
	    .type = span_str(type)};
	cr_assert_eq(stage.document(w->state, &w->arena, &w->d), 0);
}

static void
work(struct worked *w, enum form form, struct span raw)
{
	work_typed(w, form, raw, NULL);
}

static void
is(struct span got, const char *expected)
{
	cr_assert(span_equal(got, span_str(expected)), "'%.*s' instead of '%s'", (int)got.n, got.p,
	    expected);
}

/* The document came through with these paragraphs, up to a NULL. */
static void
has_paragraphs(const struct worked *w, const char *const *texts)
{
	size_t n = 0, bytes = 0;

	cr_assert(
	    !document_is_refused(&w->d), "%.*s", (int)w->d.refused.detail.n, w->d.refused.detail.p);
	for (; texts[n] != NULL; n++) {
		cr_assert_lt(n, w->d.n_paragraphs);
		is(w->d.paragraphs[n].text, texts[n]);
		bytes += strlen(texts[n]);
	}
	cr_assert_eq(w->d.n_paragraphs, n);
	cr_assert_eq(w->d.stats.paragraphs, n);
	cr_assert_eq(w->d.stats.bytes, bytes);
	cr_assert_eq(w->d.form, FORM_NONE);
	cr_assert_eq(w->d.raw.n, 0);
}

#define HAS_PARAGRAPHS(w, ...) has_paragraphs((w), (const char *const[]){__VA_ARGS__, NULL})

static void
is_refused(const struct worked *w, const char *reason, const char *detail, struct span raw)
{
	cr_assert(document_is_refused(&w->d));
	is(w->d.refused.stage, "extract");
	is(w->d.refused.reason, reason);
	cr_assert_eq(w->d.refused.attempts, 1);
	cr_assert(
	    memmem(w->d.refused.detail.p, w->d.refused.detail.n, detail, strlen(detail)) != NULL,
	    "'%.*s' does not say '%s'", (int)w->d.refused.detail.n, w->d.refused.detail.p, detail);
	cr_assert(span_equal(w->d.raw, raw), "the raw bytes are not whole");
	cr_assert_eq(w->d.n_paragraphs, 0);
}

Test(extract, a_text_becomes_paragraphs)
{
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_TEXT, SPAN("One paragraph, which\nis wrapped.\n\n  Another one.  \n"));
	HAS_PARAGRAPHS(&w, "One paragraph, which is wrapped.", "Another one.");
	cr_assert_eq(w.d.paragraphs[1].n, 1);
	cr_assert_eq(w.d.warning.n, 0);
	is(w.d.id, "id");
	worked_done(&w);
}

Test(extract, each_paragraph_has_the_hash_of_its_normal_form)
{
	struct normaliser *n;
	struct worked w = {0};
	struct hash hash;
	uint32_t chars;

	worked_open(&w);
	work(&w, FORM_TEXT,
	    SPAN("\xE2\x80\x9CThe  QUICK fox\xE2\x80\x9D\nthe quick FOX\n\xC3\x89t\xC3\xA9"));
	cr_assert_eq(w.d.n_paragraphs, 3);
	cr_assert_eq(memcmp(&w.d.paragraphs[0].hash, &w.d.paragraphs[1].hash, HASH_BYTES), 0);
	cr_assert_neq(memcmp(&w.d.paragraphs[0].hash, &w.d.paragraphs[2].hash, HASH_BYTES), 0);
	cr_assert_eq(w.d.paragraphs[0].chars, 13);
	cr_assert_eq(w.d.paragraphs[2].chars, 3);
	cr_assert_eq(normalise_open(&n), 0);
	hash = hash128(normalise(n, w.d.paragraphs[2].text, &chars));
	cr_assert_eq(memcmp(&w.d.paragraphs[2].hash, &hash, HASH_BYTES), 0);
	normalise_close(n);
	worked_done(&w);
}

Test(extract, the_paragraphs_option_decides_where_they_end)
{
	struct worked w = {0};

	w.settings.paragraphs = PARAGRAPHS_LINE;
	worked_open(&w);
	work(&w, FORM_TEXT, SPAN("a\nb\n\nc"));
	HAS_PARAGRAPHS(&w, "a", "b", "c");
	worked_done(&w);
	w.settings.paragraphs = PARAGRAPHS_BLANK;
	worked_open(&w);
	work(&w, FORM_TEXT, SPAN("a\nb\n\nc"));
	HAS_PARAGRAPHS(&w, "a b", "c");
	work(&w, FORM_JSON, SPAN("{\"text\": \"a\\nb\\n\\nc\"}"));
	HAS_PARAGRAPHS(&w, "a b", "c");
	worked_done(&w);
}

Test(extract, an_empty_text_is_a_document_without_paragraphs)
{
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_TEXT, SPAN(""));
	has_paragraphs(&w, (const char *const[]){NULL});
	work(&w, FORM_TEXT, SPAN(" \n\n\t"));
	has_paragraphs(&w, (const char *const[]){NULL});
	work(&w, FORM_JSON, SPAN("{\"text\": \"\", \"title\": \"T\"}"));
	has_paragraphs(&w, (const char *const[]){NULL});
	is(w.d.title, "T");
	worked_done(&w);
}

Test(extract, a_text_without_a_title_is_called_by_its_first_heading)
{
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_TEXT, SPAN("The Title\n\nA sentence that is a paragraph."));
	is(w.d.title, "The Title");
	cr_assert_eq(w.d.n_paragraphs, 2, "and it stays a paragraph");
	work(&w, FORM_TEXT, SPAN("A sentence that is a paragraph.\n\nThe Title"));
	cr_assert_eq(w.d.title.n, 0);
	work(&w, FORM_JSON, SPAN("{\"title\": \"Given\", \"text\": \"The Title\"}"));
	is(w.d.title, "Given");
	worked_done(&w);
}

Test(extract, the_lang_option_is_for_documents_that_do_not_say)
{
	struct worked w = {0};

	w.settings.lang = "de";
	worked_open(&w);
	work(&w, FORM_TEXT, SPAN("x"));
	is(w.d.lang, "de");
	work(&w, FORM_JSON, SPAN("{\"lang\": \"fr\", \"text\": \"x\"}"));
	is(w.d.lang, "fr");
	worked_done(&w);
	w.settings.lang = "auto";
	worked_open(&w);
	work(&w, FORM_TEXT, SPAN("x"));
	cr_assert_eq(w.d.lang.n, 0);
	worked_done(&w);
}

Test(extract, records_of_json_and_messagepack_are_read_alike)
{
	struct worked w = {0};
	struct buf json = {0}, msgpack = {0};

	worked_open(&w);
	work(&w, FORM_JSON,
	    SPAN("{\"id\": \"i\", \"n\": 1.50, \"text\": \"A first one.\\nA second one.\"}"));
	HAS_PARAGRAPHS(&w, "A first one.", "A second one.");
	is(w.d.id, "i");
	record_json(&json, &w.d);
	work(&w, FORM_MSGPACK,
	    SPAN("\x83\xA2id\xA1i\xA1n\xD6\x01"
		 "1.50\xA4text\xBA"
		 "A first one.\nA second one."));
	HAS_PARAGRAPHS(&w, "A first one.", "A second one.");
	record_json(&msgpack, &w.d);
	cr_assert(span_equal(buf_view(&json), buf_view(&msgpack)), "%.*s\n%.*s", (int)json.n,
	    json.p, (int)msgpack.n, msgpack.p);
	buf_done(&json);
	buf_done(&msgpack);
	worked_done(&w);
}

Test(extract, paragraphs_of_a_record_are_trimmed_and_empty_ones_go)
{
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_JSON,
	    SPAN("{\"paragraphs\": [\"  A line\\nin two.\\n\", \"\", \" \\t\", "
		 "{\"text\": \"- an item\"}, {\"text\": \"said\", \"kind\": \"quote\"}]}"));
	HAS_PARAGRAPHS(&w, "A line\nin two.", "- an item", "said");
	cr_assert_eq(w.d.paragraphs[0].n, 0);
	cr_assert_eq(w.d.paragraphs[1].n, 3, "the number in the original document stays");
	cr_assert_eq(w.d.paragraphs[1].kind, KIND_LIST);
	cr_assert_eq(w.d.paragraphs[2].kind, KIND_QUOTE);
	worked_done(&w);
}

Test(extract, the_map_option_says_where_the_text_is)
{
	struct worked w = {.settings = {.map = "body_text=text"}};

	worked_open(&w);
	work(&w, FORM_JSON, SPAN("{\"body_text\": \"A text.\"}"));
	HAS_PARAGRAPHS(&w, "A text.");
	worked_done(&w);
}

Test(extract, a_wrong_map_does_not_open)
{
	struct settings s = {.map = "nonsense"};
	void *state = NULL;

	cr_assert_eq(stage.open(&state, &s), ERR_USAGE);
	cr_assert(state == NULL);
	cr_assert(strstr(err_text(), "--map: 'nonsense'") != NULL);
}

Test(extract, a_document_that_has_its_paragraphs_is_not_touched)
{
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_NONE, SPAN(""));
	cr_assert(!document_is_refused(&w.d));
	cr_assert_eq(w.d.stats.paragraphs, 0);
	worked_done(&w);
}

Test(extract, bytes_that_are_no_utf8_are_replaced_with_a_warning)
{
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_TEXT, SPAN("Caf\xE9 noir.\nDrei f\xFCr zwei."));
	HAS_PARAGRAPHS(&w, "Caf\xEF\xBF\xBD noir.", "Drei f\xEF\xBF\xBDr zwei.");
	is(w.d.warning, "2 sequences that are no UTF-8 were replaced, the first at byte 3");
	work(&w, FORM_JSON, SPAN("{\"text\": \"Caf\xE9.\"}"));
	HAS_PARAGRAPHS(&w, "Caf\xEF\xBF\xBD.");
	is(w.d.warning, "1 sequences that are no UTF-8 were replaced, the first at byte 13");
	work(&w, FORM_MSGPACK,
	    SPAN("\x81\xA4text\xA5"
		 "Caf\xE9."));
	HAS_PARAGRAPHS(&w, "Caf\xEF\xBF\xBD.");
	is(w.d.warning, "1 sequences that are no UTF-8 were replaced");
	work(&w, FORM_TEXT, SPAN("caf\xC3\xA9"));
	cr_assert_eq(w.d.warning.n, 0);
	worked_done(&w);
}

Test(extract, what_is_said_of_the_encoding_counts)
{
	struct worked w = {0};

	w.settings.max_document = 1 << 20;
	worked_open(&w); /* so few letters that their bytes say nothing */
	work(&w, FORM_HTTP,
	    SPAN("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=ISO-8859-5\r\n\r\n"
		 "<p>\xBA\xDE\xE2</p>"));
	HAS_PARAGRAPHS(&w, "Кот");
	work(&w, FORM_HTTP,
	    SPAN("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=\"koi8-r\"\r\n\r\n"
		 "\xEB\xCF\xD4"));
	HAS_PARAGRAPHS(&w, "Кот");
	work_typed(&w, FORM_HTML, SPAN("<p>\xEB\xCF\xD4</p>"), "text/html; charset=koi8-r");
	HAS_PARAGRAPHS(&w, "Кот");
	work_typed(&w, FORM_TEXT, SPAN("Caf\xE9"), "text/plain; charset=iso-8859-1");
	HAS_PARAGRAPHS(&w, "Café");
	cr_assert_eq(w.d.warning.n, 0);
	work(&w, FORM_TEXT,
	    SPAN("\xFF\xFE"
		 "C\0a\0f\0\xE9\0"));
	HAS_PARAGRAPHS(&w, "Café");
	worked_done(&w);
}

Test(extract, a_page_becomes_its_article)
{
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_HTML,
	    SPAN("<html lang=de><meta charset=iso-8859-1><title>T</title><nav>Men\xFC</nav>"
		 "<p>Ein Satz \xFC"
		 "ber etwas, der so lang ist, dass ihn niemand f\xFCr etwas "
		 "anderes h\xE4lt.</p>"));
	HAS_PARAGRAPHS(&w, "Menü",
	    "Ein Satz über etwas, der so lang ist, dass ihn niemand für etwas anderes hält.");
	is(w.d.title, "T");
	is(w.d.lang, "de");
	worked_done(&w);
}

Test(extract, what_the_record_says_goes_before_what_its_page_says)
{
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_JSON,
	    SPAN("{\"title\": \"Given\", \"lang\": \"fr\", \"url\": \"http://g/\", "
		 "\"published\": \"2001\", \"html\": \"<html lang=en><title>T</title><link "
		 "rel=canonical href=http://c/><meta name=date content=2020-01-02><p>A b.\"}"));
	is(w.d.title, "Given");
	is(w.d.lang, "fr");
	is(w.d.url, "http://g/");
	is(w.d.published, "2001");
	work(&w, FORM_JSON,
	    SPAN("{\"html\": \"<html lang=en><title>T</title><link rel=canonical "
		 "href=http://c/><meta name=date content=2020-01-02><p>A b.\"}"));
	is(w.d.title, "T");
	is(w.d.lang, "en");
	is(w.d.url, "http://c/");
	is(w.d.published, "2020-01-02");
	HAS_PARAGRAPHS(&w, "A b.");
	worked_done(&w);
}

Test(extract, all_of_a_page_on_demand)
{
	static const struct span page =
	    SPAN("<p>First of three paragraphs that are long enough to "
		 "be taken for running text by anybody.<p>Second of three "
		 "paragraphs that are long enough to be taken for running "
		 "text by anybody.<p>Third of three paragraphs that are long "
		 "enough to be taken for running text.<nav>Menu</nav>");
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_HTML, page);
	cr_assert_eq(w.d.n_paragraphs, 3);
	w.settings.extract = EXTRACT_ALL;
	work(&w, FORM_HTML, page);
	cr_assert_eq(w.d.n_paragraphs, 4);
	is(w.d.paragraphs[3].text, "Menu");
	worked_done(&w);
}

Test(extract, broken_json_is_refused_with_the_place)
{
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_JSON, SPAN("{\"text\": \"x\" \"y\"}"));
	is_refused(&w, "bad-json", "at byte", SPAN("{\"text\": \"x\" \"y\"}"));
	work(&w, FORM_JSON, SPAN("{\"text\": \"x\"} x"));
	is_refused(&w, "bad-json", "trailing garbage", SPAN("{\"text\": \"x\"} x"));
	work(&w, FORM_JSON, SPAN("no record"));
	is_refused(&w, "bad-json", "", SPAN("no record"));
	work(&w, FORM_JSON, SPAN("[1]"));
	is_refused(&w, "bad-json", "the record is no map", SPAN("[1]"));
	work(&w, FORM_JSON, SPAN("{\"title\": \"t\"}"));
	is_refused(&w, "bad-json", "no text, paragraphs or html", SPAN("{\"title\": \"t\"}"));
	cr_assert_eq(w.d.title.n, 0);
	worked_done(&w);
}

Test(extract, broken_messagepack_is_refused)
{
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_MSGPACK,
	    SPAN("\x81\xA4text\xA5"
		 "Caf"));
	is_refused(&w, "bad-msgpack", "cut short",
	    SPAN("\x81\xA4text\xA5"
		 "Caf"));
	work(&w, FORM_MSGPACK, SPAN("\x05"));
	is_refused(&w, "bad-msgpack", "the record is no map", SPAN("\x05"));
	work(&w, FORM_MSGPACK, SPAN(""));
	is_refused(&w, "bad-msgpack", "no map", SPAN(""));
	worked_done(&w);
}

Test(extract, each_refusal_keeps_its_own_detail)
{
	struct worked w = {0};
	struct document first;

	worked_open(&w);
	work(&w, FORM_JSON, SPAN("[1]"));
	first = w.d;
	w.d = (struct document){.form = FORM_JSON, .raw = SPAN("{}")};
	cr_assert_eq(stage.document(w.state, &w.arena, &w.d), 0);
	is_refused(&w, "bad-json", "no text, paragraphs or html", SPAN("{}"));
	is(first.refused.detail, "the record is no map");
	worked_done(&w);
}

Test(extract, after_a_refusal_the_next_document_is_none)
{
	struct worked w = {0};

	worked_open(&w);
	work(&w, FORM_JSON, SPAN("{"));
	cr_assert(document_is_refused(&w.d));
	work(&w, FORM_JSON, SPAN("{\"text\": \"Good.\"}"));
	HAS_PARAGRAPHS(&w, "Good.");
	worked_done(&w);
}

Test(extract, too_many_paragraphs_are_a_refusal)
{
	struct buf text = {0};
	struct worked w = {0};

	for (int i = 0; i < PARAGRAPHS_MAX + 1; i++)
		buf_put(&text, "x\n", 2);
	worked_open(&w);
	work(&w, FORM_TEXT, buf_view(&text));
	is_refused(&w, "too-many-paragraphs", "", buf_view(&text));
	cr_assert_gt(w.d.refused.detail.n, 0);
	worked_done(&w);
	buf_done(&text);
}

Test(extract, is_a_pure_function_of_the_document)
{
	static const char *const texts[] = {"{\"text\": \"One.\\n\\nTwo.\", \"id\": 1.5}",
	    "{\"text\": 5}", "{", "{\"paragraphs\": [\"a\", 1]}", "{\"text\": \"\xFF\"}"};
	struct buf first[5] = {{0}}, again = {0};
	struct worked w = {0};

	worked_open(&w);
	for (size_t i = 0; i < 5; i++) {
		work(&w, FORM_JSON, span_str(texts[i]));
		document_pack(&first[i], &w.d, SCOPE_WIRE);
	}
	for (size_t i = 5; i-- > 0;) {
		work(&w, FORM_JSON, span_str(texts[i]));
		again.n = 0;
		document_pack(&again, &w.d, SCOPE_WIRE);
		cr_assert(span_equal(buf_view(&again), buf_view(&first[i])), "%s", texts[i]);
		buf_done(&first[i]);
	}
	buf_done(&again);
	worked_done(&w);
}

Test(extract, closing_nothing_is_nothing)
{
	stage.close(NULL);
}

Test(extract, near_has_it_make_sketches_where_the_text_is_long_enough)
{
	struct worked w = {.settings = {.dedup = DEDUP_NEAR}};
	const char *text = "The ferry to the outer islands leaves the old pier at noon.\nYes.\n";

	worked_open(&w);
	work(&w, FORM_TEXT, span_str(text));
	cr_assert_eq(w.d.n_paragraphs, 2);
	cr_assert_eq(w.d.paragraphs[0].sketch.n, SKETCH_BYTES);
	cr_assert_eq(w.d.paragraphs[1].sketch.n, 0);
	worked_done(&w);
	w.settings.dedup = DEDUP_EXACT;
	worked_open(&w);
	work(&w, FORM_TEXT, span_str(text));
	cr_assert_eq(w.d.paragraphs[0].sketch.n, 0);
	worked_done(&w);
}
