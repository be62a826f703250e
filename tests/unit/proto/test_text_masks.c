#include "proto/text_masks.h"

#include "samples.h"

/* What stands at each byte: w(ord), d(igit), C(apital), or a dot. */
static void
masks_are(const char *text, const char *expected)
{
	struct text_masks m = {.n = 0};
	struct span s = tight(span_str(text));
	char seen[256];

	text_masks_make(&m, s);
	for (size_t i = 0; i < s.n; i++) {
		seen[i] = '.';
		if (text_masks_has(m.words, i))
			seen[i] = 'w';
		if (text_masks_has(m.digits, i))
			seen[i] = 'd';
		if (text_masks_has(m.capitals, i))
			seen[i] = 'C';
	}
	cr_assert(
	    span_equal(span_of(seen, s.n), span_str(expected)), "%s: %.*s", text, (int)s.n, seen);
	tight_done(s);
	text_masks_done(&m);
}

Test(text_masks, words_digits_and_capitals_of_ascii)
{
	masks_are("", "");
	masks_are("Shr 4.50 dlrs, A320's", "Cww.d.dd.wwww..Cddd.w");
	masks_are("@[`{/:", "......");
}

Test(text_masks, of_other_letters_too)
{
	masks_are("\u00C9t\u00E9", "CCwww");
	masks_are("\u2018x\u2019 \u20AC5", "...w....wwwd");
	masks_are("\u0663\u00BD", "dddd");
	masks_are("\u0416\u0436", "CCww");
}

Test(text_masks, what_stands_out_of_a_text_without_spaces_is_a_word)
{
	struct text_masks m = {.n = 0};

	masks_are("\u6771\u4EAC\u306B\u30C8\u30E8\u30BF\u5DE5\u5834\u304C\u3042\u308B",
	    ".........CCCCCCCCC...............");
	masks_are("\u6771\u4EAC\u306B\u4E09\u5343\u4EBA\u304C\u3044\u308B",
	    ".........dddddd............");
	text_masks_make(&m, SPAN("\u6771\u4EAC"));
	cr_assert(text_masks_is_spaceless(&m));
	cr_assert_eq(m.letters, 2);
	cr_assert_eq(m.caseless, 2);
	text_masks_make(&m, SPAN("Tokyo \u6771\u4EAC"));
	cr_assert_not(text_masks_is_spaceless(&m));
	text_masks_done(&m);
}

static void
is_the_same(struct span text)
{
	struct text_masks fast = {.n = 0}, plain = {.n = 0};

	text_masks_make(&fast, text);
	text_masks_make_plain(&plain, text);
	cr_assert_eq(fast.n, plain.n);
	cr_assert_eq(memcmp(fast.words, plain.words, fast.n * 8), 0);
	cr_assert_eq(memcmp(fast.digits, plain.digits, fast.n * 8), 0);
	cr_assert_eq(memcmp(fast.capitals, plain.capitals, fast.n * 8), 0);
	cr_assert_eq(fast.letters, plain.letters);
	cr_assert_eq(fast.spaceless, plain.spaceless);
	cr_assert_eq(fast.caseless, plain.caseless);
	text_masks_done(&fast);
	text_masks_done(&plain);
}

Test(text_masks, simd_gives_what_plain_code_gives)
{
	static const char *const pieces[] = {"a", "Z", "9", " ", ".", "\u00E9", "\u4E09", "\u30C8",
	    "\U0001F600", "@", "[", "`", "{", "\x7F"};
	struct dice d = {.state = 3};

	for (unsigned turn = 0; turn < 400; turn++) {
		struct buf b = {0};
		struct span text;

		for (size_t n = roll_below(&d, 200); n > 0; n--)
			buf_str(&b, pieces[roll_below(&d, turn % 2 ? 14 : 5)]);
		text = tight(buf_view(&b));
		is_the_same(text);
		tight_done(text);
		buf_done(&b);
	}
}

Test(text_masks, a_bit_is_found_across_words_and_never_behind_the_end)
{
	const uint64_t mask[] = {1, 0, (uint64_t)1 << 63, 0};

	cr_assert_eq(text_masks_find(mask, 0, 200, true), 0);
	cr_assert_eq(text_masks_find(mask, 1, 200, true), 191);
	cr_assert_eq(text_masks_find(mask, 1, 150, true), 150);
	cr_assert_eq(text_masks_find(mask, 191, 200, false), 192);
	cr_assert_eq(text_masks_find(mask, 5, 5, false), 5);
}

Test(text_masks, words_begin_and_end_at_their_edges)
{
	struct text_masks m = {.n = 0};
	struct buf b = {0};
	const uint32_t *edges;

	text_masks_make(&m, SPAN(" one, two"));
	cr_assert_eq(text_masks_words(&m, &edges), 2);
	cr_assert(edges[0] == 1 && edges[1] == 4 && edges[2] == 6 && edges[3] == 9);
	for (unsigned i = 0; i < 256; i++)
		buf_byte(&b, 'a');
	text_masks_make(&m, buf_view(&b));
	cr_assert_eq(text_masks_words(&m, &edges), 1);
	cr_assert(edges[0] == 0 && edges[1] == 256);
	buf_done(&b);
	text_masks_make(&m, SPAN(""));
	cr_assert_eq(text_masks_words(&m, &edges), 0);
	text_masks_done(&m);
}

Test(text_masks, any_is_of_the_bits_between_and_of_no_other)
{
	for (size_t bit = 0; bit < 256; bit += 3)
		for (size_t from = 0; from < 256; from += 5)
			for (size_t to = from + 1; to <= 256; to += 7) {
				uint64_t mask[4] = {0};

				mask[bit / 64] = (uint64_t)1 << bit % 64;
				cr_assert_eq(text_masks_any(mask, from, to),
				    from <= bit && bit < to, "%zu in %zu to %zu", bit, from, to);
			}
}
