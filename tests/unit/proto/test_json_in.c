#include "proto/json_in.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "proto/pack.h"
#include "proto/record_json.h"
#include "proto/scan.h"

/* A JSON text becomes these bytes, also without the short cut. */
static void
becomes(struct span json, struct span expected)
{
	struct arena a = {0};
	struct buf out = {0};

	cr_assert_eq(json_in_slow(&out, &a, json), 0, "%.*s: %s", (int)json.n, json.p, err_text());
	cr_assert(span_equal(buf_view(&out), expected), "%.*s", (int)json.n, json.p);
	out.n = 0;

	cr_assert_eq(json_in(&out, &a, json), 0, "%.*s: %s", (int)json.n, json.p, err_text());
	cr_assert(span_equal(buf_view(&out), expected), "%.*s", (int)json.n, json.p);
	buf_done(&out);
	arena_done(&a);
}

/* A JSON text comes back the same through MessagePack. */
static void
comes_back(const char *json)
{
	struct arena a = {0};
	struct buf packed = {0}, text = {0};
	struct scan s;

	cr_assert_eq(json_in(&packed, &a, span_str(json)), 0, "%s: %s", json, err_text());
	s = scan_of(buf_view(&packed));
	cr_assert_eq(value_json(&text, &s), 0);
	cr_assert_eq(scan_left(&s), 0);
	cr_assert(span_equal(buf_view(&text), span_str(json)), "%s became %.*s", json, (int)text.n,
	    text.p);
	buf_done(&packed);
	buf_done(&text);
	arena_done(&a);
}

static void
is_refused(struct span json, const char *why)
{
	struct arena a = {0};
	struct buf out = {0};

	cr_assert_eq(json_in(&out, &a, json), ERR_RECORD, "%.*s", (int)json.n, json.p);
	cr_assert(strstr(err_text(), why) != NULL, "%.*s: '%s' does not say '%s'", (int)json.n,
	    json.p, err_text(), why);
	buf_done(&out);
	arena_done(&a);
}

Test(json_in, each_kind_of_value_has_its_form)
{
	becomes(SPAN("null"), SPAN("\xC0"));
	becomes(SPAN("true"), SPAN("\xC3"));
	becomes(SPAN("false"), SPAN("\xC2"));
	becomes(SPAN("7"), SPAN("\x07"));
	becomes(SPAN("-1"), SPAN("\xFF"));
	becomes(SPAN("\"a\""), SPAN("\xA1"
				    "a"));
	becomes(SPAN("[]"), SPAN("\x90"));
	becomes(SPAN("{}"), SPAN("\x80"));
	becomes(SPAN(" \t\r\n[1, {\"a\": [true, null]}, \"\"] \n"), SPAN("\x93\x01\x81\xA1"
									 "a\x92\xC3\xC0\xA0"));
}

Test(json_in, order_and_repeated_keys_stay)
{
	becomes(SPAN("{\"b\": 1, \"a\": 2, \"b\": 3}"), SPAN("\x83\xA1"
							     "b\x01\xA1"
							     "a\x02\xA1"
							     "b\x03"));
}

Test(json_in, the_heads_of_containers_are_the_shortest)
{
	static const struct {
		unsigned n;
		const char *head;
		size_t n_head;
	} arrays[] = {{15, "\x9F", 1}, {16, "\xDC\x00\x10", 3}, {65535, "\xDC\xFF\xFF", 3},
	    {65536, "\xDD\x00\x01\x00\x00", 5}};

	for (size_t i = 0; i < 4; i++) {
		struct buf json = {0}, expected = {0};

		buf_byte(&json, '[');
		buf_put(&expected, arrays[i].head, arrays[i].n_head);
		for (unsigned k = 0; k < arrays[i].n; k++) {
			buf_str(&json, k == 0 ? "5" : ",5");
			buf_byte(&expected, 5);
		}
		buf_byte(&json, ']');
		becomes(buf_view(&json), buf_view(&expected));
		buf_done(&json);
		buf_done(&expected);
	}
}

Test(json_in, integers_of_64_bits_are_integers)
{
	becomes(SPAN("18446744073709551615"), SPAN("\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"));
	becomes(SPAN("-9223372036854775808"), SPAN("\xD3\x80\0\0\0\0\0\0\0"));
	becomes(SPAN("0"), SPAN("\0"));
}

Test(json_in, a_number_that_is_nothing_else_is_an_extension_with_its_digits)
{
	becomes(SPAN("1.50"), SPAN("\xD6\x01"
				   "1.50"));
	becomes(SPAN("1e400"), SPAN("\xC7\x05\x01"
				    "1e400"));
	becomes(SPAN("18446744073709551616"), SPAN("\xC7\x14\x01"
						   "18446744073709551616"));
	becomes(SPAN("-9223372036854775809"), SPAN("\xC7\x14\x01"
						   "-9223372036854775809"));
}

Test(json_in, a_number_that_a_double_prints_back_is_a_double)
{
	becomes(SPAN("0.1"), SPAN("\xCB\x3F\xB9\x99\x99\x99\x99\x99\x9A"));
	becomes(SPAN("-2.5"), SPAN("\xCB\xC0\x04\0\0\0\0\0\0"));
}

Test(json_in, numbers_come_out_as_they_were_written)
{
	static const char *const numbers[] = {"0", "-0", "-0.0", "0.0", "0.1", "0.10", "1.50",
	    "1.0", "1e5", "1E5", "1e+05", "1e400", "-1e400", "1e-400", "5e-324",
	    "0.30000000000000004", "0.3000000000000000444", "3.141592653589793",
	    "12345678901234567890123", "12345678901234567890123.456", "18446744073709551615",
	    "18446744073709551616", "-9223372036854775808", "-9223372036854775809",
	    "1697533200.123", "9007199254740993",
	    "100000000000000000000000000000000000000000000000000000000000000000000000000000000001",
	    "0.000000000000000000000000000000000000000000000000000000000000000000000000000000001"};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char json[256];

		comes_back(numbers[i]);
		snprintf(json, sizeof(json), "[{\"a\": %s}, %s]", numbers[i], numbers[i]);
		comes_back(json);
	}
}

Test(json_in, escapes_are_resolved)
{
	becomes(SPAN("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), SPAN("\xA8\"\\/\b\f\n\r\t"));
	becomes(SPAN("\"\\u0041\\u00e9\\u20AC\""), SPAN("\xA6"
							"A\xC3\xA9\xE2\x82\xAC"));
	becomes(
	    SPAN("\"\\ud83d\\ude00\\uD83D\\uDE00\""), SPAN("\xA8\xF0\x9F\x98\x80\xF0\x9F\x98\x80"));
	becomes(SPAN("\"\xC3\xA9\""), SPAN("\xA2\xC3\xA9"));
}

Test(json_in, U0000_is_an_ordinary_character)
{
	becomes(SPAN("\"a\\u0000b\""), SPAN("\xA3"
					    "a\0b"));
	becomes(SPAN("{\"\\u0000\": \"\\u0000\"}"), SPAN("\x81\xA1\0\xA1\0"));
}

Test(json_in, half_a_surrogate_pair_is_a_replacement_character)
{
#define BAD "\xEF\xBF\xBD"
	becomes(SPAN("\"\\ud800\""), SPAN("\xA3" BAD));
	becomes(SPAN("\"\\uDFFF\""), SPAN("\xA3" BAD));
	becomes(SPAN("\"a\\ud83dz\""), SPAN("\xA5"
					    "a" BAD "z"));
	becomes(SPAN("\"\\ud83d\\u0041\""), SPAN("\xA4" BAD "A"));
	becomes(SPAN("\"\\ud83d\\n\""), SPAN("\xA4" BAD "\n"));
	becomes(SPAN("\"\\ude00\\ud83d\""), SPAN("\xA6" BAD BAD));
	becomes(SPAN("\"\\ud83d\\ud83d\\ude00\""), SPAN("\xA7" BAD "\xF0\x9F\x98\x80"));
	becomes(SPAN("{\"\\udc00\": 1}"), SPAN("\x81\xA3" BAD "\x01"));
#undef BAD
}

Test(json_in, what_only_looks_like_half_a_pair_stays)
{
	becomes(SPAN("\"\\\\ud800\""), SPAN("\xA6\\ud800"));
	becomes(SPAN("\"\\\\\\\\ud800\""), SPAN("\xA7\\\\ud800"));
	becomes(SPAN("\"ud800\""), SPAN("\xA5"
					"ud800"));
}

Test(json_in, mending_does_not_touch_the_input)
{
	char text[] = "[\"\\ud800\", \"\\ud800\"]", before[sizeof(text)];
	struct arena a = {0};
	struct buf out = {0};

	memcpy(before, text, sizeof(text));
	cr_assert_eq(json_in(&out, &a, span_str(text)), 0);
	cr_assert_arr_eq(text, before, sizeof(text));
	buf_done(&out);
	arena_done(&a);
}

Test(json_in, mending_makes_no_good_text_of_a_bad_one)
{
	is_refused(SPAN("\"\\ud8\x10\x11\""), "at byte");
	is_refused(SPAN("\"\\ud80\""), "at byte");
	is_refused(SPAN("\"\\ud80"), "");
	is_refused(SPAN("\"\\ud8g0\""), "at byte");
	is_refused(SPAN("\\ud800"), "at byte");
}

Test(json_in, is_appended_to_what_is_there)
{
	struct arena a = {0};
	struct buf out = {0};

	buf_str(&out, "before");
	cr_assert_eq(json_in(&out, &a, SPAN("[[1], {}]")), 0);
	cr_assert(span_equal(buf_view(&out), SPAN("before\x92\x91\x01\x80")));
	buf_done(&out);
	arena_done(&a);
}

static struct span
nested(struct buf *b, unsigned depth, const char *open, const char *close)
{
	b->n = 0;
	for (unsigned i = 0; i < depth; i++)
		buf_str(b, open);
	buf_str(b, "1");
	for (unsigned i = 0; i < depth; i++)
		buf_str(b, close);
	return buf_view(b);
}

Test(json_in, nests_as_deep_as_messagepack_is_read_and_no_deeper)
{
	struct arena a = {0};
	struct buf json = {0}, out = {0};
	size_t n;

	cr_assert_eq(json_in(&out, &a, nested(&json, SCAN_DEPTH, "[", "]")), 0);
	cr_assert_eq(scan_one(buf_view(&out), &n), 0);
	cr_assert_eq(n, out.n);
	out.n = 0;
	cr_assert_eq(json_in(&out, &a, nested(&json, SCAN_DEPTH, "{\"a\":", "}")), 0);
	cr_assert_eq(scan_one(buf_view(&out), &n), 0);
	is_refused(nested(&json, SCAN_DEPTH + 1, "[", "]"), "nested more than 32 deep, at byte");
	is_refused(nested(&json, SCAN_DEPTH + 1, "{\"a\":", "}"), "nested more than 32 deep");
	is_refused(nested(&json, 100000, "[", "]"), "nested more than 32 deep");
	buf_done(&json);
	buf_done(&out);
	arena_done(&a);
}

Test(json_in, more_than_one_value_is_refused)
{
	is_refused(SPAN("{} {}"), "trailing garbage, at byte");
	is_refused(SPAN("{\"a\": 1}x"), "at byte");
	is_refused(SPAN("1 2"), "at byte");
	is_refused(SPAN("[1]]"), "at byte");
	is_refused(SPAN("null,"), "at byte");
}

Test(json_in, nothing_is_no_value)
{
	is_refused(SPAN(""), "");
	is_refused(SPAN(" \n"), "");
}

Test(json_in, broken_texts_are_refused)
{
	static const struct span broken[] = {SPAN("{"), SPAN("["), SPAN("[1,"), SPAN("[1,]"),
	    SPAN("{\"a\""), SPAN("{\"a\":}"), SPAN("{\"a\": 1,}"), SPAN("{a: 1}"), SPAN("{1: 2}"),
	    SPAN("'a'"), SPAN("\"a"), SPAN("\"\\x\""), SPAN("\"\\u12\""), SPAN("\"\n\""),
	    SPAN("\"\0\""), SPAN("nul"), SPAN("NaN"), SPAN("Infinity"), SPAN("01"), SPAN("-"),
	    SPAN("1."), SPAN(".5"), SPAN("+1"), SPAN("1e"), SPAN("0x10"), SPAN("// a\n1"),
	    SPAN("/* a */ 1"), SPAN("[1 2]"), SPAN("}"), SPAN("\"\xFF\"")};

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		is_refused(broken[i], "");
}

Test(json_in, the_message_names_the_byte)
{
	is_refused(SPAN("{\"a\": 1, \"b\": x}"), "at byte 15");
}
