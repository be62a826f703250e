#include "proto/json_fast.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "common/utf8.h"
#include "proto/json_in.h"

/* Whether it takes text; then it must make of it what yajl makes. */
static bool
takes(struct span text)
{
	struct arena a = {0};
	struct buf fast = {0}, slow = {0};
	char *exact = memcpy(malloc(text.n + 1), text.p, text.n); /* a step too far is seen */
	bool taken;

	exact = realloc(exact, text.n == 0 ? 1 : text.n);
	buf_str(&fast, "before");
	buf_str(&slow, "before");
	taken = json_fast(&fast, span_of(exact, text.n));
	if (taken) {
		cr_assert_eq(json_in_slow(&slow, &a, text), 0, "%.*s", (int)text.n, text.p);
		cr_assert(
		    span_equal(buf_view(&fast), buf_view(&slow)), "%.*s", (int)text.n, text.p);
	} else
		cr_assert_eq(fast.n, 6, "%.*s", (int)text.n, text.p);
	free(exact);
	buf_done(&fast);
	buf_done(&slow);
	arena_done(&a);
	return taken;
}

Test(json_fast, takes_what_is_usual)
{
	static const char *const texts[] = {"{}", "[]", "null", "true", "false", "0", "-0",
	    "-1.5e-3", "18446744073709551615", "18446744073709551616", "\"\"", "\"caf\xC3\xA9\"",
	    " { \"a\" : [ 1 , 2 ] , \"a\" : { } }\r\n", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
	    "\"\\u0000\\u00e9\\u20AC\\ud83d\\ude00\"", "[1.0,1e400,0.1,123456789012345678901.5]"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_assert(takes(span_str(texts[i])), "%s", texts[i]);
}

Test(json_fast, leaves_what_is_not)
{
	static const char *const texts[] = {"", " ", "{", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}",
	    "{\"a\":1,}", "{1:2}", "tru", "nul", "truex", "01", "1.", "1e", "-", "+1", ".5", "\"a",
	    "\"\\", "\"\\x\"", "\"\\u12g4\"", "\"\\u12", "\"\\ud83d\"", "\"\\ud83dx\"",
	    "\"\\ud83d\\n\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"a\nb\"", "1 2", "{}{}",
	    "// x\n1", "'a'", "[1 2]", "\v1"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_assert(!takes(span_str(texts[i])), "%s", texts[i]);
	cr_assert(!takes(SPAN("\"a\0b\"")));
	cr_assert(!takes(SPAN("\"\\\0\"")));
}

Test(json_fast, strings_of_every_length_have_the_shortest_head)
{
	static const size_t lengths[] = {0, 1, 15, 16, 17, 31, 32, 33, 255, 256, 257, 65535, 65536};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		for (int escaped = 0; escaped < 2; escaped++) {
			struct buf b = {0};

			buf_byte(&b, '"');
			for (size_t k = 0; k < lengths[i]; k++)
				buf_str(&b, escaped && k % 7 == 0 ? "\\n" : "x");
			buf_byte(&b, '"');
			cr_assert(takes(buf_view(&b)));
			buf_done(&b);
		}
}

Test(json_fast, containers_of_every_length_have_the_shortest_head)
{
	static const size_t lengths[] = {0, 1, 15, 16, 17, 65535, 65536};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		for (int map = 0; map < 2; map++) {
			struct buf b = {0};

			buf_str(&b, map ? "[0,{" : "[0,[");
			for (size_t k = 0; k < lengths[i]; k++)
				buf_print(&b, map ? "%s\"%zu\":0" : "%s%zu", k > 0 ? "," : "", k);
			buf_str(&b, map ? "},1]" : "],1]");
			cr_assert(takes(buf_view(&b)));
			buf_done(&b);
		}
}

Test(json_fast, nests_as_deep_as_the_other)
{
	char text[2 * 33];

	for (size_t depth = 31; depth <= 33; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		cr_assert_eq(takes(span_of(text, 2 * depth)), depth <= 32);
	}
}

/* Bytes put in, taken out and changed in a text, as long as it stays UTF-8. */
Test(json_fast, what_it_takes_is_what_yajl_takes)
{
	static const char seed[] =
	    "{\"id\": \"a\\u00e9\\n\", \"n\": [-1.25e3, 0, true, null], \"t\": "
	    "\"caf\xC3\xA9 \\ud83d\\ude00 long enough for a vector\"}";
	static const char signs[] = "\"\\{}[]:,0123eE+-.u\n tfn";
	struct arena a = {0};
	size_t replaced, taken = 0;

	srand(3);
	for (int round = 0; round < 60000; round++) {
		char text[sizeof(seed) + 8];
		size_t n = sizeof(seed) - 1;

		memcpy(text, seed, n);
		for (int k = rand() % 3; k >= 0; k--) {
			size_t at = (size_t)rand() % n;
			char c =
			    rand() % 4 == 0 ? (char)rand() : signs[rand() % (sizeof(signs) - 1)];

			if (rand() % 3 == 0) {
				memmove(text + at, text + at + 1, n - at - 1);
				n--;
			} else if (rand() % 2 == 0) {
				memmove(text + at + 1, text + at, n - at);
				text[at] = c;
				n++;
			} else
				text[at] = c;
		}
		taken += takes(utf8_repair(&a, span_of(text, n), &replaced));
		arena_reset(&a);
	}
	cr_assert(taken > 1000 && taken < 50000, "%zu", taken);
	arena_done(&a);
}
