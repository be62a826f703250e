#include "proto/text_masks.h"

#include <unicode/uchar.h>
#if defined(__SSE2__)
#	include <emmintrin.h>
#endif

#include "common/utf8.h"

enum { BLOCK = 64 };

/* Of one block, by its bytes alone; high: bytes that are not ASCII, words for now. */
struct block {
	uint64_t words, digits, capitals, letters, high;
};

static inline bool
in(unsigned char c, unsigned char first, unsigned char last)
{
	return (unsigned char)(c - first) <= last - first;
}

static struct block
block_plain(const char *p)
{
	struct block b = {0};

	for (unsigned i = 0; i < BLOCK; i++) {
		unsigned char c = (unsigned char)p[i];
		uint64_t bit = (uint64_t)1 << i;

		b.digits |= in(c, '0', '9') ? bit : 0;
		b.capitals |= in(c, 'A', 'Z') ? bit : 0;
		b.letters |= in(c | 0x20, 'a', 'z') ? bit : 0;
		b.high |= c >= 0x80 ? bit : 0;
	}
	b.words = b.digits | b.letters | b.high;
	return b;
}

#if defined(__SSE2__)
static inline uint64_t
between(__m128i v, char first, char last)
{
	__m128i from = _mm_sub_epi8(v, _mm_set1_epi8(first));
	__m128i width = _mm_set1_epi8((char)(last - first));

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(from, width), from));
}

static struct block
block_fast(const char *p)
{
	struct block b = {0};

	for (unsigned i = 0; i < BLOCK; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i lower = _mm_or_si128(v, _mm_set1_epi8(0x20));

		b.digits |= between(v, '0', '9') << i;
		b.capitals |= between(v, 'A', 'Z') << i;
		b.letters |= between(lower, 'a', 'z') << i;
		b.high |= (uint64_t)(unsigned)_mm_movemask_epi8(v) << i;
	}
	b.words = b.digits | b.letters | b.high;
	return b;
}
#else
#	define block_fast block_plain
#endif

/* Scripts that put no space between words. */
static bool
is_spaceless(uint32_t c)
{
	return (c >= 0x0E00 && c <= 0x0FFF) || (c >= 0x1000 && c <= 0x109F) ||
	       (c >= 0x1780 && c <= 0x17FF) || (c >= 0x3040 && c <= 0x30FF) ||
	       (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
	       (c >= 0x20000 && c <= 0x3FFFF);
}

static bool
is_katakana(uint32_t c)
{
	return c >= 0x30A1 && c <= 0x30FF && c != 0x30FB;
}

static bool
is_han_numeral(uint32_t c)
{
	static const uint16_t numerals[] = {0x3007, 0x4E00, 0x4E03, 0x4E07, 0x4E09, 0x4E24, 0x4E5D,
	    0x4E8C, 0x4E94, 0x4EBF, 0x5104, 0x5146, 0x516B, 0x516D, 0x5341, 0x5343, 0x56DB, 0x767E,
	    0x842C, 0x96F6};

	for (size_t i = 0; i < sizeof(numerals) / sizeof(numerals[0]); i++)
		if (numerals[i] == c)
			return true;
	return false;
}

static void
mark(uint64_t *mask, size_t from, size_t to, bool set)
{
	for (size_t i = from; i < to; i++)
		if (set)
			mask[i / BLOCK] |= (uint64_t)1 << i % BLOCK;
		else
			mask[i / BLOCK] &= ~((uint64_t)1 << i % BLOCK);
}

/* One character that is not ASCII, at [from, to). */
static void
mark_char(struct text_masks *m, uint32_t c, size_t from, size_t to)
{
	uint32_t category = U_GET_GC_MASK((UChar32)c);

	if ((category & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_SC_MASK)) == 0)
		mark(m->words, from, to, false);
	if ((category & U_GC_N_MASK) != 0)
		mark(m->digits, from, to, true);
	if ((category & (U_GC_LU_MASK | U_GC_LT_MASK)) != 0)
		mark(m->capitals, from, to, true);
	m->letters += (category & U_GC_L_MASK) != 0;
	m->caseless += (category & U_GC_LO_MASK) != 0;
	m->spaceless += is_spaceless(c);
}

static void
mark_high(struct text_masks *m, struct span text, const uint64_t *high)
{
	size_t at = 0;

	while ((at = text_masks_find(high, at, text.n, true)) < text.n) {
		size_t from = at;
		uint32_t c = utf8_next(text, &at, NULL);

		mark_char(m, c, from, at);
	}
}

/* Of text without spaces only what stands out of it is a word. */
static void
mark_spaceless(struct text_masks *m, struct span text, const uint64_t *high)
{
	size_t at = 0;

	while ((at = text_masks_find(high, at, text.n, true)) < text.n) {
		size_t from = at;
		uint32_t c = utf8_next(text, &at, NULL);

		if (is_han_numeral(c))
			mark(m->digits, from, at, true);
		else if (is_spaceless(c) && !is_katakana(c))
			mark(m->words, from, at, false);
	}
	for (size_t i = 0; i < m->n; i++)
		m->capitals[i] |= m->words[i] & ~m->digits[i];
}

static void
make(struct text_masks *m, struct span text, struct block (*block)(const char *p))
{
	size_t n = text.n / BLOCK + 2;
	uint64_t *high, any = 0;
	char last[BLOCK] = {0};

	m->memory.n = 0;
	m->words = (uint64_t *)(void *)buf_room(&m->memory, 4 * n * sizeof(uint64_t));
	m->digits = m->words + n;
	m->capitals = m->digits + n;
	high = m->capitals + n;
	m->n = n - 1;
	m->letters = m->spaceless = m->caseless = 0;
	if (text.n % BLOCK > 0)
		memcpy(last, text.p + text.n / BLOCK * BLOCK, text.n % BLOCK);
	for (size_t i = 0; i < n; i++) {
		struct block b = {0};

		if (i < text.n / BLOCK)
			b = block(text.p + i * BLOCK);
		else if (i == text.n / BLOCK)
			b = block(last);
		m->words[i] = b.words;
		m->digits[i] = b.digits;
		m->capitals[i] = b.capitals;
		high[i] = b.high;
		any |= b.high;
		m->letters += (unsigned)__builtin_popcountll(b.letters);
	}
	if (any == 0)
		return;
	mark_high(m, text, high);
	if (text_masks_is_spaceless(m))
		mark_spaceless(m, text, high);
}

size_t
text_masks_words(struct text_masks *m, const uint32_t **ret_edges)
{
	uint64_t before = 0;
	size_t n = 0;

	m->edge_memory.n = 0;
	for (size_t i = 0; i < m->n; i++) {
		uint64_t edges = m->words[i] ^ (m->words[i] << 1 | before);
		uint32_t *to = (uint32_t *)(void *)buf_room(&m->edge_memory, BLOCK * sizeof(*to));

		before = m->words[i] >> 63;
		m->edge_memory.n += (unsigned)__builtin_popcountll(edges) * sizeof(*to);
		n += (unsigned)__builtin_popcountll(edges);
		for (; edges != 0; edges &= edges - 1)
			*to++ = (uint32_t)(i * BLOCK) + (uint32_t)__builtin_ctzll(edges);
	}
	*ret_edges = (const uint32_t *)(const void *)m->edge_memory.p;
	return n / 2;
}

void
text_masks_make(struct text_masks *m, struct span text)
{
	make(m, text, block_fast);
}

void
text_masks_make_plain(struct text_masks *m, struct span text)
{
	make(m, text, block_plain);
}

void
text_masks_done(struct text_masks *m)
{
	buf_done(&m->memory);
	buf_done(&m->edge_memory);
	*m = (struct text_masks){0};
}
