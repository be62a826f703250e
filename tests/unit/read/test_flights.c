#include "stages/read/flights.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(flights, ids_come_back_as_they_were)
{
	struct id_list l = {0};
	struct span *ids;

	id_list_add(&l, SPAN("one"));
	id_list_add(&l, SPAN(""));
	id_list_add(&l, SPAN("with\0nul"));
	ids = id_list_spans(&l);
	cr_assert_eq(l.n, 3);
	cr_assert(span_equal(ids[0], SPAN("one")));
	cr_assert_eq(ids[1].n, 0);
	cr_assert(span_equal(ids[2], SPAN("with\0nul")));
	free(ids);
	buf_done(&l.bytes);
}

Test(flights, those_below_a_seq_leave)
{
	struct flights f = {0};

	for (uint64_t seq = 7; seq < 207; seq++)
		id_list_add(&flights_add(&f, seq)->ids, SPAN("id"));
	cr_assert_eq(flights_below(&f, 7), 0);
	cr_assert_eq(flights_below(&f, 10), 3);
	flights_drop(&f, 3);
	cr_assert_eq(f.list[0].seq, 10);
	cr_assert_eq(flights_below(&f, 1000), 197);
	flights_done(&f);
	cr_assert_eq(f.n, 0);
}
