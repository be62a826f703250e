#include "stages/dedup/near_drops.h"

#include <criterion/criterion.h>

enum { MANY = 5000 };

static struct near_drop
drop_of(uint32_t n)
{
	return (struct near_drop){.hash = hash128(span_of((const char *)&n, sizeof(n))),
	    .document = n,
	    .owner = n / 2,
	    .similarity = (int32_t)n};
}

static bool
has(const struct near_drops *t, uint32_t n)
{
	struct near_drop d = drop_of(n);
	const struct near_drop *found = near_drops_find(t, &d.hash);

	cr_assert(found == NULL || memcmp(found, &d, sizeof(d)) == 0);
	return found != NULL;
}

static void
fill(struct near_drops *t, uint32_t n)
{
	for (uint32_t i = 1; i <= n; i++) {
		struct near_drop d = drop_of(i);

		near_drops_add(t, &d);
	}
}

Test(near_drops, finds_what_was_added_and_nothing_else)
{
	struct near_drops t = {.n = 0};

	cr_assert_not(has(&t, 1));
	fill(&t, MANY);
	for (uint32_t i = 1; i <= MANY; i++)
		cr_assert(has(&t, i), "%u", i);
	cr_assert_not(has(&t, MANY + 1));
	cr_assert_eq(t.n, MANY);
	near_drops_done(&t);
}

static bool
is_above(const void *limit, uint32_t document)
{
	return document > *(const uint32_t *)limit;
}

static bool
is_below(const void *limit, uint32_t document)
{
	return document < *(const uint32_t *)limit;
}

Test(near_drops, what_came_with_a_document_goes_with_it_and_with_its_owner)
{
	struct near_drops t = {.n = 0};
	uint32_t limit = 60;

	near_drops_remove(&t, is_above, &limit);
	fill(&t, 100);
	near_drops_remove(&t, is_above, &limit);
	for (uint32_t i = 1; i <= 100; i++)
		cr_assert_eq(has(&t, i), i <= 60, "%u", i);
	limit = 10;
	near_drops_remove(&t, is_below, &limit);
	for (uint32_t i = 1; i <= 100; i++)
		cr_assert_eq(has(&t, i), i <= 60 && i / 2 >= 10, "%u", i);
	near_drops_done(&t);
}

Test(near_drops, its_memory_is_what_it_says)
{
	struct near_drops t = {.n = 0};
	uint64_t bytes = near_drops_bytes(&t, MANY);

	cr_assert_leq(near_drops_bytes(&t, 1), bytes);
	fill(&t, MANY);
	cr_assert_eq(bytes, t.cap * sizeof(*t.drops) + (t.mask + 1) * sizeof(*t.slots));
	near_drops_done(&t);
}
