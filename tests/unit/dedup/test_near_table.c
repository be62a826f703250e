#include "stages/dedup/near_table.h"

#include "near_text.h"

enum { MANY = 20000, WORDS = 40, LEAST = 4000 };

static bool
skips_one(const void *object, uint32_t document)
{
	return object != NULL && document == *(const uint32_t *)object;
}

static struct sketch
sketch_of(unsigned number, unsigned edit)
{
	struct arena a = {0};
	struct sketch k = near_sketch(near_text(&a, number, WORDS, edit));

	arena_done(&a);
	return k;
}

static void
add(struct near_table *t, unsigned number, unsigned edit, uint32_t document)
{
	struct near_owner o = {sketch_of(number, edit), document, number};

	near_table_add(t, &o);
}

static struct near_found
find(struct near_table *t, unsigned number, unsigned edit)
{
	struct sketch k = sketch_of(number, edit);

	near_table_prefetch(t, &k);
	return near_table_find(t, &k, LEAST, skips_one, NULL);
}

Test(near_table, finds_what_is_near_and_nothing_else)
{
	struct near_table t = {.n = 0};
	struct near_found found;

	cr_assert_null(find(&t, 1, 0).owner);
	add(&t, 1, 0, 11);
	add(&t, 2, 0, 12);
	found = find(&t, 2, 10);
	cr_assert_not_null(found.owner);
	cr_assert_eq(found.owner->document, 12);
	cr_assert_eq(found.owner->paragraph, 2);
	cr_assert(found.similarity > 5000 && found.similarity < 8500, "%d", found.similarity);
	cr_assert_eq(find(&t, 2, 0).similarity, 10000);
	cr_assert_null(find(&t, 3, 0).owner);
	near_table_done(&t);
}

Test(near_table, what_is_less_alike_than_asked_for_is_not_near)
{
	struct near_table t = {.n = 0};
	struct sketch k = sketch_of(1, 10);
	struct near_found found;

	add(&t, 1, 0, 11);
	found = near_table_find(&t, &k, LEAST, skips_one, NULL);
	cr_assert_not_null(found.owner);
	cr_assert_not_null(near_table_find(&t, &k, found.similarity, skips_one, NULL).owner);
	cr_assert_null(near_table_find(&t, &k, found.similarity + 1, skips_one, NULL).owner);
	near_table_done(&t);
}

Test(near_table, a_guard_keeps_the_most_alike_apart)
{
	struct near_table t = {.n = 0};
	struct sketch k = sketch_of(1, 0);

	add(&t, 1, 0, 11);
	k.numbers++;
	cr_assert_null(near_table_find(&t, &k, LEAST, skips_one, NULL).owner);
	k.numbers--;
	k.order++;
	cr_assert_null(near_table_find(&t, &k, LEAST, skips_one, NULL).owner);
	k.order--;
	cr_assert_not_null(near_table_find(&t, &k, LEAST, skips_one, NULL).owner);
	near_table_done(&t);
}

Test(near_table, the_most_alike_wins_and_of_equals_the_oldest)
{
	struct near_table t = {.n = 0};

	add(&t, 1, 5, 11);
	add(&t, 1, 20, 12);
	add(&t, 1, 20, 13);
	cr_assert_eq(find(&t, 1, 0).owner->document, 12);
	near_table_done(&t);
}

Test(near_table, documents_that_are_not_wanted_are_skipped)
{
	struct near_table t = {.n = 0};
	struct sketch k = sketch_of(1, 0);
	uint32_t unwanted = 11;

	add(&t, 1, 0, 11);
	cr_assert_null(near_table_find(&t, &k, LEAST, skips_one, &unwanted).owner);
	add(&t, 1, 20, 12);
	cr_assert_eq(near_table_find(&t, &k, LEAST, skips_one, &unwanted).owner->document, 12);
	near_table_done(&t);
}

/* Of 2 % of the owners, each slightly edited, how many are found as themselves. */
static unsigned
found_again(struct near_table *t, unsigned step)
{
	unsigned n = 0;

	for (unsigned i = 1; i <= MANY; i += step) {
		struct near_found found = find(t, i, 20);

		n += found.owner != NULL && found.owner->document == i;
	}
	return n;
}

Test(near_table, grows_and_finds_as_a_table_made_at_once_does)
{
	struct near_table grown = {.n = 0}, at_once = {.n = 0};
	struct near_found a, b;

	for (unsigned i = 1; i <= MANY; i++) {
		add(&grown, i, 0, i);
		if (i % 1000 == 0)
			find(&grown, 1, 0); /* so that its groups are there */
	}
	cr_assert_not_null(grown.groups);
	for (uint32_t i = 0; i < grown.n; i++)
		near_table_add(&at_once, &grown.owners[i]);
	cr_assert_null(at_once.groups);
	cr_assert_eq(found_again(&grown, 50), MANY / 50);
	for (unsigned i = 1; i <= MANY; i += 50) {
		a = find(&grown, i, 4);
		b = find(&at_once, i, 4);
		cr_assert_eq(a.owner == NULL, b.owner == NULL);
		cr_assert(a.owner == NULL || a.owner->document == b.owner->document);
	}
	cr_assert_eq(grown.n_groups, at_once.n_groups);
	near_table_done(&grown);
	near_table_done(&at_once);
}

static bool
is_even(const void *unused, uint32_t document)
{
	(void)unused;
	return document % 2 == 0;
}

Test(near_table, what_is_removed_is_not_found_and_the_rest_is)
{
	struct near_table t = {.n = 0};

	near_table_remove(&t, is_even, NULL);
	for (unsigned i = 1; i <= 100; i++)
		add(&t, i, 0, i);
	cr_assert_not_null(find(&t, 8, 0).owner);
	near_table_remove(&t, is_even, NULL);
	for (unsigned i = 1; i <= 100; i++)
		cr_assert_eq(find(&t, i, 0).owner != NULL, i % 2 == 1, "%u", i);
	near_table_done(&t);
}

Test(near_table, a_bucket_has_a_limit_and_the_oldest_stay)
{
	struct near_table t = {.n = 0};
	struct near_owner o = {.sketch = sketch_of(1, 0), .document = 1};

	for (unsigned i = 0; i < 1000; i++) {
		near_table_add(&t, &o);
		o.document++;
		o.sketch.order++; /* so that only one is near */
	}
	cr_assert_eq(find(&t, 1, 0).owner->document, 1);
	o.document = 1000000;
	o.sketch = sketch_of(1, 0);
	o.sketch.order = 999;
	near_table_add(&t, &o);
	cr_assert_null(
	    near_table_find(&t, &o.sketch, LEAST, skips_one, NULL).owner, "there was no room");
	near_table_done(&t);
}

Test(near_table, its_memory_is_bounded_by_what_it_says)
{
	for (uint64_t n = 1; n < 100 << 20; n = n * 5 / 4 + 1)
		cr_assert_leq(near_table_bytes(n), 4096 * 300 + n * 265, "%zu", (size_t)n);
	cr_assert_eq(sizeof(struct near_owner), 92);
}
