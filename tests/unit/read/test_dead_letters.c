#include "stages/read/dead_letters.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "common/buf.h"
#include "proto/record_json.h"

static struct arena arena;
static struct buf line;
static struct document got;

static void
close_test(void)
{
	arena_done(&arena);
	buf_done(&line);
}

TestSuite(dead_letters, .fini = close_test);

/* A document that extract refused. */
static struct document
refused(struct span raw)
{
	return (struct document){.id = SPAN("a \"b\"\n@17:x"),
	    .key = 0xFEDCBA9876543210,
	    .source = {.path = SPAN("a \"b\"\n"), .offset = 17, .length = 29},
	    .form = FORM_MSGPACK,
	    .raw = raw,
	    .refused = {.stage = SPAN("extract"),
		.reason = SPAN("bad-msgpack"),
		.detail = SPAN("d\xC3\xA9tail"),
		.attempts = 3}};
}

static bool
reads(struct span text)
{
	return dead_letter_read(&got, &arena, text);
}

static void
is_text(struct span is, struct span expected)
{
	cr_assert(span_equal(is, expected), "%.*s", (int)is.n, is.p);
}

/* What dead_letter_json printed is read, and has no more to do with the line it stood in. */
static void
prints_and_reads(const struct document *d)
{
	line.n = 0;
	dead_letter_json(&line, d);
	cr_assert(reads(buf_view(&line)), "%.*s", (int)line.n, line.p);
	memset(line.p, 'x', line.n);
	is_text(got.id, d->id);
	cr_assert_eq(got.key, d->key);
	is_text(got.source.path, d->source.path);
	cr_assert_eq(got.source.offset, d->source.offset);
	cr_assert_eq(got.source.length, d->source.length);
	cr_assert_eq(got.form, d->form);
	is_text(got.raw, d->raw);
}

static void
stays_refused(const struct document *d)
{
	prints_and_reads(d);
	is_text(got.refused.stage, d->refused.stage);
	is_text(got.refused.reason, d->refused.reason);
	is_text(got.refused.detail, d->refused.detail);
	cr_assert_eq(got.refused.attempts, d->refused.attempts);
}

Test(dead_letters, what_write_prints_is_the_document_again)
{
	char bytes[256];

	for (int i = 0; i < 256; i++)
		bytes[i] = (char)(255 - i);
	for (size_t n = 1; n <= 256; n++) {
		struct document d = refused(span_of(bytes, n));

		prints_and_reads(&d);
		cr_assert(!document_is_refused(&got));
		arena_reset(&arena);
	}
}

Test(dead_letters, every_form_comes_back)
{
	for (int form = FORM_TEXT; form <= FORM_HTML; form++) {
		struct document d = refused(SPAN("raw"));

		d.form = (enum form)form;
		prints_and_reads(&d);
	}
}

Test(dead_letters, one_without_raw_bytes_stays_refused)
{
	struct document d = refused(span_of(NULL, 0));

	stays_refused(&d);
	d.form = FORM_NONE;
	d.refused.stage = SPAN("read");
	d.refused.reason = SPAN("unreadable");
	stays_refused(&d);
	d.refused.reason = SPAN("too-large");
	stays_refused(&d);
}

Test(dead_letters, what_read_found_no_document_in_stays_refused)
{
	struct document d = refused(SPAN("half a docu"));

	d.refused.stage = SPAN("read");
	d.refused.reason = SPAN("damaged");
	stays_refused(&d);
	is_text(got.raw, SPAN("half a docu"));
	d.refused.reason = SPAN("too-large"); /* a whole one, of which somebody kept the bytes */
	prints_and_reads(&d);
	cr_assert(!document_is_refused(&got));
}

#define HEAD "\"v\": 1, \"id\": \"i\", \"key\": \"00000000000000ff\", "
#define SOURCE "\"source\": {\"path\": \"p\", \"offset\": 0, \"length\": 1}, "
#define FAULT "\"stage\": \"extract\", \"reason\": \"bad-json\""
#define RAW ", \"form\": \"json\", \"raw_b64\": \"ew==\""

Test(dead_letters, the_order_of_the_fields_and_others_do_not_matter)
{
	cr_assert(reads(SPAN("{" HEAD SOURCE FAULT RAW "}")));
	cr_assert(reads(SPAN("{" FAULT RAW ", " SOURCE HEAD "\"url\": \"u\", \"x\": [1]}\r")));
	is_text(got.raw, SPAN("{"));
	cr_assert_eq(got.key, 255);
}

Test(dead_letters, what_lacks_anything_is_an_ordinary_line)
{
	static const char *const lines[] = {"", "{}", "\"raw_b64\"", "{\"raw_b64\": \"ew==\"}",
	    "{" HEAD SOURCE FAULT "}", "{" HEAD SOURCE "\"stage\": \"extract\"" RAW "}",
	    "{" HEAD SOURCE "\"reason\": \"bad-json\"" RAW "}", "{" HEAD FAULT RAW "}",
	    "{" SOURCE FAULT RAW "}", "{" HEAD SOURCE FAULT ", \"raw_b64\": \"ew==\"}",
	    "{" HEAD SOURCE FAULT RAW, "[{" HEAD SOURCE FAULT RAW "}]"};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		cr_assert(!reads(span_str(lines[i])), "%s", lines[i]);
}

Test(dead_letters, what_is_of_a_wrong_kind_is_an_ordinary_line)
{
	static const char *const lines[] = {"{" HEAD SOURCE FAULT
					    ", \"form\": \"page\", \"raw_b64\": \"ew==\"}",
	    "{" HEAD SOURCE FAULT ", \"form\": \"json\", \"raw_b64\": \"ew=\"}",
	    "{" HEAD SOURCE FAULT ", \"form\": \"json\", \"raw_b64\": \"e*==\"}",
	    "{" HEAD SOURCE FAULT ", \"form\": \"json\", \"raw_b64\": \"====\"}",
	    "{" HEAD SOURCE FAULT ", \"form\": \"json\", \"raw_b64\": 5}",
	    "{" HEAD "\"source\": \"p\", " FAULT RAW "}", "{" HEAD "\"source\": {}, " FAULT RAW "}",
	    "{\"v\": 2, \"id\": \"i\", \"key\": \"00000000000000ff\", " SOURCE FAULT RAW "}",
	    "{\"v\": 1, \"id\": \"i\", \"key\": \"ff\", " SOURCE FAULT RAW "}",
	    "{" HEAD SOURCE FAULT RAW ", \"detail\": \"\xFF\"}"};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		cr_assert(!reads(span_str(lines[i])), "%s", lines[i]);
}

Test(dead_letters, a_record_with_a_body_of_its_own_is_none)
{
	cr_assert(!reads(SPAN("{" HEAD SOURCE FAULT RAW ", \"text\": \"a\"}")));
	cr_assert(!reads(SPAN("{\"paragraphs\": [], " HEAD SOURCE FAULT RAW "}")));
}
