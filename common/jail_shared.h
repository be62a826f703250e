/*
 * jail_shared - the memory between a jail's two sides; only jail.c and jail_child.c include it.
 *
 * The child may write anything anywhere in it at any time: the parent reads each word once.
 */
#ifndef WINNOW_JAIL_SHARED_H
#define WINNOW_JAIL_SHARED_H

#include <stdatomic.h>
#include <stdint.h>

enum {
	JAIL_FD_MEMORY = 3,
	JAIL_FD_REQUEST = 4,
	JAIL_FD_RESULT = 5,
	JAIL_HEAD_BYTES = 4096,
	JAIL_WHY_BYTES = 256,
};

struct jail_shared {
	_Atomic uint32_t generation; /* children so far */
	_Atomic uint32_t step;       /* 0 before the first item, n + 1 at item n; it only grows */
	_Atomic uint32_t out_of_memory;
	_Atomic uint32_t forbidden; /* 1 + the number of the system call that was trapped */
	_Atomic uint64_t forbidden_arg;
	_Atomic uint32_t gave_up;             /* work returned a fault */
	_Atomic uint64_t request_n, result_n; /* bytes in the areas */
	_Atomic uint64_t work_ns;
	_Atomic uint64_t area;    /* bytes of each area */
	char why[JAIL_WHY_BYTES]; /* why there is no child */
};

_Static_assert(sizeof(struct jail_shared) <= JAIL_HEAD_BYTES, "the head of the shared memory");

static inline char *
jail_request_area(struct jail_shared *s)
{
	return (char *)s + JAIL_HEAD_BYTES;
}

static inline char *
jail_result_area(struct jail_shared *s, size_t area)
{
	return (char *)s + JAIL_HEAD_BYTES + area;
}

/* NULL outside a jail: where jail_memory.c tells that there was none left. */
extern _Atomic uint32_t *jail_out_of_memory;

#endif
