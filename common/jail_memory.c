/*
 * The C library's allocator, but in a jail the process ends when there is no memory left, and its
 * parent learns why: a library that went on with less would give another result.
 */
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/jail_shared.h"

_Atomic uint32_t *jail_out_of_memory;

#ifndef WINNOW_SANITIZED

/* names of the C library itself */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t n);

static void *
or_tell(void *p)
{
	if (__builtin_expect(p == NULL && jail_out_of_memory != NULL, 0)) {
		*jail_out_of_memory = 1;
		_exit(1);
	}
	return p;
}

void *
malloc(size_t n)
{
	return or_tell(__libc_malloc(n));
}

void *
calloc(size_t count, size_t size)
{
	return or_tell(__libc_calloc(count, size));
}

void *
realloc(void *p, size_t n)
{
	void *larger = __libc_realloc(p, n);

	return n == 0 ? larger : or_tell(larger);
}

#endif
