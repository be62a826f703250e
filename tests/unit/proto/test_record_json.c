#include "proto/record_json.h"

#include <math.h>

#include "common/utf8.h"
#include "samples.h"

/* A strict reader of RFC 8259, to see that what is printed is JSON: -1, or the place behind. */

static long json_end(struct span s, long at, int depth);

static long
digits_end(struct span s, long at)
{
	long start = at;

	while (at >= 0 && at < (long)s.n && s.p[at] >= '0' && s.p[at] <= '9')
		at++;
	return at > start ? at : -1;
}

static char
char_at(struct span s, long at)
{
	return at >= 0 && at < (long)s.n ? s.p[at] : '\0';
}

static long
number_end(struct span s, long at)
{
	at += char_at(s, at) == '-';
	at = char_at(s, at) == '0' ? at + 1 : digits_end(s, at);
	if (char_at(s, at) == '.')
		at = digits_end(s, at + 1);
	if ((char_at(s, at) | 0x20) == 'e') {
		at++;
		at += char_at(s, at) == '-' || char_at(s, at) == '+';
		at = digits_end(s, at);
	}
	return at;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static long
string_end(struct span s, long at)
{
	if (char_at(s, at) != '"')
		return -1;
	for (at++; at < (long)s.n && s.p[at] != '"'; at++) {
		if ((unsigned char)s.p[at] < 0x20)
			return -1;
		if (s.p[at] != '\\')
			continue;
		if (memchr("\"\\/bfnrtu", char_at(s, ++at), 9) == NULL)
			return -1;
		for (int i = 1; s.p[at] == 'u' && i <= 4; i++)
			if (!is_hex(char_at(s, at + i)))
				return -1;
	}
	return at < (long)s.n ? at + 1 : -1;
}

static long
literal_end(struct span s, long at, const char *word)
{
	size_t n = strlen(word);

	return at + (long)n <= (long)s.n && memcmp(s.p + at, word, n) == 0 ? at + (long)n : -1;
}

static long
container_end(struct span s, long at, int depth)
{
	char close = char_at(s, at) == '{' ? '}' : ']';

	if (char_at(s, at + 1) == close)
		return at + 2;
	do {
		at++; /* the bracket or the comma */
		at += char_at(s, at) == ' ';
		if (close == '}') {
			at = string_end(s, at);
			if (at < 0 || literal_end(s, at, ": ") < 0)
				return -1;
			at += 2;
		}
		at = json_end(s, at, depth + 1);
	} while (char_at(s, at) == ',');
	return char_at(s, at) == close ? at + 1 : -1;
}

static long
json_end(struct span s, long at, int depth)
{
	switch (char_at(s, at)) {
	case '{':
	case '[': return depth < 100 ? container_end(s, at, depth) : -1;
	case '"': return string_end(s, at);
	case 't': return literal_end(s, at, "true");
	case 'f': return literal_end(s, at, "false");
	case 'n': return literal_end(s, at, "null");
	default: return number_end(s, at);
	}
}

static bool
is_json(struct span s)
{
	return json_end(s, 0, 0) == (long)s.n && utf8_valid(s) == s.n &&
	       memchr(s.p, '\n', s.n) == NULL;
}

static void
prints(struct span value, const char *expected)
{
	struct span only = tight(value);
	struct scan s = scan_of(only);
	struct buf b = {0};

	cr_assert_eq(value_json(&b, &s), 0, "%s", expected);
	cr_assert_eq(scan_left(&s), 0);
	cr_assert(span_equal(buf_view(&b), span_str(expected)), "%.*s is not %s", (int)b.n, b.p,
	    expected);
	cr_assert(is_json(buf_view(&b)), "%s is no JSON", expected);
	buf_done(&b);
	tight_done(only);
}

static void
does_not_print(struct span value)
{
	struct span only = tight(value);
	struct scan s = scan_of(only);
	struct buf b = {0};

	cr_assert_eq(value_json(&b, &s), ERR_RECORD);
	buf_done(&b);
	tight_done(only);
}

/* The keys of MessagePack or JSON in their order, each behind a space. */
static void
keys_of(struct buf *b, const msgpack_object *o)
{
	if (o->type == MSGPACK_OBJECT_ARRAY)
		for (uint32_t i = 0; i < o->via.array.size; i++)
			keys_of(b, &o->via.array.ptr[i]);
	if (o->type == MSGPACK_OBJECT_MAP)
		for (uint32_t i = 0; i < o->via.map.size; i++) {
			const msgpack_object_kv *kv = &o->via.map.ptr[i];
			buf_byte(b, ' ');
			buf_put(b, kv->key.via.str.ptr, kv->key.via.str.size);
			keys_of(b, &kv->val);
		}
}

static void
json_keys_of(struct buf *b, struct span s)
{
	for (long at = 0, end; at < (long)s.n; at = end) {
		end = at + 1;
		if (s.p[at] != '"')
			continue;
		end = string_end(s, at);
		cr_assert(end > 0);
		if (char_at(s, end) == ':') {
			buf_byte(b, ' ');
			buf_put(b, s.p + at + 1, (size_t)(end - at) - 2);
		}
	}
}

Test(record_json, is_as_in_the_golden_file)
{
	struct arena a = {0};
	struct document d;
	struct buf b = {0}, file = {0};

	sample_record(&d, &a);
	record_json(&b, &d);
	cr_assert(is_json(buf_view(&b)));
	buf_byte(&b, '\n');
	golden("golden_record.jsonl", buf_view(&b), &file);
	buf_done(&b);
	buf_done(&file);
	arena_done(&a);
}

Test(record_json, of_a_document_from_the_wire_is_the_same)
{
	struct batch batch = {0};
	struct buf b = {0}, body = {0}, file = {0};
	struct span all = file_read(TEST_DATA "/golden_batch.bin", &body);

	cr_assert_eq(batch_unpack(&batch, span_cut(all, HEADER_BYTES, all.n)), 0);
	record_json(&b, &batch.documents[1]);
	buf_byte(&b, '\n');
	cr_assert(span_equal(buf_view(&b), file_read(TEST_DATA "/golden_record.jsonl", &file)));
	buf_done(&b);
	buf_done(&body);
	buf_done(&file);
	batch_done(&batch);
}

Test(record_json, has_the_keys_of_the_packed_record_in_their_order)
{
	struct arena a = {0};
	struct document d;
	struct buf packed = {0}, json = {0}, x = {0}, y = {0};
	msgpack_unpacked peer;

	sample_record(&d, &a);
	document_pack(&packed, &d, SCOPE_RECORD);
	record_json(&json, &d);
	cr_assert(peer_reads(&peer, buf_view(&packed)));
	keys_of(&x, &peer.data);
	json_keys_of(&y, buf_view(&json));
	cr_assert(
	    span_equal(buf_view(&x), buf_view(&y)), "\n%.*s\n%.*s", (int)x.n, x.p, (int)y.n, y.p);
	msgpack_unpacked_destroy(&peer);
	buf_done(&packed);
	buf_done(&json);
	buf_done(&x);
	buf_done(&y);
	arena_done(&a);
}

Test(record_json, of_an_empty_document_has_its_lists)
{
	struct document d = {0};
	struct buf b = {0};

	record_json(&b, &d);
	cr_assert(
	    span_equal(buf_view(&b),
		SPAN("{\"v\": 1, \"id\": \"\", \"key\": \"0000000000000000\", \"source\": "
		     "{\"path\": \"\", "
		     "\"offset\": 0, \"length\": 0}, \"meta\": {}, \"paragraphs\": [], "
		     "\"dropped\": [], "
		     "\"summary\": [], \"claims\": [], \"stats\": {\"paragraphs\": 0, \"kept\": 0, "
		     "\"exact\": 0, \"near\": 0, \"bytes\": 0}}")),
	    "%.*s", (int)b.n, b.p);
	buf_done(&b);
}

Test(record_json, of_any_document_is_one_line_of_json)
{
	struct arena a = {0};
	struct dice dice = {7, &a};
	struct buf b = {0};

	for (int i = 0; i < 100; i++) {
		struct document d = roll_document(&dice);

		b.n = 0;
		record_json(&b, &d);
		cr_assert(is_json(buf_view(&b)), "document %d", i);
		b.n = 0;
		dead_letter_json(&b, &d);
		cr_assert(is_json(buf_view(&b)), "dead letter %d", i);
		arena_reset(&a);
	}
	buf_done(&b);
	arena_done(&a);
}

Test(record_json, broken_meta_becomes_an_empty_one)
{
	struct document d = {.meta = SPAN("\x82\xA1"
					  "a\x01\xA1")};
	struct buf b = {0};

	record_json(&b, &d);
	cr_assert(is_json(buf_view(&b)));
	cr_assert_not_null(memmem(b.p, b.n, "\"meta\": {},", 11));
	buf_done(&b);
}

Test(record_json, a_dead_letter_keeps_the_raw_bytes)
{
	struct document d;
	struct buf b = {0};

	sample_refused(&d);
	d.url = SPAN("https://quay.example/");
	dead_letter_json(&b, &d);
	cr_assert(
	    span_equal(buf_view(&b),
		SPAN("{\"v\": 1, \"id\": \"quay.jsonl:26\", \"key\": \"0000000000000002\", "
		     "\"url\": \"https://quay.example/\", \"source\": {\"path\": \"quay.jsonl\", "
		     "\"offset\": 26, \"length\": 10}, \"stage\": \"extract\", \"reason\": "
		     "\"syntax\", "
		     "\"detail\": \"byte 9: a string is expected\", \"attempts\": 1, "
		     "\"raw_b64\": \"eyJ0ZXh0Ijog/g==\"}")),
	    "%.*s", (int)b.n, b.p);
	buf_done(&b);
}

Test(record_json, values_print_as_what_they_are)
{
	prints(SPAN("\xC0"), "null");
	prints(SPAN("\xC3"), "true");
	prints(SPAN("\xC2"), "false");
	prints(SPAN("\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), "18446744073709551615");
	prints(SPAN("\xD3\x80\0\0\0\0\0\0\0"), "-9223372036854775808");
	prints(SPAN("\xCB\x3F\xB9\x99\x99\x99\x99\x99\x9A"), "0.1");
	prints(SPAN("\xCB\x7F\xF8\0\0\0\0\0\0"), "null");
	prints(SPAN("\xA3"
		    "a\"\n"),
	    "\"a\\\"\\n\"");
	prints(SPAN("\xA2"
		    "a\xFF"),
	    "\"a\xEF\xBF\xBD\"");
	prints(SPAN("\xC4\x03\x00\xFF\x10"), "\"AP8Q\"");
	prints(SPAN("\x93\x01\x90\x80"), "[1, [], {}]");
	prints(SPAN("\x82\xA1"
		    "a\x01\xA1"
		    "b\x91\xC0"),
	    "{\"a\": 1, \"b\": [null]}");
}

Test(record_json, numbers_print_as_they_were_written)
{
	static const char *const numbers[] = {"0", "-0", "0.10", "1E+2", "1e-7", "-12.5e00",
	    "123456789012345678901234567890", "0.1e5"};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct buf b = {0};

		buf_put(&b, "\xC7", 1);
		buf_byte(&b, (char)strlen(numbers[i]));
		buf_byte(&b, EXT_NUMBER);
		buf_str(&b, numbers[i]);
		prints(buf_view(&b), numbers[i]);
		buf_done(&b);
	}
}

Test(record_json, what_only_looks_like_a_number_is_base64)
{
	prints(SPAN("\xC7\x00\x01"), "\"\"");
	prints(SPAN("\xD4\x01-"), "\"LQ==\"");
	prints(SPAN("\xD5\x01"
		    "01"),
	    "\"MDE=\"");
	prints(SPAN("\xD5\x01+1"), "\"KzE=\"");
	prints(SPAN("\xD5\x01"
		    "1."),
	    "\"MS4=\"");
	prints(SPAN("\xD5\x01.5"), "\"LjU=\"");
	prints(SPAN("\xD5\x01"
		    "1e"),
	    "\"MWU=\"");
	prints(SPAN("\xC7\x03\x01"
		    "1-2"),
	    "\"MS0y\"");
	prints(SPAN("\xC7\x03\x01"
		    "1e+"),
	    "\"MWUr\"");
	prints(SPAN("\xD5\x01"
		    "1\0"),
	    "\"MQA=\"");
	prints(SPAN("\xD4\x02"
		    "1"),
	    "\"MQ==\"");
}

Test(record_json, keys_become_strings)
{
	prints(SPAN("\x81\x05\x06"), "{\"5\": 6}");
	prints(SPAN("\x81\xC0\x06"), "{\"null\": 6}");
	prints(SPAN("\x81\xC4\x01x\x06"), "{\"\\\"eA==\\\"\": 6}");
	prints(SPAN("\x81\xD5\x01"
		    "10\x06"),
	    "{\"10\": 6}");
	prints(SPAN("\x81\x92\x01\x02\x06"), "{\"kgEC\": 6}");
	prints(SPAN("\x81\x80\x06"), "{\"gA==\": 6}");
}

/* A map whose key is a map, whose key is a map, ...: it must not double with each. */
Test(record_json, keys_within_keys_stay_small)
{
	char bytes[2 * SCAN_DEPTH + 1];
	struct buf b = {0};
	struct scan s;

	memset(bytes, 0x81, SCAN_DEPTH);
	memset(bytes + SCAN_DEPTH, 0x05, SCAN_DEPTH + 1);
	s = scan_of(span_of(bytes, sizeof(bytes)));
	cr_assert_eq(value_json(&b, &s), 0);
	cr_assert_eq(scan_left(&s), 0);
	cr_assert(b.n < 4 * sizeof(bytes), "%zu bytes", b.n);
	buf_done(&b);
}

Test(record_json, nests_as_deep_as_a_value_may)
{
	char bytes[SCAN_DEPTH + 1];
	struct span deep = span_of(bytes, SCAN_DEPTH);
	struct scan s = scan_of(deep);
	struct buf b = {0};

	memset(bytes, 0x91, sizeof(bytes));
	bytes[SCAN_DEPTH - 1] = (char)0x90;
	cr_assert_eq(scan_skip(&s, NULL), 0);
	s = scan_of(deep);
	cr_assert_eq(value_json(&b, &s), 0);
	cr_assert(is_json(buf_view(&b)));
	bytes[SCAN_DEPTH - 1] = (char)0x91;
	bytes[SCAN_DEPTH] = (char)0x90; /* empty, and too deep all the same */
	does_not_print(span_of(bytes, SCAN_DEPTH + 1));
	buf_done(&b);
}

Test(record_json, values_cut_short_anywhere_do_not_print)
{
	struct arena a = {0};
	struct span meta = sample_meta(&a);

	for (size_t n = 0; n < meta.n; n++)
		does_not_print(span_cut(meta, 0, n));
	does_not_print(SPAN("\x93\x01\xC3\xDD\xFF\xFF\xFF\xFF"));
	does_not_print(SPAN("\xDF\xFF\xFF\xFF\xFF"));
	does_not_print(SPAN("\xC1"));
	arena_done(&a);
}
