#include "record_reader.h"

Test(record, known_fields_go_to_their_places)
{
	struct read r;

	read_json(&r, "{\"id\": \"I\", \"url\": \"U\", \"title\": \"T\", \"lang\": \"L\", "
		      "\"published\": \"P\", \"fetched\": \"F\", \"text\": \"B\"}");
	is(r.d.id, "I");
	is(r.d.url, "U");
	is(r.d.title, "T");
	is(r.d.lang, "L");
	is(r.d.published, "P");
	is(r.d.fetched, "F");
	cr_assert(r.body.has_text && !r.body.has_paragraphs);
	is(r.body.text, "B");
	meta_is(&r, "");
	cr_assert_eq(r.d.key, 7);
	cr_assert_eq(r.replaced, 0);
	read_done(&r);
}

Test(record, what_is_fetched_has_five_names)
{
	static const char *const names[] = {"fetched", "ts", "timestamp", "crawled", "created"};

	for (size_t i = 0; i < 5; i++) {
		struct read r;
		char json[128];

		snprintf(json, sizeof(json), "{\"%s\": \"2024-02-03\", \"text\": \"x\"}", names[i]);
		read_json(&r, json);
		is(r.d.fetched, "2024-02-03");
		meta_is(&r, "");
		read_done(&r);
	}
}

Test(record, where_a_place_is_taken_the_next_one_is_meta)
{
	struct read r;

	read_json(&r, "{\"ts\": \"1\", \"created\": \"2\", \"fetched\": 3, \"text\": \"x\"}");
	is(r.d.fetched, "1");
	meta_is(&r, "{\"created\": \"2\", \"fetched\": 3}");
	read_done(&r);
}

Test(record, without_an_id_the_occurrence_stays_it)
{
	struct read r;

	read_json(&r, "{\"text\": \"x\"}");
	is(r.d.id, "path@0:0123456789abcdef");
	read_done(&r);
	read_json(&r, "{\"id\": \"\", \"text\": \"x\"}");
	is(r.d.id, "path@0:0123456789abcdef");
	read_done(&r);
}

Test(record, numbers_become_text_as_they_were_written)
{
	static const char *const numbers[] = {"17", "0", "-3", "18446744073709551615", "0.1", "1.5",
	    "1697533200.123", "12345678901234567890123", "1.50", "1e400", "-0"};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct read r;
		char json[128];

		snprintf(json, sizeof(json), "{\"id\": %s, \"ts\": %s, \"text\": \"x\"}",
		    numbers[i], numbers[i]);
		read_json(&r, json);
		is(r.d.id, numbers[i]);
		is(r.d.fetched, numbers[i]);
		meta_is(&r, "");
		read_done(&r);
	}
}

Test(record, a_timestamp_of_messagepack_is_no_text)
{
	struct read r = {0};

	read_bytes(&r, SPAN("\x82\xA2ts\xD6\xFF\x12\x34\x56\x78\xA4text\xA1x"), NULL);
	cr_assert_eq(r.result, 0, "%s", err_text());
	cr_assert_eq(r.d.fetched.n, 0, "%.*s", (int)r.d.fetched.n, r.d.fetched.p);
	cr_assert(span_equal(r.d.meta, SPAN("\x81\xA2ts\xD6\xFF\x12\x34\x56\x78")));
	cr_assert_eq(r.replaced, 0);
	read_done(&r);
}

Test(record, what_is_no_finite_number_is_no_text)
{
	struct read r = {0};

	read_bytes(&r, SPAN("\x82\xA2id\xCA\x7F\xC0\x00\x00\xA4text\xA1x"), NULL);
	cr_assert_eq(r.result, 0, "%s", err_text());
	is(r.d.id, "path@0:0123456789abcdef");
	cr_assert_gt(r.d.meta.n, 0);
	read_done(&r);
}

Test(record, unknown_fields_are_meta_in_their_order)
{
	struct read r;

	read_json(&r,
	    "{\"z\": 1.50, \"text\": \"x\", \"a\": {\"b\": [null, true]}, \"meta\": {\"m\": 1}, "
	    "\"id\": \"i\", \"summary\": \"s\", \"z\": 2}");
	meta_is(&r, "{\"z\": 1.50, \"a\": {\"b\": [null, true]}, \"meta\": {\"m\": 1}, "
		    "\"summary\": \"s\", \"z\": 2}");
	read_done(&r);
}

Test(record, of_two_bodies_the_text_is_meta)
{
	static const char *const both[] = {
	    "{\"text\": \"A \\u00e9\", \"paragraphs\": [\"B\"], \"k\": 1}",
	    "{\"paragraphs\": [\"B\"], \"text\": \"A \\u00e9\", \"k\": 1}"};

	for (size_t i = 0; i < 2; i++) {
		struct read r;

		read_json(&r, both[i]);
		cr_assert(r.body.has_paragraphs && !r.body.has_text);
		cr_assert_eq(r.body.n_paragraphs, 1);
		is(r.body.paragraphs[0].text, "B");
		cr_assert_eq(r.body.text.n, 0);
		meta_is(&r, "{\"k\": 1, \"text\": \"A \xC3\xA9\"}");
		read_done(&r);
	}
}

Test(record, paragraphs_that_say_nothing_are_meta_beside_a_text)
{
	static const char *const lists[] = {"[]", "[\"\", \" \"]", "[{\"n\": 4}]"};

	for (size_t i = 0; i < 3; i++) {
		struct read r;
		char json[128], meta[128];

		snprintf(json, sizeof(json), "{\"paragraphs\": %s, \"text\": \"A\"}", lists[i]);
		snprintf(meta, sizeof(meta), "{\"paragraphs\": %s}", lists[i]);
		read_json(&r, json);
		cr_assert(r.body.has_text && !r.body.has_paragraphs && r.body.n_paragraphs == 0);
		is(r.body.text, "A");
		meta_is(&r, meta);
		read_done(&r);
	}
}

Test(record, a_renamed_body_is_meta_under_the_name_it_came_with)
{
	struct read r;

	read_mapped(&r, "{\"t\": \"A\", \"paragraphs\": [\"B\"], \"html\": \"<p>\", \"body\": 1}",
	    "t=text");
	cr_assert_eq(r.result, 0, "%s", err_text());
	is(r.body.paragraphs[0].text, "B");
	meta_is(&r, "{\"body\": 1, \"t\": \"A\", \"html\": \"<p>\"}");
	read_done(&r);
}

Test(record, a_known_field_of_a_wrong_type_is_meta)
{
	struct read r;

	read_json(&r, "{\"title\": {\"en\": \"x\"}, \"url\": [1], \"id\": true, \"text\": \"x\"}");
	cr_assert_eq(r.d.title.n + r.d.url.n, 0);
	meta_is(&r, "{\"title\": {\"en\": \"x\"}, \"url\": [1], \"id\": true}");
	read_done(&r);
}

Test(record, a_key_that_is_no_string_is_meta)
{
	struct read r = {0};

	read_bytes(&r,
	    SPAN("\x83\x05\xA1"
		 "a\xA4text\xA1x\x91\x01\xC0"),
	    NULL);
	cr_assert_eq(r.result, 0, "%s", err_text());
	cr_assert(span_equal(r.d.meta, SPAN("\x82\x05\xA1"
					    "a\x91\x01\xC0")));
	is(r.body.text, "x");
	read_done(&r);
}

Test(record, null_is_as_good_as_absent)
{
	struct read r;

	read_json(&r, "{\"title\": null, \"ts\": null, \"created\": \"c\", \"text\": null, "
		      "\"paragraphs\": [\"p\"], \"other\": null}");
	cr_assert_eq(r.d.title.n, 0);
	is(r.d.fetched, "c");
	cr_assert(!r.body.has_text);
	cr_assert_eq(r.body.n_paragraphs, 1);
	meta_is(&r, "{\"other\": null}");
	read_done(&r);
	read_json(&r, "{\"paragraphs\": null, \"text\": \"x\"}");
	cr_assert(r.body.has_text && !r.body.has_paragraphs);
	meta_is(&r, "");
	read_done(&r);
	is_refused("{\"text\": null}", "no text, paragraphs or html");
}

Test(record, without_a_body_it_is_refused_and_told_what_to_do)
{
	is_refused("{}", "no text, paragraphs or html");
	is_refused("{\"body_text\": \"x\", \"title\": \"t\"}", "--map NAME=text");
}

Test(record, what_is_no_map_is_refused)
{
	is_refused("[]", "no map");
	is_refused("\"text\"", "no map");
	is_refused("null", "no map");
}

Test(record, a_body_of_a_wrong_type_is_refused)
{
	is_refused("{\"text\": 5}", "text is no string");
	is_refused("{\"text\": [\"x\"]}", "text is no string");
	is_refused("{\"title\": \"t\", \"paragraphs\": \"x\"}", "paragraphs is no array");
	is_refused("{\"paragraphs\": {\"a\": 1}}", "paragraphs is no array");
	is_refused("{\"paragraphs\": [\"a\", 5]}", "paragraph 1 is no string");
	is_refused("{\"paragraphs\": [null]}", "paragraph 0 is no string");
	is_refused("{\"paragraphs\": [{\"text\": 5}]}", "paragraph 0 is no string");
	is_refused("{\"paragraphs\": [{\"text\": \"x\", \"kind\": \"poem\"}]}", "paragraph 0");
	is_refused("{\"paragraphs\": [{\"text\": \"x\", \"n\": -1}]}", "paragraph 0");
}

Test(record, paragraphs_are_numbered)
{
	struct read r;

	read_json(&r, "{\"paragraphs\": [\"a\", \"\", \" b \"]}");
	cr_assert_eq(r.body.n_paragraphs, 3);
	for (uint32_t i = 0; i < 3; i++) {
		cr_assert_eq(r.body.paragraphs[i].n, i);
		cr_assert_eq(r.body.paragraphs[i].kind, KIND_TEXT);
	}
	is(r.body.paragraphs[2].text, " b ");
	read_done(&r);
	read_json(&r, "{\"paragraphs\": []}");
	cr_assert(r.body.has_paragraphs);
	cr_assert_eq(r.body.n_paragraphs, 0);
	read_done(&r);
}

Test(record, numbers_of_paragraphs_stay_if_they_rise)
{
	struct read r;

	read_json(&r,
	    "{\"paragraphs\": [{\"n\": 3, \"text\": \"a\", \"kind\": \"quote\", \"x\": 1}, "
	    "{\"n\": 7, \"text\": \"b\"}]}");
	cr_assert_eq(r.body.paragraphs[0].n, 3);
	cr_assert_eq(r.body.paragraphs[0].kind, KIND_QUOTE);
	cr_assert_eq(r.body.paragraphs[1].n, 7);
	is(r.body.paragraphs[1].text, "b");
	read_done(&r);
	read_json(
	    &r, "{\"paragraphs\": [{\"n\": 3, \"text\": \"a\"}, {\"n\": 3, \"text\": \"b\"}]}");
	cr_assert_eq(r.body.paragraphs[0].n, 0);
	cr_assert_eq(r.body.paragraphs[1].n, 1);
	read_done(&r);
}

Test(record, too_many_paragraphs_are_refused)
{
	struct buf b = {0};
	struct read r = {0};

	mp_map(&b, 1);
	mp_key(&b, "paragraphs");
	mp_array(&b, PARAGRAPHS_MAX + 1);
	memset(buf_room(&b, PARAGRAPHS_MAX + 1), 0xA0, PARAGRAPHS_MAX + 1);
	b.n += PARAGRAPHS_MAX + 1;
	read_bytes(&r, buf_view(&b), NULL);
	cr_assert_eq(r.result, ERR_RECORD);
	cr_assert(strstr(err_text(), "1048577 paragraphs") != NULL, "%s", err_text());
	read_done(&r);
	buf_done(&b);
}

/* Maps in each other under a field that nobody knows; the record's own map is one more. */
static void
nested_field(struct buf *b, unsigned depth, const char *before, const char *behind)
{
	b->n = 0;
	buf_str(b, before);
	for (unsigned i = 1; i < depth; i++)
		buf_str(b, "{\"k\": ");
	buf_str(b, "5");
	for (unsigned i = 1; i < depth; i++)
		buf_byte(b, '}');
	buf_str(b, behind);
	buf_byte(b, '\0');
}

/* Meta lies one deeper in the record, which can be read again; what is deeper is refused. */
Test(record, fields_nest_as_deep_as_a_record_can_hold)
{
	struct read r;
	struct buf b = {0};

	nested_field(&b, META_DEPTH, "{\"text\": \"a\", \"x\": ", "}");
	read_json(&r, b.p);
	cr_assert_eq(r.result, 0, "%s", err_text());
	read_done(&r);
	nested_field(&b, META_DEPTH + 1, "{\"text\": \"a\", \"x\": ", "}");
	read_mapped(&r, b.p, NULL);
	cr_assert_eq(r.result, ERR_RECORD);
	cr_assert_not_null(strstr(err_text(), "nested more than 30 deep"), "%s", err_text());
	read_done(&r);
	nested_field(&b, META_DEPTH,
	    "{\"v\": 1, \"id\": \"i\", \"key\": \"0b5c00ff12345678\", \"text\": \"a\", \"meta\": "
	    "{\"x\": ",
	    "}}");
	read_json(&r, b.p);
	cr_assert_eq(r.result, 0, "a record of ours, as deep: %s", err_text());
	read_done(&r);
	buf_done(&b);
}

Test(record, a_body_that_comes_again_is_meta)
{
	struct read r;

	read_json(&r, "{\"paragraphs\": [], \"paragraphs\": [\"a\"], \"paragraphs\": [\"b\"]}");
	cr_assert_eq(r.body.n_paragraphs, 1);
	is(r.body.paragraphs[0].text, "a");
	meta_is(&r, "{\"paragraphs\": [\"b\"]}");
	read_done(&r);
	read_mapped(&r, "{\"text\": \"\", \"body\": \"a\", \"text\": \"b\"}", "body=text");
	cr_assert_eq(r.result, 0, "%s", err_text());
	is(r.body.text, "a");
	meta_is(&r, "{\"text\": \"b\"}");
	read_done(&r);
}

Test(record, strings_that_are_no_utf8_are_repaired_and_counted)
{
	struct read r = {0};

	read_bytes(&r,
	    SPAN("\x83\xA5title\xA3"
		 "a\xFF"
		 "b\xA4text\xA2\x80x\xAAparagraphs\x92\xA1\xFF"
		 "\x81\xA4text\xA1\xFE"),
	    NULL);
	cr_assert_eq(r.result, 0, "%s", err_text());
	is(r.d.title, "a\xEF\xBF\xBD"
		      "b");
	is(r.body.paragraphs[0].text, "\xEF\xBF\xBD");
	is(r.body.paragraphs[1].text, "\xEF\xBF\xBD");
	cr_assert_eq(r.replaced, 4);
	read_done(&r);
}

Test(record, cut_short_it_is_refused_at_every_byte)
{
	struct span whole = SPAN("\x86\xA1"
				 "a\x91\x01\x05\xC0\xA5title\xA1t\xA2id\xCD\x01\x02"
				 "\xA4text\xA1x\xAAparagraphs\x92\xA1p\x81\xA4text\xA1q");

	for (size_t n = 0; n < whole.n; n++) {
		char *tight = malloc(n + 1);
		struct read r = {0};

		memcpy(tight, whole.p, n);
		tight = realloc(tight, n > 0 ? n : 1);
		read_bytes(&r, span_of(tight, n), NULL);
		cr_assert_eq(r.result, ERR_RECORD, "%zu bytes", n);
		cr_assert_str_neq(err_text(), "an old message", "%zu bytes", n);
		cr_assert_eq(r.d.title.n, 0);
		read_done(&r);
		free(tight);
	}
}

/* --map */

Test(record, map_renames_fields)
{
	struct read r;

	read_mapped(&r, "{\"body_text\": \"x\", \"headline\": \"t\", \"id\": 5}",
	    "body_text=text,headline=title,id=number");
	cr_assert_eq(r.result, 0, "%s", err_text());
	is(r.body.text, "x");
	is(r.d.title, "t");
	is(r.d.id, "path@0:0123456789abcdef");
	meta_is(&r, "{\"id\": 5}");
	read_done(&r);
}

Test(record, map_can_bring_paragraphs)
{
	struct read r;

	read_mapped(&r, "{\"lines\": [\"a\", \"b\"]}", "lines=paragraphs");
	cr_assert_eq(r.result, 0, "%s", err_text());
	cr_assert_eq(r.body.n_paragraphs, 2);
	read_done(&r);
}

/* our own records */

Test(record, a_body_may_be_a_page_in_base64)
{
	struct read r;

	read_json(&r, "{\"body\": \"PHA+VGhlIG1pbGwu\\nPC9wPg==\"}");
	cr_assert(r.body.has_html && !r.body.has_text);
	is(r.body.html, "<p>The mill.</p>");
	read_done(&r);
	read_json(&r, "{\"body\": \"VGhlIG1pbGwu\"}"); /* "The mill.", or a word like another */
	cr_assert(r.body.has_text && !r.body.has_html);
	is(r.body.text, "VGhlIG1pbGwu");
	read_done(&r);
	read_json(&r, "{\"html\": \"PHA+VGhlIG1pbGwuPC9wPg==\"}");
	is(r.body.html, "PHA+VGhlIG1pbGwuPC9wPg==");
	read_done(&r);
}

Test(record, html_or_body_is_a_page_unless_there_is_a_text)
{
	struct read r;

	read_json(&r, "{\"html\": \"<p>a\", \"x\": 1}");
	cr_assert(r.body.has_html && !r.body.has_text);
	is(r.body.html, "<p>a");
	meta_is(&r, "{\"x\": 1}");
	read_done(&r);
	read_json(&r, "{\"body\": \"<P>a\"}");
	cr_assert(r.body.has_html);
	read_done(&r);
	read_json(&r, "{\"body\": \"1 < 2 and a > b\"}");
	cr_assert(r.body.has_text && !r.body.has_html);
	is(r.body.text, "1 < 2 and a > b");
	read_done(&r);
	read_json(&r, "{\"html\": \"<p>a\", \"text\": \"b\"}");
	cr_assert(r.body.has_text && !r.body.has_html);
	meta_is(&r, "{\"html\": \"<p>a\"}");
	read_done(&r);
	read_json(&r, "{\"html\": \"<p>a\", \"text\": \" \", \"paragraphs\": []}");
	cr_assert(r.body.has_html && !r.body.has_text && !r.body.has_paragraphs);
	meta_is(&r, "{\"paragraphs\": [], \"text\": \" \"}");
	read_done(&r);
	read_json(&r, "{\"html\": \"<p>a\", \"body\": \"<p>b\"}");
	is(r.body.html, "<p>a");
	meta_is(&r, "{\"body\": \"<p>b\"}");
	read_done(&r);
	read_json(&r, "{\"text\": \"a\", \"body\": {\"b\": 1}, \"html\": null}");
	is(r.body.text, "a");
	meta_is(&r, "{\"body\": {\"b\": 1}, \"html\": null}");
	read_done(&r);
}
