#include "stages/dedup/owner_table.h"

#include <criterion/criterion.h>

/* Hashes with few homes, so that entries lie in long rows, also around the end. */
static struct entry
entry_of(const struct owner_table *t, uint32_t n, uint32_t homes)
{
	struct entry e = {.document = n, .paragraph = 2 * n};
	uint64_t home = (t->mask - homes / 2 + n % homes) & t->mask;

	memcpy(e.hash.bytes, &home, sizeof(home));
	memcpy(e.hash.bytes + 8, &n, sizeof(n));
	return e;
}

static bool
is_third(const void *unused, const struct entry *e)
{
	(void)unused;
	return e->document % 3 == 0;
}

Test(owner_table, removes_what_it_shall_and_finds_the_rest)
{
	enum { MANY = 5000 };

	for (uint32_t homes = 1; homes < MANY; homes = homes * 3 + 1) {
		struct owner_table t;

		owner_table_init(&t);
		for (uint32_t i = 1; i <= MANY; i++) {
			struct entry e = entry_of(&t, i, homes);
			owner_table_put(&t, &e);
		}
		cr_assert_eq(t.n, MANY);
		owner_table_remove(&t, is_third, NULL);
		cr_assert_eq(t.n, MANY - MANY / 3);
		for (uint32_t i = 1; i <= MANY; i++) {
			struct entry e = entry_of(&t, i, homes);
			const struct entry *at = owner_table_slot(&t, &e.hash);
			cr_assert_eq(at->document, i % 3 == 0 ? 0 : i, "%u of %u homes", i, homes);
		}
		owner_table_done(&t);
	}
}

Test(owner_table, reserved_it_does_not_grow)
{
	struct owner_table t;
	uint64_t mask;

	owner_table_init(&t);
	owner_table_reserve(&t, 100000);
	mask = t.mask;
	cr_assert_geq(3 * (mask + 1), 4 * 100000);
	for (uint32_t i = 1; i <= 100000; i++) {
		struct entry e = {.hash = hash128(span_of((const char *)&i, 4)), .document = i};
		owner_table_put(&t, &e);
	}
	cr_assert_eq(t.mask, mask);
	cr_assert_eq(t.n, 100000);
	owner_table_done(&t);
}

Test(owner_table, replaces_an_entry_with_the_same_hash)
{
	struct entry e = {.hash = hash128(SPAN("x")), .document = 1};
	struct owner_table t;

	owner_table_init(&t);
	owner_table_put(&t, &e);
	e.document = 2;
	owner_table_put(&t, &e);
	cr_assert_eq(t.n, 1);
	cr_assert_eq(owner_table_slot(&t, &e.hash)->document, 2);
	owner_table_done(&t);
}

Test(owner_table, knows_the_memory_of_growth)
{
	struct owner_table t;
	uint64_t slots;

	owner_table_init(&t);
	slots = t.mask + 1;
	cr_assert_eq(owner_table_bytes(&t, 1), slots * 24);
	cr_assert_eq(owner_table_bytes(&t, slots / 4 * 3), slots * 24);
	cr_assert_eq(owner_table_bytes(&t, slots / 4 * 3 + 1), (slots + 2 * slots) * 24);
	cr_assert_eq(owner_table_bytes(&t, slots * 2), (slots + 4 * slots) * 24);
	owner_table_done(&t);
}
