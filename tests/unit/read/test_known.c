#include "stages/read/known.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct hash
id_of(unsigned i)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", i);
	return hash128(span_str(text));
}

/* Where id i went, or UINT64_MAX - 9 if it is not known. */
static uint64_t
place(const struct known *k, unsigned i)
{
	struct hash id = id_of(i);
	uint64_t seq;

	return known_find(k, &id, &seq) ? seq : UINT64_MAX - 9;
}

Test(known, the_newest_are_kept_and_the_oldest_go)
{
	struct known k;

	known_open(&k, 100);
	for (unsigned i = 0; i < 10000; i++) {
		struct hash id = id_of(i);

		known_put(&k, &id, i);
		if (i >= 100)
			cr_assert_eq(place(&k, i - 100), UINT64_MAX - 9, "%u", i);
		for (unsigned back = 0; back < 100 && back <= i; back += 33)
			cr_assert_eq(place(&k, i - back), i - back, "%u of %u", i - back, i);
	}
	cr_assert_eq(k.n, 100);
	for (unsigned i = 0; i < 100; i++) {
		struct hash id = id_of(9900 + i);
		cr_assert_eq(memcmp(known_at(&k, i), &id, sizeof(id)), 0);
	}
	known_close(&k);
}

Test(known, an_id_is_known_once_and_its_place_changes)
{
	struct hash id = id_of(1);
	struct known k;

	known_open(&k, 4);
	known_put(&k, &id, KNOWN_IN_HAND);
	known_put(&k, &id, 17);
	cr_assert_eq(k.n, 1);
	cr_assert_eq(place(&k, 1), 17);
	known_settle(&k);
	cr_assert_eq(place(&k, 1), KNOWN_DONE);
	known_close(&k);
}
