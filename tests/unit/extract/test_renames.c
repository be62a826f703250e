#include "stages/extract/renames.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static void
is(struct span got, const char *expected)
{
	cr_assert(span_equal(got, span_str(expected)), "%.*s", (int)got.n, got.p);
}

Test(renames, map_is_parsed_item_by_item)
{
	struct renames r = {.n = 77};

	cr_assert_eq(renames_parse(&r, NULL), 0);
	cr_assert_eq(r.n, 0);
	cr_assert_eq(renames_parse(&r, ""), 0);
	cr_assert_eq(r.n, 0);
	cr_assert_eq(renames_parse(&r, "a=b,c=d=e"), 0);
	cr_assert_eq(r.n, 2);
	is(r.list[0].from, "a");
	is(r.list[0].to, "b");
	is(r.list[1].from, "c");
	is(r.list[1].to, "d=e");
	free(r.list);
}

Test(renames, a_wrong_map_is_refused)
{
	static const char *const wrong[] = {"a", "=b", "a=", "a=b,c", "a=b,,c=d", ",", "="};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct renames r = {.n = 77};
		cr_assert_eq(renames_parse(&r, wrong[i]), ERR_USAGE, "%s", wrong[i]);
		cr_assert(strstr(err_text(), "is not FROM=TO") != NULL);
		cr_assert_eq(r.n, 77);
	}
}

Test(renames, the_first_that_fits_is_applied_and_only_once)
{
	struct renames r;

	cr_assert_eq(renames_parse(&r, "a=b,b=c,a=d"), 0);
	is(renames_apply(&r, SPAN("a")), "b");
	is(renames_apply(&r, SPAN("b")), "c");
	is(renames_apply(&r, SPAN("c")), "c");
	is(renames_apply(&r, SPAN("")), "");
	free(r.list);
}
