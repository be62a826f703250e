#include "stages/write/parcel.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct parcel p, other;

static void
close_test(void)
{
	parcel_done(&p);
	parcel_done(&other);
}

TestSuite(parcel, .fini = close_test);

static void
add(struct parcel *to, uint64_t key, const char *id, const char *body)
{
	parcel_add(to, &(struct document){.key = key, .id = span_str(id)}, span_str(body));
}

Test(parcel, gives_back_what_went_in)
{
	char body[32];

	for (int i = 0; i < 200; i++) {
		snprintf(body, sizeof(body), "record %d", i);
		add(&p, (uint64_t)i, i % 2 == 0 ? "" : "id", body);
	}
	cr_assert_eq(p.n, 200);
	for (size_t i = 0; i < 200; i++) {
		snprintf(body, sizeof(body), "record %d", (int)i);
		cr_assert_eq(p.records[i].key, i);
		cr_assert(span_equal(parcel_body(&p, i), span_str(body)));
		cr_assert(span_equal(parcel_id(&p, i), i % 2 == 0 ? SPAN("") : SPAN("id")));
	}
}

Test(parcel, moves_whole)
{
	add(&other, 1, "old", "gone");
	add(&p, 2, "a", "first");
	add(&p, 3, "b", "second");
	parcel_move(&other, &p);
	cr_assert_eq(p.n + p.bytes.n, 0);
	cr_assert_eq(other.n, 2);
	cr_assert(span_equal(parcel_body(&other, 1), SPAN("second")));
	add(&p, 4, "c", "third");
	cr_assert(span_equal(parcel_body(&p, 0), SPAN("third")));
	cr_assert(span_equal(parcel_id(&other, 0), SPAN("a")), "each has its own memory");
}
