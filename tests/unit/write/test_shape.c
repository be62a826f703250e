#include "stages/write/shape.h"

#include <criterion/criterion.h>

static enum format
chosen(const char *output, enum format given)
{
	struct settings s = {.output = output, .format = given};

	return shape_choose(&s).format;
}

Test(shape, the_name_of_the_output_chooses)
{
	cr_assert_eq(chosen("x.jsonl", FORMAT_AUTO), FORMAT_JSONL);
	cr_assert_eq(chosen("x", FORMAT_AUTO), FORMAT_JSONL);
	cr_assert_eq(chosen("x.msgpack", FORMAT_AUTO), FORMAT_MSGPACK);
	cr_assert_eq(chosen("x.msgpack.gz", FORMAT_AUTO), FORMAT_MSGPACK);
	cr_assert_eq(chosen("x.msgpack.zst", FORMAT_AUTO), FORMAT_MSGPACK);
	cr_assert_eq(chosen("x.msgpack.bz2", FORMAT_AUTO), FORMAT_JSONL);
}

Test(shape, the_option_goes_before_the_name)
{
	cr_assert_eq(chosen("x.msgpack", FORMAT_JSONL), FORMAT_JSONL);
	cr_assert_eq(chosen("x.jsonl", FORMAT_PRETTY), FORMAT_PRETTY);
}

Test(shape, each_shape_prints_its_own)
{
	struct document d = {.id = SPAN("a")};
	struct shape f = {.pretty = {.width = 80}};
	struct buf b = {0};

	f.format = FORMAT_JSONL;
	shape_print(&b, &d, &f);
	cr_assert(span_starts(buf_view(&b), SPAN("{\"v\": 1, \"id\": \"a\"")));
	cr_assert(span_ends(buf_view(&b), SPAN("}\n")));
	b.n = 0;
	f.format = FORMAT_MSGPACK;
	shape_print(&b, &d, &f);
	cr_assert_neq(b.p[0] & 0x80, 0, "no map of MessagePack");
	b.n = 0;
	f.format = FORMAT_PRETTY;
	shape_print(&b, &d, &f);
	cr_assert(b.n > 0 && b.p[0] != '{');
	buf_done(&b);
}
