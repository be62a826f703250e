#include "stages/dedup/near_drops.h"

#include <stdlib.h>

#include "common/mem.h"

enum { FIRST = 1 << 10 };

void
near_drops_done(struct near_drops *t)
{
	free(t->drops);
	free(t->slots);
	*t = (struct near_drops){0};
}

/* The slot of the hash: taken, or where it would be. */
static uint32_t *
slot_of(const struct near_drops *t, const struct hash *hash)
{
	uint64_t at;

	memcpy(&at, hash->bytes, sizeof(at));
	while (
	    t->slots[at & t->mask] != 0 &&
	    memcmp(t->drops[t->slots[at & t->mask] - 1].hash.bytes, hash->bytes, HASH_BYTES) != 0)
		at++;
	return &t->slots[at & t->mask];
}

const struct near_drop *
near_drops_find(const struct near_drops *t, const struct hash *hash)
{
	uint32_t place = t->n == 0 ? 0 : *slot_of(t, hash);

	return place == 0 ? NULL : &t->drops[place - 1];
}

/* Slots for cap drops, half of them empty. */
static void
make_slots(struct near_drops *t)
{
	free(t->slots);
	t->slots = mem_zero(2 * (size_t)t->cap, sizeof(*t->slots));
	t->mask = 2 * t->cap - 1;
	for (uint32_t i = 0; i < t->n; i++)
		*slot_of(t, &t->drops[i].hash) = i + 1;
}

/* How many there is room for when there are n and was room for `cap`. */
static uint64_t
room_for(uint64_t cap, uint64_t n)
{
	cap = cap > 0 ? cap : FIRST;
	while (cap < n)
		cap *= 2;
	return cap;
}

void
near_drops_add(struct near_drops *t, const struct near_drop *drop)
{
	uint32_t *slot;

	if (t->n == t->cap) {
		t->cap = (uint32_t)room_for(t->cap, (uint64_t)t->n + 1);
		t->drops = mem_grow(t->drops, t->cap * sizeof(*t->drops));
		make_slots(t);
	}
	slot = slot_of(t, &drop->hash);
	if (*slot == 0)
		*slot = ++t->n;
	t->drops[*slot - 1] = *drop;
}

void
near_drops_remove(
    struct near_drops *t, bool (*goes)(const void *object, uint32_t document), const void *object)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->n; i++)
		if (!goes(object, t->drops[i].document) && !goes(object, t->drops[i].owner))
			t->drops[n++] = t->drops[i];
	t->n = n;
	if (t->cap > 0)
		make_slots(t);
}

uint64_t
near_drops_bytes(const struct near_drops *t, uint64_t n)
{
	return room_for(t->cap, n) * (sizeof(*t->drops) + 2 * sizeof(*t->slots));
}

uint64_t
near_drops_most(uint64_t n)
{
	const struct near_drops none = {.n = 0};

	return near_drops_bytes(&none, n);
}
