/*
 * pack - MessagePack into a buf: msgpack-c's own packing template, made for our buffer.
 *
 * Instantiated rather than called through msgpack_packer: its callback a value costs 0.35 ms a MB
 * of paragraphs, the inlined form a fifth of it. Functions: mp_uint64, mp_int64, mp_map, mp_array,
 * mp_str, mp_bin, mp_ext, mp_true, mp_nil, mp_double, ...; they return 0, always.
 */
#ifndef WINNOW_PACK_H
#define WINNOW_PACK_H

#include <limits.h>
#include <stdbool.h>

#include <msgpack/sysdep.h>
#include <msgpack/timestamp.h>

#include "common/buf.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#define msgpack_pack_inline_func(name) static inline int mp##name
#define msgpack_pack_inline_func_cint(name) static inline int mp##name
#define msgpack_pack_user struct buf *
#define msgpack_pack_append_buffer(user, bytes, length) \
	do {                                            \
		buf_put((user), (bytes), (length));     \
		return 0;                               \
	} while (0)
#include <msgpack/pack_template.h>
#pragma GCC diagnostic pop

/* A key of our own records: short, known at compile time. */
#define mp_key(b, literal) mp_known((b), (literal), sizeof(literal) - 1)

/* A string of less than 32 bytes, whose length is known at compile time. */
static inline __attribute__((always_inline)) void
mp_known(struct buf *b, const char *text, size_t n)
{
	char *p = buf_room(b, 1 + n);

	p[0] = (char)(0xA0 | n);
	memcpy(p + 1, text, n);
	b->n += 1 + n;
}

static inline void
mp_span(struct buf *b, struct span s)
{
	mp_str(b, s.n);
	buf_put(b, s.p, s.n);
}

static inline void
mp_bytes(struct buf *b, const void *p, size_t n)
{
	mp_bin(b, n);
	buf_put(b, p, n);
}

static inline void
mp_bool(struct buf *b, bool v)
{
	buf_byte(b, v ? (char)0xC3 : (char)0xC2);
}

/*
 * A map whose number of entries is known only at its end: always the 16-bit form.
 * Returns the place for mp_map_end.
 */
static inline size_t
mp_map_begin(struct buf *b)
{
	buf_put(b, "\xDE\0\0", 3);
	return b->n;
}

static inline void
mp_map_end(struct buf *b, size_t place, unsigned entries)
{
	b->p[place - 2] = (char)(entries >> 8);
	b->p[place - 1] = (char)entries;
}

#endif
