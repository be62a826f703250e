#include <endian.h>

#include "proto/sketch.h"
#if defined(__SSE2__)
#	include <emmintrin.h>
#endif

enum { ALIKE_BY_CHANCE = 256 }; /* one lane in so many, of sets that have nothing in common */

static char *
put32(char *p, uint32_t v)
{
	v = htole32(v);
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

static uint32_t
get32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

void
sketch_pack(struct buf *out, const struct sketch *s)
{
	char *p = buf_room(out, SKETCH_BYTES);

	memcpy(p, s->lanes, MINHASH_LANES);
	p = put32(p + MINHASH_LANES, s->numbers);
	p = put32(p, s->names);
	p = put32(p, s->sides[0]);
	p = put32(p, s->sides[1]);
	put32(p, s->order | (uint32_t)s->negations << 16 | (uint32_t)s->flags << 24);
	out->n += SKETCH_BYTES;
}

void
sketch_unpack(struct sketch *ret, const char *p)
{
	uint32_t last = get32(p + MINHASH_LANES + 16);

	memcpy(ret->lanes, p, MINHASH_LANES);
	p += MINHASH_LANES;
	ret->numbers = get32(p);
	ret->names = get32(p + 4);
	ret->sides[0] = get32(p + 8);
	ret->sides[1] = get32(p + 12);
	ret->order = (uint16_t)last;
	ret->negations = (unsigned char)(last >> 16);
	ret->flags = (unsigned char)(last >> 24);
}

/*
 * One has more of one side of a class, the other more of its other side. A difference of two may
 * be either way.
 */
static bool
is_reversed(const struct sketch *a, const struct sketch *b)
{
	if (a->sides[0] == b->sides[0] && a->sides[1] == b->sides[1])
		return a->order != b->order;
	for (unsigned shift = 0; shift < 32; shift += 2) {
		uint32_t ones = ((a->sides[0] >> shift) - (b->sides[0] >> shift)) & 3;
		uint32_t others = ((a->sides[1] >> shift) - (b->sides[1] >> shift)) & 3;

		if (ones != 0 && others != 0 && (ones != others || ones == 2))
			return true;
	}
	return false;
}

enum guard
sketch_guard(const struct sketch *a, const struct sketch *b)
{
	if (a->negations != b->negations)
		return GUARD_NEGATIONS;
	if (a->numbers != b->numbers)
		return GUARD_NUMBERS;
	if (a->names != b->names)
		return GUARD_NAMES;
	if (((a->flags ^ b->flags) & (SKETCH_MADE | SKETCH_CHARACTERS)) != 0)
		return GUARD_KINDS;
	return is_reversed(a, b) ? GUARD_REVERSAL : GUARD_AGREE;
}

const char *
guard_name(enum guard guard)
{
	static const char *const names[] = {
	    [GUARD_AGREE] = "none",
	    [GUARD_NUMBERS] = "other numbers, or a negation elsewhere among them",
	    [GUARD_NAMES] = "other names",
	    [GUARD_NEGATIONS] = "another number of negations",
	    [GUARD_REVERSAL] = "a word and its opposite",
	    [GUARD_KINDS] = "compared by words, and by characters",
	};

	return names[guard];
}

static int
lanes_alike(const struct sketch *a, const struct sketch *b)
{
	int n = 0;

#if defined(__SSE2__)
	for (size_t i = 0; i < MINHASH_LANES; i += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(a->lanes + i));
		__m128i y = _mm_loadu_si128((const __m128i *)(const void *)(b->lanes + i));

		n += __builtin_popcount((unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y)));
	}
#else
	for (size_t i = 0; i < MINHASH_LANES; i++)
		n += a->lanes[i] == b->lanes[i];
#endif
	return n;
}

int32_t
sketch_similarity(const struct sketch *a, const struct sketch *b)
{
	int32_t above = lanes_alike(a, b) * ALIKE_BY_CHANCE - MINHASH_LANES;

	return above < 0 ? 0 : above * 10000 / ((ALIKE_BY_CHANCE - 1) * MINHASH_LANES);
}

int32_t
sketch_least(const struct sketch *a, int32_t least)
{
	return a->flags == SKETCH_MADE ? least : least + (10000 - least) / 3;
}
