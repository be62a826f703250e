#include "proto/age_table.h"

#include <criterion/criterion.h>

static struct age_table
make(void)
{
	struct age_table t = {0};

	age_table_seen(&t, 1, 100);
	age_table_seen(&t, 3, 100);
	age_table_seen(&t, 3, 101);
	age_table_seen(&t, 3, 105);
	age_table_seen(&t, 10, 50);
	return t;
}

Test(age_table, knows_the_minute_of_each_document)
{
	struct age_table t = make(), none = {0};

	cr_assert_eq(t.n, 3, "a minute in which nothing came is not kept");
	cr_assert_eq(age_table_minute(&t, 1), 100);
	cr_assert_eq(age_table_minute(&t, 2), 100);
	cr_assert_eq(age_table_minute(&t, 3), 105);
	cr_assert_eq(age_table_minute(&t, 9), 105);
	cr_assert_eq(age_table_minute(&t, 1000), 50, "clocks may be put back");
	cr_assert_eq(age_table_newest(&t), 50);
	cr_assert_eq(age_table_minute(&none, 1), 0);
	cr_assert_eq(age_table_newest(&none), 0);
	age_table_done(&t);
}

Test(age_table, documents_before_the_first_minute_have_none)
{
	struct age_table t = {0};

	age_table_seen(&t, 4, 7);
	cr_assert_eq(age_table_minute(&t, 3), 0);
	age_table_done(&t);
}

Test(age_table, packed_it_comes_back)
{
	struct age_table t = make(), copy = {0};
	struct buf b = {0};
	struct span left;

	age_table_pack(&b, &t);
	buf_str(&b, "rest");
	left = buf_view(&b);
	cr_assert_eq(age_table_unpack(&copy, &left, 9), 0);
	cr_assert(span_equal(left, SPAN("rest")));
	cr_assert_eq(copy.n, 3);
	cr_assert_eq(age_table_minute(&copy, 9), 105);
	age_table_done(&copy);
	left = buf_view(&b);
	cr_assert_eq(age_table_unpack(&copy, &left, 8), ERR_RECORD, "an age of no document");
	age_table_done(&copy);
	for (size_t n = 0; n < b.n - 4; n++) {
		left = span_of(b.p, n);
		cr_assert_eq(age_table_unpack(&copy, &left, 9), ERR_RECORD, "%zu", n);
		age_table_done(&copy);
	}
	b.p[16] = 1; /* the second begins where the first does */
	left = buf_view(&b);
	cr_assert_eq(age_table_unpack(&copy, &left, 9), ERR_RECORD);
	age_table_done(&copy);
	age_table_done(&t);
	buf_done(&b);
}
