/*
 * mem - memory that is there or the program is not.
 *
 * A worker that runs out of memory ends with 111 and is started again; no caller checks for NULL.
 */
#ifndef WINNOW_MEM_H
#define WINNOW_MEM_H

#include <stddef.h>

/* End the process, as each of these does where there is no memory: for what others allocate. */
void mem_exhausted(void) __attribute__((noreturn));

/* n bytes, not cleared. Never NULL, also for n == 0. Free with free(). */
void *mem_alloc(size_t n) __attribute__((malloc, alloc_size(1), returns_nonnull));

/* count * size cleared bytes; an overflow of the product counts as out of memory. */
void *mem_zero(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* p made n bytes large, as realloc. */
void *mem_grow(void *p, size_t n) __attribute__((alloc_size(2), returns_nonnull));

/* A NUL-terminated copy of n bytes. */
char *mem_string(const char *p, size_t n) __attribute__((malloc, returns_nonnull));

/*
 * Set the C library's allocator for buffers of a quarter of a megabyte that come and go: keep
 * them instead of returning them to the kernel, whose page faults would cost more than the work.
 */
void mem_tune(void);

#endif
