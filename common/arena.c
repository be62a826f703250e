#include "common/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/mem.h"

enum { ALIGN = 16 };

#if defined(__SANITIZE_ADDRESS__)
enum { CHUNK_BYTES = 0 };
#elif defined(__has_feature)
#	if __has_feature(address_sanitizer)
enum { CHUNK_BYTES = 0 };
#	else
enum { CHUNK_BYTES = 256 << 10 };
#	endif
#else
enum { CHUNK_BYTES = 256 << 10 };
#endif

struct arena_chunk {
	struct arena_chunk *next;
	size_t size; /* bytes after the header */
	_Alignas(ALIGN) char bytes[];
};

static void
add_chunk(struct arena *a, size_t n)
{
	size_t size = n > CHUNK_BYTES ? n : CHUNK_BYTES;
	struct arena_chunk *c = mem_alloc(sizeof(*c) + size);

	c->next = a->chunk;
	c->size = size;
	a->chunk = c;
	a->used = 0;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	size_t at = (a->used + ALIGN - 1) & ~(size_t)(ALIGN - 1);

	if (a->chunk == NULL || CHUNK_BYTES == 0 || at > a->chunk->size ||
	    a->chunk->size - at < n) {
		add_chunk(a, n);
		at = 0;
	}
	a->used = at + n;
	return a->chunk->bytes + at;
}

void *
arena_zero(struct arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		n = SIZE_MAX / 2; /* malloc refuses it */
	return memset(arena_alloc(a, n), 0, n);
}

struct span
arena_copy(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, s.n);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return span_of(p, s.n);
}

struct span
arena_print(struct arena *a, const char *format, ...)
{
	va_list args;
	int n;
	char *p;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	p = arena_alloc(a, (size_t)n + 1);
	va_start(args, format);
	vsnprintf(p, (size_t)n + 1, format, args);
	va_end(args);
	return span_of(p, (size_t)n);
}

void
arena_reset(struct arena *a)
{
	struct arena_chunk *c = a->chunk, *keep = NULL;

	while (c != NULL) {
		struct arena_chunk *next = c->next;
		if (keep == NULL && CHUNK_BYTES > 0 && c->size == CHUNK_BYTES)
			keep = c;
		else
			free(c);
		c = next;
	}
	if (keep != NULL)
		keep->next = NULL;
	a->chunk = keep;
	a->used = 0;
}

void
arena_done(struct arena *a)
{
	arena_reset(a);
	free(a->chunk);
	a->chunk = NULL;
}
