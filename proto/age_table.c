#include "proto/age_table.h"

#include <stdlib.h>

#include "common/mem.h"
#include "proto/index_head.h"

enum { NUMBER_BYTES = 8, AGE_BYTES = 8, FIRST_AGES = 16 };

void
age_table_done(struct age_table *t)
{
	free(t->ages);
	*t = (struct age_table){0};
}

void
age_table_seen(struct age_table *t, uint32_t first, uint32_t minute)
{
	struct age *last = t->n == 0 ? NULL : &t->ages[t->n - 1];

	if (last != NULL && last->minute == minute)
		return;
	if (last != NULL && last->first >= first) { /* no document came in it */
		last->minute = minute;
		return;
	}
	if (t->n == t->cap) {
		t->cap = t->cap == 0 ? FIRST_AGES : 2 * t->cap;
		t->ages = mem_grow(t->ages, t->cap * sizeof(*t->ages));
	}
	t->ages[t->n++] = (struct age){first, minute};
}

uint32_t
age_table_newest(const struct age_table *t)
{
	return t->n == 0 ? 0 : t->ages[t->n - 1].minute;
}

uint32_t
age_table_minute(const struct age_table *t, uint32_t ordinal)
{
	size_t low = 0, high = t->n; /* the last one with first <= ordinal lies in [low, high) */

	if (t->n == 0 || ordinal < t->ages[0].first)
		return 0;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (t->ages[middle].first <= ordinal)
			low = middle;
		else
			high = middle;
	}
	return t->ages[low].minute;
}

void
age_table_pack(struct buf *out, const struct age_table *t)
{
	char *p = buf_room(out, NUMBER_BYTES + t->n * AGE_BYTES);

	p = index_put64(p, t->n);
	for (size_t i = 0; i < t->n; i++)
		p = index_put32(index_put32(p, t->ages[i].first), t->ages[i].minute);
	out->n += NUMBER_BYTES + t->n * AGE_BYTES;
}

int
age_table_unpack(struct age_table *t, struct span *io_left, uint32_t documents)
{
	const char *p = io_left->p;
	uint64_t n;

	if (io_left->n < NUMBER_BYTES)
		return ERR_RECORD;
	n = index_get64(p);
	if (n > (io_left->n - NUMBER_BYTES) / AGE_BYTES)
		return ERR_RECORD;
	p += NUMBER_BYTES;
	t->ages = mem_alloc(n * sizeof(*t->ages));
	t->cap = n;
	for (; t->n < n; p += AGE_BYTES) {
		struct age a = {index_get32(p), index_get32(p + 4)};

		if (a.first == 0 || a.first - 1 > documents ||
		    (t->n > 0 && a.first <= t->ages[t->n - 1].first))
			return ERR_RECORD;
		t->ages[t->n++] = a;
	}
	*io_left = span_cut(*io_left, (size_t)(p - io_left->p), io_left->n);
	return 0;
}
