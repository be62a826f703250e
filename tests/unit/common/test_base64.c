#include "common/base64.h"

#include <criterion/criterion.h>

#include "common/buf.h"

static void
decodes(const char *text, const char *want)
{
	struct arena a = {0};
	struct span bytes = {0};

	cr_assert(base64_decode(&a, span_str(text), &bytes), "%s", text);
	cr_assert(span_equal(bytes, span_str(want)), "%s", text);
	arena_done(&a);
}

static void
is_none(const char *text)
{
	struct arena a = {0};
	struct span bytes = {0};

	cr_assert_not(base64_decode(&a, span_str(text), &bytes), "%s", text);
	cr_assert_null(bytes.p);
	arena_done(&a);
}

/* RFC 4648, section 10. */
Test(base64, the_examples_of_its_specification)
{
	decodes("", "");
	decodes("Zg==", "f");
	decodes("Zm8=", "fo");
	decodes("Zm9v", "foo");
	decodes("Zm9vYg==", "foob");
	decodes("Zm9vYmE=", "fooba");
	decodes("Zm9vYmFy", "foobar");
}

Test(base64, line_ends_are_passed_over)
{
	decodes("Zm9v\nYmFy\n", "foobar");
	decodes("Zm9vYg=\r\n=\r\n", "foob");
}

Test(base64, what_is_none_is_refused)
{
	is_none("Zg");
	is_none("Zg=");
	is_none("Zg===");
	is_none("Z===");
	is_none("=Zg=");
	is_none("Zm9v YmFy");
	is_none("Zm9-");
	is_none("<p>");
}

Test(base64, all_bytes_come_back)
{
	struct arena a = {0};
	struct buf b = {0};
	char bytes[256];
	struct span back;

	for (size_t n = 0; n <= sizeof(bytes); n++) {
		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)(i * 7 + n);
		b.n = 0;
		buf_base64(&b, span_of(bytes, n));
		cr_assert(base64_decode(&a, buf_view(&b), &back));
		cr_assert(span_equal(back, span_of(bytes, n)));
	}
	buf_done(&b);
	arena_done(&a);
}
