/*
 * tag_row - sixteen slots of a table, each by a byte: which of them hold a tag, in one comparison.
 *
 * Source: "SwissTable" of Abseil (https://abseil.io/about/design/swisstables), there groups.
 */
#ifndef WINNOW_TAG_ROW_H
#define WINNOW_TAG_ROW_H

#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#	include <emmintrin.h>
#endif

enum { TAG_ROW = 16 };

/* Bit i of the low eight: byte i of v is zero. Exact, for any v. */
static inline unsigned
tag_zero_bytes(uint64_t v)
{
	const uint64_t low = 0x7F7F7F7F7F7F7F7FULL;
	uint64_t zero = ~(((v & low) + low) | v | low);

	return (unsigned)((zero >> 7) * 0x0102040810204080ULL >> 56);
}

/* Bit i: tags[i] is tag. In plain C, for every processor. */
static inline unsigned
tag_row_match_plain(const unsigned char *tags, unsigned char tag)
{
	uint64_t v[2];

	memcpy(v, tags, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v[0] = __builtin_bswap64(v[0]);
	v[1] = __builtin_bswap64(v[1]);
#endif
	return tag_zero_bytes(v[0] ^ 0x0101010101010101ULL * tag) |
	       tag_zero_bytes(v[1] ^ 0x0101010101010101ULL * tag) << 8;
}

/* The same; tags lie on sixteen bytes. */
static inline unsigned
tag_row_match(const unsigned char *tags, unsigned char tag)
{
#if defined(__SSE2__)
	__m128i row = _mm_load_si128((const __m128i *)(const void *)tags);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(row, _mm_set1_epi8((char)tag)));
#else
	return tag_row_match_plain(tags, tag);
#endif
}

#endif
