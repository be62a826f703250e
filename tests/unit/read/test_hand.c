#include "stages/read/hand.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void
put(struct hand *h, const char *id, const char *raw)
{
	struct arena *a = hand_arena(h);
	struct queue_entry e = {
	    .id = arena_copy(a, span_str(id)), .raw = arena_copy(a, span_str(raw)), .detail = ""};

	hand_put(h, &e);
}

static bool
is_wanted(void *object, struct queue_entry *e)
{
	return !span_equal(e->id, span_str(object));
}

Test(hand, what_is_left_survives_when_room_is_made)
{
	struct hand h = {0};
	char id[16];

	for (int i = 0; i < 1000; i++) {
		snprintf(id, sizeof(id), "%d", i);
		put(&h, id, "four");
	}
	cr_assert_eq(h.bytes, 4000);
	hand_drop(&h, 998);
	hand_make_room(&h);
	put(&h, "new", "seven b");
	cr_assert_eq(hand_count(&h), 3);
	cr_assert_eq(h.bytes, 15);
	cr_assert(span_equal(hand_entry(&h, 0)->id, SPAN("998")));
	cr_assert(span_equal(hand_entry(&h, 1)->raw, SPAN("four")));
	cr_assert(span_equal(hand_entry(&h, 2)->id, SPAN("new")));
	hand_drop(&h, 3);
	hand_make_room(&h);
	cr_assert_eq(hand_count(&h) + h.n + h.at + h.bytes, 0);
	hand_done(&h);
}

Test(hand, what_is_not_wanted_is_sifted_out_of_the_new_ones)
{
	struct hand h = {0};

	put(&h, "a", "1");
	put(&h, "b", "22");
	put(&h, "a", "333");
	put(&h, "c", "4444");
	hand_sift(&h, 1, is_wanted, (void *)"a");
	cr_assert_eq(hand_count(&h), 3, "an old one stays, whatever it is");
	cr_assert_eq(h.bytes, 7);
	cr_assert(span_equal(hand_entry(&h, 2)->id, SPAN("c")));
	hand_done(&h);
}
