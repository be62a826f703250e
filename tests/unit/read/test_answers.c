#include "stages/read/answers.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

Test(answers, all_who_wait_for_an_id_are_found_once)
{
	struct answers *a = calloc(1, sizeof(*a));
	bool seen[2] = {false, false};

	answers_wait(a, SPAN("x"), SPAN("peer0"), false);
	answers_wait(a, SPAN("x"), SPAN("peer1"), true);
	answers_wait(a, SPAN("x"), SPAN("peer0"), false);
	answers_wait(a, SPAN("y"), SPAN("peer0"), false);
	cr_assert_eq(a->n, 3);
	for (int i = 0; i < 2; i++) {
		struct waiter *w = answers_take(a, SPAN("x"));
		int which = w->peer[4] - '0';

		cr_assert_eq(w->peer_n, 5);
		cr_assert_eq(w->delimited, which == 1);
		seen[which] = true;
		free(w);
	}
	cr_assert(seen[0] && seen[1]);
	cr_assert_null(answers_take(a, SPAN("x")));
	cr_assert_null(answers_take(a, SPAN("z")));
	answers_done(a);
	cr_assert_null(answers_take(a, SPAN("y")));
	free(a);
}

Test(answers, many_ids_share_a_bucket)
{
	struct answers *a = calloc(1, sizeof(*a));
	char id[16];

	for (int i = 0; i < 3 * ANSWERS_BUCKETS; i++) {
		snprintf(id, sizeof(id), "%d", i);
		answers_wait(a, span_str(id), SPAN("p"), false);
	}
	for (int i = 0; i < 3 * ANSWERS_BUCKETS; i++) {
		struct waiter *w;

		snprintf(id, sizeof(id), "%d", i);
		w = answers_take(a, span_str(id));
		cr_assert_not_null(w);
		cr_assert(span_equal(span_of(w->id, w->id_n), span_str(id)));
		free(w);
	}
	cr_assert_eq(a->n, 0);
	free(a);
}
