/*
 * area - a large run of zero bytes that grows where it stands.
 *
 * What it holds is never copied: where there is no room behind it, its pages are moved to another
 * place. From AREA_LARGE bytes on its pages are large where the kernel has them, so that a look-up
 * anywhere in it does not search the page tables, too.
 *
 * Source: mmap(2), mremap(2), madvise(2): MADV_HUGEPAGE, MADV_COLLAPSE.
 */
#ifndef WINNOW_AREA_H
#define WINNOW_AREA_H

#include <stddef.h>

enum { AREA_PAGE = 4 << 10, AREA_LARGE_PAGE = 2 << 20, AREA_LARGE = 32 << 20 };

struct area {
	char *p;         /* on a page; on a large page from AREA_LARGE on */
	size_t bytes;    /* that may be used */
	size_t reserved; /* of addresses; memory is taken when a byte is first touched */
};

/* An area starts as {0}; no init. */

/* The bytes that an area for so many takes: whole pages. */
size_t area_round(size_t bytes);

/*
 * Make it area_round(bytes) long; never shorter. All that is new is zero; p may change. Without
 * memory the process ends.
 */
void area_grow(struct area *a, size_t bytes);

/* Give all back: it is {0}. */
void area_done(struct area *a);

#endif
