#include "common/mem.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/err.h"

enum { TRIM_BYTES = 64 << 20, MMAP_BYTES = 16 << 20 };

void
mem_exhausted(void)
{
	fputs("winnow: out of memory\n", stderr);
	_exit(EXIT_TEMPORARY);
}

static void *
or_die(void *p)
{
	if (p == NULL)
		mem_exhausted();
	return p;
}

void *
mem_alloc(size_t n)
{
	return or_die(malloc(n == 0 ? 1 : n));
}

void *
mem_zero(size_t count, size_t size)
{
	return or_die(calloc(count == 0 ? 1 : count, size == 0 ? 1 : size));
}

void *
mem_grow(void *p, size_t n)
{
	return or_die(realloc(p, n == 0 ? 1 : n));
}

char *
mem_string(const char *p, size_t n)
{
	char *copy = mem_alloc(n + 1);

	if (n > 0)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

void
mem_tune(void)
{
	mallopt(M_ARENA_MAX, 2);
	mallopt(M_MMAP_THRESHOLD, MMAP_BYTES);
	mallopt(M_TRIM_THRESHOLD, TRIM_BYTES);
}
