#include <criterion/criterion.h>

#include "common/buf.h"
#include "common/hash.h"

/* Texts and their hashes by another program (python3-xxhash); the first two are in XXH3's own. */
static const struct {
	const char *text;
	size_t n;
	uint64_t hash64;
	const char *hash128;
} known[] = {
    {"", 0, 0x2d06800538d394c2, "99aa06d3014798d86001c324468d497f"},
    {"a", 1, 0xe6c632b61e964e1f, "a96faf705af16834e6c632b61e964e1f"},
    {"rain over the harbour", 21, 0x6ef42b25515289a4, "7ff6c5f45e11e217450928b59d06b0d5"},
};

static void
check128(struct span s, const char *wanted)
{
	struct hash h = hash128(s);
	struct buf hex = {0};

	buf_hex(&hex, h.bytes, sizeof(h.bytes));
	cr_assert(span_equal(buf_view(&hex), span_str(wanted)), "%.*s", (int)hex.n, hex.p);
	buf_done(&hex);
}

Test(hash, values_are_those_of_xxh3)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		cr_assert_eq(hash64(span_of(known[i].text, known[i].n)), known[i].hash64);
}

Test(hash, the_long_form_is_canonical_with_the_high_half_first)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		check128(span_of(known[i].text, known[i].n), known[i].hash128);
}

/* 512 bytes and more go through the vectorised part. */
Test(hash, long_texts_have_the_same_values_everywhere)
{
	static char text[100000];

	for (size_t i = 0; i < 512; i++)
		text[i] = (char)i;
	cr_assert_eq(hash64(span_of(text, 512)), 0x1059105ad19bfa09);
	check128(span_of(text, 512), "111d5771df64cbcb1059105ad19bfa09");
	memset(text, 'x', sizeof(text));
	cr_assert_eq(hash64(span_of(text, sizeof(text))), 0xd8b99a30e426ac41);
	check128(span_of(text, sizeof(text)), "0fe996a84987456bd8b99a30e426ac41");
}

Test(hash, a_pair_hashes_as_its_parts_joined)
{
	static char text[1000];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 7);
	for (size_t i = 0; i <= sizeof(text); i += 25) {
		struct span s = span_of(text, sizeof(text));

		cr_assert_eq(hash64_pair(span_cut(s, 0, i), span_cut(s, i, s.n)), hash64(s));
	}
	cr_assert_eq(hash64_pair(span_of(NULL, 0), span_of(NULL, 0)), known[0].hash64);
	cr_assert_eq(hash64_pair(SPAN("rain over"), SPAN(" the harbour")), known[2].hash64);
}

Test(hash, no_bytes_and_nul_bytes_are_told_apart)
{
	cr_assert_eq(hash64(span_of(NULL, 0)), known[0].hash64);
	check128(span_of(NULL, 0), known[0].hash128);
	cr_assert_neq(hash64(SPAN("\0")), hash64(SPAN("\0\0")));
	cr_assert_neq(hash64(SPAN("rain")), hash64(SPAN("Rain")));
}
