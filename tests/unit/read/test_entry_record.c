#include "stages/read/entry_record.h"

#include <criterion/criterion.h>

static struct arena arena;

static struct queue_entry
of_fields(size_t n, const char *const *words)
{
	struct entry_field fields[8];
	struct queue_entry e = {0};

	for (size_t i = 0; i < n; i++)
		fields[i] =
		    (struct entry_field){span_str(words[2 * i]), span_str(words[2 * i + 1])};
	entry_from_fields(&e, &arena, fields, n);
	return e;
}

static void
is(const struct queue_entry *e, enum form form, const char *raw)
{
	cr_assert_eq(e->form, form);
	cr_assert(span_equal(e->raw, span_str(raw)), "%.*s", (int)e->raw.n, e->raw.p);
}

Test(entry_record, fields_are_a_record)
{
	struct queue_entry e = of_fields(
	    3, (const char *[]){"id", "7", "text", "one\n\ntwo \"and\"", "published", "2024"});

	is(&e, FORM_JSON,
	    "{\"id\": \"7\", \"text\": \"one\\n\\ntwo \\\"and\\\"\", \"published\": \"2024\"}");
	e = of_fields(0, NULL);
	is(&e, FORM_JSON, "{}");
	arena_done(&arena);
}

Test(entry_record, one_field_may_be_the_whole_record)
{
	struct queue_entry e = of_fields(1, (const char *[]){"anything", " {\"text\": \"a\"}"});

	is(&e, FORM_JSON, " {\"text\": \"a\"}");
	e = of_fields(1, (const char *[]){"anything", "\x81\xA4text\xA1z"});
	is(&e, FORM_MSGPACK, "\x81\xA4text\xA1z");
	e = of_fields(1, (const char *[]){"text", "a plain one"});
	is(&e, FORM_JSON, "{\"text\": \"a plain one\"}");
	arena_done(&arena);
}

Test(entry_record, other_fields_go_before_those_of_a_whole_record)
{
	struct queue_entry e =
	    of_fields(3, (const char *[]){"id", "7", "json", "{\"text\": \"a\"}", "url", "u"});

	is(&e, FORM_JSON, "{\"id\": \"7\", \"url\": \"u\", \"text\": \"a\"}");
	e = of_fields(2, (const char *[]){"record", "{ }", "id", "7"});
	is(&e, FORM_JSON, "{\"id\": \"7\" }");
	e = of_fields(2, (const char *[]){"record", "\x81\xA1t\xA1z", "id", "7"});
	is(&e, FORM_MSGPACK,
	    "\x82\xA2id\xA1"
	    "7\xA1t\xA1z");
	e = of_fields(2, (const char *[]){"body", "{\"text\": \"a\"}", "id", "7"});
	is(&e, FORM_JSON, "{\"body\": \"{\\\"text\\\": \\\"a\\\"}\", \"id\": \"7\"}");
	e = of_fields(2, (const char *[]){"json", "no object", "id", "7"});
	is(&e, FORM_JSON, "{\"json\": \"no object\", \"id\": \"7\"}");
	arena_done(&arena);
}

Test(entry_record, what_is_cut_short_stays_what_it_was)
{
	struct entry_field id = {SPAN("id"), SPAN("7")};
	struct span raw = entry_splice(&arena, FORM_JSON, SPAN("{"), &id, 1);

	cr_assert(span_equal(raw, SPAN("{\"id\": \"7\"")), "%.*s", (int)raw.n, raw.p);
	raw = entry_splice(&arena, FORM_MSGPACK, SPAN("\xDF\xFF"), &id, 1);
	cr_assert(span_equal(raw, SPAN("\xDF\xFF")));
	raw = entry_splice(&arena, FORM_JSON, SPAN("not json"), &id, 1);
	cr_assert(span_equal(raw, SPAN("not json")));
	raw = entry_splice(&arena, FORM_JSON, span_of(NULL, 0), &id, 1);
	cr_assert_eq(raw.n, 0);
	arena_done(&arena);
}

Test(entry_record, a_value_is_known_by_how_it_begins)
{
	struct queue_entry e = {0};

	cr_assert_eq(entry_form(SPAN("\n\t {")), FORM_JSON);
	cr_assert_eq(entry_form(SPAN("\xDE")), FORM_MSGPACK);
	cr_assert_eq(entry_form(SPAN("[1]")), FORM_NONE);
	cr_assert_eq(entry_form(SPAN("")), FORM_NONE);
	entry_from_value(&e, SPAN("json failed to parse"));
	is(&e, FORM_JSON, "json failed to parse");
}

Test(entry_record, one_over_a_limit_has_no_bytes)
{
	struct queue_entry e = {.form = FORM_JSON, .raw = SPAN("abc")};

	entry_too_large(&e, &arena, 3, 2);
	cr_assert_str_eq(e.refused, "too-large");
	cr_assert_str_eq(e.detail, "3 bytes, over --max-document 2");
	cr_assert_eq(e.raw.n, 0);
	arena_done(&arena);
}
