#include "proto/near.h"

#include <criterion/criterion.h>

Test(near, an_owner_comes_back_as_it_was_packed)
{
	struct near_owner o = {.sketch = {.lanes = {1, 2, 3}, .numbers = 0x01020304, .flags = 1},
			      .document = 0xA0B0C0D0,
			      .paragraph = 9},
			  back;
	struct buf b = {0};

	near_owner_pack(&b, &o);
	cr_assert_eq(b.n, NEAR_OWNER_BYTES);
	near_owner_unpack(&back, b.p);
	cr_assert_eq(memcmp(&back, &o, sizeof(o)), 0);
	cr_assert_eq((unsigned char)b.p[SKETCH_BYTES], 0xD0);
	cr_assert_eq(b.p[SKETCH_BYTES + 4], 9);
	buf_done(&b);
}

Test(near, a_drop_comes_back_as_it_was_packed)
{
	struct near_drop d = {hash128(SPAN("text")), 1, 2, 0xA0B0C0D0, 4, 9876}, back;
	struct buf b = {0};

	near_drop_pack(&b, &d);
	cr_assert_eq(b.n, NEAR_DROP_BYTES);
	near_drop_unpack(&back, b.p);
	cr_assert_eq(memcmp(&back, &d, sizeof(d)), 0);
	cr_assert_eq((unsigned char)b.p[HASH_BYTES + 8], 0xD0);
	buf_done(&b);
}
