#include "proto/forgotten.h"

#include <criterion/criterion.h>

/* For each ordinal from 1 on when it was forgotten, as a digit, or '.'. */
static void
are(const struct forgotten *f, const char *expected)
{
	uint64_t n = 0;

	for (uint32_t i = 1; expected[i - 1] != '\0'; i++) {
		const struct forgotten_range *r = forgotten_find(f, i);

		cr_assert_eq(r == NULL ? '.' : (char)('0' + r->at), expected[i - 1], "%u", i);
		n += r != NULL;
	}
	cr_assert_eq(forgotten_count(f), n);
}

Test(forgotten, ranges_are_kept_with_their_time)
{
	struct forgotten f = {0};

	are(&f, "....");
	forgotten_add(&f, 2, 4, 1);
	are(&f, ".11..");
	forgotten_add(&f, 6, 7, 2);
	forgotten_add(&f, 5, 5, 2);
	are(&f, ".11..2.");
	forgotten_add(&f, 1, 9, 3);
	are(&f, "3113323"
		"3.");
	forgotten_add(&f, 1, 9, 4);
	are(&f, "31133233.");
	forgotten_done(&f);
}

Test(forgotten, neighbours_of_one_time_are_one_range)
{
	struct forgotten f = {0};

	for (uint32_t i = 1; i < 100; i++)
		forgotten_add(&f, i, i + 1, 5);
	cr_assert_eq(f.n, 1);
	cr_assert_eq(forgotten_count(&f), 99);
	forgotten_done(&f);
}
