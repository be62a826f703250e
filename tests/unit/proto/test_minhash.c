#include "proto/minhash.h"

#include <criterion/criterion.h>
#include <string.h>

#include "dice.h"

enum { MOST = 700 };

static size_t
roll_hashes(struct dice *d, uint32_t *hashes)
{
	size_t n = (size_t)roll_below(d, MOST);

	for (size_t i = 0; i < n; i++)
		hashes[i] = (uint32_t)roll(d);
	return n;
}

static bool
same(const struct minhash *a, const struct minhash *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

Test(minhash, all_code_gives_the_same_bytes)
{
	struct dice d = {.state = 1};
	uint32_t hashes[MOST];

	for (unsigned turn = 0; turn < 200; turn++) {
		size_t n = roll_hashes(&d, hashes);
		struct minhash plain, other;

		minhash_init(&plain);
		minhash_add_by(MINHASH_PLAIN, &plain, hashes, n);
		for (enum minhash_code code = MINHASH_SSE41; code < MINHASH_CODES; code++) {
			if (!minhash_has(code))
				continue;
			minhash_init(&other);
			minhash_add_by(code, &other, hashes, n);
			cr_assert(same(&plain, &other), "code %d, %zu hashes", code, n);
		}
		minhash_init(&other);
		minhash_add(&other, hashes, n);
		cr_assert(same(&plain, &other));
	}
}

Test(minhash, neither_order_nor_repeats_nor_parts_matter)
{
	const uint32_t there[] = {7, 1u << 31, 0, 3000000000u, 7}, back[] = {0, 7, 3000000000u};
	const uint32_t rest[] = {1u << 31};
	struct minhash a, b;

	minhash_init(&a);
	minhash_add(&a, there, 5);
	minhash_init(&b);
	minhash_add(&b, back, 3);
	minhash_add(&b, rest, 1);
	minhash_add(&b, NULL, 0);
	cr_assert(same(&a, &b));
}

Test(minhash, its_bytes_never_change)
{
	const uint32_t hashes[] = {0x12345678, 0x9ABCDEF0};
	static const unsigned char first[] = {0x60, 0x01, 0x4C, 0x1F, 0xBA, 0xA7, 0x02, 0x8E};
	unsigned char bytes[MINHASH_LANES];
	struct minhash m;

	minhash_init(&m);
	minhash_add(&m, hashes, 2);
	minhash_bytes(bytes, &m);
	for (size_t i = 0; i < sizeof(first); i++)
		cr_assert_eq(bytes[i], first[i], "byte %zu is 0x%02X", i, bytes[i]);
}

/* Two sets with `common` of 100 hashes in common, 100 times over: the mean share of equal bytes. */
static double
mean_alike(struct dice *d, unsigned common)
{
	unsigned alike = 0;

	for (unsigned turn = 0; turn < 100; turn++) {
		uint32_t hashes[200];
		unsigned char a[MINHASH_LANES], b[MINHASH_LANES];
		struct minhash m;

		for (unsigned i = 0; i < 200; i++)
			hashes[i] = (uint32_t)roll(d);
		minhash_init(&m);
		minhash_add(&m, hashes, 100);
		minhash_bytes(a, &m);
		minhash_init(&m);
		minhash_add(&m, hashes + 100 - common, 100);
		minhash_bytes(b, &m);
		for (unsigned i = 0; i < MINHASH_LANES; i++)
			alike += a[i] == b[i];
	}
	return alike / (100.0 * MINHASH_LANES);
}

Test(minhash, the_share_of_equal_bytes_is_the_similarity)
{
	struct dice d = {.state = 2};

	for (unsigned common = 0; common <= 100; common += 10) {
		double jaccard = common / (200.0 - common);
		double expected = jaccard + (1 - jaccard) / 256;

		cr_assert_float_eq(mean_alike(&d, common), expected, 0.025, "%u in common", common);
	}
}
