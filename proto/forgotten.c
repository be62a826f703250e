#include "proto/forgotten.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

enum { FIRST_RANGES = 8 };

void
forgotten_done(struct forgotten *f)
{
	free(f->ranges);
	*f = (struct forgotten){0};
}

/* The place of the first range that ends behind the ordinal. */
static size_t
place_of(const struct forgotten *f, uint32_t ordinal)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (f->ranges[middle].end <= ordinal)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
insert(struct forgotten *f, size_t place, struct forgotten_range r)
{
	struct forgotten_range *before = place == 0 ? NULL : &f->ranges[place - 1];

	if (before != NULL && before->end == r.first && before->at == r.at) {
		before->end = r.end;
		return;
	}
	if (f->n == f->cap) {
		f->cap = f->cap == 0 ? FIRST_RANGES : 2 * f->cap;
		f->ranges = mem_grow(f->ranges, f->cap * sizeof(*f->ranges));
	}
	memmove(f->ranges + place + 1, f->ranges + place, (f->n - place) * sizeof(*f->ranges));
	f->ranges[place] = r;
	f->n++;
}

void
forgotten_add(struct forgotten *f, uint32_t first, uint32_t end, uint64_t at)
{
	while (first < end) {
		size_t place = place_of(f, first);
		const struct forgotten_range *next = place == f->n ? NULL : &f->ranges[place];
		uint32_t until = next == NULL || next->first > end ? end : next->first;
		uint32_t behind = next == NULL || next->first >= end ? end : next->end;

		if (first < until)
			insert(f, place, (struct forgotten_range){first, until, at});
		first = behind;
	}
}

const struct forgotten_range *
forgotten_find(const struct forgotten *f, uint32_t ordinal)
{
	size_t place = f->n == 0 ? 0 : place_of(f, ordinal);

	return place < f->n && f->ranges[place].first <= ordinal ? &f->ranges[place] : NULL;
}

uint64_t
forgotten_count(const struct forgotten *f)
{
	uint64_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->ranges[i].end - f->ranges[i].first;
	return n;
}
