#include "stages/dedup/owner_table.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "common/mem.h"

enum {
	FIRST_SLOTS = 1 << 14,
	LARGE_PAGE = 2 << 20,
	LARGE_SLOTS = 1 << 22, /* from here on its pages are large, so that a look-up misses once */
};

/*
 * Empty slots. What the C library takes fresh from the kernel for them is not touched yet, so that
 * its pages can still be large.
 */
static struct entry *
make_slots(uint64_t n)
{
	struct entry *slots = mem_zero(n, sizeof(*slots));
	uintptr_t from = ((uintptr_t)slots + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
	uintptr_t to = (uintptr_t)(slots + n) / LARGE_PAGE * LARGE_PAGE;

	if (n >= LARGE_SLOTS && madvise((void *)from, to - from, MADV_HUGEPAGE) < 0)
		return slots; /* a kernel without them */
	return slots;
}

void
owner_table_init(struct owner_table *t)
{
	t->slots = make_slots(FIRST_SLOTS);
	t->mask = FIRST_SLOTS - 1;
	t->n = 0;
}

void
owner_table_done(struct owner_table *t)
{
	free(t->slots);
	*t = (struct owner_table){0};
}

/* The slots for n entries, which double at three quarters full. */
static uint64_t
slots_for(const struct owner_table *t, uint64_t n)
{
	uint64_t slots = t->mask + 1;

	while (n > slots / 4 * 3)
		slots *= 2;
	return slots;
}

uint64_t
owner_table_bytes(const struct owner_table *t, uint64_t n)
{
	uint64_t now = t->mask + 1, then = slots_for(t, n);

	return (now == then ? now : now + then) * sizeof(*t->slots);
}

uint64_t
owner_table_most(uint64_t n)
{
	const struct owner_table none = {.mask = FIRST_SLOTS - 1};
	uint64_t then = slots_for(&none, n);

	return (then == FIRST_SLOTS ? then : then + then / 2) * sizeof(struct entry);
}

void
owner_table_reserve(struct owner_table *t, uint64_t n)
{
	struct entry *old = t->slots;
	uint64_t now = t->mask + 1, then = slots_for(t, n);

	if (now == then)
		return;
	t->slots = make_slots(then);
	t->mask = then - 1;
	for (uint64_t i = 0; i < now; i++)
		if (old[i].document != 0)
			*owner_table_slot(t, &old[i].hash) = old[i];
	free(old);
}

void
owner_table_put(struct owner_table *t, const struct entry *e)
{
	struct entry *at;

	if (4 * (t->n + 1) > 3 * (t->mask + 1))
		owner_table_reserve(t, t->n + 1);
	at = owner_table_slot(t, &e->hash);
	t->n += at->document == 0;
	*at = *e;
}

/*
 * Empty a slot, and move into the gap what would not be found behind it any more: an entry whose
 * home does not lie cyclically in (gap, its slot].
 */
static void
empty(struct owner_table *t, uint64_t gap)
{
	for (uint64_t at = (gap + 1) & t->mask; t->slots[at].document != 0;
	     at = (at + 1) & t->mask) {
		uint64_t home = owner_table_home(t, &t->slots[at].hash);

		if (((at - home) & t->mask) < ((at - gap) & t->mask))
			continue;
		t->slots[gap] = t->slots[at];
		gap = at;
	}
	t->slots[gap].document = 0;
	t->n--;
}

void
owner_table_remove(struct owner_table *t, bool (*goes)(const void *object, const struct entry *e),
    const void *object)
{
	for (uint64_t i = 0; i <= t->mask; i++)
		while (t->slots[i].document != 0 && goes(object, &t->slots[i]))
			empty(t, i);
}
