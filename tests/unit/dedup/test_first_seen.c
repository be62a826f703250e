#include "stages/dedup/first_seen.h"

#include <criterion/criterion.h>

/* A hash whose first eight bytes, by which a slot is chosen, are `home`. */
static struct hash
hash_at(uint64_t home, unsigned char last)
{
	struct hash h = {{0}};

	memcpy(h.bytes, &home, sizeof(home));
	h.bytes[HASH_BYTES - 1] = last;
	return h;
}

Test(first_seen, gives_a_free_slot_and_then_the_same_one_taken)
{
	struct arena a = {0};
	struct first_seen f;
	struct hash h = hash_at(12345, 1);
	struct first *slot;

	first_seen_init(&f, &a, 1);
	slot = first_seen_find(&f, &h);
	cr_assert(!slot->taken);
	cr_assert(first_seen_find(&f, &h) == slot, "looking takes nothing");
	*slot = (struct first){.taken = true, .hash = h, .n = 5, .at = 3};
	slot = first_seen_find(&f, &h);
	cr_assert(slot->taken);
	cr_assert_eq(slot->n, 5);
	cr_assert_eq(slot->at, 3);
	cr_assert(slot->dropped == NULL);
	arena_done(&a);
}

Test(first_seen, tells_apart_hashes_of_one_home)
{
	struct arena a = {0};
	struct first_seen f;

	first_seen_init(&f, &a, 100);
	for (unsigned char i = 0; i < 100; i++) {
		struct hash h = hash_at(UINT64_MAX, i);
		struct first *slot = first_seen_find(&f, &h);

		cr_assert(!slot->taken, "%d", i);
		*slot = (struct first){.taken = true, .hash = h, .n = i};
	}
	for (unsigned char i = 0; i < 100; i++) {
		struct hash h = hash_at(UINT64_MAX, i);
		cr_assert_eq(first_seen_find(&f, &h)->n, i);
	}
	arena_done(&a);
}

Test(first_seen, has_room_for_each_number_of_paragraphs)
{
	for (size_t n = 0; n < 200; n++) {
		struct arena a = {0};
		struct first_seen f;
		struct hash other = hash_at(999999, 0);

		first_seen_init(&f, &a, n);
		for (size_t i = 0; i < n; i++) {
			struct hash h = hash_at(i * 0x9E3779B97F4A7C15ULL, 0);
			*first_seen_find(&f, &h) = (struct first){.taken = true, .hash = h};
		}
		cr_assert(!first_seen_find(&f, &other)->taken, "a search must end");
		arena_done(&a);
	}
}
