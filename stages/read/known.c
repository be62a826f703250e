#include "stages/read/known.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

void
known_open(struct known *k, size_t most)
{
	size_t slots = 2;

	while (slots < 2 * most)
		slots *= 2;
	*k = (struct known){.mask = slots - 1, .most = most};
	k->slots = mem_zero(slots, sizeof(*k->slots));
	k->ring = mem_zero(most, sizeof(*k->ring));
}

void
known_close(struct known *k)
{
	free(k->slots);
	free(k->ring);
	*k = (struct known){0};
}

static size_t
home(const struct known *k, const struct hash *id)
{
	uint64_t bits;

	memcpy(&bits, id->bytes, sizeof(bits));
	return (size_t)bits & k->mask;
}

/* The slot of an id, or the free one where it would be. */
static size_t
slot_of(const struct known *k, const struct hash *id)
{
	size_t i = home(k, id);

	while (k->slots[i].used && memcmp(&k->slots[i].id, id, sizeof(*id)) != 0)
		i = (i + 1) & k->mask;
	return i;
}

bool
known_find(const struct known *k, const struct hash *id, uint64_t *ret_seq)
{
	size_t i = slot_of(k, id);

	if (!k->slots[i].used)
		return false;
	*ret_seq = k->slots[i].seq;
	return true;
}

/*
 * Empty a slot; those behind it that would not be found any more move up.
 *
 * Source: Knuth, The Art of Computer Programming, vol. 3, section 6.4, algorithm R.
 */
static void
empty(struct known *k, size_t hole)
{
	for (size_t i = (hole + 1) & k->mask; k->slots[i].used; i = (i + 1) & k->mask) {
		size_t from = home(k, &k->slots[i].id);

		if (((i - from) & k->mask) >= ((i - hole) & k->mask)) {
			k->slots[hole] = k->slots[i];
			hole = i;
		}
	}
	k->slots[hole].used = false;
}

void
known_put(struct known *k, const struct hash *id, uint64_t seq)
{
	size_t i = slot_of(k, id);

	if (k->slots[i].used) {
		k->slots[i].seq = seq;
		return;
	}
	if (k->n == k->most) {
		empty(k, slot_of(k, &k->ring[k->first]));
		k->first = (k->first + 1) % k->most;
		k->n--;
		i = slot_of(k, id);
	}
	k->slots[i] = (struct known_slot){.id = *id, .seq = seq, .used = true};
	k->ring[(k->first + k->n++) % k->most] = *id;
}

void
known_settle(struct known *k)
{
	for (size_t i = 0; i <= k->mask; i++)
		k->slots[i].seq = KNOWN_DONE;
}

const struct hash *
known_at(const struct known *k, size_t i)
{
	return &k->ring[(k->first + i) % k->most];
}
