#include "common/area.h"

#include <stdint.h>
#include <sys/mman.h>

#include "common/mem.h"

#ifndef MADV_COLLAPSE
#	define MADV_COLLAPSE 25 /* Linux 6.1; older ones refuse it */
#endif

size_t
area_round(size_t bytes)
{
	size_t page = bytes < AREA_LARGE ? AREA_PAGE : AREA_LARGE_PAGE;

	return (bytes + page - 1) / page * page;
}

static void *
or_die(void *p)
{
	if (p == MAP_FAILED)
		mem_exhausted();
	return p;
}

/* Addresses for so many bytes that begin on a large page. */
static char *
reserve(size_t bytes)
{
	char *p = or_die(mmap(NULL, bytes + AREA_LARGE_PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
	size_t before = -(uintptr_t)p % AREA_LARGE_PAGE;

	if (before > 0)
		munmap(p, before);
	munmap(p + before + bytes, AREA_LARGE_PAGE - before);
	return p + before;
}

void
area_grow(struct area *a, size_t bytes)
{
	bytes = area_round(bytes);
	if (bytes <= a->bytes)
		return;
	if (bytes > a->reserved) {
		char *to = reserve(2 * bytes);

		if (a->p != NULL)
			or_die(mremap(
			    a->p, a->reserved, 2 * bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to));
		a->p = to;
		a->reserved = 2 * bytes;
	}
	/* a kernel without large pages does without them */
	if (bytes >= AREA_LARGE && madvise(a->p, a->reserved, MADV_HUGEPAGE) == 0 && a->bytes > 0 &&
	    a->bytes < AREA_LARGE)
		madvise(a->p, a->bytes / AREA_LARGE_PAGE * AREA_LARGE_PAGE, MADV_COLLAPSE);
	a->bytes = bytes;
}

void
area_done(struct area *a)
{
	if (a->p != NULL)
		munmap(a->p, a->reserved);
	*a = (struct area){0};
}
