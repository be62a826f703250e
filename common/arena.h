/*
 * arena - memory that dies together: everything that belongs to one batch.
 *
 * No piece is freed alone; arena_reset is the only release. Under AddressSanitizer every piece is
 * an allocation of its own, so that an overrun is seen.
 */
#ifndef WINNOW_ARENA_H
#define WINNOW_ARENA_H

#include <stddef.h>

#include "common/span.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk; /* newest first */
	size_t used;               /* bytes of the newest chunk */
};

/* An arena starts as {0}; no init. */

/* n bytes for any type, aligned to 16, not cleared. Never NULL. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((alloc_size(2), returns_nonnull));

/* count elements of size bytes, cleared. */
void *arena_zero(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));

/* A copy of s that lives as long as the arena's content. */
struct span arena_copy(struct arena *a, struct span s);

/* printf into the arena. */
struct span
arena_print(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Release every piece, keep one chunk of ordinary size for the next batch. */
void arena_reset(struct arena *a);

/* Release everything. Also right for {0}. */
void arena_done(struct arena *a);

#endif
