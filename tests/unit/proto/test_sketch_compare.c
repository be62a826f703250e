#include "proto/sketch.h"

#include "samples.h"

Test(sketch_compare, comes_back_as_it_was_packed)
{
	struct sketch s = {.numbers = 0x01020304,
			  .names = 0xFFEEDDCC,
			  .sides = {1, 2},
			  .order = 0xABCD,
			  .negations = 200,
			  .flags = SKETCH_MADE | SKETCH_CASELESS},
		      back;
	struct buf b = {0};

	for (size_t i = 0; i < MINHASH_LANES; i++)
		s.lanes[i] = (unsigned char)(3 * i);
	sketch_pack(&b, &s);
	cr_assert_eq(b.n, SKETCH_BYTES);
	cr_assert_eq(b.p[MINHASH_LANES], 4, "little-endian");
	sketch_unpack(&back, b.p);
	cr_assert_eq(memcmp(&back, &s, sizeof(s)), 0);
	buf_done(&b);
}

Test(sketch_compare, the_similarity_is_the_share_of_lanes_without_those_by_chance)
{
	struct sketch a = {.flags = SKETCH_MADE}, b = a;

	cr_assert_eq(sketch_similarity(&a, &b), 10000);
	for (size_t i = 0; i < MINHASH_LANES / 2; i++)
		b.lanes[i] = 1;
	cr_assert_eq(sketch_similarity(&a, &b), (32 * 256 - 64) * 10000 / (255 * 64));
	memset(b.lanes, 1, MINHASH_LANES);
	cr_assert_eq(sketch_similarity(&a, &b), 0);
}

Test(sketch_compare, each_trait_is_a_guard)
{
	const struct sketch a = {.flags = SKETCH_MADE, .sides = {5, 5}};
	struct sketch b = a;

	cr_assert_eq(sketch_guard(&a, &b), GUARD_AGREE);
	b.order = 1;
	cr_assert_eq(sketch_guard(&a, &b), GUARD_REVERSAL);
	b.flags |= SKETCH_CHARACTERS;
	cr_assert_eq(sketch_guard(&a, &b), GUARD_KINDS);
	b.names = 1;
	cr_assert_eq(sketch_guard(&a, &b), GUARD_NAMES);
	b.numbers = 1;
	cr_assert_eq(sketch_guard(&a, &b), GUARD_NUMBERS);
	b.negations = 1;
	cr_assert_eq(sketch_guard(&a, &b), GUARD_NEGATIONS);
	for (enum guard g = GUARD_AGREE; g <= GUARD_KINDS; g++)
		cr_assert_gt(strlen(guard_name(g)), 0);
}

static bool
is_reversed(uint32_t one, uint32_t other, uint32_t one_then, uint32_t other_then)
{
	struct sketch a = {.flags = SKETCH_MADE, .sides = {one << 6, other << 6}};
	struct sketch b = {.flags = SKETCH_MADE, .sides = {one_then << 6, other_then << 6}};

	return sketch_guard(&a, &b) == GUARD_REVERSAL && sketch_guard(&b, &a) == GUARD_REVERSAL;
}

Test(sketch_compare, more_of_one_side_and_less_of_the_other_is_a_reversal)
{
	cr_assert(is_reversed(1, 0, 0, 1));
	cr_assert(is_reversed(2, 0, 0, 2));
	cr_assert(is_reversed(0, 1, 3, 2), "four of one, one of the other: modulo 4");
	cr_assert_not(is_reversed(1, 0, 2, 0));
	cr_assert_not(is_reversed(1, 1, 2, 2));
	cr_assert_not(is_reversed(0, 1, 0, 0));
}

Test(sketch_compare, what_has_few_words_or_no_case_must_be_more_alike)
{
	struct sketch s = {.flags = SKETCH_MADE};

	cr_assert_eq(sketch_least(&s, 4000), 4000);
	s.flags |= SKETCH_CASELESS;
	cr_assert_eq(sketch_least(&s, 4000), 6000);
	s.flags = SKETCH_MADE | SKETCH_CHARACTERS;
	cr_assert_eq(sketch_least(&s, 10000), 10000);
}
