#include "common/area.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

/* Write a mark on every page of [from, to). */
static void
mark(const struct area *a, size_t from, size_t to)
{
	for (size_t at = from; at < to; at += AREA_PAGE)
		memcpy(a->p + at, &at, sizeof(at));
}

static bool
is_marked(const struct area *a, size_t to)
{
	for (size_t at = 0, v; at < to; at += AREA_PAGE) {
		memcpy(&v, a->p + at, sizeof(v));
		if (v != at)
			return false;
	}
	return true;
}

static bool
is_zero(const struct area *a, size_t from, size_t to)
{
	for (size_t at = from; at < to; at++)
		if (a->p[at] != 0)
			return false;
	return true;
}

Test(area, keeps_what_it_holds_and_gets_zeroes_however_it_grows)
{
	struct area a = {0};

	for (size_t bytes = 1; bytes < 3 * (size_t)AREA_LARGE; bytes = bytes * 5 / 4 + AREA_PAGE) {
		size_t before = a.bytes;

		area_grow(&a, bytes);
		cr_assert_geq(a.bytes, bytes);
		cr_assert(is_zero(&a, before, a.bytes), "at %zu", bytes);
		mark(&a, before, a.bytes);
		cr_assert(is_marked(&a, a.bytes), "at %zu", bytes);
	}
	area_done(&a);
	cr_assert_null(a.p);
}

Test(area, is_whole_pages_and_large_ones_when_it_is_large)
{
	struct area a = {0};

	cr_assert_eq(area_round(1), AREA_PAGE);
	cr_assert_eq(area_round(AREA_LARGE + 1), AREA_LARGE + AREA_LARGE_PAGE);
	area_grow(&a, AREA_LARGE + 1);
	cr_assert_eq(a.bytes, AREA_LARGE + AREA_LARGE_PAGE);
	cr_assert_eq((uintptr_t)a.p % AREA_LARGE_PAGE, 0);
	area_done(&a);
}

Test(area, does_not_shrink)
{
	struct area a = {0};
	char *p;

	area_grow(&a, 2 * AREA_PAGE);
	p = a.p;
	area_grow(&a, 1);
	cr_assert_eq(a.bytes, 2 * AREA_PAGE);
	cr_assert_eq(a.p, p);
	area_done(&a);
	area_done(&a); /* a no-op */
}
