#include "common/json.h"

#include <criterion/criterion.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/utf8.h"

static void
prints(struct span s, struct span expected)
{
	struct buf b = {0};

	json_string(&b, s);
	cr_assert(span_equal(buf_view(&b), expected), "%.*s is not %.*s", (int)b.n, b.p,
	    (int)expected.n, expected.p);
	buf_done(&b);
}

static void
prints_decimal(int64_t v, const char *expected)
{
	struct buf b = {0};

	json_decimal(&b, v);
	cr_assert(span_equal(buf_view(&b), span_str(expected)), "%.*s is not %s", (int)b.n, b.p,
	    expected);
	buf_done(&b);
}

static void
prints_double(double v, const char *expected)
{
	struct buf b = {0};

	json_double(&b, v);
	cr_assert(span_equal(buf_view(&b), span_str(expected)), "%.*s is not %s", (int)b.n, b.p,
	    expected);
	buf_done(&b);
}

/* The same, a byte at a time: no run of eight, no table. s must be valid UTF-8. */
static void
simple_string(struct buf *b, struct span s)
{
	static const char names[] = "\bb\tt\nn\ff\rr\"\"\\\\";

	buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		const char *name = NULL;

		for (const char *p = names; *p != '\0' && name == NULL; p += 2)
			if (*p == s.p[i])
				name = p + 1;
		if (name != NULL)
			buf_print(b, "\\%c", *name);
		else if ((unsigned char)s.p[i] < 0x20)
			buf_print(b, "\\u%04x", (unsigned char)s.p[i]);
		else
			buf_byte(b, s.p[i]);
	}
	buf_byte(b, '"');
}

Test(json, a_string_is_quoted)
{
	prints(SPAN("harbour"), SPAN("\"harbour\""));
	prints(SPAN(""), SPAN("\"\""));
	prints(span_of(NULL, 0), SPAN("\"\""));
}

Test(json, only_what_must_be_escaped_is)
{
	prints(SPAN("\"\\/\x7F"), SPAN("\"\\\"\\\\/\x7F\""));
	prints(SPAN("\b\f\n\r\t"), SPAN("\"\\b\\f\\n\\r\\t\""));
	prints(SPAN("\x00\x01\x1F\x20"), SPAN("\"\\u0000\\u0001\\u001f \""));
	prints(SPAN("é€😀\u2028"), SPAN("\"é€😀\u2028\""));
}

Test(json, what_is_no_utf8_is_replaced)
{
	prints(SPAN("a\xFF"
		    "b"),
	    SPAN("\"a\xEF\xBF\xBD"
		 "b\""));
	prints(SPAN("\xC3"), SPAN("\"\xEF\xBF\xBD\""));
	prints(SPAN("\xE2\x82"), SPAN("\"\xEF\xBF\xBD\""));
	prints(SPAN("\xC0\xAF"), SPAN("\"\xEF\xBF\xBD\xEF\xBF\xBD\""));
	prints(SPAN("\xED\xA0\x80"), SPAN("\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""));
	prints(SPAN("\xE2\x82\"\n"), SPAN("\"\xEF\xBF\xBD\\\"\\n\""));
	prints(SPAN("\xEF\xBF\xBD"), SPAN("\"\xEF\xBF\xBD\""));
}

/* Every byte below 0x80 at every place of two words of eight, among neighbours of each sort. */
Test(json, each_byte_prints_the_same_at_any_place)
{
	static const char fillers[] = {'a', ' ', '~', '!', '#', '[', ']', '\x7F', '\0', '"'};

	for (size_t f = 0; f < sizeof(fillers); f++)
		for (unsigned c = 0; c < 0x80; c++)
			for (size_t at = 0; at < 20; at++) {
				struct buf expected = {0};
				char text[20];

				memset(text, fillers[f], sizeof(text));
				text[at] = (char)c;
				simple_string(&expected, span_of(text, sizeof(text)));
				prints(span_of(text, sizeof(text)), buf_view(&expected));
				buf_done(&expected);
			}
}

Test(json, a_wide_character_prints_the_same_at_any_place)
{
	for (size_t n = 0; n < 20; n++) {
		char text[32] = "aaaaaaaaaaaaaaaaaaaa", expected[32];

		memcpy(text + n, "é\n", 3);
		snprintf(
		    expected, sizeof(expected), "\"%.*sé\\n\"", (int)n, "aaaaaaaaaaaaaaaaaaaa");
		prints(span_of(text, n + 3), span_str(expected));
	}
}

Test(json, a_string_ends_where_its_bytes_end)
{
	for (size_t n = 0; n < 40; n++) {
		char *text = malloc(n == 0 ? 1 : n);
		struct buf b = {0};

		memset(text, 'x', n == 0 ? 1 : n);
		json_string(&b, span_of(text, n));
		cr_assert_eq(b.n, n + 2);
		free(text);
		buf_done(&b);
	}
}

Test(json, a_string_goes_behind_what_is_there)
{
	struct buf b = {0};

	buf_str(&b, "[");
	json_string(&b, SPAN("x"));
	json_decimal(&b, 15000);
	json_double(&b, 2.5);
	cr_assert(span_equal(buf_view(&b), SPAN("[\"x\"1.52.5")));
	buf_done(&b);
}

Test(json, a_decimal_has_no_trailing_zeros)
{
	prints_decimal(8312, "0.8312");
	prints_decimal(8310, "0.831");
	prints_decimal(8300, "0.83");
	prints_decimal(8000, "0.8");
	prints_decimal(1, "0.0001");
	prints_decimal(10, "0.001");
	prints_decimal(100, "0.01");
	prints_decimal(10000, "1");
	prints_decimal(10001, "1.0001");
	prints_decimal(123456789, "12345.6789");
}

Test(json, decimals_reach_from_end_to_end)
{
	prints_decimal(0, "0");
	prints_decimal(-1, "-0.0001");
	prints_decimal(-10000, "-1");
	prints_decimal(-250, "-0.025");
	prints_decimal(INT64_MAX, "922337203685477.5807");
	prints_decimal(INT64_MIN, "-922337203685477.5808");
}

Test(json, a_double_has_the_fewest_digits_that_read_back)
{
	prints_double(0.1, "0.1");
	prints_double(1.0 / 3, "0.3333333333333333");
	prints_double(100, "1e+02");
	prints_double(123456, "123456");
	prints_double(-2.5, "-2.5");
	prints_double(1e300, "1e+300");
	prints_double(0, "0");
	prints_double(-0.0, "-0");
	prints_double(5e-324, "5e-324");
	prints_double(DBL_MAX, "1.7976931348623157e+308");
}

Test(json, what_is_no_number_is_null)
{
	prints_double(NAN, "null");
	prints_double(INFINITY, "null");
	prints_double(-INFINITY, "null");
}

Test(json, any_double_reads_back)
{
	uint64_t state = 9;

	for (int i = 0; i < 20000; i++) {
		struct buf b = {0};
		double v;

		state = state * 6364136223846793005 + 1442695040888963407;
		memcpy(&v, &state, sizeof(v));
		json_double(&b, v);
		buf_byte(&b, '\0');
		if (isfinite(v))
			cr_assert_eq(strtod(b.p, NULL), v, "%s", b.p);
		else
			cr_assert_str_eq(b.p, "null");
		buf_done(&b);
	}
}

Test(json, random_bytes_become_valid_utf8)
{
	uint64_t state = 10;
	char text[64];

	for (int i = 0; i < 20000; i++) {
		struct buf b = {0};

		for (size_t k = 0; k < sizeof(text); k++) {
			state = state * 6364136223846793005 + 1442695040888963407;
			text[k] = (char)(state >> 56);
		}
		json_string(&b, span_of(text, (size_t)i % sizeof(text)));
		cr_assert_eq(utf8_valid(buf_view(&b)), b.n);
		buf_done(&b);
	}
}
